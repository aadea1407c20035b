"""Queries of the shows of the routing table: pure, frozen views out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iosemu.address import IPv4Address, IPv4Prefix, Prefix
from iosemu.cli.api import Rejected
from iosemu.kernel.time import Time
from iosemu.rib.classful import Major, by_major, classful
from iosemu.rib.route import EntryNote, Noted, Route
from iosemu.rib.table import DEFAULT, Rib

from .networks import is_supernet
from .route_show import is_before_15
from .views import (
    EntryPathView,
    KnownSubnetsView,
    NetworkView,
    PathView,
    RouteView,
    RoutingEntryView,
    RoutingTableView,
)

AGELESS = ("connected", "static")
"""Protocols whose routes print no age."""


def routing_table(
    rib: Rib, now: Time, routes: Iterable[Route] | None = None, *, version: str = "15.4"
) -> Iterator[RoutingTableView | NetworkView]:
    """The head, then the whole table or these routes, network by network."""
    gateway = rib.gateway()
    yield RoutingTableView(
        gateway=None if gateway is None else _paths(gateway, now)[0],
        gateway_network=None if gateway is None else gateway.prefix.network,
        vrf=None if rib.vrf == "default" else rib.vrf,
        version=version,
    )
    # There were no routes to own addresses before 15.0.
    hidden = "L" if is_before_15(version) else None
    listed = rib.routes() if routes is None else routes
    for major in by_major(route for route in listed if route.code != hidden):
        whole = major
        if routes is not None:
            # The heading counts all subnets there are, not those that are asked for.
            under = (route for route in rib.under(major.network) if route.code != hidden)
            whole = next(one for one in by_major(under) if one.network == major.network)
        yield network_view(rib, major, whole, now, version)


def network_view(rib: Rib, major: Major, whole: Major, now: Time, version: str) -> NetworkView:
    """Routes of one classful network, `whole` with all of them; one that is alone in it is printed
    without it."""
    routes = tuple(route_view(rib, route, now) for route in major.routes)
    network = whole.network if whole.has_heading else None
    return NetworkView(network, len(whole.lengths), routes, version, len(whole.routes))


def is_candidate(rib: Rib, prefix: Prefix) -> bool:
    """Whether a route may give the gateway of last resort."""
    return prefix == DEFAULT or prefix in rib.default_networks


def route_view(rib: Rib, route: Route, now: Time) -> RouteView:
    return RouteView(
        code=route.code,
        prefix=route.prefix,
        distance=route.distance,
        metric=route.metric,
        paths=_paths(route, now),
        is_candidate_default=is_candidate(rib, route.prefix),
        is_summary=note_of(route).is_summary,
    )


def note_of(route: Route) -> EntryNote:
    """What its owner knows of a route."""
    detail = route.detail
    if isinstance(detail, EntryNote):
        return detail
    return detail.note() if isinstance(detail, Noted) else EntryNote()


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
    if length is None and address == network.network:
        known = rib.under(network)
        if any(route.prefix != network for route in known):
            return known_subnets(rib, network, known, now)
    if length is None:
        route = rib.get(DEFAULT) if address == 0 else lookup(rib, address)
    else:
        route = rib.get(IPv4Prefix.of(address, length))
    if route is None:
        raise Rejected("% Subnet not in table" if rib.under(network) else "% Network not in table")
    return entry_view(rib, route, now)


def lookup(rib: Rib, address: IPv4Address) -> Route | None:
    """The longest match that is not the default route."""
    route = rib.lookup(address)
    return None if route is None or route.prefix == DEFAULT else route


def entry_view(rib: Rib, route: Route, now: Time) -> RoutingEntryView:
    note = note_of(route)
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
        is_candidate_default=is_candidate(rib, route.prefix),
        kind=note.kind,
        tag_kind=note.tag_kind,
        redistributing=note.redistributing,
        path_lines=note.path_lines,
        paths=tuple(
            EntryPathView(
                address=hop.address,
                interface=hop.interface,
                source=None if age is None else hop.address,
                age=None if hop.address is None else age,
                metric=note.metrics[at] if note.metrics else route.metric,
                share=hop.weight,
                lines=note.own_lines[at] if note.own_lines else (),
            )
            for at, hop in enumerate(route.next_hops)
        ),
    )


def _qualifier(route: Route) -> str | None:
    if route.protocol == "connected":
        return "connected, via interface"
    if route.protocol == "static" and route.next_hops[0].address is None:
        return "connected"
    return None


def known_subnets(
    rib: Rib, network: IPv4Prefix, routes: list[Route], now: Time
) -> KnownSubnetsView:
    masks = tuple(sorted({r.prefix.length for r in routes}))
    return KnownSubnetsView(
        network=network if len(masks) > 1 else IPv4Prefix(network.network, masks[0]),
        subnets=len(routes),
        masks=masks,
        connected=sum(r.next_hops[0].address is None for r in routes),
        routes=tuple(route_view(rib, r, now) for r in routes),
    )
