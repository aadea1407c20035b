"""Frames in: the fast path for known flows, and the stages for everything else."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.rib.fib import Kind
from iosemu.wire.base import WireError
from iosemu.wire.ethernet import EtherType
from iosemu.wire.icmp import TimeExceeded, Type
from iosemu.wire.ipv4 import IPv4

from . import access, arp, broadcast, icmp, ipv6, mss, options, packet_debug, pbr, trace
from .chain import Consumed, Drop, IcmpAnswer, Packet, Stage, Verdict, drop, drop_malformed, walk
from .context import Context
from .frames import ARP, OTHER, on_snap, transmit
from .interface import Interface
from .output import OUTPUT, take_path
from .receive import again_key, receive
from .state import Reason, Stack

_RUNT_BYTES = 14
_LARGEST_HEADER = 18
"""Of a frame with a tag; a larger payload than the MTU makes a giant."""
_PADDED_BYTES = 60
_SMALLEST_TYPE = 0x0600
ONE_HOP = (0x0100 << 64) - (1 << 88)
"""Added to a header as a 160-bit number: TTL one less, checksum corrected (RFC 1624)."""
CARRY = 0xFFFF << 64
TIME_EXCEEDED = IcmpAnswer(Type.TIME_EXCEEDED, TimeExceeded.TRANSIT)
ALL_HOSTS = IPv4Address.parse("224.0.0.1")


def on_frame(stack: Stack, ctx: Context, interface: str, frame: bytes) -> None:
    """A frame arrived at an interface.  Malformed ones are counted, never raised.

    The hottest lines of the program: a packet of a known flow that needs no more than a new TTL and
    link header goes on from here, without another call but to those that send it.
    """
    port = stack.interfaces.get(interface)
    if port is None or not port.is_up:
        return
    # This is `flow_key`.
    flow = port.flows.get(frame[:6] + frame[12:15] + frame[26:34])
    if flow is None:
        if not (port.heard and _hear_again(stack, ctx, port, frame)):
            _on_frame(stack, ctx, port, frame)
        return
    link, out, mtu, gate = flow
    size = len(frame)
    header = int.from_bytes(frame[14:34], "big")
    total = header >> 128 & 0xFFFF
    if (
        header % 0xFFFF
        or frame[22] < 2
        or not 20 <= total <= mtu
        or (size != total + 14 and (size != _PADDED_BYTES or total > 46))
    ):
        _on_frame(stack, ctx, port, frame)
        return
    if gate is not None and not access.passes(gate, frame, 14, total):
        _on_frame(stack, ctx, port, frame)
        return
    header += ONE_HOP
    if frame[24] >= 0xFE and (frame[24] << 8 | frame[25]) >= 0xFEFF:
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
    onward = link + header.to_bytes(20, "big") + frame[34 : total + 14]
    if len(link) != 14:
        transmit(stack, ctx, out, onward, is_switched=True)
        return
    if total < _PADDED_BYTES - 14:
        # Padding is not passed on but made anew, as for a packet that was looked at.
        onward = onward.ljust(_PADDED_BYTES, b"\0")
    sent = out.sent
    if now >= sent.window_end:
        sent.sample(now)
    sent.packets += 1
    sent.bytes += len(onward)
    sent.last_at = now
    if ctx.transmit(out.name, onward) is False:
        out.output_drops += 1


def flow_key(frame: bytes) -> bytes:
    """Destination MAC, type, IP version and header length, both addresses.

    What was forwarded once under this key goes the same way until `forget_flows`.
    """
    return frame[:6] + frame[12:15] + frame[26:34]


def _hear_again(stack: Stack, ctx: Context, port: Interface, frame: bytes) -> bool:
    """A frame that says what one said before, as hellos do: counted as that one was, and told to
    its owner without being looked at.  False: it is none."""
    known = port.heard.get(again_key(frame))
    if (
        known is None
        or int.from_bytes(frame[14:34], "big") % 0xFFFF
        or stack.following is not None
        or ctx.debugging(packet_debug.FLAG)
    ):
        return False
    count_frame(port, ctx, frame)
    statistics = stack.ip
    statistics.received += 1
    statistics.multicasts_received += 1
    statistics.delivered += 1
    ctx.hear(*known)
    return True


def _on_frame(stack: Stack, ctx: Context, port: Interface, frame: bytes) -> None:
    """Accept a frame, strip its tag, and hand its payload on."""
    if len(frame) < _RUNT_BYTES:
        port.runts += 1
        port.count_fault(ctx.now)
        return
    if len(frame) > port.mtu_bytes + _LARGEST_HEADER:
        port.giants += 1
        port.count_fault(ctx.now)
        return
    is_group = bool(frame[0] & 1)
    if not is_group and frame[:6] != port.mac.packed:
        return
    count_frame(port, ctx, frame)
    ether_type = frame[12] << 8 | frame[13]
    if ether_type == EtherType.DOT1Q:
        _on_tagged(stack, ctx, port, frame)
        return
    if ether_type < _SMALLEST_TYPE:
        # Of a port with a native VLAN such frames are the port's own, not the sub-interface's.
        is_heard = on_snap(stack, ctx, port, frame)
        port.received.note("CDP" if is_heard else OTHER, len(frame))
        if not is_heard:
            port.unknown_protocols += 1
        return
    native = port.vlans.get(0)
    if native is not None:
        port = stack.interfaces[native]
        count_frame(port, ctx, frame)
    _on_payload(stack, ctx, port, frame, ether_type)


def _on_tagged(stack: Stack, ctx: Context, port: Interface, frame: bytes) -> None:
    """An 802.1Q frame goes to the sub-interface of its VLAN, without the tag, as if it had arrived
    there: it has the MAC address of its hardware and no VLANs of its own."""
    number = (frame[14] << 8 | frame[15]) & 0xFFF if len(frame) >= 18 else 0
    name = port.vlans.get(number)
    sub = None if name is None else stack.interfaces[name]
    if sub is None or not sub.is_up:
        port.unknown_protocols += 1
        return
    on_frame(stack, ctx, sub.name, frame[:12] + frame[16:])


def _on_payload(stack: Stack, ctx: Context, port: Interface, frame: bytes, ether_type: int) -> None:
    match ether_type:
        case EtherType.IPV4:
            _on_ipv4(stack, ctx, port, frame)
        case EtherType.ARP:
            port.received.note(ARP, len(frame))
            arp.on_frame(stack, ctx, port, frame[14:])
        case EtherType.IPV6:
            ipv6.on_frame(stack, ctx, port, frame, _RUNT_BYTES, is_group=bool(frame[0] & 1))
        case EtherType.LOOPBACK:
            port.received.note(OTHER, len(frame))
        case _:
            port.received.note(OTHER, len(frame))
            port.unknown_protocols += 1


def _on_ipv4(stack: Stack, ctx: Context, port: Interface, frame: bytes) -> None:
    stack.ip.received += 1
    try:
        datagram = IPv4.parse(frame[14:])
    except WireError as error:
        drop_malformed(stack, ctx, port, frame[14:], error)
        return
    packet = Packet(port.settings.vrf, datagram, port.name, bool(frame[0] & 1), frame=frame)
    if frame[14] == 0x45 and not port.settings.is_process_switched:
        packet.flow_key = flow_key(frame)
    if stack.following is not None:
        trace.follow(stack, ctx.now, packet)
    forward(stack, ctx, packet)


def arrive(stack: Stack, ctx: Context, interface: str, datagram: IPv4) -> None:
    """A datagram arrives at an interface that is up, whatever carries it there: for `explain`."""
    stack.ip.received += 1
    packet = Packet(stack.interfaces[interface].settings.vrf, datagram, interface)
    if stack.following is not None:
        trace.follow(stack, ctx.now, packet)
    forward(stack, ctx, packet)


def forward(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Run a received packet through the whole chain; a drop is counted and answered."""
    verdict = walk(stack, ctx, packet, CHAIN)
    if isinstance(verdict, Consumed):
        if packet.egress is not None:
            stack.ip.forwarded += 1
    elif isinstance(verdict, Drop):
        drop(stack, ctx, packet, verdict.reason)
        packet_debug.dropped(stack, ctx, packet, verdict.reason)
        if verdict.answer is not None:
            icmp.answer(stack, ctx, packet, verdict.answer)
    return verdict


