"""What one EIGRP process is told to do, whichever way it was configured.

Classic mode (`router eigrp 100`) and named mode (`router eigrp NAME`, address families) come to the
same values here; the engine knows only these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.wire.eigrp import Digest, StubFlag

from .metric import DEFAULT_K, RIB_SCALE, K, Scale

AclName = int | str
"""Number or name of an access list."""
Metric = tuple[int, int, int, int, int]
"""As typed: kb/s, tens of microseconds, reliability, load, bytes."""


class ProcessKey(NamedTuple):
    """Which process: a VRF and an autonomous system."""

    vrf: str
    autonomous_system: int

    @property
    def owner(self) -> str:
        """Whose routes they are in the routing table, as "eigrp 100"."""
        return f"eigrp {self.autonomous_system}"


@dataclass(frozen=True, slots=True)
class Summary:
    """`ip summary-address eigrp`.  distance None: 5, or what `summary-metric` says."""

    prefix: IPv4Prefix
    distance: int | None = None
    leak_map: str | None = None


@dataclass(frozen=True, slots=True)
class AuthKey:
    """A key that is valid now; of HMAC-SHA-256 with a password, `key_id` is 0."""

    kind: Digest
    key_id: int
    secret: str


@dataclass(frozen=True, slots=True)
class InterfaceSettings:
    """One interface within a process.  `key_chain`: its name for MD5; `password`: of
    HMAC-SHA-256."""

    hello_s: int = 5
    hold_s: int = 15
    is_passive: bool = False
    split_horizon: bool = True
    next_hop_self: bool = True
    bandwidth_percent: int = 50
    summaries: tuple[Summary, ...] = ()
    authentication: Digest | None = None
    key_chain: str | None = None
    password: str | None = None
    is_shutdown: bool = False


@dataclass(frozen=True, slots=True)
class Offset:
    """`offset-list`; list 0 means every route."""

    acl: AclName
    is_in: bool
    amount: int
    interface: str | None = None


@dataclass(frozen=True, slots=True)
class SourceDistance:
    """`distance 95 A.B.C.D wildcard [list]`: of routes of these neighbors."""

    address: IPv4Address
    wildcard: IPv4Address
    distance: int
    acl: AclName | None = None


@dataclass(frozen=True, slots=True)
class SummaryMetric:
    """`summary-metric`."""

    prefix: IPv4Prefix
    metric: Metric | None
    distance: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """`distribute-list`: one of an access list, a prefix list or a route map; `gateway`: a prefix
    list of the neighbors it holds for."""

    is_in: bool
    interface: str | None = None
    acl: AclName | None = None
    prefix_list: str | None = None
    route_map: str | None = None
    gateway: str | None = None


@dataclass(frozen=True, slots=True)
class Redistribution:
    """`redistribute`.  protocol: as in the routing table ("static"); owner: of one instance
    ("eigrp 200").  metric: kb/s, tens of microseconds, reliability, load, bytes.  acl, prefix_list:
    of `distribute-list out PROTOCOL`."""

    protocol: str
    owner: str | None = None
    metric: Metric | None = None
    route_map: str | None = None
    acl: AclName | None = None
    prefix_list: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """One process.

    networks: (address, wildcard) pairs.  active_time_s None: a route may stay active for ever.
    interfaces: only those with settings of their own; others have `default_interface`.
    neighbors: static ones, (interface, address).
    """

    name: str | None = None
    scale: Scale = Scale.CLASSIC
    is_shutdown: bool = False
    networks: tuple[tuple[IPv4Address, IPv4Address], ...] = ()
    router_id: IPv4Address | None = None
    k: K = DEFAULT_K
    variance: int = 1
    maximum_paths: int = 4
    traffic_share_minimum: bool = False
    distance_internal: int = 90
    distance_external: int = 170
    source_distances: tuple[SourceDistance, ...] = ()
    rib_scale: int = RIB_SCALE
    maximum_hops: int = 100
    stub: StubFlag | None = None
    stub_leak_map: str | None = None
    active_time_s: int | None = 180
    log_changes: bool = True
    log_warnings_s: int | None = 10
    default_metric: Metric | None = None
    default_in: bool = True
    default_out: bool = True
    interfaces: tuple[tuple[str, InterfaceSettings], ...] = ()
    default_interface: InterfaceSettings = InterfaceSettings()
    neighbors: tuple[tuple[str, IPv4Address], ...] = ()
    offsets: tuple[Offset, ...] = ()
    filters: tuple[Filter, ...] = ()
    redistributions: tuple[Redistribution, ...] = ()
    summary_metrics: tuple[SummaryMetric, ...] = ()
    auto_summary: bool = False
    event_log_size: int | None = None

    def interface(self, name: str) -> InterfaceSettings:
        """The settings of an interface."""
        return dict(self.interfaces).get(name, self.default_interface)

    def covers(self, address: IPv4Address) -> bool:
        """Whether a `network` statement takes in an address."""
        return any(
            (address ^ base) & ~wildcard & 0xFFFFFFFF == 0 for base, wildcard in self.networks
        )
