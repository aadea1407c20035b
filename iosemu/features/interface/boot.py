"""The interfaces a router has before it reads its startup configuration."""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.cli.interfaces import canonical
from iosemu.config.tree import Config, with_slot

from .config import InterfacesConfig, fresh


def blocks_of(startup: str) -> dict[str, bool]:
    """Interfaces a configuration has blocks for, by canonical name: whether it shuts them down."""
    found: dict[str, bool] = {}
    name: str | None = None
    for line in startup.splitlines():
        words = line.split(None, 1)
        if line[:1] not in ("", " ", "!"):
            is_head = words[0].lower() == "interface" and len(words) == 2
            name = canonical(words[1].strip()) if is_head else None
            if name is not None:
                found[name] = False
        elif name is not None and words == ["shutdown"]:
            found[name] = True
    return found


def with_ports(config: Config, ports: Iterable[str], startup: str) -> Config:
    """`config` with an entry for each port of the hardware.

    A port that the startup configuration names is up unless its block says `shutdown`; one that it
    does not name is shut down.  That holds before the first line is read, so that an address of a
    port that will be shut down is not taken for an overlap.
    """
    blocks = blocks_of(startup)
    interfaces = config.of(InterfacesConfig).by_name
    for port in ports:
        interfaces = interfaces.put(port, fresh(port, shutdown=blocks.get(port, True)))
    return with_slot(config, InterfacesConfig(interfaces))
