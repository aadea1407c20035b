"""IPv6 packets in: what is for this router, what goes on, what ends here (RFC 8200)."""

from __future__ import annotations

from iosemu.kernel.time import SECOND
from iosemu.proto.base import Datagram
from iosemu.proto.base import Udp as UdpSocket
from iosemu.rib.fib import Kind
from iosemu.wire.base import WireError
from iosemu.wire.icmpv6 import Parameter, Type
from iosemu.wire.ipv6 import (
    LARGEST_PAYLOAD,
    IPv6,
    NextHeader,
    OptionError,
    Upper,
    upper,
)
from iosemu.wire.udp import Udp

from . import icmpv6, ipv6_debug, tcp
from .context import Context
from .frames import IPV6
from .interface import Interface
from .ipv6_output import send_out, take_path
from .ipv6_packet import Drop6, IcmpAnswer6, Packet6
from .ipv6_state import ANY, FragmentsKey, Pieces
from .state import Reason, Stack

REASSEMBLY_NS = 60 * SECOND
_PACKETS = 64
_LOOPBACK = 1


def on_frame(
    stack: Stack, ctx: Context, port: Interface, frame: bytes, offset: int, *, is_group: bool
) -> None:
    """A frame with an IPv6 packet behind `offset` bytes arrived at an interface that is up."""
    port.received.note(IPV6, len(frame))
    if port.ipv6 is None:
        return
    statistics = stack.ipv6.statistics
    statistics.received += 1
    try:
        datagram = IPv6.parse(frame[offset:])
    except WireError:
        stack.ipv6.drop(Reason.FORMAT.name)
        port.count_fault(ctx.now)
        return
    packet = Packet6(port.settings.vrf, datagram, datagram, port.name, is_group)
    finish(stack, ctx, packet, forward(stack, ctx, packet, port))


def finish(stack: Stack, ctx: Context, packet: Packet6, ended: Drop6 | None) -> None:
    """Count a drop and answer it."""
    if ended is None:
        return
    stack.ipv6.drop(ended.reason.name)
    if ended.answer is not None:
        icmpv6.answer(stack, ctx, packet, ended.answer)


def forward(stack: Stack, ctx: Context, packet: Packet6, port: Interface) -> Drop6 | None:
    """Receive a packet or send it on; None: that is done."""
    d = packet.datagram
    if d.source.is_multicast or d.source == _LOOPBACK:
        return Drop6(Reason.SOURCE)
    link = port.ipv6
    assert link is not None
    if d.target.is_multicast:
        stack.ipv6.statistics.multicasts_received += 1
        if not link.listens(d.target, is_router=stack.ipv6.is_routing):
            return Drop6(Reason.NOT_JOINED)
        return receive(stack, ctx, packet)
    if d.target.is_link_local:
        if d.target != link.source:
            return Drop6(Reason.SPECIAL)
        return receive(stack, ctx, packet)
    entry = stack.vrf(packet.vrf).fib6.lookup(d.target)
    if entry.kind is Kind.RECEIVE:
        return receive(stack, ctx, packet)
    if packet.is_link_group:
        return Drop6(Reason.NOT_FOR_US)
    if not stack.ipv6.is_routing:
        return Drop6(Reason.NOT_A_GATEWAY)
    if d.source.is_link_local or d.source == ANY:
        return Drop6(Reason.SOURCE, icmpv6.BEYOND_SCOPE)
    if d.hop_limit <= 1:
        return Drop6(Reason.TTL, icmpv6.TRANSIT)
    packet.datagram = d._replace(hop_limit=d.hop_limit - 1)
    ended = take_path(stack, entry, packet)
    if ended is None and packet.egress == packet.ingress:
        icmpv6.redirect(stack, ctx, packet, port)
    ended = ended or send_out(stack, ctx, packet)
    if ended is None:
        stack.ipv6.statistics.forwarded += 1
    return ended


def receive(stack: Stack, ctx: Context, packet: Packet6, *, is_own: bool = False) -> Drop6 | None:
    """Hand a packet to its socket; a fragment waits for the others.  is_own: this router made it,
    so what ends it is counted and answered here."""
    stack.ipv6.statistics.delivered += 1
    ipv6_debug.received(stack, ctx, packet)
    ended = _deliver(stack, ctx, packet)
    if is_own:
        finish(stack, ctx, packet, ended)
        return None
    return ended


def _deliver(stack: Stack, ctx: Context, packet: Packet6) -> Drop6 | None:
    interface = packet.ingress
    assert interface is not None, "own packets arrive at the interface they are to"
    try:
        carried = upper(packet.datagram)
        if carried.fragment is not None:
            whole = _collect(stack, ctx, packet, carried)
            if not isinstance(whole, IPv6):
                return whole
            packet.datagram = whole
            carried = upper(whole)
    except OptionError as error:
        answer = IcmpAnswer6(
            Type.PARAMETER_PROBLEM, error.code, error.offset, for_groups=error.for_groups
        )
        return Drop6(Reason.BAD_OPTIONS, answer)
    except WireError:
        return Drop6(Reason.FORMAT)
    match carried.protocol:
        case NextHeader.ICMPV6:
            return icmpv6.on_message(stack, ctx, packet, interface, carried.payload)
        case NextHeader.UDP:
            return _on_udp(stack, ctx, packet, interface, carried.payload)
        case NextHeader.TCP:
            return _on_tcp(stack, ctx, packet, interface, carried.payload)
        case NextHeader.NONE:
            return None
        case _:
            return _on_protocol(stack, ctx, packet, interface, carried)