def check_source(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """No group, loopback or broadcast address is a source (RFC 1812 5.3.7)."""
    first = packet.datagram.source >> 24
    # This host on this network (0.0.0.0) may only speak to the link, as a host that boots does.
    if first >= 224 or first == 127 or (first == 0 and not packet.is_link_group):
        return Drop(Reason.SOURCE)
    return packet


def local(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Packets to this router and to groups it listens to end here."""
    target = packet.datagram.target
    if target.is_multicast:
        stack.ip.multicasts_received += 1
        assert packet.ingress is not None
        port = stack.interfaces[packet.ingress]
        if target != ALL_HOSTS and target not in port.groups:
            return Drop(Reason.NOT_JOINED)
        return receive(stack, ctx, packet)
    entry = stack.vrf(packet.vrf).fib.lookup(target)
    if entry.kind is Kind.RECEIVE:
        if packet.trace is not None:
            packet.because = ("own address", entry.interface, target)
        if packet.is_link_group:
            stack.ip.broadcasts_received += 1
        if broadcast.is_one(stack, entry, target):
            return broadcast.receive_one(stack, ctx, packet, entry)
        return receive(stack, ctx, packet)
    if packet.is_link_group:
        return Drop(Reason.NOT_FOR_US)
    return packet


def hop(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """One hop less to live; with none left the source is told (traceroute)."""
    if not stack.is_routing:
        return Drop(Reason.NOT_A_GATEWAY)
    ttl = packet.datagram.ttl - 1
    if ttl < 1:
        return Drop(Reason.TTL, TIME_EXCEEDED)
    packet.datagram = packet.datagram._replace(ttl=ttl)
    return packet


def route(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Look up the way out, unless a policy set it; back where it came from means a redirect for the
    sender."""
    if packet.egress is not None:
        return packet
    entry = stack.vrf(packet.vrf).fib.lookup(packet.datagram.target)
    verdict = take_path(stack, entry, packet)
    if verdict is packet and packet.egress == packet.ingress:
        packet.flow_key = None
        if icmp.wants_redirect(stack.interfaces[packet.ingress or ""], packet):
            icmp.redirect(stack, ctx, packet)
    return verdict


def depart(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """The last stage of transit packets alone: options record the way out."""
    if packet.datagram.options:
        verdict = options.record(stack, ctx, packet)
        if verdict is not packet:
            return verdict
    packet_debug.forwarded(stack, ctx, packet)
    return packet


CHAIN: tuple[Stage, ...] = (
    ("source", check_source),
    ("access-list in", access.check_in),
    ("options", options.check),
    ("local", local),
    ("ttl", hop),
    ("policy", pbr.check),
    ("route", route),
    ("access-list out", access.check_out),
    ("mss", mss.adjust),
    ("forward", depart),
    *OUTPUT,
)
"""Every received datagram, in this order."""


def count_frame(port: Interface, ctx: Context, frame: bytes) -> None:
    """One frame in."""
    now = ctx.now
    received = port.received
    if now >= received.window_end:
        received.sample(now)
    received.packets += 1
    received.bytes += len(frame)
    received.last_at = now
    received.slow_packets += 1
    received.slow_bytes += len(frame)
    if frame[0] & 1 and not port.is_serial:
        port.broadcasts_received += 1
        if frame[:6] != b"\xff\xff\xff\xff\xff\xff":
            port.multicasts_received += 1
