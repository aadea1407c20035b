"""Commands of IPv6: queries of its shows, and clearing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iosemu.address import IPv6Address, IPv6Prefix, IpVersion
from iosemu.cli.api import Exec, Lines, Rejected, exec_command, show
from iosemu.config.tree import slot_of
from iosemu.features.interface.cli import interface_named, listed_interfaces
from iosemu.features.interface.config import InterfacesConfig
from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.proto.base import DEFAULT_VRF
from iosemu.proto.shows import ProtocolsQuery
from iosemu.rib.route import Route
from iosemu.stack import nd, refresh_routes
from iosemu.stack.interface import Interface, Medium
from iosemu.stack.ipv6_address import own_addresses
from iosemu.stack.ipv6_state import (
    ALL_NODES,
    ALL_ROUTERS,
    Ipv6Settings,
    Own,
    Use,
    solicited_group,
)
from iosemu.stack.state import Stack

from .config import Ipv6InterfaceConfig
from .views import (
    Brief6View,
    BriefRow6,
    Ipv6InterfaceView,
    NeighborRow,
    NeighborsView,
    OwnView,
    Protocols6View,
    Route6EntryView,
    Route6Row,
    Routing6View,
    Static6Row,
    Statics6View,
    Summary6View,
    Way6,
)

LOCAL = ("L", "LC")
MINUTE = 60 * SECOND


@show("ipv6.show.interface.brief")
def show_interface_brief(x: Exec, *, name: str | None) -> Iterator[Brief6View]:
    stack = x.part(Stack)
    chosen = listed_interfaces(stack) if name is None else [interface_named(stack, name)]
    yield Brief6View(tuple(brief_row(stack, interface) for interface in chosen))


def brief_row(stack: Stack, interface: Interface) -> BriefRow6:
    held = addresses_of(stack, interface)
    up = "up" if interface.is_up else "down"
    return BriefRow6(interface.name, interface.link.value, up, tuple(held))


def addresses_of(stack: Stack, interface: Interface) -> dict[IPv6Address, Own]:
    """The addresses of an interface; of one that is down those it will have."""
    if interface.ipv6 is not None:
        return interface.ipv6.own
    settings = interface.settings.ipv6
    return {} if settings is None else own_addresses(stack, interface, settings)


@show("ipv6.show.interface")
def show_interface(x: Exec, *, name: str | None) -> Iterator[Ipv6InterfaceView]:
    stack = x.part(Stack)
    chosen = listed_interfaces(stack) if name is None else [interface_named(stack, name)]
    for interface in chosen:
        settings = interface.settings.ipv6
        if settings is None:
            continue
        configured = x.config.of(InterfacesConfig).by_name[interface.name]
        config = slot_of(configured, Ipv6InterfaceConfig)
        yield interface_view(stack, interface, settings, config)


def interface_view(
    stack: Stack, interface: Interface, settings: Ipv6Settings, config: Ipv6InterfaceConfig
) -> Ipv6InterfaceView:
    local, *others = addresses_of(stack, interface).values()
    medium = interface.kind.medium
    is_spoken = medium in (Medium.ETHERNET, Medium.SERIAL)
    return Ipv6InterfaceView(
        name=interface.name,
        status=interface.link.value,
        protocol="up" if interface.is_up else "down",
        link_local=own_view(local),
        addresses=tuple(map(own_view, others)),
        groups=groups_of(stack, interface),
        mtu_bytes=interface.ipv6_mtu_bytes,
        error_interval_ms=stack.ipv6.error_interval_ms,
        redirects=settings.has_redirects,
        unreachables=settings.has_unreachables,
        dad_attempts=settings.dad_attempts if is_spoken else None,
        reachable_ms=settings.reachable_ms,
        using_reachable_ms=settings.reachable_ns // MILLISECOND,
        retransmit_ms=settings.ns_interval_ms,
        using_retransmit_ms=settings.retransmit_ns // MILLISECOND,
        is_router=stack.ipv6.is_routing,
        advertises=settings.advertises if medium is Medium.ETHERNET else None,
        interval_s=settings.advertisement_interval_s,
        lifetime_s=settings.advertised_lifetime_s,
        preference=config.router_preference,
        managed=config.managed,
        other=config.other,
    )


def own_view(own: Own) -> OwnView:
    marks = (
        ("ANY" if own.is_anycast else ""),
        ("EUI" if own.is_eui64 else ""),
        own.use.value if own.use is not Use.UNIQUE else "",
    )
    return OwnView(own.interface, tuple(mark for mark in marks if mark))


def groups_of(stack: Stack, interface: Interface) -> tuple[IPv6Address, ...]:
    """The groups an interface listens to: those of the link, of its addresses, of engines."""
    link = interface.ipv6
    joined = () if link is None else tuple(link.groups)
    groups = {ALL_NODES, *joined, *map(solicited_group, addresses_of(stack, interface))}
    if stack.ipv6.is_routing:
        groups.add(ALL_ROUTERS)
    return tuple(sorted(groups))


# -- the routing table ----


@show("ipv6.show.route")
def show_route(x: Exec, *, source: str | None) -> Iterator[Routing6View]:
    match source:
        case None:
            yield routing_view(x, lambda route: True)
        case "local":
            yield routing_view(x, lambda route: route.code in LOCAL)
        case "connected":
            yield routing_view(x, lambda route: route.code in ("C", "LC"))
        case _:
            yield routing_view(x, lambda route: route.protocol == source)


def routing_view(x: Exec, wanted: Callable[[Route], bool]) -> Routing6View:
    rib = x.part(Stack).vrf(DEFAULT_VRF).rib6
    rows = tuple(route_row(route, x.now) for route in rib.routes() if wanted(route))
    return Routing6View(DEFAULT_VRF, len(rib), rows, x.version)


def route_row(route: Route, now: Time) -> Route6Row:
    ways = ways_of(route, now)
    return Route6Row(route.code, route.prefix, route.distance, route.metric, route.tag, ways)


def ways_of(route: Route, now: Time) -> tuple[Way6, ...]:
    age = now - route.since
    attached = "receive" if route.code in LOCAL else "directly connected"
    return tuple(
        Way6(
            hop.address if isinstance(hop.address, IPv6Address) else None,
            hop.interface,
            attached if hop.address is None else "",
            age,
        )
        for hop in route.next_hops
    )


@show("ipv6.show.route.summary")
def show_route_summary(x: Exec) -> Iterator[Summary6View]:
    """Routes by source: those of interfaces first, as IOS counts them."""
    counts = dict.fromkeys(("connected", "local", "static"), 0)
    lengths: dict[int, int] = {}
    for route in x.part(Stack).vrf(DEFAULT_VRF).rib6.routes():
        source = "local" if route.code in LOCAL else route.key.owner
        counts[source] = counts.get(source, 0) + 1
        lengths[route.prefix.length] = lengths.get(route.prefix.length, 0) + 1
    yield Summary6View(DEFAULT_VRF, tuple(counts.items()), tuple(sorted(lengths.items())))


@exec_command("ipv6.clear.route")
def clear_routes(x: Exec) -> Lines:
    refresh_routes(x.part(Stack), x.now, DEFAULT_VRF, version=IpVersion.V6)
    return []


@show("ipv6.show.route.prefix")
def show_route_of_prefix(
    x: Exec, *, prefix: IPv6Prefix, longer_prefixes: bool
) -> Iterator[Routing6View | Route6EntryView]:
    rib = x.part(Stack).vrf(DEFAULT_VRF).rib6
    if longer_prefixes:
        yield routing_view(x, lambda route: prefix.covers(route.prefix))
        return
    yield entry_view(rib.get(prefix), x.now)


@show("ipv6.show.route.address")
def show_route_of_address(x: Exec, *, address: IPv6Address) -> Iterator[Route6EntryView]:
    yield entry_view(x.part(Stack).vrf(DEFAULT_VRF).rib6.lookup(address), x.now)


def entry_view(route: Route | None, now: Time) -> Route6EntryView:
    if route is None:
        raise Rejected("% Route not found")
    type_ = None
    if route.protocol == "connected":
        type_ = "receive" if route.code in LOCAL else "connected"
    fixed = (route.prefix, route.key.owner, route.distance, route.metric)
    return Route6EntryView(*fixed, type_, route.tag, ways_of(route, now))


# -- neighbors, static routes, protocols ----


@show("ipv6.show.neighbors")
def show_neighbors(
    x: Exec, *, address: IPv6Address | None, interface: str | None
) -> Iterator[NeighborsView]:
    rows = []
    for held in listed_interfaces(x.part(Stack)):
        if held.ipv6 is None or interface not in (None, held.name):
            continue
        for known, neighbor in sorted(held.ipv6.neighbors.items()):
            if address not in (None, known):
                continue
            age_min = (x.now - neighbor.since) // MINUTE
            state = neighbor.reach.value
            rows.append(NeighborRow(known, age_min, neighbor.mac, state, held.name))
    if rows:
        yield NeighborsView(tuple(rows))


@exec_command("ipv6.clear.neighbors")
def clear_neighbors(x: Exec, *, interface: str | None) -> Lines:
    nd.clear(x.part(Stack), interface)
    return []


@show("ipv6.show.static")
def show_static(x: Exec, *, prefix: IPv6Prefix | None) -> Iterator[Statics6View]:
    lines = x.view("static", "ipv6") or ()
    rows = tuple(
        Static6Row(
            key.prefix, key.address, key.interface, options.distance, options.tag, is_installed
        )
        for (key, options), is_installed in lines
        if prefix in (None, key.prefix)
    )
    yield Statics6View(rows)


@show("ipv6.show.protocols")
def show_protocols(x: Exec) -> Iterator[object]:
    """What may put routes into the table."""
    found = ["connected"]
    if x.part(Stack).ipv6.is_routing:
        found.append("ND")
    owners = {route.key.owner for route in x.part(Stack).vrf(DEFAULT_VRF).rib6.routes()}
    found += sorted(one for one in owners - {"connected"} if not one.startswith("bgp "))
    yield Protocols6View(tuple(found))
    yield from x.view("bgp", ProtocolsQuery(x.now, is_six=True)) or ()
