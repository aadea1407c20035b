"""Queries of the IPv4 shows on a routing and a forwarding table: pure, frozen views out."""

from __future__ import annotations

from collections.abc import Callable

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.cli.api import Rejected
from iosemu.kernel.time import Time
from iosemu.rib.classful import classful
from iosemu.rib.fib import Fib, FibEntry, Kind
from iosemu.rib.route import Route
from iosemu.rib.table import Rib

from .networks import grouped, is_supernet
from .views import (
    CefEntryView,
    CefTableView,
    EntryPathView,
    KnownSubnetsView,
    PathView,
    RouteView,
    RoutingEntryView,
    RoutingTableView,
)

DEFAULT = IPv4Prefix.of(0, 0)
AGELESS = ("connected", "static")
"""Protocols whose routes print no age."""


def routing_table(
    rib: Rib, now: Time, wanted: Callable[[Route], bool] | None = None
) -> RoutingTableView:
    """The whole table, or the routes that are wanted."""
    routes = [r for r in rib.routes() if wanted is None or wanted(r)]
    default = rib.get(DEFAULT)
    return RoutingTableView(
        networks=grouped(route_view(route, now) for route in routes),
        gateway=None if default is None else _paths(default, now)[0],
        gateway_network=None if default is None else DEFAULT.network,
        vrf=None if rib.vrf == "default" else rib.vrf,
    )


def route_view(route: Route, now: Time) -> RouteView:
    return RouteView(
        code=route.code,
        prefix=route.prefix,
        distance=route.distance,
        metric=route.metric,
        paths=_paths(route, now),
        is_candidate_default=route.prefix == DEFAULT,
    )


def _age(route: Route, now: Time) -> Time | None:
    return None if route.protocol in AGELESS else now - route.since


def _paths(route: Route, now: Time) -> tuple[PathView, ...]:
    age = _age(route, now)
    return tuple(PathView(hop.address, hop.interface, age) for hop in route.next_hops)


def routing_entry(
    rib: Rib, now: Time, address: IPv4Address, length: int | None
) -> RoutingEntryView | KnownSubnetsView:
    """The entry of an address (longest match, the default route aside) or of a prefix.

    Raises Rejected with IOS's line if there is none.
    """
    network = classful(IPv4Prefix(address, 32))
    known = [r for r in rib.routes() if classful(r.prefix) == network]
    if length is None and address == network.network and any(r.prefix != network for r in known):
        return known_subnets(network, known, now)
    if length is None:
        route = rib.get(DEFAULT) if address == 0 else lookup(rib, address)
    else:
        route = rib.get(IPv4Prefix.of(address, length))
    if route is None:
        raise Rejected("% Subnet not in table" if known else "% Network not in table")
    return entry_view(route, now)


def lookup(rib: Rib, address: IPv4Address) -> Route | None:
    """The longest match that is not the default route."""
    route = rib.lookup(address)
    return None if route is None or route.prefix == DEFAULT else route


def entry_view(route: Route, now: Time) -> RoutingEntryView:
    age = _age(route, now)
    owner = route.key.owner
    return RoutingEntryView(
        prefix=route.prefix,
        is_supernet=is_supernet(route.prefix),
        known_via=owner,
        distance=route.distance,
        metric=route.metric,
        qualifier=_qualifier(route),
        tag=route.tag,
        is_candidate_default=route.prefix == DEFAULT,
        paths=tuple(
            EntryPathView(
                address=hop.address,
                interface=hop.interface,
                source=None if age is None else hop.address,
                age=age,
                metric=route.metric,
                share=hop.weight,
            )
            for hop in route.next_hops
        ),
    )


def _qualifier(route: Route) -> str | None:
    if route.protocol == "connected":
        return "connected, via interface"
    if route.protocol == "static" and route.next_hops[0].address is None:
        return "connected"
    return None


def known_subnets(network: IPv4Prefix, routes: list[Route], now: Time) -> KnownSubnetsView:
    return KnownSubnetsView(
        network=network,
        subnets=len(routes),
        masks=tuple(sorted({r.prefix.length for r in routes})),
        connected=sum(r.next_hops[0].address is None for r in routes),
        routes=tuple(route_view(r, now) for r in routes),
    )


def cef_table(fib: Fib) -> CefTableView:
    return CefTableView(tuple(cef_entry(entry) for entry in fib.all()))


def cef_entry(entry: FibEntry) -> CefEntryView:
    match entry.kind:
        case Kind.RECEIVE if entry.interface is not None:
            return CefEntryView(entry.prefix, "receive", (PathView(None, entry.interface),))
        case Kind.FORWARD if entry.paths[0].next_hop is None:
            paths = tuple(PathView(None, path.interface) for path in entry.paths)
            return CefEntryView(entry.prefix, "attached", paths)
        case Kind.FORWARD:
            ways = tuple(PathView(path.next_hop, path.interface) for path in entry.paths)
            return CefEntryView(entry.prefix, None, ways)
        case kind:
            return CefEntryView(entry.prefix, kind.value)
