"""The state of EIGRP on one router: processes, their interfaces, neighbors and topology."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, NamedTuple

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.tree import Config
from iosemu.kernel.cache import Cache
from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time
from iosemu.policy.acl import Acl
from iosemu.policy.acl_match import Program
from iosemu.proto.base import InterfaceState, Send
from iosemu.rib.route import Route, RouteFilter
from iosemu.wire.eigrp import Flag, Opcode, StubFlag, Tlv
from iosemu.wire.eigrp_route import External

from .metric import INFINITY, UNREACHABLE, Vector
from .settings import AclName, InterfaceSettings, ProcessKey, ProcessSettings

INITIAL_RTO_MS = 3000
MINIMUM_RTO_MS, MAXIMUM_RTO_MS = 100, 5000
RETRIES = 16


class NeighborKey(NamedTuple):
    """A neighbor: the interface it is on and its address."""

    interface: str
    address: IPv4Address


class Standing(Enum):
    """How far an adjacency is (RFC 7868 5.3): heard, or with both INITs acknowledged."""

    PENDING = "pending"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Reliable:
    """A packet that a neighbor has to acknowledge.  `body` is what follows the sequence numbers;
    is_multicast: it went, or will go, to the group first."""

    sequence: int
    opcode: Opcode
    flags: Flag
    tlvs: tuple[Tlv, ...]
    is_multicast: bool = False


@dataclass(slots=True)
class Neighbor:
    """One neighbor.  Times in ns.

    queue: what it has not acknowledged, the first being outstanding.  received: the last sequence
    number taken from it.  conditional: the number of the multicast packet it announced for those in
    conditional receive mode, of which we are one; None: we are not.
    """

    key: NeighborKey
    handle: int
    since: Time
    hold_s: int
    hold_until: Time
    standing: Standing = Standing.PENDING
    is_static: bool = False
    is_init_heard: bool = False
    is_init_acknowledged: bool = False
    release: tuple[int, int] = (0, 0)
    tlv_version: tuple[int, int] = (1, 2)
    stub: StubFlag | None = None
    hello: bytes = b""
    stale: dict[IPv4Prefix, None] | None = None
    """While it tells its table anew: what it has not repeated yet."""
    received: int = 0
    conditional: int | None = None
    queue: list[Reliable] = field(default_factory=list)
    sent_at: Time = 0
    retries: int = 0
    retransmissions: int = 0
    srtt_ms: int = 0
    rto_ms: int = INITIAL_RTO_MS
    updated_at: Time = 0
    """When it told of routes last; 0: never."""
    is_gone: bool = False

    @property
    def is_up(self) -> bool:
        return self.standing is Standing.UP


class Kind(StrEnum):
    """Where a path comes from."""

    NEIGHBOR = "neighbor"
    CONNECTED = "connected"
    SUMMARY = "summary"
    REDISTRIBUTED = "redistributed"


class PathKey(NamedTuple):
    """One path to a destination.  `source`: interface, or the protocol it is redistributed from."""

    kind: Kind
    source: str
    address: IPv4Address | None = None


class Path(NamedTuple):
    """A path; a named tuple, because there are many.

    `reported`: the neighbor's distance, of `reported_vector`; `vector`, `distance`: from here.
    """

    key: PathKey
    vector: Vector
    distance: int
    reported: int
    router: IPv4Address
    external: External | None = None
    next_hop: IPv4Address | None = None
    """Other than the neighbor itself."""
    reported_vector: Vector = UNREACHABLE

    @property
    def is_reachable(self) -> bool:
        return self.distance < INFINITY

    @property
    def is_own(self) -> bool:
        return self.key[0] is not Kind.NEIGHBOR


class Origin(Enum):
    """Why a destination is active: the query-origin flag of RFC 7868 3.5."""

    SELF_INCREASED = 0
    SELF = 1
    SUCCESSOR_INCREASED = 2
    SUCCESSOR = 3


@dataclass(slots=True)
class Destination:
    """One destination.

    distance_feasible: the lowest distance since it was last active.  origin None: passive.
    awaited: neighbors that still owe a reply, with the number of SIA-QUERYs since their last sign.
    frozen: what is told to others while it is active.  asker: the successor whose query is to be
    answered at the end.
    """

    prefix: IPv4Prefix
    paths: dict[PathKey, Path] = field(default_factory=dict)
    distance_feasible: int = INFINITY
    successors: tuple[PathKey, ...] = ()
    origin: Origin | None = None
    awaited: dict[NeighborKey, int] = field(default_factory=dict)
    active_since: Time = 0
    frozen: Vector = UNREACHABLE
    frozen_external: External | None = None
    asker: NeighborKey | None = None
    serial: int = 0
    offered: Route | None = None
    chosen: tuple[Path, ...] = ()
    """The paths that the offered route was made of."""
    told: tuple[Vector, External | None] = (UNREACHABLE, None)
    """What the others heard last."""

    @property
    def is_active(self) -> bool:
        return self.origin is not None

    @property
    def distance(self) -> int:
        """Of the successor, INFINITY without one."""
        path = self.best
        return INFINITY if path is None else path.distance

    @property
    def best(self) -> Path | None:
        """The path of the first successor."""
        return self.paths.get(self.successors[0]) if self.successors else None


@dataclass(slots=True)
class Outbox:
    """What is to be told at the next flush."""

    updates: dict[IPv4Prefix, tuple[str, ...] | None] = field(default_factory=dict)
    """The interfaces at which something else is to be said; None: all."""
    queries: dict[IPv4Prefix, tuple[NeighborKey, ...]] = field(default_factory=dict)
    replies: dict[NeighborKey, dict[IPv4Prefix, None]] = field(default_factory=dict)
    tables: dict[NeighborKey, None] = field(default_factory=dict)
    """Neighbors that get the whole table."""
    is_due: bool = False


@dataclass(slots=True)
class Traffic:
    """`show ip eigrp traffic`: packets by opcode; acknowledgments apart from hellos."""

    sent: dict[str, int] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    malformed: int = 0
    authentication_failures: int = 0


@dataclass(slots=True)
class Port:
    """One interface a process runs on.  settings: as they are now, with the defaults applied."""

    name: str
    handle: int
    settings: InterfaceSettings
    hello: Cache[str, tuple[Send, ...]] = field(default_factory=Cache)
    sent: dict[str, int] = field(default_factory=dict)
    """Counters of `show ip eigrp interfaces detail`."""
    hello_at: Time = 0
    """When the next hello is due."""


@dataclass(slots=True)
class Process:
    """One process: an autonomous system in a VRF."""

    key: ProcessKey
    settings: ProcessSettings
    router_id: IPv4Address
    started: Time
    ports: dict[str, Port] = field(default_factory=dict)
    neighbors: dict[NeighborKey, Neighbor] = field(default_factory=dict)
    topology: dict[IPv4Prefix, Destination] = field(default_factory=dict)
    outbox: Outbox = field(default_factory=Outbox)
    lists: tuple[object, ...] = ()
    """What the lists and route maps that the settings name were when routes were judged last."""
    import_lists: tuple[object, ...] = ()
    """Likewise of what is redistributed."""
    warned: dict[NeighborKey, Time] = field(default_factory=dict)
    """When it was last said that these are not on a common subnet."""
    sequence: int = 0
    serial: int = 0
    next_port: int = 0
    traffic: Traffic = field(default_factory=Traffic)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    """When, what, and its values."""

    def next_sequence(self) -> int:
        """The number of the next reliable packet; 0 is never used."""
        self.sequence = self.sequence % 0xFFFFFFFF + 1
        return self.sequence


@dataclass(slots=True)
class State:
    """All processes, and what the router tells its engines."""

    config: Config = field(default_factory=Config)
    interfaces: dict[str, InterfaceState] = field(default_factory=dict)
    processes: dict[ProcessKey, Process] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(b""))
    version: str = ""
    is_open: tuple[str, ...] = ()
    """VRFs in which the socket is open."""
    clock_ns: Time = 0
    """The device's clock at the start of the lab, in ns since 1970."""
    watches: tuple[RouteFilter, ...] = ()
    foreign: dict[str, dict[IPv4Prefix, Route]] = field(default_factory=dict)
    """By VRF, the best routes that are not EIGRP's own, or another process's."""
    programs: Cache[AclName, tuple[Acl, Program]] = field(default_factory=Cache)
    """Access lists as they match, with what they were made of."""

    debugs: dict[str, object] = field(default_factory=dict)
    """Debug flags of EIGRP that are on, with their conditions."""

    @property
    def is_old(self) -> bool:
        """Whether the release is older than 15.0."""
        major = self.version.partition(".")[0]
        return major.isdigit() and int(major) < 15
