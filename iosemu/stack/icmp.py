"""ICMP of a router: echo replies, errors and their rate limit, redirects (RFC 792, 1812)."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import Time
from iosemu.proto.base import Datagram, IcmpEcho, IcmpError, IpProtocol, Socket, Udp
from iosemu.wire import icmp as wire
from iosemu.wire.base import WireError
from iosemu.wire.icmp import Echo, Error, RedirectCode, Type, Unreachable
from iosemu.wire.ipv4 import IPv4, Protocol, datagram

from . import icmp_debug, origin, tcp
from .chain import Consumed, Drop, IcmpAnswer, Packet, Verdict
from .context import Context
from .counters import NEVER
from .interface import Interface
from .state import Reason, Stack

QUOTED_BYTES = 8
"""Of the payload, behind the quoted header: an error of IOS has 56 bytes."""
TTL = 255


def answer(stack: Stack, ctx: Context, packet: Packet, error: IcmpAnswer) -> None:
    """Tell the source of a received packet why it went no further (RFC 1812 4.3.2.7)."""
    ingress = stack.interfaces.get(packet.ingress or "")
    if ingress is None or ingress.address is None or not _may_answer(packet):
        return
    if error.type == Type.UNREACHABLE:
        if not ingress.settings.has_unreachables:
            return
        if not _is_within_limit(stack, ctx.now, error.code):
            stack.ip.icmp_errors_suppressed += 1
            return
    _send_error(stack, ctx, packet, ingress.address, error)


def redirect(stack: Stack, ctx: Context, packet: Packet) -> None:
    """Tell a host on the link that a better router is on the same link."""
    ingress = stack.interfaces[packet.ingress or ""]
    gateway = packet.next_hop or packet.datagram.target
    if ingress.address is None or not _may_answer(packet):
        return
    error = IcmpAnswer(Type.REDIRECT, RedirectCode.HOST, int(gateway))
    _send_error(stack, ctx, packet, ingress.address, error)


def wants_redirect(ingress: Interface, packet: Packet) -> bool:
    """Same way out as in, and source and next hop are neighbors (RFC 1812 5.2.7.2)."""
    return (
        ingress.settings.has_redirects
        and not packet.datagram.options
        and ingress.subnet_of(packet.datagram.source) is not None
        and ingress.subnet_of(packet.next_hop or packet.datagram.target) is not None
    )


def on_message(stack: Stack, ctx: Context, packet: Packet, interface: str) -> Verdict:
    """One ICMP message to this router."""
    try:
        message = wire.parse(packet.datagram.payload)
    except WireError as error:
        return Drop(Reason.CHECKSUM if error.offset == 2 else Reason.FORMAT)
    type_ = packet.datagram.payload[0]
    stack.ip.icmp_received[type_] = stack.ip.icmp_received.get(type_, 0) + 1
    icmp_debug.received(ctx, packet.datagram)
    match message:
        case Echo(is_reply=False):
            _reply(stack, ctx, packet, interface, message)
        case Echo(is_reply=True):
            _deliver_reply(stack, ctx, packet, interface, message)
        case Error():
            _deliver_error(stack, ctx, packet, message)
        case _:
            return Drop(Reason.NO_PROTOCOL)
    return Consumed("icmp")


def _reply(stack: Stack, ctx: Context, packet: Packet, interface: str, echo: Echo) -> None:
    request = packet.datagram
    source = request.target
    own = stack.interfaces.get(interface)
    if not any(i.owns(source) for i in stack.interfaces.values()):
        # Sent to a group or a broadcast address: answered with the address of that link.
        if own is None or own.address is None:
            return
        source = own.address
    body = wire.emit(Echo(True, echo.identifier, echo.sequence, echo.data))
    # IOS turns the request around in its buffer: TOS, identification and DF come back as sent.
    reply = datagram(
        source,
        request.source,
        Protocol.ICMP,
        body,
        ttl=TTL,
        tos=request.tos,
        identification=request.identification,
        dont_fragment=request.dont_fragment,
    )
    _dispatch(stack, ctx, packet.vrf, reply)


def _deliver_reply(stack: Stack, ctx: Context, packet: Packet, interface: str, echo: Echo) -> None:
    socket = IcmpEcho(echo.identifier)
    owner = stack.vrf(packet.vrf).sockets.get(socket)
    if owner is not None:
        d = packet.datagram
        parts = (d.source, d.target, d.ttl, d.payload)
        ctx.deliver(owner, Datagram(socket, packet.vrf, interface, *parts))


def _deliver_error(stack: Stack, ctx: Context, packet: Packet, error: Error) -> None:
    """Find the socket that sent the quoted datagram and tell its owner."""
    about = _quoted_socket(error.quoted)
    if about is None:
        return
    socket, target = about
    if error.quoted[9] == Protocol.TCP:
        what = (error.type, error.code, _mtu_of(error), error.quoted)
        tcp.on_error(stack, ctx, packet.vrf, *what)
        return
    owner = stack.vrf(packet.vrf).sockets.get(socket)
    if owner is not None:
        values = (packet.datagram.source, target, error.type, error.code, error.quoted)
        ctx.deliver(owner, IcmpError(socket, packet.vrf, *values, _mtu_of(error)))


def _mtu_of(error: Error) -> int:
    is_mtu = error.type == Type.UNREACHABLE and error.code == Unreachable.FRAGMENTATION_NEEDED
    return error.mtu_bytes if is_mtu else 0


def _quoted_socket(quoted: bytes) -> tuple[Socket, IPv4Address] | None:
    """The socket a quoted header and its first 8 bytes belong to, and the quoted target.

    Routers on the way may have changed the header, so its checksum is not looked at.
    """
    if len(quoted) < 20 or quoted[0] >> 4 != 4:
        return None
    header = (quoted[0] & 15) * 4
    if header < 20 or len(quoted) < header + QUOTED_BYTES:
        return None
    target = IPv4Address(int.from_bytes(quoted[16:20], "big"))
    head = quoted[header:]
    match quoted[9]:
        case Protocol.ICMP:
            if head[0] != Type.ECHO:
                return None
            return IcmpEcho(int.from_bytes(head[4:6], "big")), target
        case Protocol.UDP:
            return Udp(int.from_bytes(head[:2], "big")), target
        case number:
            return IpProtocol(number), target


def _may_answer(packet: Packet) -> bool:
    """No errors about errors, later fragments, groups, or sources that are no host."""
    d = packet.datagram
    if packet.is_link_group or d.target.is_multicast or d.target.is_broadcast:
        return False
    if d.fragment_offset or d.source == 0 or d.source >> 28 >= 0xE or d.source >> 24 == 127:
        return False
    if d.protocol == Protocol.ICMP:
        return bool(d.payload) and d.payload[0] in (Type.ECHO, Type.ECHO_REPLY)
    return True


def _is_within_limit(stack: Stack, now: Time, code: int) -> bool:
    """One unreachable each interval for the whole router; "fragmentation needed" counts apart."""
    limits = stack.icmp
    is_df = code == Unreachable.FRAGMENTATION_NEEDED
    last = limits.df_sent_at if is_df else limits.sent_at
    interval = limits.df_interval_ns if is_df else limits.interval_ns
    if interval is not None and last != NEVER and now - last < interval:
        return False
    if is_df:
        limits.df_sent_at = now
    else:
        limits.sent_at = now
    return True


def _send_error(
    stack: Stack, ctx: Context, packet: Packet, source: IPv4Address, error: IcmpAnswer
) -> None:
    d = packet.datagram
    quoted = d.header() + d.payload[:QUOTED_BYTES]
    body = wire.emit(Error(error.type, error.code, error.rest, quoted))
    number = stack.next_identification()
    tos = 0
    message = datagram(
        source, d.source, Protocol.ICMP, body, ttl=TTL, tos=tos, identification=number
    )
    _dispatch(stack, ctx, packet.vrf, message)


def _dispatch(stack: Stack, ctx: Context, vrf_name: str, message: IPv4) -> None:
    vrf = stack.vrf(vrf_name)
    way = origin.origin(stack, vrf, message.target, message.source)
    if isinstance(way, Drop):
        stack.count_drop(way.reason)
        return
    type_ = message.payload[0]
    stack.ip.icmp_sent[type_] = stack.ip.icmp_sent.get(type_, 0) + 1
    icmp_debug.sent(ctx, message)
    origin.dispatch(stack, ctx, vrf, way, message)
