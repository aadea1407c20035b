"""Neighbor discovery: who has which address, and whether it can still be reached (RFC 4861 7)."""

from __future__ import annotations

from iosemu.address import IPv6Address, MacAddress
from iosemu.kernel.time import SECOND
from iosemu.wire import icmpv6 as wire
from iosemu.wire.ethernet import EtherType
from iosemu.wire.icmpv6 import LinkAddress, NeighborAdvertisement, NeighborSolicitation
from iosemu.wire.ipv6 import IPv6, NextHeader, packet
from iosemu.wire.ppp import Protocol

from . import icmpv6, icmpv6_debug, ipv6_address, nd_debug
from .context import Context
from .frames import IPV6, link_header, serial_header, transmit
from .interface import Encapsulation, Interface
from .ipv6_state import (
    ALL_NODES,
    ANY,
    STALE_NS,
    Neighbor,
    Reach,
    Use,
    solicited_group,
)
from .state import Stack

HOP_LIMIT = 255
"""Of all messages: who is not on the link cannot send one."""
ATTEMPTS = 3
DELAY_NS = 5 * SECOND
MOST_NEIGHBORS = 4096
_GROUP_MAC = 0x3333_0000_0000
_GROUP_BIT = 1 << 40


def group_mac(group: IPv6Address) -> MacAddress:
    """Where frames to a group go (RFC 2464 7)."""
    return MacAddress(_GROUP_MAC | group & 0xFFFF_FFFF)


def header_to(interface: Interface, mac: MacAddress) -> bytes:
    """What goes before an IPv6 packet to a link address; a serial line knows none."""
    if not interface.is_serial:
        return link_header(interface, mac, EtherType.IPV6)
    if interface.settings.encapsulation is Encapsulation.PPP:
        return serial_header(interface, Protocol.IPV6)
    return serial_header(interface, EtherType.IPV6, is_group=bool(mac & _GROUP_BIT))


def send_message(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    target: IPv6Address,
    message: wire.Icmpv6,
    *,
    source: IPv6Address,
    mac: MacAddress | None = None,
) -> None:
    """Send a message of discovery on a link; without `mac` to the group that `target` is."""
    body = wire.emit(message, source, target)
    whole = packet(source, target, NextHeader.ICMPV6, body, hop_limit=HOP_LIMIT)
    stack.ipv6.statistics.generated += 1
    icmpv6.count_sent(stack, body)
    icmpv6_debug.sent(ctx, whole)
    if target.is_multicast:
        stack.ipv6.statistics.multicasts_sent += 1
    header = header_to(interface, group_mac(target) if mac is None else mac)
    transmit(stack, ctx, interface, header + whole.emit(), IPV6)


# -- asking ----


def resolve(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    address: IPv6Address,
    waiting: tuple[IPv6, str | None],
) -> MacAddress | None:
    """The link address of a neighbor; None: it was asked for, and the packet waits for the answer.

    Of several packets that wait for one neighbor the last stays (RFC 4861 7.2.2).
    """
    link = interface.ipv6
    assert link is not None
    held = link.neighbors.get(address)
    if held is None:
        if not _has_room(stack, ctx, interface):
            return None
        held = link.neighbors[address] = Neighbor(None, Reach.INCOMPLETE, ctx.now)
        nd_debug.moved(ctx, interface.name, address, "DELETE", "INCMP")
        held.waiting = waiting
        _solicit(stack, ctx, interface, address, held)
        return None
    if held.mac is None:
        held.waiting = waiting
        return None
    if held.reach is Reach.STALE:
        _enter(ctx, interface, address, held, Reach.DELAY)
    return held.mac


def _has_room(stack: Stack, ctx: Context, interface: Interface) -> bool:
    """Whether one more neighbor can be kept; the oldest that is not known to be there gives way."""
    neighbors = _link_neighbors(interface)
    if len(neighbors) < MOST_NEIGHBORS:
        return True
    stale = (a for a, held in neighbors.items() if held.reach is Reach.STALE)
    oldest = next(stale, None)
    if oldest is not None:
        forget(stack, ctx, interface, oldest)
    return oldest is not None


def _enter(
    ctx: Context, interface: Interface, address: IPv6Address, held: Neighbor, reach: Reach
) -> None:
    """Change the state of a neighbor and set the clock of the new one."""
    settings = interface.settings.ipv6
    assert settings is not None
    if held.reach is not reach:
        nd_debug.moved(ctx, interface.name, address, held.reach.value, reach.value)
    held.reach, held.sent = reach, 0
    match reach:
        case Reach.REACHABLE:
            held.since = ctx.now
            wait = settings.reachable_ns
        case Reach.STALE:
            wait = STALE_NS
        case Reach.DELAY:
            wait = DELAY_NS
        case _:
            wait = settings.retransmit_ns
    ctx.set_timer(("nd", interface.name, address), ctx.now + wait)


