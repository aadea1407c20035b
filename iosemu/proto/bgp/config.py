"""What `router bgp` configures: the process, its neighbors, and the families they carry."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field

ListName = int | str
"""Number or name of an access list."""
Peer = IPv4Address | IPv6Address | str
"""An address, or the name of a peer group."""

DEFAULT_TTL = 255
DEFAULT_PERCENT = 75
DEFAULT_OCCURRENCES = 3

# -- what a neighbor is, whatever it carries ----


@dataclass(frozen=True, slots=True)
class BgpRemoteAs:
    """`remote-as N [alternate-as N ...]`: what else dynamic neighbors may be in."""

    asn: int
    alternate_as: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BgpLocalAs:
    """`local-as N [no-prepend [replace-as [dual-as]]]`."""

    asn: int
    no_prepend: bool = False
    replace_as: bool = False
    dual_as: bool = False


@dataclass(frozen=True, slots=True)
class BgpPassword:
    """`password [TYPE] TEXT`; `encryption` 7: it is hidden."""

    text: str
    encryption: int | None = None


@dataclass(frozen=True, slots=True)
class BgpTimers:
    """Seconds; `least_hold_s` is the shortest hold time taken from a neighbor."""

    keepalive_s: int
    hold_s: int
    least_hold_s: int = 0


@dataclass(frozen=True, slots=True)
class BgpFallOver:
    """`fall-over [bfd | route-map NAME]`."""

    bfd: bool = False
    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class BgpMultihop:
    """`ebgp-multihop [TTL]`, printed with its number."""

    ttl: int | None = None

    def __post_init__(self) -> None:
        if self.ttl is None:
            object.__setattr__(self, "ttl", DEFAULT_TTL)


@dataclass(frozen=True, slots=True)
class BgpSwitch:
    """What a neighbor says of a matter of the process: that it has it, or `disable`."""

    disable: bool = False


@dataclass(frozen=True, slots=True)
class BgpTranslate:
    """`translate-update ipv4 {multicast | unicast}`."""

    to: str


@dataclass(frozen=True, slots=True)
class Neighbor:
    """What a neighbor, a peer group or a session template is.

    is_group: `neighbor NAME peer-group`.  session: the template it inherits.  sessions:
    "multi-session" or "single-session".
    """

    is_group: bool = False
    remote: BgpRemoteAs | None = None
    group: str | None = None
    session: str | None = None
    local_as: BgpLocalAs | None = None
    description: str | None = None
    shutdown: bool = False
    password: BgpPassword | None = None
    ebgp_multihop: BgpMultihop | None = None
    ttl_security: int | None = None
    disable_connected_check: bool = False
    update_source: str | None = None
    version: int | None = None
    timers: BgpTimers | None = None
    fall_over: BgpFallOver | None = None
    connection_mode: str | None = None
    path_mtu_discovery: BgpSwitch | None = None
    sessions: str | None = None
    dont_negotiate: bool = False
    log_changes: BgpSwitch | None = None
    graceful_restart: BgpSwitch | None = None
    cluster_id: IPv4Address | int | None = None

    @property
    def remote_as(self) -> int | None:
        """Its AS, if it says one itself."""
        return None if self.remote is None else self.remote.asn


# -- a neighbor in one family ----


@dataclass(frozen=True, slots=True)
class BgpMaximumPrefix:
    """`maximum-prefix N [PERCENT] [restart MINUTES | warning-only]`."""

    prefixes: int
    percent: int = DEFAULT_PERCENT
    restart: int | None = None
    warning_only: bool = False


@dataclass(frozen=True, slots=True)
class BgpDefaultOriginate:
    """`default-originate [route-map NAME]`."""

    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class BgpAllowasIn:
    """`allowas-in [TIMES]`."""

    times: int = DEFAULT_OCCURRENCES


@dataclass(frozen=True, slots=True)
class BgpRemovePrivateAs:
    """`remove-private-as [all [replace-as]]`."""

    all: bool = False
    replace_as: bool = False


@dataclass(frozen=True, slots=True)
class BgpNextHopSelf:
    """`next-hop-self [all]`."""

    all: bool = False


@dataclass(frozen=True, slots=True)
class BgpNextHopUnchanged:
    """`next-hop-unchanged [allpaths]`."""

    allpaths: bool = False


@dataclass(frozen=True, slots=True)
class BgpSendCommunity:
    """`send-community [both | extended | standard]`; no word is standard."""

    which: str = "standard"


@dataclass(frozen=True, slots=True)
class BgpAdvertiseMap:
    """`advertise-map NAME {exist-map | non-exist-map} NAME`."""

    how: str
    condition: str


@dataclass(frozen=True, slots=True)
class BgpAddPaths:
    """`additional-paths {disable | send [receive] | receive}`; which: the first of these words."""

    which: str
    receive: bool = False

    @property
    def sends(self) -> bool:
        return self.which == "send"

    @property
    def receives(self) -> bool:
        return self.receive or self.which == "receive"


@dataclass(frozen=True, slots=True)
class BgpPathChoice:
    """`additional-paths {all | best N | group-best}`, one or several; which: the first of them."""

    which: str
    best: int | None = None
    group_best: bool = False


@dataclass(frozen=True, slots=True)
class NeighborPolicy:
    """A neighbor, a peer group or a policy template in one family.

    policy: the template a neighbor inherits; inherits: those of a template, by sequence number.

    activate: None: not, and nobody said so.  told: what of it is printed where remote-as activates
    a neighbor by itself.
    """

    activate: bool | None = None
    told: bool | None = None
    send_community: BgpSendCommunity | None = None
    policy: str | None = None
    inherits: Entries[int, str] = field(default_factory=Entries)
    weight: int | None = None
    as_override: bool = False
    allowas_in: BgpAllowasIn | None = None
    advertisement_interval_s: int | None = None
    default_originate: BgpDefaultOriginate | None = None
    route_reflector_client: bool = False
    next_hop_self: BgpNextHopSelf | None = None
    next_hop_unchanged: BgpNextHopUnchanged | None = None
    send_label: bool = False
    soo: str | None = None
    dmzlink_bw: bool = False
    additional_paths: BgpAddPaths | None = None
    advertise_paths: BgpPathChoice | None = None
    advertise_best_external: bool = False
    orf_prefix_list: str | None = None
    remove_private_as: BgpRemovePrivateAs | None = None
    soft_reconfiguration: bool = False
    translate: BgpTranslate | None = None
    distribute_in: ListName | None = None
    distribute_out: ListName | None = None
    prefix_list_in: str | None = None
    prefix_list_out: str | None = None
    route_map_in: str | None = None
    route_map_out: str | None = None
    filter_list_in: int | None = None
    filter_list_out: int | None = None
    unsuppress_map: str | None = None
    advertise_maps: Entries[str, BgpAdvertiseMap] = field(default_factory=Entries)
    maximum_prefix: BgpMaximumPrefix | None = None


# -- what a family announces ----


NetworkKey = tuple[IPv4Address, IPv4Address | None]
"""`network A.B.C.D [mask A.B.C.D]`; without a mask the class of the network."""
RangeKey = tuple[IPv4Address, IPv4Address]
"""`aggregate-address A.B.C.D A.B.C.D`."""
SourceKey = tuple[str, int | None]
"""What is redistributed: a protocol, and which process of it."""
NeighborsKey = tuple[IPv4Address, IPv4Address]
"""`distance N A.B.C.D A.B.C.D`: an address and a wildcard of neighbors."""
FamilyName = tuple[str, str | None]
"""An address family that is kept and not simulated, as ("ipv4", "multicast")."""


@dataclass(frozen=True, slots=True)
class BgpNetwork:
    """What follows the prefix of `network`."""

    route_map: str | None = None
    backdoor: bool = False


@dataclass(frozen=True, slots=True)
class BgpAggregate:
    """What follows the mask of `aggregate-address`."""

    as_set: bool = False
    as_confed_set: bool = False
    summary_only: bool = False
    suppress_map: str | None = None
    advertise_map: str | None = None
    attribute_map: str | None = None


@dataclass(frozen=True, slots=True)
class BgpRedistribution:
    """What follows the source of `redistribute`; which routes of OSPF if some were named."""

    metric: int | None = None
    internal: bool = False
    external_1: bool = False
    external_2: bool = False
    nssa_external_1: bool = False
    nssa_external_2: bool = False
    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class BgpTableMap:
    """`table-map NAME [filter]`."""

    name: str
    filter: bool = False


@dataclass(frozen=True, slots=True)
class BgpDistance:
    """`distance bgp EXTERNAL INTERNAL LOCAL`."""

    external: int
    internal: int
    local: int


@dataclass(frozen=True, slots=True)
class BgpSourceDistance:
    """`distance 95 A.B.C.D wildcard [list]`."""

    distance: int
    acl: ListName | None = None


@dataclass(frozen=True, slots=True)
class BgpDampening:
    """`bgp dampening`, with its four numbers, some or none, or a route map."""

    half_life: int | None = None
    reuse: int | None = None
    suppress: int | None = None
    longest: int | None = None
    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class BgpNextHop:
    """`bgp nexthop`."""

    trigger: bool = True
    delay_s: int = 5
    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """One address family of the process or of a VRF; `block` is set once it is configured under
    `address-family`."""

    block: str | None = None
    router_id: IPv4Address | None = None
    synchronization: bool = False
    table_map: BgpTableMap | None = None
    dampening: BgpDampening | None = None
    next_hop: BgpNextHop = BgpNextHop()
    scan_time_s: int = 60
    aggregate_timer_s: int = 30
    suppress_inactive: bool = False
    redistribute_internal: bool = False
    dmzlink_bw: bool = False
    soft_reconfiguration_backup: bool = False
    paths: BgpAddPaths | None = None
    path_choice: BgpPathChoice | None = None
    paths_install: bool = False
    advertise_best_external: bool = False
    next_hop_unchanged: bool = False
    networks: Entries[NetworkKey, BgpNetwork] = field(default_factory=Entries)
    networks6: Entries[IPv6Prefix, BgpNetwork] = field(default_factory=Entries)
    aggregates: Entries[RangeKey, BgpAggregate] = field(default_factory=Entries)
    aggregates6: Entries[IPv6Prefix, BgpAggregate] = field(default_factory=Entries)
    redistributions: Entries[SourceKey, BgpRedistribution] = field(default_factory=Entries)
    policies: Entries[Peer, NeighborPolicy] = field(default_factory=Entries)
    neighbors: Entries[Peer, Neighbor] = field(default_factory=Entries)
    advertise_evpn: bool = False
    default_information: bool = False
    default_metric: int | None = None
    maximum_paths: int | None = None
    maximum_paths_eibgp: int | None = None
    maximum_paths_ibgp: int | None = None
    distance: BgpDistance = BgpDistance(20, 200, 200)
    distance_mbgp: BgpDistance = BgpDistance(20, 200, 200)
    source_distances: Entries[NeighborsKey, BgpSourceDistance] = field(default_factory=Entries)
    auto_summary: bool = False


# -- the process ----


@dataclass(frozen=True, slots=True)
class BgpGracefulRestart:
    """`bgp graceful-restart`; each number has a line of its own."""

    enabled: bool = False
    restart_s: int = 120
    stalepath_s: int = 360


@dataclass(frozen=True, slots=True)
class BgpMed:
    """`bgp bestpath med {confed [missing-as-worst] | missing-as-worst}`; which: the first word."""

    which: str
    missing_as_worst: bool = False


@dataclass(frozen=True, slots=True)
class BgpProcess:
    """`router bgp`.  As soon as a family besides VPNv4 has a block, IPv4 unicast has one too; those
    of VRFs do not count.
    """

    asn: int
    asdot: bool = False
    router_id: IPv4Address | None = None
    router_id_interface: str | None = None
    cluster_id: IPv4Address | int | None = None
    log_neighbor_changes: bool = True
    default_ipv4: bool = True
    default_local_preference: int = 100
    default_route_target_filter: bool = True
    always_compare_med: bool = False
    deterministic_med: bool = False
    compare_router_id: bool = False
    multipath_relax: bool = False
    ignore_as_path: bool = False
    ignore_cost_community: bool = False
    ignore_igp_metric: bool = False
    med: BgpMed | None = None
    confederation: int | None = None
    confederation_peers: tuple[int, ...] = ()
    graceful_restart: BgpGracefulRestart = BgpGracefulRestart()
    client_to_client: bool = True
    intra_cluster: IPv4Address | str | None = "any"
    fast_external_fallover: bool = True
    route_map_cache: bool = True
    consistency_checker: bool = False
    dynamic_med_interval_s: int = 600
    refresh_stalepath_s: int = 0
    refresh_max_eor_s: int = 0
    regexp_deterministic: bool = True
    default_ipv6_next_hop: bool = True
    split_as_override: bool = True
    enforce_first_as: bool = True
    path_mtu_discovery: bool = True
    maxas_limit: int | None = None
    maxcommunity_limit: int | None = None
    update_delay_s: int = 120
    listen_limit: int = 100
    listen_ranges: Entries[IPv4Prefix | IPv6Prefix, str] = field(default_factory=Entries)
    sessions: Entries[str, Neighbor] = field(default_factory=Entries)
    policies: Entries[str, NeighborPolicy] = field(default_factory=Entries)
    neighbors: Entries[Peer, Neighbor] = field(default_factory=Entries)
    timers: BgpTimers = BgpTimers(60, 180)
    shutdown: bool = False
    ipv4: Family = Family()
    ipv6: Family | None = None
    vpnv4: Family | None = None
    vrfs: Entries[str, Family] = field(default_factory=Entries)
    vrfs6: Entries[str, Family] = field(default_factory=Entries)
    others: Entries[FamilyName, Family] = field(default_factory=Entries)

    def __post_init__(self) -> None:
        if (self.ipv6 is not None or self.others) and self.ipv4.block is None:
            object.__setattr__(self, "ipv4", replace(self.ipv4, block="ipv4"))


@dataclass(frozen=True, slots=True)
class BgpConfig:
    """The BGP process, if there is one."""

    SLOT: ClassVar[str] = "bgp"

    process: BgpProcess | None = None
