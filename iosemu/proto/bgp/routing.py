"""State of the table side: tables, what they were told by whom, next hops, what waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address
from iosemu.kernel.cache import Cache
from iosemu.kernel.time import Time
from iosemu.rib.route import Route
from iosemu.wire.bgp_nlri import Nlri

from .settings import PeerKey, TableKey
from .table import Source, Table


class NextHopKey(NamedTuple):
    """A next hop is asked for in the VRF whose routes lead to it."""

    vrf: str
    address: IPv4Address | IPv6Address


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
    resolved: IPv4Prefix | None = None
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

    source: of its paths.  epoch: counts route refreshes, from 1.  stale: while the neighbor tells
    its table anew between two marks, the paths it has not repeated yet.  is_warned,
    is_over: of `maximum-prefix`.  denied: how many prefixes each reason kept out.
    """

    source: Source
    epoch: int = 1
    stale: dict[tuple[Nlri, int], None] | None = None
    is_refreshing: bool = False
    is_warned: bool = False
    is_over: bool = False
    has_ended: bool = False
    """Whether its first table is complete (End-of-RIB)."""
    denied: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Routing:
    """The table side of one BGP process.

    dirty: prefixes whose best path is to be looked for again.  told: the version of each table that
    whoever advertises was told of.  foreign: per VRF the best routes that are not BGP's.
    is_waiting: the read-only period, in which no best path is chosen.  started_at: of the process.
    epochs: of neighbors that were there before; a new session goes on from the last.
    """

    tables: dict[TableKey, Table] = field(default_factory=dict)
    next_hops: dict[NextHopKey, NextHop] = field(default_factory=dict)
    receivers: dict[ReceiverKey, Receiver] = field(default_factory=dict)
    dirty: dict[TableKey, dict[Nlri, None]] = field(default_factory=dict)
    told: dict[TableKey, int] = field(default_factory=dict)
    foreign: dict[str, dict[object, Route]] = field(default_factory=dict)
    watched: tuple[str, ...] = ()
    is_waiting: bool = False
    started_at: Time = 0
    is_started: bool = False
    epochs: dict[ReceiverKey, int] = field(default_factory=dict)
    walk_at: Time | None = None
    verdicts: Cache[object, object] = field(default_factory=Cache)
    """What inbound policy made of attributes, by what it depends on."""
