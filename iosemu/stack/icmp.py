"""ICMP of a router: echo replies, errors and their rate limit, redirects (RFC 792, 1812)."""

from __future__ import annotations

from iosemu.address import IPv4Address, mask_of
from iosemu.kernel.time import Time
from iosemu.proto.base import Datagram, IcmpEcho, IcmpError, IpProtocol, Socket, Udp
from iosemu.wire import icmp as wire
from iosemu.wire import ip_options as options
from iosemu.wire.base import WireError
from iosemu.wire.icmp import Echo, Error, Icmp, Other, RedirectCode, Type, Unreachable
from iosemu.wire.ipv4 import IPv4, Protocol, datagram

from . import icmp_debug, origin, redirects, tcp
from . import options as ip_options
from .chain import Consumed, Drop, IcmpAnswer, Packet, Verdict, drop_unsent
from .context import Context
from .counters import NEVER
from .interface import Interface
from .state import Reason, Stack

QUOTED_BYTES = 8
"""Of the payload, behind the quoted header: an error of IOS has 56 bytes."""
TTL = 255
TIMESTAMP_BYTES = 16
MASK_BYTES = 8
"""Behind the checksum of a timestamp and a mask message."""


def answer(stack: Stack, ctx: Context, packet: Packet, error: IcmpAnswer) -> None:
    """Tell the source of a received packet why it went no further (RFC 1812 4.3.2.7)."""
    ingress = stack.interfaces.get(packet.ingress or "")
    if ingress is None or ingress.address is None or not _may_answer(stack, packet):
        return
    if error.type == Type.UNREACHABLE:
        if not ingress.settings.has_unreachables:
            return
        if error.code == Unreachable.FRAGMENTATION_NEEDED:
            ingress.df_unreachables += 1
        else:
            ingress.unreachables += 1
        if not _is_within_limit(stack, ctx.now, error.code):
            stack.ip.icmp_errors_suppressed += 1
            return
    _send_error(stack, ctx, packet, ingress.address, error)


def redirect(stack: Stack, ctx: Context, packet: Packet) -> None:
    """Tell a host on the link that a better router is on the same link."""
    ingress = stack.interfaces[packet.ingress or ""]
    gateway = packet.next_hop or packet.datagram.target
    if ingress.address is None or not _may_answer(stack, packet):
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
        return Drop(Reason.ICMP_CHECKSUM if error.offset == 2 else Reason.ICMP_FORMAT)
    type_ = packet.datagram.payload[0]
    stack.ip.icmp_received[type_] = stack.ip.icmp_received.get(type_, 0) + 1
    icmp_debug.received(ctx, packet.datagram)
    match message:
        case Echo(is_reply=False):
            _reply(stack, ctx, packet, interface, message)
        case Echo(is_reply=True):
            _deliver_reply(stack, ctx, packet, interface, message)
        case Error(type=Type.REDIRECT):
            redirects.learn(stack, ctx, packet, interface, message)
        case Error():
            _deliver_error(stack, ctx, packet, message)
        case Other(type=Type.TIMESTAMP, code=0) if len(message.body) == TIMESTAMP_BYTES:
            _answer_query(stack, ctx, packet, interface, _timestamped(ctx, message))
        case Other(type=Type.MASK, code=0) if len(message.body) == MASK_BYTES:
            _answer_mask(stack, ctx, packet, interface, message)
        case _:
            # Answers nobody asked for, and types nobody defined, end in silence (RFC 1122 3.2.2).
            return Consumed("icmp ignored")
    return Consumed("icmp")


def _reply(stack: Stack, ctx: Context, packet: Packet, interface: str, echo: Echo) -> None:
    answered = Echo(True, echo.identifier, echo.sequence, echo.data)
    _answer_query(stack, ctx, packet, interface, answered)


