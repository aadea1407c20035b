"""Next hops of paths: which can be reached, at what metric, and when that is noticed.

A change in the routing table is recorded at once, but paths go by it only after the next walk: with
the trigger, `bgp nexthop trigger delay` after the change; without, at the next scan.  A next hop
that keeps changing is walked later and later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, log2

from iosemu.address import IPv4Address, IPv6Address
from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.policy.route_map import RouteFacts, evaluate
from iosemu.proto.base import NextHopChanged, TrackNextHop, UntrackNextHop
from iosemu.rib.route import Route
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST

from . import policy
from .routing import NextHop, NextHopKey
from .settings import DEFAULT_VRF, NextHops, TableKey
from .table import Path
from .turn import Turn

WALK = "next hop walk"
PENALTY = 500.0
HALF_LIFE_NS = 8 * SECOND
SUPPRESS, REUSE = 950.0, 100.0
LONGEST_NS = 60 * SECOND
DEFAULT_SETTINGS = NextHops()


def vrf_of(path: Path, table: TableKey) -> str:
    """In which VRF the next hop of a path is looked up: what a neighbor of a VRF told leads there,
    what came through the core leads through the default one."""
    peer = path.source.peer
    return table.vrf if peer is None else peer.vrf


def settings_of(turn: Turn, key: NextHopKey) -> NextHops:
    """How changes of a next hop are noticed: as the table of its family says."""
    family = IPV6_UNICAST if isinstance(key.address, IPv6Address) else IPV4_UNICAST
    held = turn.settings.tables.get(TableKey(family, DEFAULT_VRF))
    return DEFAULT_SETTINGS if held is None else held.next_hops


def register(turn: Turn, key: NextHopKey) -> NextHop:
    """The state of a next hop, tracked from now on."""
    routing = turn.state.routing
    held = routing.next_hops.get(key)
    if held is None:
        held = routing.next_hops[key] = NextHop(turn.now)
        turn.actions.append(TrackNextHop(key.address, key.vrf))
    return held


def metric_lookup(turn: Turn, table: TableKey) -> Callable[[Path], int | None]:
    """What tells the metric to the next hop of a path, None if it cannot be reached.

    It remembers what it found and is used within one step.
    """
    known: dict[NextHopKey, int | None] = {}
    next_hops = turn.state.routing.next_hops

    def metric(path: Path) -> int | None:
        key = NextHopKey(vrf_of(path, table), path.attributes.next_hop)
        if key not in known:
            held = next_hops.get(key)
            known[key] = held.metric if held is not None and held.is_reachable else None
        return known[key]

    return metric


def on_change(turn: Turn, event: NextHopChanged) -> None:
    """The routing table resolves a next hop otherwise: walk when that is due."""
    key = NextHopKey(event.vrf, event.address)
    held = turn.state.routing.next_hops.get(key)
    if held is None:
        return
    is_first = held.due is None and not held.is_reachable and held.changes == 0
    if not is_first and not _matters(held.told, event.route):
        held.told = event.route
        return
    held.told = event.route
    held.changes += 1
    settings = settings_of(turn, key)
    if not settings.is_triggered:
        # The scanner asks.
        return
    delay = settings.delay_s * SECOND
    if not is_first:
        delay = max(delay, penalized(held, turn.now))
    due = turn.now + delay
    if held.due is None or due > held.due:
        # A change while a walk is due does not put it off, a penalty does.
        held.due = due if held.due is None or delay > settings.delay_s * SECOND else held.due
    _arm(turn)


def penalized(held: NextHop, now: Time) -> Time:
    """One more change: how long the next walk has to wait for it, 0 if not at all."""
    elapsed = now - held.penalized_at
    held.penalty = held.penalty * 2.0 ** (-elapsed / HALF_LIFE_NS) + PENALTY
    held.penalized_at = now
    if held.penalty <= SUPPRESS:
        return 0
    wait_ns = HALF_LIFE_NS * log2(held.penalty / REUSE)
    return min(ceil(wait_ns / MILLISECOND) * MILLISECOND, LONGEST_NS)


def _matters(old: Route | None, new: Route | None) -> bool:
    """Whether BGP hears of a change: another metric, prefix or source, gained or lost.

    Other ways of the same route are the business of forwarding.
    """
    if old is None or new is None:
        return old is not new
    return (old.key, old.metric, old.distance) != (new.key, new.metric, new.distance)


def _arm(turn: Turn) -> None:
    routing = turn.state.routing
    dues = [held.due for held in routing.next_hops.values() if held.due is not None]
    if not dues:
        return
    due = min(dues)
    if routing.walk_at != due:
        routing.walk_at = due
        turn.set_timer(due - turn.now, WALK)


def on_walk(turn: Turn) -> list[NextHopKey]:
    """A walk is due: take over what was told of the next hops it is due for; those that paths now
    see otherwise."""
    routing = turn.state.routing
    routing.walk_at = None
    due = [k for k, h in routing.next_hops.items() if h.due is not None and h.due <= turn.now]
    changed = validate(turn, due)
    _arm(turn)
    return changed


def on_scan(turn: Turn) -> list[NextHopKey]:
    """The scanner looks at every next hop; one that a walk is due for is left to the walk."""
    return validate(turn, [k for k, h in turn.state.routing.next_hops.items() if h.due is None])


def revalidate(turn: Turn) -> None:
    """What selects next hops changed: walk over all of them after the delay."""
    for key, held in turn.state.routing.next_hops.items():
        settings = settings_of(turn, key)
        if settings.is_triggered and held.due is None:
            held.due = turn.now + settings.delay_s * SECOND
    _arm(turn)


def validate(turn: Turn, keys: Iterable[NextHopKey]) -> list[NextHopKey]:
    """Let paths go by what the routing table told; the next hops that changed."""
    changed = []
    for key in keys:
        held = turn.state.routing.next_hops[key]
        held.due = None
        route = held.told
        is_reachable = route is not None and _is_usable(turn, key, route)
        metric = route.metric if is_reachable and route is not None else 0
        if (is_reachable, metric) != (held.is_reachable, held.metric):
            changed.append(key)
        held.is_reachable, held.metric = is_reachable, metric
        held.resolved = route.key.prefix if is_reachable and route is not None else None
    return changed


def _is_usable(turn: Turn, key: NextHopKey, route: Route) -> bool:
    """Whether a route may lead to a next hop: not one that needs it itself, and one that selective
    address tracking permits; a route map that is not defined permits none."""
    if any(hop.address == key.address and hop.interface is None for hop in route.next_hops):
        return False
    name = settings_of(turn, key).route_map
    if name is None:
        return True
    hop = route.next_hops[0]
    facts = RouteFacts(
        route.key.prefix,
        hop.address if isinstance(hop.address, IPv4Address) else None,
        hop.interface,
        route.metric,
        route.tag,
        source=route.key.owner,
    )
    return evaluate(policy.lists(turn), name, facts).is_permitted


def forget_unused(turn: Turn, used: Iterable[NextHopKey]) -> None:
    """End tracking what no path needs any more."""
    routing = turn.state.routing
    kept = dict.fromkeys(used)
    for key in [key for key in routing.next_hops if key not in kept]:
        del routing.next_hops[key]
        turn.actions.append(UntrackNextHop(key.address, key.vrf))
