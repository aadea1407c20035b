"""Commands of the routing table: its shows and its clearing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iosemu.address import IPv4Address, IPv4Prefix, length_of
from iosemu.cli.api import Exec, Lines, Rejected, exec_command, show
from iosemu.features.icmp.cli import redirects
from iosemu.features.icmp.views import RedirectsView
from iosemu.features.vrf.tables import table_of
from iosemu.proto.base import DEFAULT_VRF
from iosemu.rib.classful import classful
from iosemu.rib.route import RefreshRoutes, Route
from iosemu.rib.table import Rib
from iosemu.stack import refresh_routes
from iosemu.stack.routes import permits_route
from iosemu.stack.state import Stack

from .config import IpConfig
from .networks import is_supernet
from .tables import routing_entry, routing_table
from .views import (
    KnownSubnetsView,
    NetworkView,
    RoutingEntryView,
    RoutingTableView,
)

REFRESHING = ("static", "eigrp")
"""Engines that withdraw and offer their routes again when these are cleared."""
TableViews = Iterator[RoutingTableView | NetworkView | RedirectsView]


def rib_of(x: Exec, vrf: str | None = None) -> Rib:
    """The routing table of a VRF; None: the global one."""
    return x.part(Stack).vrf(table_of(x, vrf)).rib


def table(
    x: Exec, wanted: Callable[[Route], bool] | None = None, vrf: str | None = None
) -> TableViews:
    """The routing table, or of a host its gateway."""
    config = x.config.of(IpConfig)
    if not config.routing:
        yield redirects(x.part(Stack), x.now)
        return
    rib = rib_of(x, vrf)
    routes = rib.routes() if wanted is None else filter(wanted, rib.routes())
    yield from routing_table(rib, x.now, routes, version=x.version)


@show("ip.show.route")
def show_route(x: Exec, *, vrf: str | None, source: str | None) -> TableViews:
    if source is None:
        yield from table(x, vrf=vrf)
    elif source == "local":
        yield from table(x, lambda route: route.code == "L", vrf)
    else:
        yield from table(x, lambda route: route.protocol == source, vrf)


@show("ip.show.route.protocol")
def show_route_of_protocol(
    x: Exec, *, vrf: str | None, protocol: str, number: int | None
) -> TableViews:
    owner = f"{protocol} {number}"
    if number is None:
        yield from table(x, lambda route: route.protocol == protocol, vrf)
    else:
        yield from table(x, lambda route: route.key.owner == owner, vrf)


@show("ip.show.route.supernets")
def show_supernets(x: Exec, *, vrf: str | None) -> TableViews:
    yield from table(x, lambda route: is_supernet(route.prefix), vrf)


@show("ip.show.route.list")
def show_route_of_list(x: Exec, *, vrf: str | None, acl: int | str) -> TableViews:
    """Only routes that an access list permits."""
    stack = x.part(Stack)
    if str(acl) not in stack.access.lists:
        raise Rejected(f"% Access list {acl} is not defined")
    yield from table(x, lambda route: permits_route(stack, str(acl), route.prefix), vrf)


@show("ip.show.route.prefix")
def show_route_prefix(
    x: Exec,
    *,
    vrf: str | None,
    address: IPv4Address,
    mask: IPv4Address | None,
    longer_prefixes: bool,
) -> Iterator[RoutingEntryView | KnownSubnetsView | RoutingTableView | NetworkView]:
    rib = rib_of(x, vrf)
    length = mask_length(mask)
    if longer_prefixes:
        routes = rib.under(within(address, length))
        yield from routing_table(rib, x.now, routes, version=x.version)
    else:
        yield routing_entry(rib, x.now, address, length)


def within(address: IPv4Address, length: int | None) -> IPv4Prefix:
    """The prefix meant; without a mask a classful network means all of it, a host only itself."""
    network = classful(IPv4Prefix(address, 32))
    if length is not None:
        return IPv4Prefix.of(address, length)
    return network if network.network == address else IPv4Prefix(address, 32)


def mask_length(mask: IPv4Address | None) -> int | None:
    """The length of a mask, None without one; Rejected if it is not contiguous."""
    if mask is None:
        return None
    length = length_of(mask)
    if length is None:
        raise Rejected("%Inconsistent address and mask")
    return length


@exec_command("ip.clear.route")
def clear_routes(x: Exec) -> Lines:
    for engine in REFRESHING:
        x.post(engine, RefreshRoutes())
    refresh_routes(x.part(Stack), x.now, DEFAULT_VRF)
    return []


@exec_command("ip.clear.route.prefix")
def clear_route(x: Exec, *, address: IPv4Address, mask: IPv4Address | None) -> Lines:
    rib = rib_of(x)
    length = mask_length(mask)
    held = rib.lookup(address) if length is None else rib.get(IPv4Prefix.of(address, length))
    if held is None:
        raise Rejected("% Network not in table")
    prefix = held.prefix
    assert isinstance(prefix, IPv4Prefix)
    if held.protocol in REFRESHING:
        x.post(held.protocol, RefreshRoutes(prefix))
    else:
        refresh_routes(x.part(Stack), x.now, DEFAULT_VRF, prefix)
    return []
