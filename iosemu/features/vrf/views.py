"""What the shows of VRFs are about."""

from __future__ import annotations

from iosemu.values import dataclass

from .config import MaximumRoutes
from .read import VrfFamilySettings


@dataclass(frozen=True, slots=True)
class VrfRow:
    """One VRF in a list; interfaces by their short names."""

    name: str
    rd: str | None
    protocols: tuple[str, ...]
    interfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VrfsView:
    """`show vrf`, or `show ip vrf`, which has no column of protocols."""

    rows: tuple[VrfRow, ...]
    has_protocols: bool = True


@dataclass(frozen=True, slots=True)
class FamilyDetail:
    """One address family; targets as printed.  routes: how many its table has."""

    exports: tuple[str, ...]
    imports: tuple[str, ...]
    import_map: str | None
    export_map: str | None
    maximum: MaximumRoutes | None
    routes: int

    @classmethod
    def of(
        cls, held: VrfFamilySettings, maximum: MaximumRoutes | None, routes: int
    ) -> FamilyDetail:
        return cls(
            tuple(map(str, held.export_targets)),
            tuple(map(str, held.import_targets)),
            held.import_map,
            held.export_map,
            maximum,
            routes,
        )


@dataclass(frozen=True, slots=True)
class VrfDetailView:
    """All about a VRF.  is_ipv4_only: `show ip vrf detail`."""

    name: str
    number: int
    rd: str | None
    vpn_id: str | None
    description: str | None
    is_classic: bool
    interfaces: tuple[str, ...]
    ipv4: FamilyDetail | None
    ipv6: FamilyDetail | None
    is_ipv4_only: bool = False


@dataclass(frozen=True, slots=True)
class VrfInterface:
    """A row of `show ip vrf interfaces`."""

    name: str
    address: str
    vrf: str
    protocol: str


@dataclass(frozen=True, slots=True)
class VrfInterfacesView:
    """`show ip vrf interfaces`."""

    rows: tuple[VrfInterface, ...]