def on_timer(stack: Stack, ctx: Context, interface: Interface, address: IPv6Address) -> None:
    """The time of a neighbor's state is over."""
    link = interface.ipv6
    held = None if link is None else link.neighbors.get(address)
    if held is None:
        return
    match held.reach:
        case Reach.REACHABLE:
            _enter(ctx, interface, address, held, Reach.STALE)
        case Reach.STALE:
            forget(stack, ctx, interface, address)
        case Reach.DELAY:
            _enter(ctx, interface, address, held, Reach.PROBE)
            _solicit(stack, ctx, interface, address, held)
        case Reach.INCOMPLETE | Reach.PROBE if held.sent < ATTEMPTS:
            _solicit(stack, ctx, interface, address, held)
        case Reach.INCOMPLETE | Reach.PROBE:
            waiting = held.waiting
            forget(stack, ctx, interface, address)
            if waiting is not None:
                icmpv6.answer_unresolved(stack, ctx, interface, *waiting)


def _solicit(
    stack: Stack, ctx: Context, interface: Interface, address: IPv6Address, held: Neighbor
) -> None:
    """Ask once: everybody who may have the address, or, to see if it is still there, itself."""
    settings = interface.settings.ipv6
    assert settings is not None
    held.sent += 1
    ctx.set_timer(("nd", interface.name, address), ctx.now + settings.retransmit_ns)
    source = _source_for(interface, address)
    if source is None:
        return
    message = NeighborSolicitation(address, _own_link(interface))
    target = solicited_group(address) if held.mac is None else address
    nd_debug.about(ctx, interface.name, address, f"Sending NS, source {source}")
    send_message(stack, ctx, interface, target, message, source=source, mac=held.mac)


def _source_for(interface: Interface, address: IPv6Address) -> IPv6Address | None:
    """An own address of the neighbor's prefix, else the link-local one."""
    link = interface.ipv6
    assert link is not None
    for own in link.in_use():
        if own.prefix.holds(address):
            return own.address
    return link.source


def _own_link(interface: Interface, *, is_target: bool = False) -> tuple[wire.Option, ...]:
    return () if interface.is_serial else (LinkAddress(interface.mac, is_target),)


def ask_for_duplicate(
    stack: Stack, ctx: Context, interface: Interface, address: IPv6Address
) -> None:
    """A solicitation from nobody: does somebody have this address already?"""
    nd_debug.about(ctx, interface.name, address, "Sending NS, DAD")
    message = NeighborSolicitation(address)
    send_message(stack, ctx, interface, solicited_group(address), message, source=ANY)


def announce(stack: Stack, ctx: Context, interface: Interface, address: IPv6Address) -> None:
    """Tell everybody on the link of a new address."""
    nd_debug.about(ctx, interface.name, address, f"Sending NA to {ALL_NODES}")
    message = NeighborAdvertisement(
        stack.ipv6.is_routing, False, True, address, _own_link(interface, is_target=True)
    )
    send_message(stack, ctx, interface, ALL_NODES, message, source=address)


# -- being told ----


def on_solicitation(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    source: IPv6Address,
    target: IPv6Address,
    message: NeighborSolicitation,
) -> bool:
    """Somebody asks for an address; False if such a message is to be dropped (RFC 4861 7.1.1)."""
    link = interface.ipv6
    assert link is not None
    mac = wire.link_address(message.options)
    is_probe = source == ANY
    if message.target.is_multicast or is_bad_mac(mac):
        return False
    if is_probe and (mac is not None or target != solicited_group(message.target)):
        return False
    nd_debug.about(ctx, interface.name, message.target, f"Received NS from {source}")
    own = link.own.get(message.target)
    if own is None:
        return True
    if own.use is Use.TENTATIVE:
        if is_probe:
            ipv6_address.on_duplicate(stack, ctx, interface, own, None)
        return True
    if own.use is Use.DUPLICATE:
        return True
    if is_probe:
        _answer(stack, ctx, interface, message.target, ALL_NODES, None)
        return True
    if mac is not None:
        learn(stack, ctx, interface, source, mac)
    if mac is None and interface.is_serial:
        mac = MacAddress(0)
    held = link.neighbors.get(source)
    known = mac if mac is not None else None if held is None else held.mac
    if known is not None:
        _answer(stack, ctx, interface, message.target, source, known)
    return True


def _answer(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    asked: IPv6Address,
    target: IPv6Address,
    mac: MacAddress | None,
) -> None:
    """Advertise an own address to who asked, or to everybody if nobody knows who asked."""
    link = interface.ipv6
    assert link is not None
    nd_debug.about(ctx, interface.name, asked, f"Sending NA to {target}")
    is_override = not link.own[asked].is_anycast
    message = NeighborAdvertisement(
        stack.ipv6.is_routing,
        mac is not None,
        is_override,
        asked,
        _own_link(interface, is_target=True),
    )
    send_message(stack, ctx, interface, target, message, source=asked, mac=mac)


