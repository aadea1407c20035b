"""Commands of IPv4: queries of its shows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address, IPv4Prefix, length_of
from iosemu.cli.api import Exec, Rejected, show
from iosemu.features.icmp.cli import redirects
from iosemu.features.icmp.views import RedirectsView
from iosemu.features.interface.cli import interface_named, listed_interfaces
from iosemu.proto.base import DEFAULT_VRF
from iosemu.rib.classful import classful
from iosemu.stack.interface import Interface
from iosemu.stack.state import Stack

from .config import IpConfig
from .methods import NVRAM, AddressMethods
from .tables import cef_entry, cef_table, routing_entry, routing_table
from .views import (
    BriefRow,
    BriefView,
    CefDetailView,
    CefTableView,
    IpInterfaceView,
    KnownSubnetsView,
    RoutingEntryView,
    RoutingTableView,
)


@show("ip.show.interface.brief")
def show_interface_brief(x: Exec) -> Iterator[BriefView]:
    yield BriefView(
        tuple(
            brief_row(interface, x.part(AddressMethods).of(interface.name))
            for interface in listed_interfaces(x.part(Stack))
        )
    )


def brief_row(interface: Interface, method: str) -> BriefRow:
    return BriefRow(
        name=interface.name,
        address=interface.address,
        method=method,
        status=interface.link.value,
        protocol="up" if interface.is_up else "down",
    )


@show("ip.show.interface")
def show_interface(x: Exec, *, name: str | None) -> Iterator[IpInterfaceView]:
    stack = x.part(Stack)
    chosen = listed_interfaces(stack) if name is None else [interface_named(stack, name)]
    for interface in chosen:
        is_from_nvram = x.part(AddressMethods).of(interface.name) == NVRAM
        has_cef = x.config.of(IpConfig).cef
        yield ip_interface_view(interface, is_from_nvram=is_from_nvram, has_cef=has_cef)


def ip_interface_view(
    interface: Interface, *, is_from_nvram: bool, has_cef: bool
) -> IpInterfaceView:
    settings = interface.settings
    address, length = (settings.addresses or ((None, 0),))[0]
    return IpInterfaceView(
        name=interface.name,
        status=interface.link.value,
        protocol="up" if interface.is_up else "down",
        address=address,
        length=length,
        secondaries=settings.addresses[1:],
        is_from_nvram=is_from_nvram,
        mtu_bytes=interface.ip_mtu_bytes,
        groups=tuple(sorted(interface.groups)),
        proxy_arp=settings.has_proxy_arp,
        redirects=settings.has_redirects,
        unreachables=settings.has_unreachables,
        cef=has_cef,
    )


@show("ip.show.route")
def show_route(x: Exec, *, source: str | None) -> Iterator[RoutingTableView | RedirectsView]:
    config = x.config.of(IpConfig)
    if not config.routing:
        yield redirects(x.part(Stack), x.now)
        return
    rib = x.part(Stack).vrf(DEFAULT_VRF).rib
    yield routing_table(
        rib, x.now, None if source is None else lambda route: route.protocol == source
    )


@show("ip.show.route.prefix")
def show_route_prefix(
    x: Exec, *, address: IPv4Address, mask: IPv4Address | None, longer_prefixes: bool
) -> Iterator[RoutingEntryView | KnownSubnetsView | RoutingTableView]:
    rib = x.part(Stack).vrf(DEFAULT_VRF).rib
    length = mask_length(mask)
    if longer_prefixes:
        wanted = within(address, length)
        yield routing_table(rib, x.now, lambda route: wanted.covers(route.prefix))
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


@show("ip.show.cef")
def show_cef(x: Exec) -> Iterator[CefTableView]:
    require_cef(x)
    yield cef_table(x.part(Stack).vrf(DEFAULT_VRF).fib)


@show("ip.show.cef.address")
def show_cef_address(
    x: Exec, *, address: IPv4Address, mask: IPv4Address | None
) -> Iterator[CefDetailView]:
    require_cef(x)
    fib = x.part(Stack).vrf(DEFAULT_VRF).fib
    if mask is None:
        yield CefDetailView(cef_entry(fib.lookup(address)))
        return
    length = mask_length(mask)
    assert length is not None
    yield from show_cef_prefix(x, prefix=IPv4Prefix.of(address, length))


@show("ip.show.cef.prefix")
def show_cef_prefix(x: Exec, *, prefix: IPv4Prefix) -> Iterator[CefDetailView]:
    require_cef(x)
    entry = x.part(Stack).vrf(DEFAULT_VRF).fib.entry(prefix)
    if entry is None:
        raise Rejected("%Prefix not found")
    yield CefDetailView(cef_entry(entry))


def require_cef(x: Exec) -> None:
    """Rejected under `no ip cef`."""
    if not x.config.of(IpConfig).cef:
        raise Rejected("%IPv4 CEF not running")
