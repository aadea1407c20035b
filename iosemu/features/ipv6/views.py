"""What the IPv6 shows are about, as frozen values in base units (ns, bytes)."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.address import IPv6Address, IPv6Interface, IPv6Prefix, MacAddress, Prefix
from iosemu.kernel.time import Time


@dataclass(frozen=True, slots=True)
class BriefRow6:
    """One interface; its addresses, link-local first."""

    name: str
    status: str
    protocol: str
    addresses: tuple[IPv6Address, ...]


@dataclass(frozen=True, slots=True)
class Brief6View:
    """`show ipv6 interface brief`."""

    rows: tuple[BriefRow6, ...]


@dataclass(frozen=True, slots=True)
class OwnView:
    """An address of an interface; `marks`: as "EUI", "TEN", "DUP", "ANY"."""

    interface: IPv6Interface
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ipv6InterfaceView:
    """`show ipv6 interface NAME`.  advertises None: the medium has no advertisements, or this is no
    router; dad_attempts None: nobody else can be there."""

    name: str
    status: str
    protocol: str
    link_local: OwnView
    addresses: tuple[OwnView, ...]
    groups: tuple[IPv6Address, ...]
    mtu_bytes: int
    error_interval_ms: int
    redirects: bool
    unreachables: bool
    dad_attempts: int | None
    reachable_ms: int
    using_reachable_ms: int
    retransmit_ms: int
    using_retransmit_ms: int
    is_router: bool
    advertises: bool | None
    interval_s: int
    lifetime_s: int
    preference: str
    managed: bool
    other: bool


@dataclass(frozen=True, slots=True)
class Way6:
    """One way of a route: `kind` "", "directly connected" or "receive"."""

    address: IPv6Address | None
    interface: str | None
    kind: str
    age: Time = 0


@dataclass(frozen=True, slots=True)
class Route6Row:
    code: str
    prefix: Prefix
    distance: int
    metric: int
    tag: int
    ways: tuple[Way6, ...]


@dataclass(frozen=True, slots=True)
class Routing6View:
    """`show ipv6 route`; `entries`: of the whole table, whatever is listed."""

    vrf: str
    entries: int
    rows: tuple[Route6Row, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Route6EntryView:
    """`show ipv6 route PREFIX`."""

    prefix: Prefix
    known_via: str
    distance: int
    metric: int
    type: str | None
    tag: int
    ways: tuple[Way6, ...]


@dataclass(frozen=True, slots=True)
class NeighborRow:
    address: IPv6Address
    age_min: int
    mac: MacAddress | None
    state: str
    interface: str


@dataclass(frozen=True, slots=True)
class NeighborsView:
    """`show ipv6 neighbors`."""

    rows: tuple[NeighborRow, ...]


@dataclass(frozen=True, slots=True)
class Static6Row:
    prefix: IPv6Prefix
    address: IPv6Address | None
    interface: str | None
    distance: int
    tag: int
    is_installed: bool


@dataclass(frozen=True, slots=True)
class Statics6View:
    """`show ipv6 static`."""

    rows: tuple[Static6Row, ...]


@dataclass(frozen=True, slots=True)
class Protocols6View:
    """`show ipv6 protocols`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary6View:
    """`show ipv6 route summary`: how many routes each source has, and each length of prefixes."""

    vrf: str
    sources: tuple[tuple[str, int], ...]
    lengths: tuple[tuple[int, int], ...]
