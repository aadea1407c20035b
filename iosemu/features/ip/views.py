"""What the IPv4 shows are about, as frozen values in base units (ns, bytes)."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.address import Address, IPv4Address, IPv4Prefix, Prefix
from iosemu.kernel.time import Time


@dataclass(frozen=True, slots=True)
class PathView:
    """One way of a route.  `age`: None for connected and static routes, which print none."""

    address: Address | None = None
    interface: str | None = None
    age: Time | None = None


@dataclass(frozen=True, slots=True)
class RouteView:
    """One route of the table; `code` as "C" or "D EX"."""

    code: str
    prefix: Prefix
    distance: int
    metric: int
    paths: tuple[PathView, ...]
    is_candidate_default: bool = False
    is_summary: bool = False


@dataclass(frozen=True, slots=True)
class NetworkView:
    """Routes under one classful network; `network` None: a route printed on its own.

    masks, subnets: of all that the table has under it; None: `routes` are all.
    """

    network: IPv4Prefix | None
    masks: int
    routes: tuple[RouteView, ...]
    version: str = "15.4"
    subnets: int | None = None


@dataclass(frozen=True, slots=True)
class RoutingTableView:
    """The head of `show ip route`: gateway of last resort (next hop, or interface).

    What the table holds follows as views of its own, network by network.
    """

    gateway: PathView | None = None
    gateway_network: Address | None = None
    vrf: str | None = None
    version: str = "15.4"


@dataclass(frozen=True, slots=True)
class EntryPathView:
    """One descriptor block of `show ip route PREFIX`."""

    address: Address | None
    interface: str | None
    source: Address | None
    age: Time | None
    metric: int
    share: int = 1
    lines: tuple[str, ...] = ()
    """What its owner says of this way."""


@dataclass(frozen=True, slots=True)
class RoutingEntryView:
    """`show ip route PREFIX`: one entry.  `known_via` as "static" or "eigrp 100"."""

    prefix: Prefix
    is_supernet: bool
    known_via: str
    distance: int
    metric: int
    qualifier: str | None
    """What stands in brackets behind the metric: "connected, via interface"."""
    tag: int
    is_candidate_default: bool
    paths: tuple[EntryPathView, ...]
    kind: str | None = None
    tag_kind: str | None = None
    redistributing: tuple[str, ...] = ()
    path_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownSubnetsView:
    """`show ip route NETWORK` of a classful network that has subnets."""

    network: IPv4Prefix
    subnets: int
    masks: tuple[int, ...]
    connected: int
    routes: tuple[RouteView, ...]


@dataclass(frozen=True, slots=True)
class BriefRow:
    """One row of `show ip interface brief`; `method` as "NVRAM", "manual", "unset"."""

    name: str
    address: Address | None
    method: str
    status: str
    protocol: str


@dataclass(frozen=True, slots=True)
class BriefView:
    """`show ip interface brief`."""

    rows: tuple[BriefRow, ...]


@dataclass(frozen=True, slots=True)
class IpInterfaceView:
    """`show ip interface NAME`; `address` None: not configured for IPv4.  `lender`: whose address
    an unnumbered interface uses; `policy`: the route map of `ip policy`."""

    name: str
    status: str
    protocol: str
    address: IPv4Address | None
    length: int
    secondaries: tuple[tuple[IPv4Address, int], ...] = ()
    is_from_nvram: bool = True
    mtu_bytes: int = 1500
    helpers: tuple[IPv4Address, ...] = ()
    local_proxy_arp: bool = False
    mask_replies: bool = False
    directed_broadcast: bool = False
    groups: tuple[IPv4Address, ...] = ()
    access_out: str | None = None
    access_in: str | None = None
    proxy_arp: bool = True
    redirects: bool = True
    unreachables: bool = True
    fast_switching: bool = True
    cef: bool = True
    vrf: str | None = None
    """None: not in a VRF."""
    lender: str | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class AliasesView:
    """`show ip aliases`: kinds and addresses."""

    rows: tuple[tuple[str, IPv4Address], ...]
