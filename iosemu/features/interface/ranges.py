"""`interface range`: the text of a range, and the interfaces it means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iosemu.cli.api import Rejected, config_command
from iosemu.cli.bind import Several
from iosemu.cli.interfaces import canonical, parent
from iosemu.config.tree import Config, with_slot

from .checks import NO_SUCH_INTERFACE, is_creatable
from .config import InterfaceConfig, InterfacesConfig

BAD_RANGE = "%Command rejected: Bad interface range"
MOST = 5
"""Parts of one range."""
MOST_OF_A_PART = 1000
"""So that a slip of the keyboard does not make a million loopbacks."""
_PART = re.compile(r"\s*([A-Za-z-]+\s*[0-9/.]+)\s*(?:-\s*([0-9]+))?\s*")


def names_of(text: str) -> Iterator[str]:
    """The canonical names a range means: `e0/0 - 3 , lo1`.  Rejected if it is none."""
    parts = text.split(",")
    if len(parts) > MOST:
        raise Rejected(BAD_RANGE)
    for part in parts:
        found = _PART.fullmatch(part)
        first = None if found is None else canonical(found[1])
        if found is None or first is None:
            raise Rejected(BAD_RANGE)
        stem = first.rstrip("0123456789")
        start = int(first[len(stem) :])
        stop = start if found[2] is None else int(found[2])
        if not start <= stop < start + MOST_OF_A_PART:
            raise Rejected(BAD_RANGE)
        yield from (f"{stem}{number}" for number in range(start, stop + 1))


@config_command("interface.range")
def select(owner: Config, *, members: str) -> tuple[Config, dict[str, Several]]:
    """Enter all of them, making those that configuration makes; one that cannot be refuses all."""
    names = tuple(dict.fromkeys(names_of(members)))
    held = owner.of(InterfacesConfig).by_name
    for name in names:
        main = parent(name)
        if name not in held:
            if not is_creatable(name) or (main is not None and main not in held):
                raise Rejected(NO_SUCH_INTERFACE)
            held = held.put(name, InterfaceConfig())
    return with_slot(owner, InterfacesConfig(held)), {"members": Several(names)}
