"""IPv6 addresses of interfaces: where they come from, and whether somebody else has them.

An address is used only when duplicate address detection (RFC 4862 5.4) found it to be unique; the
link-local one comes first, and without it there are no others.
"""

from __future__ import annotations

from iosemu.address import IPv6Address, IPv6Interface, IPv6Prefix, MacAddress
from iosemu.proto.base import InterfaceChanged

from . import nd, nd_debug, nd_router
from .arp import DUPLICATE_LOG_NS
from .context import Context
from .counters import NEVER
from .interface import NO_MAC, Interface, Medium
from .ipv6_state import Ipv6Link, Ipv6Settings, Own, Use, eui64
from .messages import DuplicateIpv6Address
from .state import Stack

LINK_LOCAL = IPv6Prefix.parse("FE80::/10")
LINK_LOCAL_LENGTH = 128
_IDENTIFIER = (1 << 64) - 1
_SPEAKING = (Medium.ETHERNET, Medium.SERIAL)
"""Media on which there may be others."""


def follow(stack: Stack, ctx: Context, interface: Interface) -> None:
    """Bring the addresses of an interface in line with its state and settings.

    Addresses that stay keep what is known of them, so that changing another does no harm.
    """
    settings = interface.settings.ipv6
    if settings is None:
        interface.identifier = None
        if interface.ipv6 is None:
            return
    elif interface.is_serial:
        local = next(iter(own_addresses(stack, interface, settings)))
        interface.identifier = local & _IDENTIFIER
    if settings is None or not (interface.is_up and interface.passes_ipv6):
        down(stack, ctx, interface)
        return
    link = interface.ipv6
    if link is None:
        link = interface.ipv6 = Ipv6Link()
    wanted = own_addresses(stack, interface, settings)
    if list(wanted) != list(link.own) or any(
        wanted[a].interface != link.own[a].interface for a in wanted
    ):
        for address in [a for a in link.own if a not in wanted]:
            ctx.stop_timer(("dad", interface.name, address))
        link.own = {a: _kept(link, own) for a, own in wanted.items()}
    _place(stack, interface)
    check(stack, ctx, interface)


def _kept(link: Ipv6Link, own: Own) -> Own:
    """An address as it was before, if it was there and is still of the same prefix."""
    held = link.own.get(own.interface.address)
    return own if held is None or held.interface != own.interface else held


def down(stack: Stack, ctx: Context, interface: Interface) -> None:
    """Forget everything about IPv6 on an interface."""
    link = interface.ipv6
    if link is None:
        return
    for address in link.own:
        ctx.stop_timer(("dad", interface.name, address))
    nd.forget_all(stack, ctx, interface)
    nd_router.stop(ctx, interface)
    interface.ipv6 = None
    _place(stack, interface)


def own_addresses(
    stack: Stack, interface: Interface, settings: Ipv6Settings
) -> dict[IPv6Address, Own]:
    """The addresses an interface is to have, link-local first."""
    identifier = eui64(link_address_of(stack, interface))
    made = IPv6Address(LINK_LOCAL.network | identifier)
    local = made if settings.link_local is None else settings.link_local
    found = {local: Own(IPv6Interface(local, LINK_LOCAL_LENGTH))}
    for one in settings.assigned:
        address, length = one.interface
        if one.is_eui64:
            address = IPv6Address(one.interface.prefix.network | identifier)
        made_of = (one.is_eui64, one.is_anycast)
        found[address] = Own(IPv6Interface(address, length), Use.TENTATIVE, 0, *made_of)
    return found


def link_address_of(stack: Stack, interface: Interface) -> MacAddress:
    """What an interface identifier is made from; without an own one that of the first port."""
    if interface.kind.medium is Medium.ETHERNET:
        return interface.mac
    ports = (i for i in stack.interfaces.values() if i.kind.medium is Medium.ETHERNET)
    first = next(ports, None)
    return NO_MAC if first is None else first.mac


