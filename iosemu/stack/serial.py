"""Serial lines: frames of Cisco HDLC and PPP in, and what their protocols say of the line.

IPv4 has a fast path of its own, the twin of that in `forward`.  What the protocols of the line
(SLARP, LCP ...) mean is the business of engines: they get their frames as `LinkFrame`.
"""

from __future__ import annotations

from iosemu.wire.base import WireError
from iosemu.wire.ethernet import EtherType
from iosemu.wire.hdlc import HEADER_BYTES, Address
from iosemu.wire.ipv4 import IPv4
from iosemu.wire.ppp import Protocol

from . import access, ipv6, trace
from .chain import Packet, drop_malformed
from .context import Context
from .forward import CARRY, ONE_HOP, count_frame, forward
from .frames import name_of, on_serial_protocol, transmit
from .interface import Encapsulation, Interface
from .state import Stack

_ETHERNET_HEADER = 14
_SMALLEST_PAYLOAD = 46
_PPP_START = b"\xff\x03"


def on_frame(stack: Stack, ctx: Context, interface: str, frame: bytes) -> None:
    """A frame arrived at a serial interface.

    A packet of a known flow needs no more than a new TTL and link header; see `forward.on_frame`.
    """
    port = stack.interfaces.get(interface)
    if port is None:
        return
    # This is `flow_key`.
    flow = port.flows.get(frame[:5] + frame[16:24])
    if flow is None:
        _on_frame(stack, ctx, port, frame)
        return
    link, out, mtu, gate = flow
    size = len(frame)
    header = int.from_bytes(frame[4:24], "big")
    total = header >> 128 & 0xFFFF
    if header % 0xFFFF or frame[12] < 2 or not 20 <= total <= mtu or size != total + 4:
        _on_frame(stack, ctx, port, frame)
        return
    if gate is not None and not access.passes(gate, frame, HEADER_BYTES, total):
        _on_frame(stack, ctx, port, frame)
        return
    header += ONE_HOP
    if frame[14] >= 0xFE and (frame[14] << 8 | frame[15]) >= 0xFEFF:
        header -= CARRY
    now = ctx.now
    received = port.received
    if now >= received.window_end:
        received.sample(now)
    received.packets += 1
    received.bytes += size
    received.last_at = now
    statistics = stack.ip
    statistics.received += 1
    statistics.forwarded += 1
    onward = link + header.to_bytes(20, "big") + frame[24:]
    if len(link) == HEADER_BYTES:
        size = total + HEADER_BYTES
    elif len(link) == _ETHERNET_HEADER:
        size = total + _ETHERNET_HEADER
        if total < _SMALLEST_PAYLOAD:
            size = _ETHERNET_HEADER + _SMALLEST_PAYLOAD
            onward = onward.ljust(size, b"\0")
    else:
        transmit(stack, ctx, out, onward, is_switched=True)
        return
    sent = out.sent
    if now >= sent.window_end:
        sent.sample(now)
    sent.packets += 1
    sent.bytes += size
    sent.last_at = now
    if ctx.transmit(out.name, onward) is False:
        out.output_drops += 1


def flow_key(frame: bytes) -> bytes:
    """Link header, IP version and header length, both addresses."""
    return frame[:5] + frame[16:24]


def _on_frame(stack: Stack, ctx: Context, port: Interface, frame: bytes) -> None:
    """Count a frame and hand its payload on.  Protocols of the line pass while it is down."""
    if not port.has_link:
        return
    if len(frame) < HEADER_BYTES:
        port.runts += 1
        port.count_fault(ctx.now)
        return
    if len(frame) > port.mtu_bytes + HEADER_BYTES:
        port.giants += 1
        port.count_fault(ctx.now)
        return
    count_frame(port, ctx, frame)
    protocol = frame[2] << 8 | frame[3]
    if port.settings.encapsulation is Encapsulation.PPP:
        is_known = frame[:2] == _PPP_START
        is_group, is_ip = False, protocol == Protocol.IPV4
        ipv6_number: int = Protocol.IPV6
    else:
        is_known = frame[0] in (Address.UNICAST, Address.MULTICAST) and not frame[1]
        is_group, is_ip = frame[0] == Address.MULTICAST, protocol == EtherType.IPV4
        ipv6_number = EtherType.IPV6
        if is_known and is_group:
            port.broadcasts_received += 1
    if is_known and is_ip:
        if port.is_up and port.passes_ip:
            _on_ipv4(stack, ctx, port, frame, is_group=is_group)
        return
    if is_known and protocol == ipv6_number:
        if port.is_up and port.passes_ipv6:
            # On a line with two ends the address says whom a packet is for.
            ipv6.on_frame(stack, ctx, port, frame, HEADER_BYTES, is_group=False)
        return
    port.received.note(name_of(protocol), len(frame))
    payload = frame[HEADER_BYTES:]
    if not is_known or not on_serial_protocol(stack, ctx, port, protocol, payload):
        port.unknown_protocols += 1


def _on_ipv4(stack: Stack, ctx: Context, port: Interface, frame: bytes, *, is_group: bool) -> None:
    stack.ip.received += 1
    try:
        datagram = IPv4.parse(frame[HEADER_BYTES:])
    except WireError as error:
        drop_malformed(stack, ctx, port, frame[HEADER_BYTES:], error)
        return
    # On a line with two ends the frame says little of whom the packet is for: IOS goes by the
    # address of the packet.
    is_group = is_group and (datagram.target.is_multicast or datagram.target.is_broadcast)
    packet = Packet(port.settings.vrf, datagram, port.name, is_group, frame=frame)
    if datagram.target.is_multicast:
        port.multicasts_received += 1
    # A frame to all stations is counted as one, which a flow does not.
    is_plain = frame[HEADER_BYTES] == 0x45 and not port.settings.is_process_switched
    if frame[0] != Address.MULTICAST and is_plain:
        packet.flow_key = flow_key(frame)
    if stack.following is not None:
        trace.follow(stack, ctx.now, packet)
    forward(stack, ctx, packet)


def on_damaged_frame(stack: Stack, interface: str, now: int) -> None:
    """A frame with a wrong check sequence arrived at a port of any kind: counted, never read."""
    port = stack.interfaces.get(interface)
    if port is not None and port.has_link:
        port.crc_errors += 1
        port.count_fault(now)