def is_bad_mac(mac: MacAddress | None) -> bool:
    """Nobody's own address is that of a group."""
    return mac is not None and bool(mac & _GROUP_BIT)


def learn(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    address: IPv6Address,
    mac: MacAddress,
    *,
    is_router: bool | None = None,
) -> None:
    """A message of a neighbor says its link address: what is new is not known to work yet."""
    link = interface.ipv6
    assert link is not None
    held = link.neighbors.get(address)
    if held is None:
        if not _has_room(stack, ctx, interface):
            return
        held = link.neighbors[address] = Neighbor(None, Reach.INCOMPLETE, ctx.now)
    if is_router is not None:
        held.is_router = is_router
    if held.mac != mac:
        nd_debug.glean(ctx, interface.name, address, mac)
        held.mac, held.since = mac, ctx.now
        _enter(ctx, interface, address, held, Reach.STALE)
        _now_known(stack, ctx, interface, held)


def on_advertisement(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    target: IPv6Address,
    message: NeighborAdvertisement,
) -> bool:
    """A neighbor says that it has an address (RFC 4861 7.2.5); False: drop the message."""
    link = interface.ipv6
    assert link is not None
    mac = wire.link_address(message.options, is_target=True)
    if message.target.is_multicast or is_bad_mac(mac):
        return False
    if target.is_multicast and message.is_solicited:
        return False
    nd_debug.about(ctx, interface.name, message.target, "Received NA")
    own = link.own.get(message.target)
    if own is not None and own.use is not Use.DUPLICATE:
        if own.use is Use.TENTATIVE:
            ipv6_address.on_duplicate(stack, ctx, interface, own, mac)
        elif mac != interface.mac:
            ipv6_address.complain(ctx, interface, message.target)
        return True
    held = link.neighbors.get(message.target)
    if held is not None:
        _on_advertised(stack, ctx, interface, held, message, mac)
    return True


def _on_advertised(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    held: Neighbor,
    message: NeighborAdvertisement,
    mac: MacAddress | None,
) -> None:
    address = message.target
    if held.mac is None:
        if mac is None:
            return
        held.mac, held.since, held.is_router = mac, ctx.now, message.is_router
        nd_debug.glean(ctx, interface.name, address, mac)
        reach = Reach.REACHABLE if message.is_solicited else Reach.STALE
        _enter(ctx, interface, address, held, reach)
        _now_known(stack, ctx, interface, held)
        return
    is_other = mac is not None and mac != held.mac
    if is_other and not message.is_override:
        if held.reach is Reach.REACHABLE:
            _enter(ctx, interface, address, held, Reach.STALE)
        return
    held.is_router = message.is_router
    if is_other:
        assert mac is not None
        nd_debug.glean(ctx, interface.name, address, mac)
        held.mac = mac
        stack.forget_flows()
    if message.is_solicited:
        _enter(ctx, interface, address, held, Reach.REACHABLE)
    elif is_other:
        _enter(ctx, interface, address, held, Reach.STALE)


def _now_known(stack: Stack, ctx: Context, interface: Interface, held: Neighbor) -> None:
    """Send what waited for the link address."""
    stack.forget_flows()
    waiting, held.waiting = held.waiting, None
    if waiting is None:
        return
    assert held.mac is not None
    if held.reach is Reach.STALE:
        address = next(a for a, n in _link_neighbors(interface).items() if n is held)
        _enter(ctx, interface, address, held, Reach.DELAY)
    transmit(stack, ctx, interface, header_to(interface, held.mac) + waiting[0].emit(), IPV6)


def _link_neighbors(interface: Interface) -> dict[IPv6Address, Neighbor]:
    return {} if interface.ipv6 is None else interface.ipv6.neighbors


# -- forgetting ----


def forget(stack: Stack, ctx: Context, interface: Interface, address: IPv6Address) -> None:
    """Remove a neighbor."""
    held = _link_neighbors(interface).pop(address, None)
    if held is not None:
        nd_debug.moved(ctx, interface.name, address, held.reach.value, "DELETE")
        ctx.stop_timer(("nd", interface.name, address))
        stack.forget_flows()


def forget_all(stack: Stack, ctx: Context, interface: Interface) -> None:
    """Remove every neighbor of an interface (`clear ipv6 neighbors`, interface down)."""
    for address in list(_link_neighbors(interface)):
        forget(stack, ctx, interface, address)


def clear(stack: Stack, interface_name: str | None = None) -> None:
    """Forget what was learned everywhere or on one interface (`clear ipv6 neighbors`).

    Timers find nothing, or are moved when the neighbor is learned again.
    """
    for interface in stack.interfaces.values():
        if interface.ipv6 is not None and interface_name in (None, interface.name):
            interface.ipv6.neighbors.clear()
    stack.forget_flows()
