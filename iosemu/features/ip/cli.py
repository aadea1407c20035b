"""Commands of IPv4: queries of its shows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, show
from iosemu.config.tree import slot_of
from iosemu.features.interface.cli import interface_named, listed_interfaces
from iosemu.features.interface.config import InterfacesConfig
from iosemu.features.vrf.tables import table_of
from iosemu.proto.base import DEFAULT_VRF
from iosemu.stack.interface import Interface
from iosemu.stack.state import Stack

from .config import IpConfig, IpInterfaceConfig
from .methods import NVRAM, AddressMethods
from .views import (
    AliasesView,
    BriefRow,
    BriefView,
    IpInterfaceView,
)


@show("ip.show.interface.brief")
def show_interface_brief(x: Exec, *, name: str | None) -> Iterator[BriefView]:
    stack = x.part(Stack)
    chosen = listed_interfaces(stack) if name is None else [interface_named(stack, name)]
    yield BriefView(tuple(brief_row(i, x.part(AddressMethods).of(i.name)) for i in chosen))


def brief_row(interface: Interface, method: str) -> BriefRow:
    return BriefRow(
        name=interface.name,
        address=interface.address,
        method=method,
        status=interface.link.value,
        protocol="up" if interface.is_up else "down",
    )


@show("ip.show.aliases")
def show_aliases(x: Exec, *, vrf: str | None) -> Iterator[AliasesView]:
    """The addresses that this router answers ARP for as its own: of interfaces that are up, and of
    `arp ... alias`."""
    stack, name = x.part(Stack), table_of(x, vrf)
    rows = [
        ("Interface", address)
        for interface in listed_interfaces(stack)
        if interface.is_up and interface.settings.vrf == name
        for address, _ in interface.settings.addresses
    ]
    if name == DEFAULT_VRF:
        rows += [("Static", address) for address, held in stack.static_arp.items() if held.alias]
    yield AliasesView(tuple(rows))


@show("ip.show.interface")
def show_interface(x: Exec, *, name: str | None) -> Iterator[IpInterfaceView]:
    stack = x.part(Stack)
    chosen = listed_interfaces(stack) if name is None else [interface_named(stack, name)]
    for interface in chosen:
        is_from_nvram = x.part(AddressMethods).of(interface.name) == NVRAM
        configured = x.config.of(InterfacesConfig).by_name.get(interface.name)
        ip = IpInterfaceConfig() if configured is None else slot_of(configured, IpInterfaceConfig)
        has_cef = x.config.of(IpConfig).cef and ip.route_cache and ip.route_cache_cef
        yield ip_interface_view(interface, ip, is_from_nvram=is_from_nvram, has_cef=has_cef)


def ip_interface_view(
    interface: Interface, ip: IpInterfaceConfig, *, is_from_nvram: bool, has_cef: bool
) -> IpInterfaceView:
    settings = interface.settings
    address, length = (settings.addresses or ((interface.address, 0),))[0]
    return IpInterfaceView(
        name=interface.name,
        status=interface.link.value,
        protocol="up" if interface.is_up else "down",
        address=address,
        length=length,
        lender=ip.unnumbered,
        policy=ip.policy,
        secondaries=settings.addresses[1:],
        is_from_nvram=is_from_nvram,
        mtu_bytes=interface.ip_mtu_bytes,
        helpers=ip.helpers,
        local_proxy_arp=ip.local_proxy_arp,
        mask_replies=ip.mask_reply,
        directed_broadcast=ip.directed_broadcast,
        groups=tuple(interface.groups),
        access_out=settings.access_out,
        access_in=settings.access_in,
        proxy_arp=settings.has_proxy_arp,
        redirects=settings.has_redirects,
        unreachables=settings.has_unreachables,
        fast_switching=ip.route_cache,
        cef=has_cef,
        vrf=None if settings.vrf == DEFAULT_VRF else settings.vrf,
    )
