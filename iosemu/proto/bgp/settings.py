"""What one BGP process is told to do: peer groups, templates and defaults are resolved here.

All values are frozen and hashable.  `read.py` makes them from the configuration and keeps what is
equal the same object, so that a change is found by identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.config.entries import Entries
from iosemu.wire.bgp_family import IPV4_UNICAST, Family

from .config import Neighbor, NeighborPolicy

DEFAULT_VRF = "default"
LISTEN_LIMIT = 100
AclName = int | str
"""Number or name of an access list."""
PeerAddress = IPv4Address | IPv6Address
Prefix = IPv4Prefix | IPv6Prefix


class TableKey(NamedTuple):
    """Which table: a family and a VRF."""

    family: Family = IPV4_UNICAST
    vrf: str = DEFAULT_VRF


class PeerKey(NamedTuple):
    """Which neighbor: a VRF and an address."""

    vrf: str
    address: PeerAddress


class PeerKind(Enum):
    """How a neighbor stands to this router's AS; CONFEDERATION: in another AS of it."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    CONFEDERATION = "confederation"


class RemovePrivate(Enum):
    """`remove-private-as`: not, if the path holds nothing else, `all`, `all replace-as`."""

    NO = "no"
    ONLY = "only"
    ALL = "all"
    REPLACE = "replace"


class NextHopSelf(Enum):
    """`next-hop-self`: not, for paths of eBGP, `all`."""

    NO = "no"
    EXTERNAL = "external"
    ALL = "all"


# -- sessions ----


@dataclass(frozen=True, slots=True)
class FallOver:
    """`fall-over`; a route map of the route to the neighbor if one is named."""

    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class PeerSettings:
    """One neighbor, whatever it carries.

    asn: the AS told to it in OPEN (the confederation's, or of `local-as`).
    dual_as: the AS told if it refuses that one, None without `dual-as`.
    log_changes: None: as the process has it.
    ttl: what packets to it carry; least_ttl: what packets of it must have (`ttl-security`).
    is_direct: it must be on a connected network.
    families: the activated ones.
    alternate_as: what a dynamic neighbor may have besides `remote_as`.
    """

    key: PeerKey
    remote_as: int
    asn: int
    kind: PeerKind
    families: tuple[Family, ...] = ()
    group: str | None = None
    session_template: str | None = None
    is_dynamic: bool = False
    alternate_as: tuple[int, ...] = ()
    dual_as: int | None = None
    description: str | None = None
    is_shutdown: bool = False
    password: str | None = None
    ttl: int = 255
    least_ttl: int = 0
    is_direct: bool = False
    update_source: str | None = None
    keepalive_s: int = 60
    hold_s: int = 180
    least_hold_s: int = 0
    is_passive: bool = False
    is_active_only: bool = False
    path_mtu_discovery: bool = True
    multi_session: bool = False
    log_changes: bool | None = None
    cluster_id: IPv4Address | None = None
    fall_over: FallOver | None = None
    capabilities: bool = True
    graceful_restart: bool = False
    orf_receive: bool = False
    orf_send: bool = False


# -- policies of one neighbor in one table ----


@dataclass(frozen=True, slots=True)
class MaximumPrefix:
    """`maximum-prefix`: past `percent` of the limit it is logged, past the limit the session ends
    unless `is_warning`, for ever or for some minutes."""

    limit: int
    percent: int = 75
    restart_minutes: int | None = None
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Inbound:
    """What is done with paths of a neighbor.

    own_as_allowed: how often a path may hold our own AS.
    prepend: AS put before what it sends (`local-as` without `no-prepend`).
    additional_paths: whether it may send them, None: as the table has it.
    """

    weight: int = 0
    distribute_list: AclName | None = None
    prefix_list: str | None = None
    filter_list: int | None = None
    route_map: str | None = None
    soft_reconfiguration: bool = False
    own_as_allowed: int = 0
    maximum_prefix: MaximumPrefix | None = None
    prepend: int | None = None
    soo: str | None = None
    dmzlink_bw: bool = False
    additional_paths: bool | None = None