def _on_udp(
    stack: Stack, ctx: Context, packet: Packet6, interface: str, body: bytes
) -> Drop6 | None:
    d = packet.datagram
    try:
        udp = Udp.parse(body, d.source, d.target)
    except WireError as error:
        return Drop6(Reason.UDP_CHECKSUM if error.offset == 6 else Reason.UDP_FORMAT)
    stack.ipv6.statistics.udp_received += 1
    socket = UdpSocket(udp.target_port)
    owner = stack.vrf(packet.vrf).sockets.get(socket)
    if owner is None:
        return Drop6(Reason.NO_PORT, icmpv6.NO_PORT)
    ports = udp.source_port, udp.target_port
    parts = (d.source, d.target, d.hop_limit, udp.payload)
    ctx.deliver(owner, Datagram(socket, packet.vrf, interface, *parts, *ports))
    return None


def _on_tcp(
    stack: Stack, ctx: Context, packet: Packet6, interface: str, data: bytes
) -> Drop6 | None:
    d = packet.datagram
    where = interface if d.source.is_link_local else None
    ip = tcp.Arrived(packet.vrf, d.source, d.target, d.hop_limit, where)
    is_group = packet.is_link_group or d.target.is_multicast
    ended = tcp.take(stack, ctx, ip, data, is_link_group=is_group)
    return Drop6(ended) if isinstance(ended, Reason) else None


def _on_protocol(
    stack: Stack, ctx: Context, packet: Packet6, interface: str, carried: Upper
) -> Drop6 | None:
    """A protocol that nobody here speaks over IPv6."""
    unknown = IcmpAnswer6(Type.PARAMETER_PROBLEM, Parameter.NEXT_HEADER, carried.pointer)
    return Drop6(Reason.NO_PROTOCOL, unknown)


# -- reassembly (RFC 8200 4.5, RFC 5722) ----


def _collect(stack: Stack, ctx: Context, packet: Packet6, carried: Upper) -> IPv6 | Drop6 | None:
    """Keep a fragment; the whole packet, if it was the last that was missing."""
    fragment, d = carried.fragment, packet.datagram
    assert fragment is not None
    stack.ipv6.statistics.fragments_received += 1
    if fragment.more and len(carried.payload) % 8:
        answer = IcmpAnswer6(Type.PARAMETER_PROBLEM, Parameter.FIELD, 4)
        return Drop6(Reason.REASSEMBLY, answer)
    if fragment.offset + len(carried.payload) > LARGEST_PAYLOAD:
        answer = IcmpAnswer6(Type.PARAMETER_PROBLEM, Parameter.FIELD, carried.pointer + 2)
        return Drop6(Reason.REASSEMBLY, answer)
    if not fragment.offset and not fragment.more:
        return d._replace(next_header=fragment.next_header, payload=carried.payload)
    host = stack.ipv6
    key = (packet.vrf, d.source, d.target, fragment.identification)
    held = host.pieces.get(key)
    if held is None:
        if len(host.pieces) >= _PACKETS:
            return Drop6(Reason.REASSEMBLY)
        held = host.pieces[key] = Pieces(packet.ingress or "")
        ctx.set_timer(("reassembly6", key), ctx.now + REASSEMBLY_NS)
    if held.is_broken or _overlaps(held, fragment.offset, len(carried.payload)):
        held.is_broken = True
        held.parts.clear()
        return Drop6(Reason.REASSEMBLY)
    held.parts[fragment.offset] = fragment.more, carried.payload
    if not fragment.offset:
        held.first, held.protocol = d, fragment.next_header
    whole = _assembled(held)
    if whole is None:
        return None
    del host.pieces[key]
    ctx.stop_timer(("reassembly6", key))
    host.statistics.reassembled += 1
    return whole


def _overlaps(held: Pieces, offset: int, size: int) -> bool:
    """Whether a new part covers something again, an exact copy too."""
    return any(
        offset < start + len(body) and start < offset + size
        for start, (_, body) in held.parts.items()
    )


def _assembled(held: Pieces) -> IPv6 | None:
    data = b""
    for offset in sorted(held.parts):
        more, body = held.parts[offset]
        if offset != len(data):
            return None
        data += body
        if not more:
            assert held.first is not None
            return held.first._replace(next_header=held.protocol, payload=data)
    return None


def on_reassembly_timer(stack: Stack, ctx: Context, key: FragmentsKey) -> None:
    """Give up on a packet; its source is told if the first part came."""
    held = stack.ipv6.pieces.pop(key, None)
    if held is None:
        return
    stack.ipv6.statistics.reassembly_timeouts += 1
    if held.first is not None:
        packet = Packet6(key[0], held.first, held.first, held.ingress)
        icmpv6.answer(stack, ctx, packet, icmpv6.REASSEMBLY)