def _answer_query(
    stack: Stack, ctx: Context, packet: Packet, interface: str, answered: Icmp
) -> None:
    """Turn a request around, as IOS does in its buffer: TOS, identification and DF come back."""
    request = packet.datagram
    source = _answering_address(stack, request.target, interface)
    if source is None:
        return
    try:
        back, target = options.answering(request.options, request.source)
    except WireError:
        return
    reply = request._replace(
        source=source, target=target, options=back, ttl=TTL, payload=wire.emit(answered)
    )
    _dispatch(stack, ctx, packet.vrf, reply)


def _answering_address(stack: Stack, asked: IPv4Address, interface: str) -> IPv4Address | None:
    """The address that was asked; for a group or a broadcast, that of the link it came over."""
    if any(i.owns(asked) for i in stack.interfaces.values()):
        return asked
    own = stack.interfaces.get(interface)
    return None if own is None else own.address


def _timestamped(ctx: Context, request: Other) -> Other:
    """The reply to a timestamp request: received and sent at this instant."""
    stamp = ctx.day_ms.to_bytes(4, "big")
    return Other(Type.TIMESTAMP_REPLY, 0, request.body[:8] + stamp + stamp)


def _answer_mask(
    stack: Stack, ctx: Context, packet: Packet, interface: str, request: Other
) -> None:
    """`ip mask-reply`: the mask of the link the request came over (RFC 950)."""
    own = stack.interfaces.get(interface)
    if own is None or not own.settings.has_mask_reply or own.address is None:
        return
    subnet = own.subnet_of(packet.datagram.source)
    length = own.settings.addresses[0][1] if subnet is None else subnet.length
    body = request.body[:4] + mask_of(length).to_bytes(4, "big")
    _answer_query(stack, ctx, packet, interface, Other(Type.MASK_REPLY, 0, body))


def _deliver_reply(stack: Stack, ctx: Context, packet: Packet, interface: str, echo: Echo) -> None:
    socket = IcmpEcho(echo.identifier)
    owner = stack.vrf(packet.vrf).sockets.get(socket)
    if owner is not None:
        d = ip_options.arrived(stack, ctx, packet.datagram, interface)
        parts = (d.source, d.target, d.ttl, d.payload)
        ctx.deliver(owner, Datagram(socket, packet.vrf, interface, *parts, options=d.options))


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


def _may_answer(stack: Stack, packet: Packet) -> bool:
    """No errors about errors, later fragments, groups, or sources that are no host (RFC 1812
    4.3.2.7)."""
    d = packet.datagram
    if any(_is_broadcast(stack, packet.vrf, address) for address in (d.source, d.target)):
        return False
    if packet.is_link_group or d.target.is_multicast or d.target.is_broadcast:
        return False
    if d.fragment_offset or d.source == 0 or d.source >> 28 >= 0xE or d.source >> 24 == 127:
        return False
    if d.protocol == Protocol.ICMP:
        return bool(d.payload) and d.payload[0] not in wire.ERRORS
    return True


def _is_broadcast(stack: Stack, vrf: str, address: IPv4Address) -> bool:
    """Whether it is the network or broadcast address of a subnet of this router."""
    owner = stack.vrf(vrf).fib.receive.get(address)
    return owner is not None and not stack.interfaces[owner].owns(address)


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
    message = datagram(source, d.source, Protocol.ICMP, body, ttl=TTL, identification=number)
    _dispatch(stack, ctx, packet.vrf, message)


def _dispatch(stack: Stack, ctx: Context, vrf_name: str, message: IPv4) -> None:
    vrf = stack.vrf(vrf_name)
    way = origin.origin(stack, vrf, message.target, message.source)
    if isinstance(way, Drop):
        drop_unsent(stack, ctx, vrf_name, way.reason, message)
        return
    type_ = message.payload[0]
    stack.ip.icmp_sent[type_] = stack.ip.icmp_sent.get(type_, 0) + 1
    icmp_debug.sent(ctx, message)
    origin.dispatch(stack, ctx, vrf, way, message)
