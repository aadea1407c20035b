"""`show aliases`."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, renders, show

from .aliases import AREAS, aliases_of
from .config import TerminalConfig
from .views import AliasesView

TITLES = {
    "exec": "Exec mode",
    "configure": "Global configuration mode",
    "interface": "Interface configuration mode",
    "line": "Line configuration mode",
}


@show("line.show.aliases")
def show_aliases(x: Exec, *, area: str | None) -> Iterator[AliasesView]:
    config = x.config.of(TerminalConfig)
    held = {name: aliases_of(config, name) for name in AREAS if area in (None, name)}
    yield AliasesView(tuple((name, tuple(found.items())) for name, found in held.items() if found))


@renders(AliasesView)
def aliases(view: AliasesView) -> Iterator[str]:
    for number, (area, held) in enumerate(view.areas):
        if number:
            yield ""
        yield f"{TITLES[area]} aliases:"
        for name, command in held:
            yield f"  {name:<22}{command}"
