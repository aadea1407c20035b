"""VRFs as configured: `vrf definition NAME` with its address families, and the older `ip vrf`."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class MaximumRoutes:
    """`maximum routes`: a warning at this percentage of the limit, or no more than a warning."""

    limit: int
    threshold: int | None = None
    warning_only: bool = False
    reinstall: int | None = None


@dataclass(frozen=True, slots=True)
class VrfFamily:
    """What an address family of a VRF imports and exports; targets as typed, 65000:1."""

    exports: Entries[str, bool] = field(default_factory=Entries)
    imports: Entries[str, bool] = field(default_factory=Entries)
    import_map: str | None = None
    export_map: str | None = None
    maximum_routes: MaximumRoutes | None = None


@dataclass(frozen=True, slots=True)
class VrfDefinition:
    """`vrf definition NAME`.  Its own targets hold for every family that has none of its own."""

    description: str | None = None
    rd: str | None = None
    vpn_id: str | None = None
    exports: Entries[str, bool] = field(default_factory=Entries)
    imports: Entries[str, bool] = field(default_factory=Entries)
    ipv4: VrfFamily | None = None
    ipv6: VrfFamily | None = None


@dataclass(frozen=True, slots=True)
class ClassicVrf:
    """`ip vrf NAME`: IPv4 only."""

    description: str | None = None
    rd: str | None = None
    vpn_id: str | None = None
    family: VrfFamily = VrfFamily()


@dataclass(frozen=True, slots=True)
class VrfsConfig:
    """VRFs by name, in either style; a name is in one of them only."""

    SLOT: ClassVar[str] = "vrf"
    definitions: Entries[str, VrfDefinition] = field(default_factory=Entries)
    classic: Entries[str, ClassicVrf] = field(default_factory=Entries)

    def has_ipv4(self, name: str) -> bool:
        """Whether IPv4 is enabled in a VRF; of the older style it always is."""
        held = self.definitions.get(name)
        return name in self.classic if held is None else held.ipv4 is not None

    def __contains__(self, name: object) -> bool:
        return name in self.definitions or name in self.classic


@dataclass(frozen=True, slots=True)
class InterfaceVrf:
    """The VRF an interface is in: a slot of `InterfaceConfig`.  classic: `ip vrf forwarding`."""

    SLOT: ClassVar[str] = "vrf"
    name: str | None = None
    classic: bool = False
