"""ICMPv6 of a router: echo replies, errors and their rate limit, discovery (RFC 4443, 4861)."""

from __future__ import annotations

from iosemu.address import IPv6Address
from iosemu.kernel.time import MILLISECOND
from iosemu.proto.base import Datagram, IcmpEcho, IcmpError, IpProtocol, Socket, Udp
from iosemu.wire import icmpv6 as wire
from iosemu.wire.base import WireError
from iosemu.wire.icmpv6 import (
    Echo,
    Error,
    NeighborAdvertisement,
    NeighborSolicitation,
    RouterAdvertisement,
    RouterSolicitation,
    TimeExceeded,
    Type,
    Unreachable,
)
from iosemu.wire.ipv6 import HEADER_BYTES, MINIMUM_MTU, IPv6, NextHeader, Upper, packet, upper

from . import icmpv6_debug, ipv6_origin, nd, nd_router, tcp
from .context import Context
from .interface import Interface
from .ipv6_packet import Drop6, IcmpAnswer6, Packet6
from .ipv6_state import ANY, Ipv6Host
from .state import Reason, Stack

QUOTED_BYTES = MINIMUM_MTU - HEADER_BYTES - 8
NO_ROUTE = IcmpAnswer6(Type.UNREACHABLE, Unreachable.NO_ROUTE)
BEYOND_SCOPE = IcmpAnswer6(Type.UNREACHABLE, Unreachable.BEYOND_SCOPE)
NO_ADDRESS = IcmpAnswer6(Type.UNREACHABLE, Unreachable.ADDRESS)
NO_PORT = IcmpAnswer6(Type.UNREACHABLE, Unreachable.PORT)
TRANSIT = IcmpAnswer6(Type.TIME_EXCEEDED, TimeExceeded.TRANSIT)
REASSEMBLY = IcmpAnswer6(Type.TIME_EXCEEDED, TimeExceeded.REASSEMBLY)
_PORTS_BYTES = 8
_REDIRECTED, _REDIRECTED_RESERVED = 4, 6
"""The option that quotes a packet, and its bytes before the quotation."""
_SMALLEST_QUOTE = HEADER_BYTES + 8


def count_sent(stack: Stack, body: bytes) -> None:
    """Count a message of this router by type and code."""
    counts, key = stack.ipv6.statistics.icmp_sent, (body[0], body[1])
    counts[key] = counts.get(key, 0) + 1


# -- errors ----


