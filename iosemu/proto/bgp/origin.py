"""What this router announces by itself: `network` and `redistribute`.

Both go by the best routes of other sources (`routing.foreign`): `network` wants exactly its
prefix, `redistribute` takes all routes of a source.  A prefix may have a path of each.
"""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.policy.path_map import PathFacts
from iosemu.rib.route import Route
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_attributes import Origin as Code
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST

from . import policy, tables
from .advertising import home_of
from .local import path_of
from .settings import (
    DEFAULT_VRF,
    Prefix,
    ProcessSettings,
    Redistribution,
    TableKey,
    TableSettings,
)
from .table import Local, Path
from .turn import Turn

_OWN_ADDRESS = "L"
_WITHOUT_GATEWAY = "Null0"


# -- what makes paths come and go ----


def route_changed(turn: Turn, vrf: str, prefix: Prefix) -> None:
    """The best route of a prefix is another one."""
    for key in _tables_of(turn, vrf, prefix):
        settings = turn.settings.tables[key]
        if not settings.networks and not settings.redistributions:
            continue
        for wanted in _targets(settings, prefix):
            _judge(turn, key, settings, wanted)


def configured(turn: Turn, old: ProcessSettings | None) -> None:
    """`network`, `redistribute` or what their route maps say is another."""
    for key in list(turn.settings.tables):
        if not is_there(turn, key):
            continue
        settings = turn.settings.tables[key]
        if not settings.networks and not settings.redistributions and old is None:
            continue
        held = _held(turn, key)
        known: list[Prefix] = [network.prefix for network in settings.networks]
        if settings.redistributions:
            kind = IPv4Prefix if key.family == IPV4_UNICAST else IPv6Prefix
            foreign = turn.state.routing.foreign_of(key)
            for prefix in (one for one in foreign if isinstance(one, kind)):
                known += _targets(settings, prefix)
        every: dict[Prefix, None] = dict.fromkeys((*held, *known))
        for prefix in every:
            _judge(turn, key, settings, prefix)


_KINDS = (Local.NETWORK, Local.REDISTRIBUTED)


def _tables_of(turn: Turn, vrf: str, prefix: Prefix) -> Iterable[TableKey]:
    family = IPV4_UNICAST if isinstance(prefix, IPv4Prefix) else IPV6_UNICAST
    key = TableKey(family, vrf)
    return (key,) if key in turn.settings.tables and is_there(turn, key) else ()


def is_there(turn: Turn, key: TableKey) -> bool:
    """Whether there is a table to announce in."""
    routing = turn.state.routing
    return home_of(key) in routing.tables and (key.vrf == DEFAULT_VRF or key.vrf in routing.vrfs)


def _held(turn: Turn, key: TableKey) -> list[Prefix]:
    """The prefixes that start here."""
    routing = turn.state.routing
    rd = None if key.vrf == DEFAULT_VRF else routing.vrfs[key.vrf].rd
    return [
        policy.bare(prefix)
        for prefix, net in routing.tables[home_of(key)].nets.items()
        if any(path.local in _KINDS for path in net.paths) and (rd is None or prefix.rd == rd)  # type: ignore[union-attr]
    ]


def _targets(settings: TableSettings, prefix: Prefix) -> list[Prefix]:
    """The prefixes whose paths a route may bring about: with `auto-summary` its class, too."""
    if settings.auto_summary and isinstance(prefix, IPv4Prefix):
        classful = classful_of(prefix)
        if classful != prefix:
            return [prefix, classful]
    return [prefix]


def classful_of(prefix: IPv4Prefix) -> IPv4Prefix:
    """The network of class A, B or C it is in; itself if it is no part of one."""
    first = prefix.network >> 24
    length = 8 if first < 128 else 16 if first < 192 else 24
    return IPv4Prefix.of(prefix.network, length) if length < prefix.length else prefix


def _judge(turn: Turn, key: TableKey, settings: TableSettings, prefix: Prefix) -> None:
    """Have the paths that a prefix is to have."""
    _enter(turn, key, prefix, Local.NETWORK, _network_path(turn, key, settings, prefix))
    _enter(turn, key, prefix, Local.REDISTRIBUTED, _redistributed(turn, key, settings, prefix))


def _enter(turn: Turn, key: TableKey, prefix: Prefix, local: Local, path: Path | None) -> None:
    if path is None:
        tables.withdraw_local(turn, key, prefix, local)
    else:
        tables.originate(turn, key, prefix, path)


# -- network ----


def _network_path(
    turn: Turn, key: TableKey, settings: TableSettings, prefix: Prefix
) -> Path | None:
    network = next((one for one in settings.networks if one.prefix == prefix), None)
    if network is None or network.is_backdoor:
        return None
    route = _exact_or_part(turn, key, settings, prefix)
    if route is None:
        return None
    if route.key.prefix != prefix:
        attributes = Attributes(Code.IGP, next_hop=_zero(prefix), med=0)
    else:
        attributes = _attributes(route, Code.IGP, route.metric)
    return _mapped(turn, network.route_map, Local.NETWORK, prefix, attributes, route)


