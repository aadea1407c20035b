"""The grammar of the hard shapes, compiled once."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from iosemu.cli.grammar import Grammar

from . import acl, bgp, crypto, handlers, interfaces, qos, routing

FOLDER = Path(__file__).parent
MODULES: tuple[ModuleType, ...] = (acl, bgp, crypto, interfaces, qos, routing)

_NAME = re.compile(r"^(?=[a-z0-9.-]+: )|(?<=^    alias   of )", re.MULTILINE)


def classes() -> dict[str, type]:
    """All paper classes by name."""
    return {
        name: value
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, type) and is_dataclass(value)
    }


@cache
def shapes() -> Grammar:
    """The grammar of all `.cli` files of this folder, in the order of the file `order`.

    Handlers and checks go by name in one process, and features have commands of the same names, so
    here every name gets a prefix.
    """
    files = sorted(FOLDER.glob("*.cli"))
    texts = [(f.name, _NAME.sub(handlers.PREFIX, f.read_text(encoding="utf-8"))) for f in files]
    stems = {f.stem for f in files}
    lines = (FOLDER / "order").read_text(encoding="utf-8").splitlines()
    names = [word for line in lines if (word := line.split("#")[0].strip())]
    order = [name if name in stems else handlers.PREFIX + name for name in names]
    return Grammar.of(texts, classes(), order)