@dataclass(frozen=True, slots=True)
class PathChoice:
    """Which additional paths are meant: all, the best two or three, the best of each AS."""

    all: bool = False
    best: int | None = None
    group_best: bool = False


@dataclass(frozen=True, slots=True)
class AdvertiseMap:
    """`advertise-map A exist-map B`, or `non-exist-map B`."""

    advertise: str
    condition: str
    is_exist: bool = True


@dataclass(frozen=True, slots=True)
class Outbound:
    """What of a table is sent to a neighbor, and how; neighbors with equal values share an update
    group.

    prepends: the AS numbers put before each path, nearest first; as a confederation sequence if
      the neighbor is in this confederation.
    private_as: its AS, if private numbers are to be removed: a path it is in keeps them.
    override_as: its AS, which is replaced by ours (`as-override`).
    additional_paths: whether they are to be sent, None: as the table has it.
    advertised_paths: which of those that are selected.
    """

    kind: PeerKind
    prepends: tuple[int, ...] = ()
    advertisement_interval_s: int = 0
    next_hop_self: NextHopSelf = NextHopSelf.NO
    next_hop_unchanged: bool = False
    next_hop_unchanged_all: bool = False
    route_reflector_client: bool = False
    send_standard: bool = False
    send_extended: bool = False
    send_label: bool = False
    remove_private: RemovePrivate = RemovePrivate.NO
    private_as: int | None = None
    override_as: int | None = None
    distribute_list: AclName | None = None
    prefix_list: str | None = None
    filter_list: int | None = None
    route_map: str | None = None
    unsuppress_map: str | None = None
    advertise_maps: tuple[AdvertiseMap, ...] = ()
    soo: str | None = None
    dmzlink_bw: bool = False
    additional_paths: bool | None = None
    advertised_paths: PathChoice | None = None


@dataclass(frozen=True, slots=True)
class DefaultOriginate:
    """`default-originate`; with a route map, if that permits some route of the table."""

    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class PeerPolicy:
    """One neighbor in one table it is activated for.  `default-originate` is no matter of the
    update group."""

    inbound: Inbound
    outbound: Outbound
    default_originate: DefaultOriginate | None = None
    policy_template: str | None = None


# -- tables ----