def _exact_or_part(
    turn: Turn, key: TableKey, settings: TableSettings, prefix: Prefix
) -> Route | None:
    """The route that makes a `network` valid: its own, or with `auto-summary` any subnet of a
    network that is named by its class."""
    foreign = turn.state.routing.foreign_of(key)
    exact: Route | None = foreign.get(prefix)
    if exact is not None or not settings.auto_summary or not isinstance(prefix, IPv4Prefix):
        return exact
    if not _is_classful(prefix):
        return None
    parts = (one for one in foreign if isinstance(one, IPv4Prefix) and prefix.covers(one))
    found = next(parts, None)
    return None if found is None else foreign[found]


def _is_classful(prefix: IPv4Prefix) -> bool:
    host = IPv4Prefix(prefix.network, 32)
    return classful_of(host) == prefix


# -- redistribute ----


def _redistributed(
    turn: Turn, key: TableKey, settings: TableSettings, prefix: Prefix
) -> Path | None:
    for route in _sources(turn, key, settings, prefix):
        asked = _asked(settings, route)
        if asked is None:
            continue
        if route.key.prefix != prefix:
            attributes = Attributes(Code.INCOMPLETE, next_hop=_zero(prefix), med=0)
        else:
            attributes = _attributes(route, Code.INCOMPLETE, _metric(settings, asked, route))
        path = _mapped(turn, asked.route_map, Local.REDISTRIBUTED, prefix, attributes, route)
        if path is not None:
            return path
    return None


def _sources(turn: Turn, key: TableKey, settings: TableSettings, prefix: Prefix) -> Iterable[Route]:
    """The routes that may be redistributed as this prefix.  With `auto-summary` a subnet is told as
    the network of its class."""
    if not settings.redistributions:
        return ()
    foreign = turn.state.routing.foreign_of(key)
    exact: Route | None = foreign.get(prefix)
    if not settings.auto_summary or not isinstance(prefix, IPv4Prefix):
        return () if exact is None else (exact,)
    if classful_of(prefix) != prefix:
        return ()
    parts = [
        route
        for one, route in foreign.items()
        if one != prefix and isinstance(one, IPv4Prefix) and classful_of(one) == prefix
    ]
    return parts if exact is None else (exact, *parts)


def _asked(settings: TableSettings, route: Route) -> Redistribution | None:
    """The command that takes a route.  The default route is not taken without
    `default-information originate`, nor is an own address."""
    if route.code == _OWN_ADDRESS:
        return None
    if route.key.prefix.length == 0 and not settings.default_information:
        return None
    for one in settings.redistributions:
        if one.protocol == route.protocol and one.owner in (None, route.key.owner):
            return one
    return None


def _metric(settings: TableSettings, asked: Redistribution, route: Route) -> int:
    if asked.metric is not None:
        return asked.metric
    if settings.default_metric is not None:
        return 0 if route.protocol == "connected" else settings.default_metric
    return route.metric


# -- paths ----


def _attributes(route: Route, code: Code, med: int) -> Attributes:
    """Next hop of the route; none if it is connected or leads nowhere."""
    hop = route.next_hops[0] if route.next_hops else None
    address = None if hop is None or hop.interface == _WITHOUT_GATEWAY else hop.address
    zero = _zero(route.key.prefix)
    return Attributes(code, next_hop=zero if address is None else address, med=med)


def _zero(prefix: Prefix) -> IPv4Address | IPv6Address:
    """No next hop, as an address of the family."""
    return type(prefix.network)(0)


def _mapped(
    turn: Turn,
    route_map: str | None,
    local: Local,
    prefix: Prefix,
    attributes: Attributes,
    route: Route,
) -> Path | None:
    """The path after the route map; one that is not defined lets nothing through."""
    if route_map is None:
        return path_of(turn, local, attributes)
    hop = route.next_hops[0] if route.next_hops else None
    source = route.key.owner if route.protocol in route.key.owner else route.protocol
    facts = PathFacts(
        _kind(route),
        source,
        tag=route.tag,
        interface=None if hop is None else hop.interface,
        igp_metric=route.metric,
    )
    bound = policy.bound_map(turn, route_map, attributes, facts)
    outcome = None if bound is None else bound.decide(prefix)
    if outcome is None:
        return None
    return path_of(turn, local, outcome.attributes, outcome.weight)


def _kind(route: Route) -> str:
    """As `match route-type` has it."""
    if route.protocol != "eigrp":
        return ""
    return "external" if route.code.endswith("EX") else "internal"
