"""BGP: neighbors, and the families they carry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries

Peer = IPv4Address | str
"""An address, or the name of a peer group."""


@dataclass(frozen=True, slots=True)
class LocalAs:
    """`neighbor X local-as N [no-prepend [replace-as [dual-as]]]`."""

    asn: int
    no_prepend: bool = False
    replace_as: bool = False
    dual_as: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """`neighbor X password [0 | 7] TEXT`."""

    text: str
    encryption: int | None = None


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds; `least_hold_s` is the shortest hold time taken from a peer."""

    keepalive_s: int
    hold_s: int
    least_hold_s: int | None = None


@dataclass(frozen=True, slots=True)
class FallOver:
    """`neighbor X fall-over [bfd | route-map NAME]`."""

    bfd: bool = False
    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class Multihop:
    """`neighbor X ebgp-multihop [TTL]`."""

    ttl: int = 255


@dataclass(frozen=True, slots=True)
class Neighbor:
    """What a neighbor or peer group is, whatever it carries."""

    is_group: bool = False
    remote_as: int | None = None
    group: str | None = None
    local_as: LocalAs | None = None
    description: str | None = None
    shutdown: bool = False
    password: Secret | None = None
    ebgp_multihop: Multihop | None = None
    ttl_security: int | None = None
    disable_connected_check: bool = False
    update_source: str | None = None
    version: int | None = None
    timers: Timers | None = None
    fall_over: FallOver | None = None


@dataclass(frozen=True, slots=True)
class MaximumPrefix:
    """`neighbor X maximum-prefix N [PERCENT] [restart MINUTES | warning-only]`."""

    prefixes: int
    percent: int | None = None
    restart: int | None = None
    warning_only: bool = False


@dataclass(frozen=True, slots=True)
class DefaultOriginate:
    """`neighbor X default-originate [route-map NAME]`."""

    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class AllowasIn:
    """`neighbor X allowas-in [TIMES]`."""

    times: int = 3


@dataclass(frozen=True, slots=True)
class RemovePrivateAs:
    """`neighbor X remove-private-as [all [replace-as]]`."""

    all: bool = False
    replace_as: bool = False


@dataclass(frozen=True, slots=True)
class NextHopSelf:
    """`neighbor X next-hop-self [all]`."""

    all: bool = False


@dataclass(frozen=True, slots=True)
class SendCommunity:
    """`neighbor X send-community [both | extended | standard]`; no word is standard."""

    which: str = "standard"


@dataclass(frozen=True, slots=True)
class NeighborPolicy:
    """A neighbor or peer group in one address family."""

    activate: bool = False
    weight: int | None = None
    send_community: SendCommunity | None = None
    as_override: bool = False
    allowas_in: AllowasIn | None = None
    default_originate: DefaultOriginate | None = None
    next_hop_self: NextHopSelf | None = None
    next_hop_unchanged: bool = False
    remove_private_as: RemovePrivateAs | None = None
    route_reflector_client: bool = False
    soft_reconfiguration: bool = False
    distribute_in: int | str | None = None
    distribute_out: int | str | None = None
    prefix_list_in: str | None = None
    prefix_list_out: str | None = None
    route_map_in: str | None = None
    route_map_out: str | None = None
    filter_list_in: int | None = None
    filter_list_out: int | None = None
    maximum_prefix: MaximumPrefix | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """What follows the prefix of `network`."""

    route_map: str | None = None
    backdoor: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What follows the mask of `aggregate-address`."""

    as_set: bool = False
    summary_only: bool = False
    suppress_map: str | None = None
    advertise_map: str | None = None
    attribute_map: str | None = None


@dataclass(frozen=True, slots=True)
class Redistribution:
    """What follows the source of `redistribute`; `match` holds OSPF route types."""

    metric: int | None = None
    internal: bool = False
    external_1: bool = False
    external_2: bool = False
    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class Distance:
    """`distance bgp EXTERNAL INTERNAL LOCAL`."""

    external: int
    internal: int
    local: int


@dataclass(frozen=True, slots=True)
class Dampening:
    """`bgp dampening`, with its four numbers or none."""

    half_life: int | None = None
    reuse: int | None = None
    suppress: int | None = None
    longest: int | None = None


NetworkKey = tuple[IPv4Address, IPv4Address | None]


@dataclass(frozen=True, slots=True)
class Family:
    """One address family; `block` is set once it is configured under `address-family`."""

    block: str | None = None
    router_id: IPv4Address | None = None
    table_map: str | None = None
    dampening: Dampening | None = None
    networks: Entries[NetworkKey, Network] = field(default_factory=Entries)
    aggregates: Entries[tuple[IPv4Address, IPv4Address], Aggregate] = field(default_factory=Entries)
    redistributions: Entries[tuple[str, int | None], Redistribution] = field(
        default_factory=Entries
    )
    policies: Entries[Peer, NeighborPolicy] = field(default_factory=Entries)
    neighbors: Entries[Peer, Neighbor] = field(default_factory=Entries)
    default_information: bool = False
    default_metric: int | None = None
    maximum_paths: int | None = None
    maximum_paths_eibgp: int | None = None
    maximum_paths_ibgp: int | None = None
    distance: Distance | None = None
    auto_summary: bool = False
    synchronization: bool = False


@dataclass(frozen=True, slots=True)
class BgpConfig:
    """`router bgp`.  As soon as one family has a block, IPv4 unicast has one too."""

    asn: int
    router_id: IPv4Address | None = None
    log_neighbor_changes: bool = True
    default_ipv4: bool = True
    default_local_preference: int = 100
    always_compare_med: bool = False
    deterministic_med: bool = False
    bestpath_compare_routerid: bool = False
    as_path_multipath_relax: bool = False
    cluster_id: IPv4Address | int | None = None
    confederation: int | None = None
    confederation_peers: tuple[int, ...] = ()
    graceful_restart: bool = False
    scan_time_s: int = 60
    neighbors: Entries[Peer, Neighbor] = field(default_factory=Entries)
    timers: Timers | None = None
    ipv4: Family = Family()
    vpnv4: Family | None = None
    vrfs: Entries[str, Family] = field(default_factory=Entries)

    def __post_init__(self) -> None:
        if (self.vpnv4 is not None or self.vrfs) and self.ipv4.block is None:
            object.__setattr__(self, "ipv4", replace(self.ipv4, block="ipv4"))


@dataclass(frozen=True, slots=True)
class BgpsConfig:
    """The BGP process, if there is one."""

    SLOT: ClassVar[str] = "bgp"
    process: BgpConfig | None = None
