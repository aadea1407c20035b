"""Static routes as an engine: which configured lines are usable now, and so offered.

A line that names an interface is usable while that interface is up.  A line with an address alone
is recursive: usable while the address resolves over a route that is not less specific than the
static route itself (else the static route would come to resolve over itself).  Of one prefix only
the usable lines of the smallest distance are offered, together, as one route with several next
hops: that is what makes a larger distance a floating route.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from iosemu.address import IPv4Address, IPv4Prefix, length_of
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    DEFAULT_VRF,
    Action,
    Configured,
    Input,
    InterfaceChanged,
    NextHopChanged,
    RouteAdd,
    RouteDelete,
    TrackNextHop,
    UntrackNextHop,
)
from iosemu.rib.route import NextHop, Route, RouteKey

from .config import StaticConfig, StaticKey, StaticRoute

K = TypeVar("K")

OWNER = "static"
NULL = "Null0"


@dataclass(slots=True)
class StaticEngine:
    """`lines`: what is configured, by prefix; `held`: lines in the table; `resolved`: where each
    tracked next hop leads now; `users`, `over`: how many lines of each prefix lean on a next hop,
    or name an interface."""

    SLOTS: ClassVar[tuple[type, ...]] = (StaticConfig,)

    lines: dict[IPv4Prefix, dict[StaticKey, StaticRoute]] = field(default_factory=dict)
    up: dict[str, bool] = field(default_factory=dict)
    resolved: dict[IPv4Address, Route | None] = field(default_factory=dict)
    users: dict[IPv4Address, dict[IPv4Prefix, int]] = field(default_factory=dict)
    over: dict[str, dict[IPv4Prefix, int]] = field(default_factory=dict)
    held: dict[IPv4Prefix, tuple[StaticKey, ...]] = field(default_factory=dict)
    offered: dict[IPv4Prefix, Route] = field(default_factory=dict)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(old, new):
                return on_configured(self, old.of(StaticConfig), new.of(StaticConfig))
            case InterfaceChanged(name, _, new_state):
                return on_interface(self, name, is_up=new_state is not None and new_state.is_up)
            case NextHopChanged(_, address, route):
                return on_next_hop(self, address, route)
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
    return IPv4Prefix.of(key.network, length)


def on_configured(engine: StaticEngine, old: StaticConfig, new: StaticConfig) -> list[Action]:
    """Take lines out and in; then offer again what was touched."""
    if old.routes is new.routes:
        return []
    actions: list[Action] = []
    touched: dict[IPv4Prefix, None] = {}
    for raw in new.routes.changed_keys(old.routes):
        key, before, after = StaticKey(*raw), old.routes.get(raw), new.routes.get(raw)
        touched[prefix_of(key)] = None
        if before is not None:
            actions += remove(engine, key, again=after is not None)
        if after is not None:
            actions += add(engine, key, after, again=before is not None)
    return actions + offer(engine, touched)


def add(engine: StaticEngine, key: StaticKey, options: StaticRoute, *, again: bool) -> list[Action]:
    """Keep a line; `again`: only its options changed, so its next hop is tracked already."""
    prefix = prefix_of(key)
    engine.lines.setdefault(prefix, {})[key] = options
    if again:
        return []
    if key.interface is not None:
        over = engine.over.setdefault(key.interface, {})
        over[prefix] = over.get(prefix, 0) + 1
        return []
    assert key.address is not None
    is_first = key.address not in engine.users
    users = engine.users.setdefault(key.address, {})
    users[prefix] = users.get(prefix, 0) + 1
    return [TrackNextHop(key.address)] if is_first else []


def remove(engine: StaticEngine, key: StaticKey, *, again: bool) -> list[Action]:
    """Drop a line, and the tracking of a next hop that no line needs any more."""
    prefix = prefix_of(key)
    lines = engine.lines[prefix]
    del lines[key]
    if not lines:
        del engine.lines[prefix]
    if again:
        return []
    if key.interface is not None:
        less(engine.over, key.interface, prefix)
        return []
    assert key.address is not None
    less(engine.users, key.address, prefix)
    if key.address in engine.users:
        return []
    engine.resolved.pop(key.address, None)
    return [UntrackNextHop(key.address)]


def less(counts: dict[K, dict[IPv4Prefix, int]], key: K, prefix: IPv4Prefix) -> None:
    """Count one line of a prefix less under a key; without lines the key goes."""
    users = counts[key]
    users[prefix] -= 1
    if not users[prefix]:
        del users[prefix]
    if not users:
        del counts[key]


def on_interface(engine: StaticEngine, name: str, *, is_up: bool) -> list[Action]:
    """Only lines that name the interface depend on it here; others follow their next hop."""
    if engine.up.get(name, False) == is_up:
        return []
    engine.up[name] = is_up
    return offer(engine, engine.over.get(name, ()))


def on_next_hop(engine: StaticEngine, address: IPv4Address, route: Route | None) -> list[Action]:
    """A tracked next hop leads elsewhere, or nowhere."""
    if address not in engine.users:
        return []
    engine.resolved[address] = route
    return offer(engine, engine.users[address])


def is_usable(engine: StaticEngine, prefix: IPv4Prefix, key: StaticKey) -> bool:
    """Whether packets could be sent as the line says."""
    if key.interface is not None:
        return key.interface == NULL or engine.up.get(key.interface, False)
    assert key.address is not None
    over = engine.resolved.get(key.address)
    if over is None or over.code == "L":
        return False
    return not prefix.holds(key.address) or over.prefix.length > prefix.length


def offer(engine: StaticEngine, prefixes: Iterable[IPv4Prefix]) -> list[Action]:
    """Tell the routing table what changed of these prefixes."""
    actions: list[Action] = []
    for prefix in prefixes:
        route = route_of(engine, prefix)
        if route == engine.offered.get(prefix):
            continue
        if route is None:
            del engine.offered[prefix]
            actions.append(RouteDelete(RouteKey(DEFAULT_VRF, prefix, OWNER)))
        else:
            engine.offered[prefix] = route
            actions.append(RouteAdd(route))
    return actions


def route_of(engine: StaticEngine, prefix: IPv4Prefix) -> Route | None:
    """The route of the usable lines of the smallest distance; a permanent line that is in the
    table counts as usable."""
    held = engine.held.pop(prefix, ())
    usable = {
        key: options
        for key, options in engine.lines.get(prefix, {}).items()
        if is_usable(engine, prefix, key) or (options.permanent and key in held)
    }
    if not usable:
        return None
    distance = min(options.distance for options in usable.values())
    chosen = {key: options for key, options in usable.items() if options.distance == distance}
    engine.held[prefix] = tuple(chosen)
    hops = tuple(NextHop(address=key.address, interface=key.interface) for key in chosen)
    tag = next(iter(chosen.values())).tag
    key = RouteKey(DEFAULT_VRF, prefix, OWNER)
    return Route(key, hops, distance=distance, code="S", protocol="static", tag=tag)
