"""What the shows of BGP's tables are about, as frozen values.

How the engine makes them of its state is in `answers`; those about neighbors are in
`neighbor_views`.
"""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.address import IPv4Address, IPv6Address
from iosemu.wire.bgp_attributes import Origin
from iosemu.wire.bgp_nlri import Nlri

NextHop = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class PathRow:
    """One row of a table; `prefix` as its key there.

    as_path: as printed, empty for a path of this AS.  valid: a `*` if no other state is told.
    """

    prefix: Nlri
    next_hop: NextHop
    origin: Origin
    as_path: str = ""
    med: int | None = None
    local_pref: int | None = None
    weight: int = 0
    is_valid: bool = True
    is_best: bool = False
    is_internal: bool = False
    is_multipath: bool = False
    is_backup: bool = False
    is_additional: bool = False
    is_suppressed: bool = False
    is_damped: bool = False
    is_history: bool = False
    is_stale: bool = False
    is_rib_failure: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one RD, or all.  heading: behind `Route Distinguisher: `, as "65000:1 (default for
    vrf RED)"."""

    rows: tuple[PathRow, ...]
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class TableView:
    """`show ip bgp` and those that print such rows.

    is_empty_silent: nothing at all is printed if there is no row.
    total: `Total number of prefixes` below, if it is told.
    """

    version: int
    router_id: IPv4Address
    sections: tuple[Section, ...]
    release: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class DetailPath:
    """One path of a prefix, with all it has.

    as_path: "Local" for a path of this AS.  notes: behind the AS path, as "(Received from a
    RR-client)" and "(received & used)".  igp_metric: of the route to the next hop, None for a
    connected or local one.  peer: who told of it, 0.0.0.0 for this router.
    vrf: where the next hop leads, as "vrf RED", of a VPN.
    flags: what stands behind the attributes, as "valid", "external", "best".
    communities, extended, large: as printed.  labels: "28/nolabel" of a VPN.
    imported: the VPN prefix it is a copy of.
    """

    epoch: int
    as_path: str
    next_hop: NextHop
    peer: NextHop
    router_id: IPv4Address
    origin: Origin
    flags: tuple[str, ...]
    notes: tuple[str, ...] = ()
    link_local: IPv6Address | None = None
    vrf: str | None = None
    is_accessible: bool = True
    igp_metric: int | None = None
    med: int | None = None
    local_pref: int = 100
    weight: int = 0
    aggregator: str | None = None
    communities: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    large: tuple[str, ...] = ()
    originator: IPv4Address | None = None
    cluster_list: tuple[IPv4Address, ...] = ()
    labels: str | None = None
    imported: str | None = None
    dampening: str | None = None
    rx_path_id: int = 0
    tx_path_id: int | None = None


@dataclass(frozen=True, slots=True)
class PrefixView:
    """`show ip bgp PREFIX`.

    best: position of the best path counting from 1, 0 for none.  table: "default" or the VRF.
    notes: in the parentheses, as "RIB-failure(17)" and "not advertised to EBGP peer".
    groups: update groups it is advertised to.  comparing: the options of `bgp bestpath` that hold,
    as "compare-routerid".
    """

    prefix: Nlri
    version: int
    paths: tuple[DetailPath, ...]
    available: int
    best: int
    table: str
    release: str
    notes: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    comparing: tuple[str, ...] = ()
    multipath: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """`566019 network entries using 140372712 bytes of memory`."""

    count: str
    what: str
    used_bytes: int


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One neighbor.  uptime: as printed, "never" too.  state: None while it is established."""

    neighbor: str
    autonomous_system: str
    received: int
    sent: int
    table_version: int
    in_queue: int
    out_queue: int
    uptime: str
    state: str | None
    prefixes: int = 0
    is_dynamic: bool = False


@dataclass(frozen=True, slots=True)
class RangeGroup:
    """The ranges of one peer group."""

    name: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SummaryView:
    """`show ip bgp summary`.  Without neighbors only `memory` and what is above it is printed.

    ranges: of listening, in all; limit: of dynamic neighbors, None without ranges.
    """

    router_id: IPv4Address
    autonomous_system: str
    version: int
    routing_version: int
    memory: tuple[Memory, ...]
    activity: tuple[int, int, int, int]
    scan_s: int
    rows: tuple[SummaryRow, ...]
    groups: tuple[RangeGroup, ...] = ()
    limit: int | None = None
    soft_paths: int = 0
