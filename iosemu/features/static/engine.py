"""Static routes as an engine: which configured lines are usable now, and so offered.

A line that names an interface is usable while that interface is up.  A line with an address alone
is recursive: usable while the address resolves over a route that is not less specific than the
static route itself (else the static route would come to resolve over itself).  A line with a
tracked object is usable only while the object is not known to be down.  Of one prefix the usable
lines of the smallest distance are offered, together, as one route with several next hops: that is
what makes a larger distance a floating route.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from iosemu.address import Address, IPv4Prefix, Prefix, length_of
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    DEFAULT_VRF,
    Action,
    Configured,
    Input,
    InterfaceChanged,
    NextHopChanged,
    Published,
    Requested,
    RouteAdd,
    RouteDelete,
    Subscribe,
    Syslog,
    TrackNextHop,
    UntrackNextHop,
)
from iosemu.rib.route import NextHop, RefreshRoutes, Route, RouteKey
from iosemu.rib.table import MAXIMUM_PATHS

from .config import StaticConfig, StaticKey, StaticRoute
from .messages import ResolutionLoop

K = TypeVar("K")

OWNER = "static"
NULL = "Null0"
TRACK = "track "
"""Topic of a tracked object, with its number behind: whoever tracks it publishes a bool."""

Line = tuple[StaticKey, StaticRoute]


@dataclass(slots=True)
class StaticEngine:
    """`lines`: what is configured, by prefix, as entered; `offered`: what the table was given;
    `looping`: prefixes whose route resolves over itself.

    resolved: where each tracked next hop leads now; users, over, following: how many lines of each
    prefix lean on a next hop, name an interface, or follow an object.  objects: what is known of
    tracked objects; one that nobody tracks counts as up.
    """

    SLOTS: ClassVar[tuple[type, ...]] = (StaticConfig,)

    lines: dict[Prefix, tuple[Line, ...]] = field(default_factory=dict)
    up: dict[str, bool] = field(default_factory=dict)
    objects: dict[int, bool] = field(default_factory=dict)
    resolved: dict[Address, Route | None] = field(default_factory=dict)
    users: dict[Address, dict[Prefix, int]] = field(default_factory=dict)
    over: dict[str, dict[Prefix, int]] = field(default_factory=dict)
    following: dict[int, dict[Prefix, int]] = field(default_factory=dict)
    offered: dict[Prefix, Route] = field(default_factory=dict)
    looping: dict[Prefix, None] = field(default_factory=dict)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(old, new):
                return on_configured(self, old.of(StaticConfig), new.of(StaticConfig))
            case InterfaceChanged(name, _, new_state):
                return on_interface(self, name, is_up=new_state is not None and new_state.is_up)
            case NextHopChanged(_, address, route):
                return on_next_hop(self, address, route)
            case Published(topic, is_up):
                return on_object(self, int(topic.removeprefix(TRACK)), is_up=is_up)
            case Requested(RefreshRoutes(prefix)):
                return refresh(self, prefix)
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return None


def prefix_of(key: StaticKey) -> IPv4Prefix:
    """The prefix a line is about."""
    length = length_of(key.mask)
    assert length is not None, key
    return IPv4Prefix(key.network, length)


# -- the configuration ----


def on_configured(engine: StaticEngine, old: StaticConfig, new: StaticConfig) -> list[Action]:
    """Take lines out and in; then offer again what was touched."""
    if old.routes is new.routes:
        return []
    actions: list[Action] = []
    touched: dict[Prefix, None] = {}
    for raw in new.routes.changed_keys(old.routes):
        key, before, after = StaticKey(*raw), old.routes.get(raw), new.routes.get(raw)
        prefix = prefix_of(key)
        touched[prefix] = None
        if before is not None:
            actions += remove(engine, prefix, key, before, stays=after is not None)
        if after is not None:
            actions += add(engine, prefix, key, after, was_there=before is not None)
    return actions + offer(engine, touched)


def add(
    engine: StaticEngine,
    prefix: Prefix,
    key: StaticKey,
    options: StaticRoute,
    *,
    was_there: bool,
) -> list[Action]:
    """Keep a line; one that was there has its next hop tracked already."""
    held = engine.lines.get(prefix, ())
    if was_there:
        held = tuple((k, options) if k == key else (k, o) for k, o in held)
    else:
        held = (*held, (key, options))
    engine.lines[prefix] = held
    actions: list[Action] = []
    if options.track is not None and more(engine.following, options.track, prefix):
        actions.append(Subscribe(f"{TRACK}{options.track}"))
    if was_there:
        return actions
    if key.interface is not None:
        more(engine.over, key.interface, prefix)
        return actions
    assert key.address is not None
    if more(engine.users, key.address, prefix):
        actions.append(TrackNextHop(key.address))
    return actions


def remove(
    engine: StaticEngine, prefix: Prefix, key: StaticKey, options: StaticRoute, *, stays: bool
) -> list[Action]:
    """Drop a line, and the tracking of a next hop that no line needs any more.

    `stays`: only its options change, so that it keeps its place.
    """
    if options.track is not None:
        less(engine.following, options.track, prefix)
    if stays:
        return []
    left = tuple(line for line in engine.lines[prefix] if line[0] != key)
    if left:
        engine.lines[prefix] = left
    else:
        del engine.lines[prefix]
    if key.interface is not None:
        less(engine.over, key.interface, prefix)
        return []
    assert key.address is not None
    if not less(engine.users, key.address, prefix):
        return []
    engine.resolved.pop(key.address, None)
    return [UntrackNextHop(key.address)]


def more(counts: dict[K, dict[Prefix, int]], key: K, prefix: Prefix) -> bool:
    """Count one line of a prefix more under a key; whether it is the first of the key."""
    users = counts.get(key)
    if users is None:
        counts[key] = {prefix: 1}
        return True
    users[prefix] = users.get(prefix, 0) + 1
    return False


def less(counts: dict[K, dict[Prefix, int]], key: K, prefix: Prefix) -> bool:
    """Count one line of a prefix less; without lines the key goes, and the answer is True."""
    users = counts[key]
    users[prefix] -= 1
    if not users[prefix]:
        del users[prefix]
    if not users:
        del counts[key]
        return True
    return False


# -- what happens around it ----


def on_interface(engine: StaticEngine, name: str, *, is_up: bool) -> list[Action]:
    """Only lines that name the interface depend on it here; others follow their next hop."""
    if engine.up.get(name, False) == is_up:
        return []
    engine.up[name] = is_up
    return offer(engine, engine.over.get(name, ()))


def on_next_hop(engine: StaticEngine, address: Address, route: Route | None) -> list[Action]:
    """A tracked next hop leads elsewhere, or nowhere."""
    if address not in engine.users:
        return []
    engine.resolved[address] = route
    return offer(engine, engine.users[address])


def on_object(engine: StaticEngine, number: int, *, is_up: bool) -> list[Action]:
    """A tracked object went up or down."""
    engine.objects[number] = is_up
    return offer(engine, engine.following.get(number, ()))


def refresh(engine: StaticEngine, prefix: Prefix | None) -> list[Action]:
    """Take routes out and put them in again."""
    actions: list[Action] = []
    for held, route in engine.offered.items():
        if prefix in (None, held):
            actions += [RouteDelete(route.key), RouteAdd(route)]
    return actions


# -- what follows for the table ----


def offer(engine: StaticEngine, prefixes: Iterable[Prefix]) -> list[Action]:
    """Tell the routing table what changed of these prefixes."""
    actions: list[Action] = []
    for prefix in prefixes:
        route = route_of(engine, prefix)
        if route is not None:
            actions += loop_news(engine, prefix, route)
        if route == engine.offered.get(prefix):
            continue
        if route is None:
            del engine.offered[prefix]
            engine.looping.pop(prefix, None)
            actions.append(RouteDelete(RouteKey(DEFAULT_VRF, prefix, OWNER)))
        else:
            engine.offered[prefix] = route
            actions.append(RouteAdd(route))
    return actions


def route_of(engine: StaticEngine, prefix: Prefix) -> Route | None:
    """The route of the usable lines of the smallest distance; a permanent line that is in the
    table counts as usable."""
    lines = engine.lines.get(prefix, ())
    held = engine.offered.get(prefix)
    usable = [
        line
        for line in lines
        if is_usable(engine, prefix, line)
        or (line[1].permanent and held is not None and hop_of(line[0]) in held.next_hops)
    ]
    if not usable:
        return None
    distance = min(options.distance for _, options in usable)
    chosen = [line for line in usable if line[1].distance == distance]
    hops = in_order(() if held is None else held.next_hops, [hop_of(key) for key, _ in chosen])
    if held is not None and hops == held.next_hops:
        hops = held.next_hops
    key = RouteKey(DEFAULT_VRF, prefix, OWNER) if held is None else held.key
    return Route(key, hops, distance=distance, code="S", protocol="static", tag=chosen[0][1].tag)


def is_usable(engine: StaticEngine, prefix: Prefix, line: Line) -> bool:
    """Whether packets could be sent as the line says."""
    key, options = line
    if options.multicast:
        return False
    if options.track is not None and not engine.objects.get(options.track, True):
        return False
    if key.interface is not None:
        return key.interface == NULL or engine.up.get(key.interface, False)
    assert key.address is not None
    over = engine.resolved.get(key.address)
    if over is None or over.code == "L":
        return False
    return not prefix.holds(key.address) or over.prefix.length > prefix.length


def hop_of(key: StaticKey) -> NextHop:
    return NextHop(key.address, key.interface)


def in_order(held: tuple[NextHop, ...], usable: list[NextHop]) -> tuple[NextHop, ...]:
    """The newest way first, as IOS puts it; of too many the newest do not get in."""
    if len(usable) == 1:
        return tuple(usable)
    stay = [hop for hop in held if hop in usable]
    fresh = [hop for hop in usable if hop not in stay][: MAXIMUM_PATHS - len(stay)]
    return (*reversed(fresh), *stay)


def loop_news(engine: StaticEngine, prefix: Prefix, route: Route) -> Iterator[Action]:
    """Say once that a route came to resolve over itself; it stays, and its packets are dropped."""
    if not is_looping(engine, prefix, route):
        engine.looping.pop(prefix, None)
    elif prefix not in engine.looping:
        engine.looping[prefix] = None
        yield Syslog(ResolutionLoop())


def is_looping(engine: StaticEngine, prefix: Prefix, route: Route) -> bool:
    """Whether a way of a route leads, from static route to static route, back to itself."""
    seen: dict[Prefix, None] = {}
    todo = [route]
    while todo:
        for hop in todo.pop().next_hops:
            over = None
            if hop.interface is None and hop.address is not None:
                over = engine.resolved.get(hop.address)
            if over is None or over.protocol != "static" or over.prefix in seen:
                continue
            if over.prefix == prefix:
                return True
            seen[over.prefix] = None
            todo.append(over)
    return False
