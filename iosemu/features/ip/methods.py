"""Where interfaces have their addresses from: state kept beside the configuration."""

from __future__ import annotations

from iosemu.config.tree import Config, slot_of
from iosemu.features.interface.boot import blocks_of
from iosemu.features.interface.config import InterfacesConfig
from iosemu.values import dataclass, field

from .config import IpAddress, IpInterfaceConfig

NVRAM, MANUAL, UNSET = "NVRAM", "manual", "unset"


@dataclass(slots=True)
class AddressMethods:
    """The method column of `show ip interface brief`, by interface; absent: unset."""

    by_name: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        return self.by_name.get(name, UNSET)

    def boot(self, startup: str) -> None:
        """The startup configuration was read: every interface it has a block for is from nvram."""
        self.by_name = dict.fromkeys(blocks_of(startup), NVRAM)

    def follow(self, old: Config, new: Config) -> None:
        """A later commit: an address that is set or taken away is so by hand."""
        before, after = old.of(InterfacesConfig).by_name, new.of(InterfacesConfig).by_name
        for name in after.changed_keys(before):
            if name not in after:
                self.by_name.pop(name, None)
            elif primary(after[name]) != primary(before.get(name)):
                self.by_name[name] = MANUAL


def primary(interface: object) -> IpAddress | None:
    """The configured primary address of an interface that may not exist."""
    return None if interface is None else slot_of(interface, IpInterfaceConfig).address
