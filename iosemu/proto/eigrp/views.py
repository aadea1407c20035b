"""What the shows of EIGRP are about, as frozen values: times in ns, distances as they are counted.

How the engine makes them of its state is in `answers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.kernel.time import Time
from iosemu.wire.eigrp_route import External

from .metric import Vector


class About(Enum):
    """Which show asks."""

    NEIGHBORS = "neighbors"
    INTERFACES = "interfaces"
    TOPOLOGY = "topology"
    SUMMARY = "summary"
    ENTRY = "entry"
    TRAFFIC = "traffic"
    EVENTS = "events"
    TIMERS = "timers"
    PROTOCOLS = "protocols"
    ACCOUNTING = "accounting"


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a show, about one process or all of a VRF.  The answer is a tuple of views, one
    for each process."""

    about: About
    now: Time
    autonomous_system: int | None = None
    vrf: str = "default"
    prefix: IPv4Prefix | None = None
    """Of ENTRY; None for an address: `address` then is what the longest prefix shall hold."""
    address: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a show says of the process first.  name: of a named one.  is_old: in the words of
    releases before 15.0."""

    autonomous_system: int
    router_id: IPv4Address
    name: str | None = None
    vrf: str = "default"
    is_old: bool = False
    is_wide: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True)
class NeighborRow:
    """One neighbor.  hold, uptime: ns.  release, tlv_version: as its hellos say.  stub: words of
    what it advertises, None: no stub."""

    handle: int
    address: IPv4Address
    interface: str
    hold: Time
    uptime: Time
    srtt_ms: int
    rto_ms: int
    queued: int
    sequence: int
    release: tuple[int, int] = (0, 0)
    tlv_version: tuple[int, int] = (0, 0)
    retransmissions: int = 0
    retries: int = 0
    prefixes: int = 0
    is_static: bool = False
    is_up: bool = True
    stub: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class NeighborsView:
    """`show ip eigrp neighbors`."""

    head: Head
    rows: tuple[NeighborRow, ...]
    has_detail: bool = False


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Where prefixes come from.  state: "A" adjacent, "P" pending; address None: redistributed."""

    state: str
    address: IPv4Address | None
    interface: str
    prefixes: int


@dataclass(frozen=True, slots=True)
class AccountingView:
    """`show ip eigrp accounting`."""

    head: Head
    total: int
    rows: tuple[AccountRow, ...]


@dataclass(frozen=True, slots=True)
class PluginsView:
    """`show eigrp plugins`: name, version and what it is of each part of EIGRP that is here."""

    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class InterfaceRow:
    """One interface.  sent: counters by what they count, as `Port.sent` has them."""

    name: str
    peers: int
    queued: int
    srtt_ms: int
    pacing_ms: tuple[int, int]
    flow_ms: int
    pending: int
    hello_s: int = 5
    hold_s: int = 15
    split_horizon: bool = True
    authentication: str | None = None
    key_chain: str | None = None
    sent: tuple[tuple[str, int], ...] = ()
    is_unicast: bool = False


@dataclass(frozen=True, slots=True)
class InterfacesView:
    """`show ip eigrp interfaces`."""

    head: Head
    rows: tuple[InterfaceRow, ...]
    has_detail: bool = False


class Via(StrEnum):
    """Where a path of the topology table comes from, if not from a neighbor."""

    NEIGHBOR = "neighbor"
    CONNECTED = "Connected"
    SUMMARY = "Summary"
    STATIC = "Rstatic"
    REDISTRIBUTED_CONNECTED = "Rconnected"
    REDISTRIBUTED = "Redistributed"


@dataclass(frozen=True, slots=True)
class PathView:
    """One path.  distance None: unreachable."""

    via: Via
    address: IPv4Address | None
    interface: str | None
    distance: int | None
    reported: int | None
    vector: Vector
    router: IPv4Address
    external: External | None = None
    next_hop: IPv4Address | None = None
    is_feasible: bool = True
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class DestinationView:
    """One destination.  distance_feasible None: inaccessible.  waiting: neighbors that still owe a
    reply, with the interface.  origin: number of the query-origin flag."""

    prefix: IPv4Prefix
    is_active: bool
    successors: int
    distance_feasible: int | None
    tag: int
    serial: int
    paths: tuple[PathView, ...]
    waiting: tuple[tuple[IPv4Address, str], ...] = ()
    active: Time = 0
    origin: int = 1
    is_update_due: bool = False
    is_query_due: bool = False
    is_reply_due: bool = False
    rib_metric: int = 0


@dataclass(frozen=True, slots=True)
class TopologyView:
    """`show ip eigrp topology`."""

    head: Head
    destinations: tuple[DestinationView, ...]
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class TopologySummaryView:
    """`show ip eigrp topology summary`."""

    head: Head
    first_serial: int
    next_serial: int
    routes: int
    pending_replies: int
    interfaces: int
    neighbors: int
    occupied: int
    """Interfaces with neighbors."""
    quiescent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """`show ip eigrp topology PREFIX`; destination None: there is none."""

    head: Head
    prefix: IPv4Prefix
    destination: DestinationView | None


@dataclass(frozen=True, slots=True)
class TrafficView:
    """`show ip eigrp traffic`: packets of each kind, as (sent, received)."""

    head: Head
    hellos: tuple[int, int]
    updates: tuple[int, int]
    queries: tuple[int, int]
    replies: tuple[int, int]
    acks: tuple[int, int]
    sia_queries: tuple[int, int]
    sia_replies: tuple[int, int]


@dataclass(frozen=True, slots=True)
class EventsView:
    """`show ip eigrp events`: the newest first, each with the time of day it happened."""

    head: Head
    events: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NotesView:
    """The engine's answer about events: when, and what."""

    head: Head
    notes: tuple[tuple[Time, str], ...]


@dataclass(frozen=True, slots=True)
class TimersView:
    """`show ip eigrp timers`: what is left of each, in ns, the next first."""

    head: Head
    hellos: tuple[tuple[Time, str], ...]
    peers: tuple[tuple[Time, str], ...]
    """With "holding", or "transmission" for one that has not acknowledged."""
    active: tuple[Time, ...]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A routing information source: when it last told something, in ns ago."""

    gateway: IPv4Address
    distance: int
    age: Time


@dataclass(frozen=True, slots=True)
class ProtocolView:
    """`show eigrp protocols`, and with `is_listed` a part of `show ip protocols`."""

    head: Head
    k: tuple[int, int, int, int, int, int]
    rib_scale: int
    active_time_s: int | None
    distance_internal: int
    distance_external: int
    maximum_paths: int
    maximum_hops: int
    variance: int
    prefixes: int
    redistributed: int
    is_listed: bool = False
    filters: tuple[tuple[bool, str | None, str], ...] = ()
    import_filters: tuple[tuple[str, str], ...] = ()
    """(whether for incoming updates, interface, list)."""
    offsets: tuple[tuple[bool, str | None, int, str], ...] = ()
    """(whether for incoming updates, interface, amount, list)."""
    default_in: bool = True
    default_out: bool = True
    redistributing: tuple[str, ...] = ()
    has_auto_summary: bool = False
    summaries: tuple[tuple[IPv4Prefix, tuple[str, ...], int | None], ...] = ()
    """A summary address, its interfaces, and its metric if it exists."""
    networks: tuple[str, ...] = ()
    passive: tuple[str, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    stub: tuple[str, ...] | None = None
