"""TCP of a router on which nothing listens: every segment is refused (RFC 9293 3.10.7.1)."""

from __future__ import annotations

from iosemu.wire.base import WireError
from iosemu.wire.ipv4 import Protocol, datagram
from iosemu.wire.tcp import Flag, Tcp

from . import origin
from .chain import Consumed, Drop, Packet, Verdict
from .context import Context
from .state import Reason, Stack


def on_segment(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """A segment to a port that is closed."""
    d = packet.datagram
    try:
        segment = Tcp.parse(d.payload, d.source, d.target)
    except WireError as error:
        return Drop(Reason.TCP_CHECKSUM if error.offset == 16 else Reason.TCP_FORMAT)
    if not segment.flags & Flag.RST and not packet.is_link_group:
        _refuse(stack, ctx, packet, segment)
    return Consumed("refused")


def _refuse(stack: Stack, ctx: Context, packet: Packet, segment: Tcp) -> None:
    if segment.flags & Flag.ACK:
        numbers = segment.acknowledgment, 0, Flag.RST
    else:
        end = segment.sequence + segment.length & 0xFFFFFFFF
        numbers = 0, end, Flag.RST | Flag.ACK
    ports = segment.target_port, segment.source_port
    own, peer = packet.datagram.target, packet.datagram.source
    reset = Tcp(*ports, *numbers, 0, 0, b"", b"").emit(own, peer)
    vrf = stack.vrf(packet.vrf)
    way = origin.origin(stack, vrf, peer, own)
    if isinstance(way, Drop):
        stack.count_drop(way.reason, is_own=True)
        return
    number = stack.next_identification()
    answer = datagram(own, peer, Protocol.TCP, reset, identification=number)
    origin.dispatch(stack, ctx, vrf, way, answer)