def check(stack: Stack, ctx: Context, interface: Interface) -> None:
    """Begin detection for the addresses whose turn it is: the link-local one, then the others."""
    link, settings = interface.ipv6, interface.settings.ipv6
    assert link is not None
    assert settings is not None
    first = link.link_local
    if first is None:
        return
    todo = [first] if first.use is not Use.UNIQUE else list(link.own.values())
    for own in todo:
        if own.use is not Use.TENTATIVE or own.probes:
            continue
        is_silent = interface.kind.medium not in _SPEAKING or not settings.dad_attempts
        if is_silent or own.is_anycast:
            _now_unique(stack, ctx, interface, own)
        else:
            own.probes = settings.dad_attempts
            _probe(stack, ctx, interface, own)


def _probe(stack: Stack, ctx: Context, interface: Interface, own: Own) -> None:
    settings = interface.settings.ipv6
    assert settings is not None
    address = own.interface.address
    nd.ask_for_duplicate(stack, ctx, interface, address)
    ctx.set_timer(("dad", interface.name, address), ctx.now + settings.retransmit_ns)


def on_timer(stack: Stack, ctx: Context, interface: Interface, address: IPv6Address) -> None:
    """Nobody objected to the last probe."""
    link = interface.ipv6
    own = None if link is None else link.own.get(address)
    if own is None or own.use is not Use.TENTATIVE:
        return
    own.probes -= 1
    if own.probes > 0:
        _probe(stack, ctx, interface, own)
    else:
        _now_unique(stack, ctx, interface, own)


def _now_unique(stack: Stack, ctx: Context, interface: Interface, own: Own) -> None:
    """Use an address, and tell the neighbors; behind the link-local one the others come."""
    before = interface.state()
    own.use = Use.UNIQUE
    address = own.interface.address
    nd_debug.unique(ctx, interface.name, address)
    _place(stack, interface)
    if interface.kind.medium in _SPEAKING and not own.is_anycast:
        nd.announce(stack, ctx, interface, address)
    ctx.interface_changed(InterfaceChanged(interface.name, before, interface.state()))
    if address.is_link_local:
        check(stack, ctx, interface)
    nd_router.start(stack, ctx, interface)


def on_duplicate(
    stack: Stack, ctx: Context, interface: Interface, own: Own, mac: MacAddress | None
) -> None:
    """Somebody else has, or wants, an address that is not in use here yet."""
    address = own.interface.address
    own.use, own.probes = Use.DUPLICATE, 0
    ctx.stop_timer(("dad", interface.name, address))
    ctx.log(DuplicateIpv6Address(address, interface.name))
    _place(stack, interface)


def complain(ctx: Context, interface: Interface, address: IPv6Address) -> None:
    """Somebody says to have an address that is in use here; say so, at most every 30 s."""
    last = interface.duplicate_logged_at
    if last == NEVER or ctx.now - last >= DUPLICATE_LOG_NS:
        interface.duplicate_logged_at = ctx.now
        ctx.log(DuplicateIpv6Address(address, interface.name))


def _place(stack: Stack, interface: Interface) -> None:
    """Receive what is sent to the addresses in use, and to the routers of their prefixes."""
    vrf = stack.vrf(interface.settings.vrf)
    held = vrf.fib6.receive
    for address in [a for a, name in held.items() if name == interface.name]:
        del held[address]
    link = interface.ipv6
    if link is not None:
        for own in link.in_use():
            held.setdefault(own.address, interface.name)
            if own.length < 127 and stack.ipv6.is_routing:
                held.setdefault(own.prefix.network, interface.name)
    for other in stack.interfaces.values():
        if other is interface or other.ipv6 is None or other.settings.vrf != vrf.name:
            continue
        for own in other.ipv6.in_use():
            held.setdefault(own.address, other.name)
    vrf.fib6.forget()


def set_routing(stack: Stack, ctx: Context, *, is_on: bool) -> None:
    """`ipv6 unicast-routing`: forward, advertise, and receive as the router of each prefix."""
    if stack.ipv6.is_routing == is_on:
        return
    stack.ipv6.is_routing = is_on
    for interface in stack.interfaces.values():
        if interface.ipv6 is None:
            continue
        _place(stack, interface)
        if is_on:
            nd_router.start(stack, ctx, interface)
        else:
            nd_router.stop(ctx, interface)
