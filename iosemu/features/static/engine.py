"""Static routes as an engine: which configured lines are usable now, and so offered.

A line that names an interface is usable while that interface is up.  A line with an address alone
is recursive: usable while the address resolves over a route that is not less specific than the
static route itself (else the static route would come to resolve over itself).  A line with a
tracked object is usable only while the object is there and up.  Of one prefix the usable
lines of the smallest distance are offered, together, as one route with several next hops: that is
what makes a larger distance a floating route.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, ClassVar, TypeVar

from iosemu.address import Address, IpVersion, Prefix, version_of
from iosemu.config.entries import Entries
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
from iosemu.values import dataclass, field

from .config import Static6Key, StaticConfig, StaticKey, StaticRoute
from .messages import ResolutionLoop

K = TypeVar("K")

OWNER = "static"
NULL = "Null0"
OWN = ("L", "LC")
"""Codes of routes to own addresses."""
TRACK = "track "
"""Topic of a tracked object, with its number behind: whoever tracks it publishes a bool."""

Key = StaticKey | Static6Key
Routes = Entries[Any, StaticRoute]
Line = tuple[Key, StaticRoute]


@dataclass(slots=True)
class StaticTable:
    """The lines of IPv4 in the global table or a VRF, or those of IPv6.

    `lines`: what is configured, by prefix, as entered; `offered`: what the table was given;
    `looping`: prefixes whose route resolves over itself.

    resolved: where each tracked next hop leads now; users, over, following: how many lines of each
    prefix lean on a next hop, name an interface, or follow an object.  objects: what is known of
    tracked objects; one that is not configured counts as down.
    """

    lines: dict[Prefix, tuple[Line, ...]] = field(default_factory=dict)
    up: dict[str, bool] = field(default_factory=dict)
    objects: dict[int, bool] = field(default_factory=dict)
    resolved: dict[Address, Route | None] = field(default_factory=dict)
    users: dict[Address, dict[Prefix, int]] = field(default_factory=dict)
    over: dict[str, dict[Prefix, int]] = field(default_factory=dict)
    following: dict[int, dict[Prefix, int]] = field(default_factory=dict)
    offered: dict[Prefix, Route] = field(default_factory=dict)
    looping: dict[Prefix, None] = field(default_factory=dict)
    is_ipv6: bool = False
    vrf: str = DEFAULT_VRF

    @property
    def version(self) -> IpVersion:
        return IpVersion.V6 if self.is_ipv6 else IpVersion.V4


def _tables() -> tuple[StaticTable, StaticTable]:
    return StaticTable(), StaticTable(is_ipv6=True)


@dataclass(slots=True)
class StaticEngine:
    """A table of each version; what is known of tracked objects they share by being told alike."""

    SLOTS: ClassVar[tuple[type, ...]] = (StaticConfig,)

    tables: tuple[StaticTable, StaticTable] = field(default_factory=_tables)
    vrfs: dict[str, StaticTable] = field(default_factory=dict)
    """Of VRFs that have, or had, lines."""

    def step(self, now: Time, event: Input) -> list[Action]:
        ipv4, ipv6 = self.tables
        match event:
            case Configured(old, new):
                before, after = old.of(StaticConfig), new.of(StaticConfig)
                actions = on_configured(ipv4, before.routes, after.routes, StaticKey)
                actions += on_vrfs_configured(self, before, after)
                return actions + on_configured(ipv6, before.routes6, after.routes6, Static6Key)
            case InterfaceChanged(name, _, new_state):
                is_up = new_state is not None and new_state.is_up
                has_ipv6 = is_up and new_state is not None and new_state.ipv6 is not None
                actions = on_interface(ipv4, name, is_up=is_up)
                for table in self.vrfs.values():
                    actions += on_interface(table, name, is_up=is_up)
                return actions + on_interface(ipv6, name, is_up=has_ipv6)
            case NextHopChanged(vrf, address, route):
                if vrf != DEFAULT_VRF:
                    return on_next_hop(self.vrfs[vrf], address, route)
                table = self.tables[version_of(address) is IpVersion.V6]
                return on_next_hop(table, address, route)
            case Published(topic, is_up):
                number = int(topic.removeprefix(TRACK))
                tables = (*self.tables, *self.vrfs.values())
                return [act for table in tables for act in on_object(table, number, is_up)]
            case Requested(RefreshRoutes(prefix)):
                return refresh(ipv4, prefix)
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        """The lines of IPv6 with those that are offered, for `show ipv6 static`."""
        table = self.tables[1]
        return tuple((line, is_offered(table, line)) for line in every_line(table))


def every_line(table: StaticTable) -> Iterator[Line]:
    """All lines by prefix."""
    for prefix in sorted(table.lines):
        yield from table.lines[prefix]


def is_offered(table: StaticTable, line: Line) -> bool:
    """Whether the routing table was given the way of a line."""
    route = table.offered.get(line[0].prefix)
    return route is not None and hop_of(line[0]) in route.next_hops


# -- the configuration ----


def on_configured(
    table: StaticTable, old: Routes, new: Routes, key_of: Callable[..., Key]
) -> list[Action]:
    """Take lines out and in; then offer again what was touched."""
    if old is new:
        return []
    actions: list[Action] = []
    touched: dict[Prefix, None] = {}
    for raw in new.changed_keys(old):
        key, before, after = key_of(*raw), old.get(raw), new.get(raw)
        prefix = key.prefix
        touched[prefix] = None
        if before is not None:
            actions += remove(table, prefix, key, before, stays=after is not None)
        if after is not None:
            actions += add(table, prefix, key, after, was_there=before is not None)
    return actions + offer(table, touched)


def on_vrfs_configured(engine: StaticEngine, old: StaticConfig, new: StaticConfig) -> list[Action]:
    """A new table knows of interfaces and objects what the global one does."""
    actions: list[Action] = []
    for vrf in new.vrfs.changed_keys(old.vrfs):
        if vrf not in engine.vrfs:
            known = engine.tables[0]
            engine.vrfs[vrf] = StaticTable(up={**known.up}, objects={**known.objects}, vrf=vrf)
        before, after = old.routes_of(vrf), new.routes_of(vrf)
        actions += on_configured(engine.vrfs[vrf], before, after, StaticKey)
    return actions


def add(
    table: StaticTable,
    prefix: Prefix,
    key: Key,
    options: StaticRoute,
    *,
    was_there: bool,
) -> list[Action]:
    """Keep a line; one that was there has its next hop tracked already."""
    held = table.lines.get(prefix, ())
    if was_there:
        held = tuple((k, options) if k == key else (k, o) for k, o in held)
    else:
        held = (*held, (key, options))
    table.lines[prefix] = held
    actions: list[Action] = []
    if options.track is not None and more(table.following, options.track, prefix):
        actions.append(Subscribe(f"{TRACK}{options.track}"))
    if was_there:
        return actions
    if key.interface is not None:
        more(table.over, key.interface, prefix)
        return actions
    assert key.address is not None
    if more(table.users, key.address, prefix):
        actions.append(TrackNextHop(key.address, table.vrf))
    return actions


def remove(
    table: StaticTable, prefix: Prefix, key: Key, options: StaticRoute, *, stays: bool
) -> list[Action]:
    """Drop a line, and the tracking of a next hop that no line needs any more.

    `stays`: only its options change, so that it keeps its place.
    """
    if options.track is not None:
        less(table.following, options.track, prefix)
    if stays:
        return []
    left = tuple(line for line in table.lines[prefix] if line[0] != key)
    if left:
        table.lines[prefix] = left
    else:
        del table.lines[prefix]
    if key.interface is not None:
        less(table.over, key.interface, prefix)
        return []
    assert key.address is not None
    if not less(table.users, key.address, prefix):
        return []
    table.resolved.pop(key.address, None)
    return [UntrackNextHop(key.address, table.vrf)]


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


def on_interface(table: StaticTable, name: str, *, is_up: bool) -> list[Action]:
    """Only lines that name the interface depend on it here; others follow their next hop."""
    if table.up.get(name, False) == is_up:
        return []
    table.up[name] = is_up
    return offer(table, table.over.get(name, ()))


def on_next_hop(table: StaticTable, address: Address, route: Route | None) -> list[Action]:
    """A tracked next hop leads elsewhere, or nowhere."""
    if address not in table.users:
        return []
    table.resolved[address] = route
    return offer(table, table.users[address])


def on_object(table: StaticTable, number: int, is_up: bool) -> list[Action]:
    """A tracked object went up or down."""
    table.objects[number] = is_up
    return offer(table, table.following.get(number, ()))


def refresh(table: StaticTable, prefix: Prefix | None) -> list[Action]:
    """Take routes out and put them in again."""
    actions: list[Action] = []
    for held, route in table.offered.items():
        if prefix in (None, held):
            actions += [RouteDelete(route.key), RouteAdd(route)]
    return actions


# -- what follows for the table ----


def offer(table: StaticTable, prefixes: Iterable[Prefix]) -> list[Action]:
    """Tell the routing table what changed of these prefixes."""
    actions: list[Action] = []
    for prefix in prefixes:
        route = route_of(table, prefix)
        if route is not None:
            actions += loop_news(table, prefix, route)
        if route == table.offered.get(prefix):
            continue
        if route is None:
            del table.offered[prefix]
            table.looping.pop(prefix, None)
            actions.append(RouteDelete(RouteKey(table.vrf, prefix, OWNER)))
        else:
            table.offered[prefix] = route
            actions.append(RouteAdd(route))
    return actions


def route_of(table: StaticTable, prefix: Prefix) -> Route | None:
    """The route of the usable lines of the smallest distance; a permanent line that is in the
    table counts as usable."""
    lines = table.lines.get(prefix, ())
    held = table.offered.get(prefix)
    usable = [
        line
        for line in lines
        if is_usable(table, prefix, line)
        or (line[1].permanent and held is not None and hop_of(line[0]) in held.next_hops)
    ]
    if not usable:
        return None
    distance = min(options.distance for _, options in usable)
    chosen = [line for line in usable if line[1].distance == distance]
    hops = in_order(() if held is None else held.next_hops, [hop_of(key) for key, _ in chosen])
    if held is not None and hops == held.next_hops:
        hops = held.next_hops
    key = RouteKey(table.vrf, prefix, OWNER) if held is None else held.key
    return Route(key, hops, distance=distance, code="S", protocol="static", tag=chosen[0][1].tag)


def is_usable(table: StaticTable, prefix: Prefix, line: Line) -> bool:
    """Whether packets could be sent as the line says."""
    key, options = line
    if options.multicast:
        return False
    if options.track is not None and not table.objects.get(options.track, False):
        return False
    if key.interface is not None:
        return key.interface == NULL or table.up.get(key.interface, False)
    assert key.address is not None
    over = table.resolved.get(key.address)
    if over is None or over.code in OWN:
        return False
    return not prefix.holds(key.address) or over.prefix.length > prefix.length


def hop_of(key: Key) -> NextHop:
    return NextHop(key.address, key.interface)


def in_order(held: tuple[NextHop, ...], usable: list[NextHop]) -> tuple[NextHop, ...]:
    """The newest way first, as IOS puts it; of too many the newest do not get in."""
    if len(usable) == 1:
        return tuple(usable)
    stay = [hop for hop in held if hop in usable]
    fresh = [hop for hop in usable if hop not in stay][: MAXIMUM_PATHS - len(stay)]
    return (*reversed(fresh), *stay)


def loop_news(table: StaticTable, prefix: Prefix, route: Route) -> Iterator[Action]:
    """Say once that a route came to resolve over itself; it stays, and its packets are dropped."""
    if not is_looping(table, prefix, route):
        table.looping.pop(prefix, None)
    elif prefix not in table.looping:
        table.looping[prefix] = None
        yield Syslog(ResolutionLoop())


def is_looping(table: StaticTable, prefix: Prefix, route: Route) -> bool:
    """Whether a way of a route leads, from static route to static route, back to itself."""
    seen: dict[Prefix, None] = {}
    todo = [route]
    while todo:
        for hop in todo.pop().next_hops:
            over = None
            if hop.interface is None and hop.address is not None:
                over = table.resolved.get(hop.address)
            if over is None or over.protocol != "static" or over.prefix in seen:
                continue
            if over.prefix == prefix:
                return True
            seen[over.prefix] = None
            todo.append(over)
    return False