@dataclass(frozen=True, slots=True)
class Network:
    """`network`."""

    prefix: Prefix
    route_map: str | None = None
    is_backdoor: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`aggregate-address`."""

    prefix: Prefix
    as_set: bool = False
    as_confed_set: bool = False
    summary_only: bool = False
    suppress_map: str | None = None
    advertise_map: str | None = None
    attribute_map: str | None = None


@dataclass(frozen=True, slots=True)
class Redistribution:
    """`redistribute`.  protocol: as in the routing table ("static"); owner: of one instance
    ("eigrp 200").  matches: kinds of OSPF routes, as "internal" and "external 1"."""

    protocol: str
    owner: str | None = None
    metric: int | None = None
    route_map: str | None = None
    matches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Distances:
    """`distance bgp`: of paths from other AS, from this one, and of local ones."""

    external: int = 20
    internal: int = 200
    local: int = 200


@dataclass(frozen=True, slots=True)
class SourceDistance:
    """`distance 95 A.B.C.D wildcard [list]`: of paths from these neighbors."""

    address: IPv4Address
    wildcard: IPv4Address
    distance: int
    acl: AclName | None = None


@dataclass(frozen=True, slots=True)
class Dampening:
    """`bgp dampening`; with a route map, what it sets, or nothing."""

    half_life_minutes: int = 15
    reuse: int = 750
    suppress: int = 2000
    longest_minutes: int = 60
    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class NextHops:
    """How changes of next hops are noticed: `bgp nexthop`, `bgp scan-time`."""

    is_triggered: bool = True
    delay_s: int = 5
    route_map: str | None = None
    scan_s: int = 60


@dataclass(frozen=True, slots=True)
class TableSettings:
    """One table.

    policies: of the neighbors activated for it.
    maximum_paths_mixed: `maximum-paths eibgp`.
    router_id: of a VRF.
    selected_paths: the additional ones.
    """

    policies: Entries[PeerKey, PeerPolicy] = field(default_factory=Entries)
    networks: tuple[Network, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    redistributions: tuple[Redistribution, ...] = ()
    default_information: bool = False
    default_metric: int | None = None
    maximum_paths_external: int = 1
    maximum_paths_internal: int = 1
    maximum_paths_mixed: int = 1
    distances: Distances = Distances()
    source_distances: tuple[SourceDistance, ...] = ()
    table_map: str | None = None
    table_map_filters: bool = False
    auto_summary: bool = False
    synchronization: bool = False
    dampening: Dampening | None = None
    next_hops: NextHops = NextHops()
    router_id: IPv4Address | None = None
    suppress_inactive: bool = False
    redistribute_internal: bool = False
    aggregate_timer_s: int = 30
    dmzlink_bw: bool = False
    soft_reconfiguration_backup: bool = False
    additional_paths_send: bool = False
    additional_paths_receive: bool = False
    selected_paths: PathChoice | None = None


# -- the process ----


@dataclass(frozen=True, slots=True)
class Bestpath:
    """`bgp bestpath ...`, `bgp always-compare-med`, `bgp deterministic-med`."""

    always_compare_med: bool = False
    deterministic_med: bool = False
    compare_router_id: bool = False
    ignore_as_path: bool = False
    ignore_cost_community: bool = False
    ignore_igp_metric: bool = False
    med_confederation: bool = False
    missing_med_is_worst: bool = False
    multipath_relax: bool = False
    default_local_preference: int = 100


@dataclass(frozen=True, slots=True)
class GracefulRestart:
    """`bgp graceful-restart`, seconds."""

    restart_s: int = 120
    stalepath_s: int = 360


@dataclass(frozen=True, slots=True)
class ListenRange:
    """`bgp listen range P/L peer-group G`."""

    prefix: Prefix
    group: str
    vrf: str = DEFAULT_VRF


@dataclass(frozen=True, slots=True)
class ListenGroup:
    """What a dynamic neighbor of a peer group is; `read.dynamic_peer` makes its settings.

    password: of the group, in clear, for the listening socket.
    """

    name: str
    vrf: str
    remote_as: int | None
    alternate_as: tuple[int, ...]
    password: str | None
    neighbor: Neighbor
    policies: tuple[tuple[TableKey, NeighborPolicy], ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """The BGP process.

    asn: of `router bgp`; confederation: its identifier, and the other AS in it.
    groups: peer groups that have a listen range, by VRF and name.
    """

    asn: int
    router_id: IPv4Address | None = None
    router_id_interface: str | None = None
    cluster_id: IPv4Address | None = None
    confederation: int | None = None
    confederation_peers: tuple[int, ...] = ()
    log_neighbor_changes: bool = True
    bestpath: Bestpath = Bestpath()
    client_to_client: bool = True
    fast_external_fallover: bool = True
    enforce_first_as: bool = True
    maxas_limit: int | None = None
    maxcommunity_limit: int | None = None
    update_delay_s: int = 120
    refresh_stalepath_s: int = 0
    refresh_max_eor_s: int = 0
    graceful_restart: GracefulRestart | None = None
    keepalive_s: int = 60
    hold_s: int = 180
    least_hold_s: int = 0
    path_mtu_discovery: bool = True
    is_shutdown: bool = False
    asdot: bool = False
    route_target_filter: bool = True
    listen_limit: int = LISTEN_LIMIT
    listen_ranges: tuple[ListenRange, ...] = ()
    groups: Entries[tuple[str, str], ListenGroup] = field(default_factory=Entries)
    peers: Entries[PeerKey, PeerSettings] = field(default_factory=Entries)
    tables: Entries[TableKey, TableSettings] = field(default_factory=Entries)

    def policy(self, peer: PeerKey, table: TableKey) -> PeerPolicy | None:
        """How a neighbor stands to a table; None: it is not activated for it."""
        held: TableSettings | None = self.tables.get(table)
        return None if held is None else held.policies.get(peer)
