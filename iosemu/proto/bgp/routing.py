"""State of the table side: tables, what they were told by whom, next hops, what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from iosemu.address import IPv4Address, IPv6Address, IpVersion
from iosemu.config.tree import Config
from iosemu.kernel.cache import Cache
from iosemu.kernel.time import Time
from iosemu.policy.route_map import Lists
from iosemu.rib.route import Route, RouteFilter
from iosemu.wire.bgp_family import IPV6_UNICAST, Family
from iosemu.wire.bgp_nlri import Nlri, RouteDistinguisher, VpnPrefix

from .peer import Carriage, SessionKey
from .settings import PeerKey, Prefix, ProcessSettings, TableKey
from .table import Source, Table

if TYPE_CHECKING:
    from .intake import Intake
    from .vpn import Vrf


class NextHopKey(NamedTuple):
    """A next hop is asked for in the VRF whose routes lead to it."""

    vrf: str
    address: IPv4Address | IPv6Address


def version_for(key: TableKey) -> IpVersion:
    """Which routing table of its VRF a table goes with."""
    return IpVersion.V6 if key.family == IPV6_UNICAST else IpVersion.V4


@dataclass(slots=True)
class NextHop:
    """One next hop.

    told: the route the routing table resolves it by.  is_reachable, metric, resolved: what paths go
    by since the last walk, which lags behind.  due: when a walk will look at `told`, None if what
    is known is what was told.  penalty: of the dampening of walks, at `penalized_at`.
    registered_at: since when it is tracked.
    """

    registered_at: Time
    told: Route | None = None
    is_reachable: bool = False
    metric: int = 0
    resolved: Prefix | None = None
    due: Time | None = None
    penalty: float = 0.0
    penalized_at: Time = 0
    changes: int = 0


class ReceiverKey(NamedTuple):
    """A neighbor and the table its session feeds."""

    peer: PeerKey
    table: TableKey


@dataclass(slots=True)
class Receiver:
    """What a table takes from one session.

    source: of its paths.  stale: while the neighbor tells its table anew between two marks, what it
    has not repeated yet.  is_warned: the threshold of `maximum-prefix` was passed and logged.
    denied: how many prefixes each reason kept out.
    """

    source: Source
    stale: dict[tuple[Nlri, int], None] | None = None
    is_warned: bool = False
    denied: dict[str, int] = field(default_factory=dict)
    accepted: int = 0
    implicit: int = 0
    explicit: int = 0
    """Prefixes taken in, how many of them took the place of others or were let through no more,
    and how many were withdrawn."""

    def count(self, told: int, refused: int, more: int) -> None:
        """An update told so many prefixes, of which some were refused; the table has `more`."""
        self.accepted += told - refused
        self.implicit += told - refused - more


@dataclass(slots=True)
class Routing:
    """The table side of one BGP process.

    dirty: prefixes whose best path is to be looked for again.  foreign: the best routes of each
    routing table that are not BGP's; watched: of which tables.  walk_at: when the next walk over
    next hops is due.  lists: what policies name, made of a configuration.
    """

    tables: dict[TableKey, Table] = field(default_factory=dict)
    next_hops: dict[NextHopKey, NextHop] = field(default_factory=dict)
    receivers: dict[ReceiverKey, Receiver] = field(default_factory=dict)
    dirty: dict[TableKey, dict[Nlri, None]] = field(default_factory=dict)
    foreign: dict[tuple[str, IpVersion], dict[Prefix, Route]] = field(default_factory=dict)
    watched: tuple[RouteFilter, ...] = ()
    walk_at: Time | None = None
    vrfs: dict[str, Vrf] = field(default_factory=dict)
    """The VRFs that take part, by name and by RD."""
    by_rd: dict[RouteDistinguisher, Vrf] = field(default_factory=dict)
    labels: dict[VpnPrefix, int] = field(default_factory=dict)
    """What this router calls the prefixes of its VRFs."""
    reinstalled: dict[TableKey, None] = field(default_factory=dict)
    """Tables whose routes are offered again though their best paths are the same."""
    intakes: Cache[tuple[SessionKey, Family], tuple[ProcessSettings, Carriage, Intake]] = field(
        default_factory=Cache
    )
    """Where sessions feed prefixes to, as long as the settings are these."""
    addresses: Cache[str, dict[int, None]] = field(default_factory=Cache)
    """This router's own, by VRF; cleared when an interface changes."""
    lists: Cache[str, tuple[Config, Lists]] = field(default_factory=Cache)

    def foreign_of(self, key: TableKey) -> Mapping[Prefix, Route]:
        """What others have in the routing table that a table of BGP goes with."""
        return self.foreign.get((key.vrf, version_for(key)), {})