def answer(stack: Stack, ctx: Context, about: Packet6, error: IcmpAnswer6) -> None:
    """Tell the source of a received packet why it went no further (RFC 4443 2.4)."""
    ingress = stack.interfaces.get(about.ingress or "")
    if ingress is None or ingress.ipv6 is None or not _may_answer(about, error):
        return
    settings = ingress.settings.ipv6
    if error.type == Type.UNREACHABLE and settings is not None and not settings.has_unreachables:
        return
    if not _has_token(stack.ipv6, ctx.now // MILLISECOND):
        stack.ipv6.statistics.errors_suppressed += 1
        return
    quoted = about.arrived.emit()[:QUOTED_BYTES]
    message = Error(error.type, error.code, error.rest, quoted)
    ipv6_origin.send_icmp(stack, ctx, about.vrf, about.arrived.source, message, about.ingress)


def answer_unresolved(
    stack: Stack, ctx: Context, out: Interface, waiting: IPv6, ingress: str | None
) -> None:
    """Nobody answered for the next hop of a packet that waited."""
    stack.ipv6.drop(Reason.ENCAPSULATION.name)
    if ingress is None:
        return
    about = Packet6(out.settings.vrf, waiting, waiting, ingress)
    answer(stack, ctx, about, NO_ADDRESS)


def _may_answer(about: Packet6, error: IcmpAnswer6) -> bool:
    """No errors about errors, to nobody or to a group, or about packets to a group but those that
    find the MTU of the path or tell of an option."""
    d = about.arrived
    if d.source == ANY or d.source.is_multicast:
        return False
    if (d.target.is_multicast or about.is_link_group) and not error.for_groups:
        return False
    try:
        carried = upper(d)
    except WireError:
        return True
    if carried.fragment is not None and carried.fragment.offset:
        return True
    if carried.protocol != NextHeader.ICMPV6 or not carried.payload:
        return True
    type_ = carried.payload[0]
    return type_ >= wire.FIRST_INFORMATIONAL and type_ != Type.REDIRECT


def _has_token(host: Ipv6Host, now_ms: int) -> bool:
    """One error each interval, and a bucketful of them at once (`ipv6 icmp error-interval`)."""
    if not host.error_interval_ms:
        return True
    earned = (now_ms - host.filled_at) // host.error_interval_ms
    if earned:
        host.tokens = min(host.bucket, host.tokens + earned)
        host.filled_at += earned * host.error_interval_ms
    if not host.tokens:
        return False
    host.tokens -= 1
    return True


def redirect(stack: Stack, ctx: Context, about: Packet6, port: Interface) -> None:
    """Tell a neighbor of a better first hop on its link (RFC 4861 8.2): the target itself, or a
    router, which hosts know by its link-local address alone."""
    link, settings, d = port.ipv6, port.settings.ipv6, about.arrived
    assert link is not None
    sender = link.neighbors.get(d.source)
    better = about.next_hop or d.target
    if settings is None or not settings.has_redirects or link.source is None:
        return
    if sender is None or sender.mac is None or link.subnet_of(d.source) is None:
        return
    if better != d.target and not better.is_link_local:
        return
    if not _has_token(stack.ipv6, ctx.now // MILLISECOND):
        stack.ipv6.statistics.errors_suppressed += 1
        return
    known = link.neighbors.get(better)
    options: tuple[wire.Option, ...] = ()
    if known is not None and known.mac is not None:
        options = (wire.LinkAddress(known.mac, is_target=True),)
    quoted = d.emit()[:QUOTED_BYTES]
    header = bytes(_REDIRECTED_RESERVED) + quoted[: len(quoted) & ~7]
    message = wire.Redirect(better, d.target, (*options, wire.Unknown(_REDIRECTED, header)))
    nd.send_message(stack, ctx, port, d.source, message, source=link.source, mac=sender.mac)


# -- messages to this router ----


def on_message(
    stack: Stack, ctx: Context, about: Packet6, interface: str, body: bytes
) -> Drop6 | None:
    """One message; what is to be dropped says why."""
    d, port = about.datagram, stack.interfaces[interface]
    try:
        message = wire.parse(body, d.source, d.target)
    except WireError as error:
        return Drop6(Reason.ICMP_CHECKSUM if error.offset == 2 else Reason.ICMP_FORMAT)
    counts, key = stack.ipv6.statistics.icmp_received, (body[0], body[1])
    counts[key] = counts.get(key, 0) + 1
    icmpv6_debug.received(ctx, d.source, d.target, body[0])
    match message:
        case Echo(is_reply=False):
            _reply(stack, ctx, about, message)
        case Echo(is_reply=True, identifier=number):
            _deliver(stack, ctx, about, interface, IcmpEcho(number), body)
        case Error():
            _deliver_error(stack, ctx, about, message)
        case wire.Redirect() | wire.Other():
            # A router is told no better way, and types nobody knows end in silence.
            return None
        case (
            RouterSolicitation()
            | RouterAdvertisement()
            | NeighborSolicitation()
            | NeighborAdvertisement()
        ):
            is_fit = _is_of_this_link(stack, about, port)
            if not is_fit or not _discover(stack, ctx, about, port, message):
                return Drop6(Reason.ICMP_FORMAT)
    return None


def _is_of_this_link(stack: Stack, about: Packet6, port: Interface) -> bool:
    """Discovery comes from a neighbor, with all its hops left, and is whole."""
    return (
        about.arrived.hop_limit == nd.HOP_LIMIT
        and about.ingress is not None
        and port.ipv6 is not None
        and about.arrived.next_header != NextHeader.FRAGMENT
    )


def _discover(
    stack: Stack, ctx: Context, about: Packet6, port: Interface, message: wire.Discovery
) -> bool:
    source, target = about.datagram.source, about.datagram.target
    match message:
        case NeighborSolicitation():
            return nd.on_solicitation(stack, ctx, port, source, target, message)
        case NeighborAdvertisement():
            return nd.on_advertisement(stack, ctx, port, target, message)
        case RouterSolicitation():
            return nd_router.on_solicitation(stack, ctx, port, source, message)
        case RouterAdvertisement():
            return nd_router.on_advertisement(stack, ctx, port, source, message)
        case _:
            return True


def _reply(stack: Stack, ctx: Context, about: Packet6, echo: Echo) -> None:
    d = about.datagram
    if d.source == ANY or d.source.is_multicast:
        return
    answered = Echo(True, echo.identifier, echo.sequence, echo.data)
    own = None if d.target.is_multicast else d.target
    traffic_class = d.traffic_class
    ipv6_origin.send_icmp(
        stack, ctx, about.vrf, d.source, answered, about.ingress, own, traffic_class=traffic_class
    )


def _deliver(
    stack: Stack, ctx: Context, about: Packet6, interface: str, socket: Socket, body: bytes
) -> None:
    owner = stack.vrf(about.vrf).sockets.get(socket)
    if owner is not None:
        d = about.datagram
        parts = (d.source, d.target, d.hop_limit, body)
        ctx.deliver(owner, Datagram(socket, about.vrf, interface, *parts))


def _deliver_error(stack: Stack, ctx: Context, about: Packet6, error: Error) -> None:
    """Find the socket that sent the quoted packet and tell its owner."""
    cut = cut_packet(error.quoted)
    carried = None if cut is None else _carried(cut)
    if cut is None or carried is None:
        return
    if carried.protocol == NextHeader.TCP:
        tcp.on_error6(stack, ctx, about.vrf, error, cut, carried.payload)
        return
    socket, target = _socket_of(carried), cut.target
    if socket is None:
        return
    owner = stack.vrf(about.vrf).sockets.get(socket)
    if owner is None:
        return
    values = (about.datagram.source, target, error.type, error.code, error.quoted)
    mtu = error.rest if error.type == Type.TOO_BIG else 0
    ctx.deliver(owner, IcmpError(socket, about.vrf, *values, mtu))


def _carried(cut: IPv6) -> Upper | None:
    """What a quoted packet carries, if its ports are there."""
    try:
        carried = upper(cut)
    except WireError:
        return None
    is_first = carried.fragment is None or not carried.fragment.offset
    return carried if is_first and len(carried.payload) >= _PORTS_BYTES else None


def _socket_of(carried: Upper) -> Socket | None:
    """The socket that sent it."""
    match carried.protocol:
        case NextHeader.ICMPV6:
            if carried.payload[0] != Type.ECHO:
                return None
            return IcmpEcho(int.from_bytes(carried.payload[4:6], "big"))
        case NextHeader.UDP:
            return Udp(int.from_bytes(carried.payload[:2], "big"))
        case number:
            return IpProtocol(number)


def cut_packet(quoted: bytes) -> IPv6 | None:
    """A packet of which an error quotes only the beginning; None if not even its header."""
    if len(quoted) < _SMALLEST_QUOTE or quoted[0] >> 4 != 6:
        return None
    length = (len(quoted) - HEADER_BYTES).to_bytes(2, "big")
    return IPv6.parse(quoted[:4] + length + quoted[6:])


def message_packet(
    source: IPv6Address, target: IPv6Address, message: wire.Icmpv6, hop_limit: int
) -> IPv6:
    """A message with the header before it."""
    body = wire.emit(message, source, target)
    return packet(source, target, NextHeader.ICMPV6, body, hop_limit=hop_limit)
