"""The interfaces a router has before it reads its startup configuration."""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.cli.interfaces import canonical
from iosemu.config.tree import Config, with_slot

from .config import InterfaceConfig, InterfacesConfig


def named_in(startup: str) -> tuple[str, ...]:
    """Canonical names of the interfaces a configuration has blocks for."""
    blocks = (line.split(None, 1) for line in startup.splitlines() if line[:1] not in (" ", "!"))
    words = (block for block in blocks if len(block) == 2 and block[0].lower() == "interface")
    names = (canonical(text.strip()) for _, text in words)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def with_ports(config: Config, ports: Iterable[str], startup: str) -> Config:
    """`config` with an entry for each port of the hardware.

    A port that the startup configuration names is up until it says `shutdown`; one that it does
    not name is shut down.
    """
    named = named_in(startup)
    interfaces = config.of(InterfacesConfig).by_name
    for port in ports:
        interfaces = interfaces.put(port, InterfaceConfig(shutdown=port not in named))
    return with_slot(config, InterfacesConfig(interfaces))
