"""What `router eigrp` configures, and what an interface says of a classic process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries

ListName = int | str
"""Number or name of an access list."""
ACTIVE_MINUTES = 3


class EigrpNetwork(NamedTuple):
    """`network A.B.C.D [wildcard]`; without a wildcard the class of the address."""

    address: IPv4Address
    wildcard: IPv4Address | None = None


class EigrpPeer(NamedTuple):
    """`neighbor A.B.C.D INTERFACE`."""

    address: IPv4Address
    interface: str


class EigrpOffsetKey(NamedTuple):
    """`offset-list`, without its amount."""

    acl: ListName
    direction: str
    interface: str | None = None


class EigrpFilterKey(NamedTuple):
    """Where a `distribute-list` stands: each direction has one, and each interface."""

    direction: str
    interface: str | None = None


@dataclass(frozen=True, slots=True)
class AclFilter:
    """`distribute-list 10`."""

    acl: ListName


@dataclass(frozen=True, slots=True)
class GatewayFilter:
    """`distribute-list gateway`: a prefix list of neighbors."""

    gateway: str


@dataclass(frozen=True, slots=True)
class PrefixFilter:
    """`distribute-list prefix`, with a list of neighbors if wanted."""

    prefix_list: str
    gateway: str | None = None


@dataclass(frozen=True, slots=True)
class RouteMapFilter:
    """`distribute-list route-map`."""

    route_map: str


class EigrpSource(NamedTuple):
    """What is redistributed: a protocol, and which process of it."""

    protocol: str
    process: int | None = None


@dataclass(frozen=True, slots=True)
class EigrpMetric:
    """kb/s, tens of microseconds, 0-255, 0-255, bytes."""

    bandwidth: int
    delay: int
    reliability: int
    load: int
    mtu: int


@dataclass(frozen=True, slots=True)
class EigrpRedistribution:
    """The options of `redistribute`; the five numbers of a metric stand together."""

    bandwidth: int | None = None
    delay: int | None = None
    reliability: int | None = None
    load: int | None = None
    mtu: int | None = None
    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class EigrpDistances:
    """`distance eigrp`."""

    internal: int = 90
    external: int = 170


@dataclass(frozen=True, slots=True)
class EigrpSourceDistance:
    """`distance 95 A.B.C.D wildcard [list]`."""

    distance: int
    acl: ListName | None = None


@dataclass(frozen=True, slots=True)
class EigrpActiveTime:
    """`timers active-time`; without minutes it is three."""

    minutes: int | None = None
    disabled: bool = False

    def __post_init__(self) -> None:
        if self.minutes == ACTIVE_MINUTES:
            object.__setattr__(self, "minutes", None)


@dataclass(frozen=True, slots=True)
class EigrpSummaryMetric:
    """`summary-metric`: a metric, a distance, or both."""

    bandwidth: int | None = None
    delay: int | None = None
    reliability: int | None = None
    load: int | None = None
    mtu: int | None = None
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class EigrpMaximum:
    """`maximum-prefix`."""

    prefixes: int
    threshold: int | None = None
    dampened: bool = False
    reset_minutes: int | None = None
    restart_minutes: int | None = None
    restart_count: int | None = None
    warning_only: bool = False


@dataclass(frozen=True, slots=True)
class EigrpTopology:
    """The base topology of an address family; of a classic process as well."""

    variance: int = 1
    maximum_paths: int = 4
    traffic_share: str = "balanced"
    maximum_hops: int = 100
    maximum_prefix: EigrpMaximum | None = None
    default_metric: EigrpMetric | None = None
    distances: EigrpDistances = EigrpDistances()
    source_distances: Entries[EigrpNetwork, EigrpSourceDistance] = field(default_factory=Entries)
    filters: Entries[EigrpFilterKey, AclFilter | GatewayFilter | PrefixFilter | RouteMapFilter] = (
        field(default_factory=Entries)
    )
    import_filters: Entries[EigrpSource, AclFilter | PrefixFilter] = field(default_factory=Entries)
    """`distribute-list ... out PROTOCOL`: of what is redistributed."""
    offsets: Entries[EigrpOffsetKey, int] = field(default_factory=Entries)
    redistributions: Entries[EigrpSource, EigrpRedistribution] = field(default_factory=Entries)
    default_in: bool = True
    default_out: bool = True
    active_time: EigrpActiveTime = EigrpActiveTime()
    auto_summary: bool = False
    summary_metrics: Entries[EigrpNetwork, EigrpSummaryMetric] = field(default_factory=Entries)
    event_log_size: int | None = None


@dataclass(frozen=True, slots=True)
class EigrpWeights:
    """`metric weights`; `tos` is always 0."""

    tos: int = 0
    k1: int = 1
    k2: int = 0
    k3: int = 1
    k4: int = 0
    k5: int = 0
    k6: int | None = None


@dataclass(frozen=True, slots=True)
class EigrpStub:
    """`eigrp stub`; without a word it means connected and summary."""

    connected: bool = False
    static: bool = False
    summary: bool = False
    redistributed: bool = False
    receive_only: bool = False
    leak_map: str | None = None

    def __post_init__(self) -> None:
        words = (self.connected, self.static, self.summary, self.redistributed, self.receive_only)
        if not any(words) and self.leak_map is None:
            object.__setattr__(self, "connected", True)
            object.__setattr__(self, "summary", True)


class EigrpRange(NamedTuple):
    """A summary address."""

    address: IPv4Address
    mask: IPv4Address


@dataclass(frozen=True, slots=True)
class EigrpSummary:
    """What follows the mask of a summary address."""

    distance: int | None = None
    leak_map: str | None = None


@dataclass(frozen=True, slots=True)
class EigrpMd5:
    """`authentication mode md5`."""

    md5: bool = True


@dataclass(frozen=True, slots=True)
class EigrpHmac:
    """`authentication mode hmac-sha-256`; `encryption` 7: `password` is hidden."""

    password: str
    encryption: int | None = None


@dataclass(frozen=True, slots=True)
class EigrpAfInterface:
    """`af-interface`; None: as in `af-interface default`, or what the medium says."""

    hello_s: int | None = None
    hold_s: int | None = None
    passive: bool | None = None
    split_horizon: bool | None = None
    next_hop_self: bool | None = None
    bandwidth_percent: int | None = None
    authentication: EigrpMd5 | EigrpHmac | None = None
    key_chain: str | None = None
    summaries: Entries[EigrpRange, EigrpSummary] = field(default_factory=Entries)
    bfd: bool = False
    dampening_change: int | None = None
    dampening_interval: int | None = None
    shutdown: bool = False


class EigrpFamilyKey(NamedTuple):
    """Which address family of a process."""

    vrf: str | None
    autonomous_system: int


@dataclass(frozen=True, slots=True)
class EigrpFamily:
    """One autonomous system: `router eigrp 100`, or an address family of a named instance.

    passive: interfaces that differ from `passive_default`, each with what it is itself.
    families: of a classic process, those of its VRFs.
    """

    topology: EigrpTopology = EigrpTopology()
    networks: Entries[EigrpNetwork, bool] = field(default_factory=Entries)
    neighbors: Entries[EigrpPeer, bool] = field(default_factory=Entries)
    neighbor_maximums: Entries[IPv4Address, EigrpMaximum] = field(default_factory=Entries)
    passive_default: bool = False
    passive: Entries[str, bool] = field(default_factory=Entries)
    interface_default: EigrpAfInterface = EigrpAfInterface()
    interfaces: Entries[str, EigrpAfInterface] = field(default_factory=Entries)
    weights: EigrpWeights = EigrpWeights()
    rib_scale: int = 128
    router_id: IPv4Address | None = None
    stub: EigrpStub | None = None
    log_changes: bool = True
    log_warnings_s: int | None = 10
    nsf: bool = False
    bfd: bool = False
    bfd_interfaces: Entries[str, bool] = field(default_factory=Entries)
    shutdown: bool = False
    families: Entries[EigrpFamilyKey, EigrpFamily] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class EigrpInstance:
    """`router eigrp NAME`."""

    families: Entries[EigrpFamilyKey, EigrpFamily] = field(default_factory=Entries)
    shutdown: bool = False


@dataclass(frozen=True, slots=True)
class EigrpConfig:
    """All processes: classic ones by autonomous system, named ones by name."""

    SLOT: ClassVar[str] = "eigrp"

    classic: Entries[int, EigrpFamily] = field(default_factory=Entries)
    named: Entries[str, EigrpInstance] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class EigrpInterface:
    """What an interface says of one classic process."""

    bandwidth_percent: int | None = None
    hello_s: int | None = None
    hold_s: int | None = None
    authentication: str | None = None
    key_chain: str | None = None
    next_hop_self: bool = True
    split_horizon: bool = True
    summaries: Entries[EigrpRange, EigrpSummary] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class EigrpInterfaces:
    """One interface, by autonomous system."""

    SLOT: ClassVar[str] = "eigrp"

    by_asn: Entries[int, EigrpInterface] = field(default_factory=Entries)
