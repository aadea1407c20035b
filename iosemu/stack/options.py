"""IP options in a router: source routes followed, addresses and times recorded (RFC 1812 5.2.4)."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.rib.fib import Kind
from iosemu.wire import ip_options as wire
from iosemu.wire.base import WireError
from iosemu.wire.icmp import Type, Unreachable
from iosemu.wire.ip_options import Item, Option
from iosemu.wire.ipv4 import HEADER_BYTES, IPv4

from .chain import Drop, IcmpAnswer, Packet, Verdict
from .context import Context
from .interface import Interface
from .state import Reason, Stack

SOURCE_ROUTE_FAILED = IcmpAnswer(Type.UNREACHABLE, Unreachable.SOURCE_ROUTE_FAILED)


def check(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Refuse what is malformed or not allowed; a source route through this router goes on."""
    options = packet.datagram.options
    if not options:
        return packet
    try:
        items = wire.parse(options)
    except WireError as error:
        return _malformed(error)
    stack.ip.with_options += 1
    for item in items:
        stack.ip.options[item.type] = stack.ip.options.get(item.type, 0) + 1
    if stack.drops_options:
        return Drop(Reason.OPTIONS_DENIED)
    route = wire.source_route(items)
    if route is None:
        return packet
    if not stack.accepts_source_route:
        return Drop(Reason.OPTIONS_DENIED, SOURCE_ROUTE_FAILED)
    return packet if route.is_full else _follow(stack, packet, route)


def _malformed(error: WireError) -> Drop:
    pointer = HEADER_BYTES + error.offset
    return Drop(Reason.BAD_OPTIONS, IcmpAnswer(Type.PARAMETER_PROBLEM, 0, pointer << 24))


def _follow(stack: Stack, packet: Packet, route: Item) -> Verdict:
    """Turn a datagram that is to this router towards the next address of its source route."""
    fib = stack.vrf(packet.vrf).fib
    is_strict = route.type == Option.STRICT_ROUTE
    if fib.lookup(packet.datagram.target).kind is not Kind.RECEIVE:
        return Drop(Reason.SOURCE_ROUTE, SOURCE_ROUTE_FAILED) if is_strict else packet
    following = wire.next_address(route)
    entry = fib.lookup(following)
    if entry.kind is Kind.RECEIVE:
        return Drop(Reason.SOURCE_ROUTE, SOURCE_ROUTE_FAILED)
    if is_strict and (entry.kind is not Kind.FORWARD or entry.paths[0].next_hop is not None):
        return Drop(Reason.SOURCE_ROUTE, SOURCE_ROUTE_FAILED)
    packet.datagram = packet.datagram._replace(target=following)
    packet.source_route = route
    return packet


def record(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Put the address of the way out, and the time, where the options of a packet ask for it."""
    options = packet.datagram.options
    out = stack.interfaces.get(packet.egress or "")
    if not options or out is None or out.address is None:
        return packet
    try:
        written = recorded(stack, ctx, options, out)
        if packet.source_route is not None:
            written = wire.routed(written, packet.source_route, out.address)
    except WireError as error:
        return _malformed(error)
    packet.datagram = packet.datagram._replace(options=written)
    return packet


def recorded(stack: Stack, ctx: Context, options: bytes, at: Interface) -> bytes:
    """Options in which this router put itself, as it is called at an interface."""
    assert at.address is not None
    return wire.recorded(options, at.address, ctx.day_ms, lambda a: _is_own(stack, a))


def _is_own(stack: Stack, address: IPv4Address) -> bool:
    return any(interface.owns(address) for interface in stack.interfaces.values())


def arrived(stack: Stack, ctx: Context, datagram: IPv4, interface: str) -> IPv4:
    """An answer with options at its target: that is the last to record itself."""
    at = stack.interfaces.get(interface)
    if not datagram.options or at is None or at.address is None:
        return datagram
    try:
        return datagram._replace(options=recorded(stack, ctx, datagram.options, at))
    except WireError:
        return datagram
