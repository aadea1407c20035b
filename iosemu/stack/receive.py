"""Datagrams to this router: reassembly, then the socket they belong to."""

from __future__ import annotations

from collections.abc import Hashable

from iosemu.kernel.time import SECOND
from iosemu.proto.base import Datagram, IpProtocol
from iosemu.proto.base import Udp as UdpSocket
from iosemu.wire.base import WireError
from iosemu.wire.icmp import TimeExceeded, Type, Unreachable
from iosemu.wire.ipv4 import IPv4, Protocol
from iosemu.wire.udp import Udp

from . import icmp, packet_debug, tcp, udp_debug
from .chain import Consumed, Drop, IcmpAnswer, Packet, Verdict
from .context import Context
from .fragment import Fit, assemble, fit, is_possible
from .state import FragmentKey, Reason, Reassembly, Stack

REASSEMBLY_NS = 30 * SECOND
_DATAGRAMS = 64
_PROTOCOLS = tuple(map(IpProtocol, range(256)))
_FRAGMENTS = 8192 // 8
_REMEMBERED_FRAMES = 64
PROTOCOL_UNREACHABLE = IcmpAnswer(Type.UNREACHABLE, Unreachable.PROTOCOL)
PORT_UNREACHABLE = IcmpAnswer(Type.UNREACHABLE, Unreachable.PORT)
REASSEMBLY_EXCEEDED = IcmpAnswer(Type.TIME_EXCEEDED, TimeExceeded.REASSEMBLY)


def receive(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Hand a datagram to its socket; a fragment waits for the others."""
    stack.ip.delivered += 1
    packet_debug.received(stack, ctx, packet)
    if packet.datagram.is_fragment:
        whole = _collect(stack, ctx, packet)
        if not isinstance(whole, IPv4):
            return whole
        packet.datagram = whole
    interface = packet.ingress
    assert interface is not None, "own datagrams arrive at the interface they are to"
    match packet.datagram.protocol:
        case Protocol.ICMP:
            return icmp.on_message(stack, ctx, packet, interface)
        case Protocol.UDP:
            return _on_udp(stack, ctx, packet, interface)
        case Protocol.TCP:
            return tcp.on_segment(stack, ctx, packet)
        case number:
            return _on_protocol(stack, ctx, packet, interface, _PROTOCOLS[number])


def on_reassembly_timer(stack: Stack, ctx: Context, key: FragmentKey) -> None:
    """Give up on a datagram; its source is told if the first fragment came."""
    held = stack.reassembly.pop(key, None)
    if held is None:
        return
    stack.ip.reassembly_timeouts += 1
    stack.ip.fragments_expired += len(held.fragments)
    for part in held.fragments:
        if part.fragment_offset == 0:
            packet = Packet(key[0], part, held.ingress)
            icmp.answer(stack, ctx, packet, REASSEMBLY_EXCEEDED)
            return


def _collect(stack: Stack, ctx: Context, packet: Packet) -> IPv4 | Verdict:
    part = packet.datagram
    stack.ip.fragments_received += 1
    if not is_possible(part):
        packet.because = ("fault", "no datagram has such a fragment")
        return Drop(Reason.REASSEMBLY)
    key = (packet.vrf, part.source, part.target, part.protocol, part.identification)
    held = stack.reassembly.get(key)
    if held is None:
        if len(stack.reassembly) >= _DATAGRAMS:
            packet.because = ("fault", f"{_DATAGRAMS} datagrams wait for fragments already")
            return Drop(Reason.REASSEMBLY)
        held = stack.reassembly[key] = Reassembly(packet.ingress or "")
        ctx.set_timer(("reassembly", key), ctx.now + REASSEMBLY_NS)
    match Fit.BROKEN if held.is_broken else fit(held.fragments, part):
        case Fit.DUPLICATE:
            return Drop(Reason.DUPLICATE)
        case Fit.BROKEN:
            _throw_away(stack, held)
            packet.because = ("fault", "its fragments overlap")
            return Drop(Reason.REASSEMBLY)
    if len(held.fragments) >= _FRAGMENTS:
        packet.because = ("fault", f"it is in more than {_FRAGMENTS} fragments")
        return Drop(Reason.REASSEMBLY)
    held.fragments.append(part)
    whole = assemble(held.fragments)
    if whole is None:
        return Consumed("waits for more fragments")
    del stack.reassembly[key]
    ctx.stop_timer(("reassembly", key))
    stack.ip.reassembled += 1
    stack.ip.fragments_assembled += len(held.fragments)
    return whole


def _throw_away(stack: Stack, held: Reassembly) -> None:
    """Drop what is held of a datagram whose fragments overlap, and all that comes until it ends."""
    for _ in held.fragments:
        stack.count_drop(Reason.REASSEMBLY)
    held.fragments.clear()
    held.is_broken = True


def _on_udp(stack: Stack, ctx: Context, packet: Packet, interface: str) -> Verdict:
    d = packet.datagram
    try:
        udp = Udp.parse(d.payload, d.source, d.target)
    except WireError as error:
        return Drop(Reason.UDP_CHECKSUM if error.offset == 6 else Reason.UDP_FORMAT)
    stack.ip.udp_received += 1
    udp_debug.received(ctx, d, udp)
    socket = UdpSocket(udp.target_port)
    owner = stack.vrf(packet.vrf).sockets.get(socket)
    if owner is None:
        return Drop(Reason.NO_PORT, PORT_UNREACHABLE)
    ports = udp.source_port, udp.target_port
    parts = (d.source, d.target, d.ttl, udp.payload)
    ctx.deliver(owner, Datagram(socket, packet.vrf, interface, *parts, *ports))
    return Consumed("udp")


def _on_protocol(
    stack: Stack, ctx: Context, packet: Packet, interface: str, socket: IpProtocol
) -> Verdict:
    d = packet.datagram
    owner = stack.vrf(packet.vrf).sockets.get(socket)
    if owner is None:
        return Drop(Reason.NO_PROTOCOL, PROTOCOL_UNREACHABLE)
    parts = (d.source, d.target, d.ttl, d.payload)
    event = Datagram(socket, packet.vrf, interface, *parts)
    if d.target.is_multicast and packet.flow_key is not None:
        _remember(stack, packet, owner, event)
    ctx.deliver(owner, event)
    return Consumed("delivered")


def _remember(stack: Stack, packet: Packet, owner: Hashable, event: Datagram) -> None:
    """Know a frame to a group again, if nothing but its addresses let it come here."""
    port = stack.interfaces[event.interface]
    if port.is_serial or port.settings.access_in is not None or packet.datagram.is_fragment:
        return
    if len(port.heard) >= _REMEMBERED_FRAMES:
        port.heard.clear()
    port.heard[again_key(packet.frame)] = owner, event
    stack.warm[port.name] = None


def again_key(frame: bytes) -> bytes:
    """All of a frame without options but its identification and checksum."""
    return frame[:18] + frame[20:24] + frame[26:]
