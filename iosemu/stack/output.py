"""The output half of the chain: path, MTU, link address, frame.

Shared by transit and own packets.
"""

from __future__ import annotations

from iosemu.address import BROADCAST_MAC, IPv4Address, IPv6Address, MacAddress
from iosemu.rib.fib import FibEntry, Kind, Path, choose
from iosemu.wire.ethernet import EtherType, multicast_mac
from iosemu.wire.icmp import Type, Unreachable
from iosemu.wire.ipv4 import LARGEST_BYTES, IPv4, Protocol

from . import arp
from .access import DETAIL_BYTES
from .access_state import Gate
from .chain import Consumed, Drop, IcmpAnswer, Packet, Stage, Verdict, note, walk
from .context import Context
from .fragment import fragments
from .frames import ipv4_header, link_header, transmit
from .interface import Flow, Interface, Medium
from .state import Reason, Stack, Vrf

HOST_UNREACHABLE = IcmpAnswer(Type.UNREACHABLE, Unreachable.HOST)
SENT = Consumed("sent")
_REMEMBERED_FLOWS = 65536


def take_path(stack: Stack, entry: FibEntry, packet: Packet) -> Verdict:
    """Set egress and next hop from a forwarding entry."""
    datagram = packet.datagram
    match entry.kind:
        case Kind.NO_ROUTE:
            return Drop(Reason.NO_ROUTE, HOST_UNREACHABLE)
        case Kind.DROP:
            is_special = not entry.paths
            return Drop(Reason.SPECIAL) if is_special else Drop(Reason.UNRESOLVED, HOST_UNREACHABLE)
        case Kind.RECEIVE:
            raise AssertionError("packets to this router are not sent")
        case Kind.FORWARD:
            path = entry.paths[0]
            if len(entry.paths) > 1:
                path = choose_path(stack, entry, packet.vrf, datagram)
                if shares_per_packet(stack, entry) or stack.sharing.has_ports:
                    packet.flow_key = None
    packet.egress = path.interface
    packet.next_hop = ipv4_hop(path)
    if packet.trace is not None:
        packet.because = ("route", packet.vrf, entry.prefix, path.interface, path.next_hop)
    return packet


def ipv4_hop(path: Path) -> IPv4Address | None:
    """The next hop of a path out of an IPv4 table."""
    assert not isinstance(path.next_hop, IPv6Address)
    return path.next_hop


def choose_path(stack: Stack, entry: FibEntry, vrf: str, datagram: IPv4) -> Path:
    """Per destination by hash, per packet in turn where all interfaces of the paths say so, or
    without CEF."""
    if shares_per_packet(stack, entry):
        return next_in_turn(stack.vrf(vrf), entry)
    return flow_path(stack, entry, datagram.source, datagram.target, ports_of(stack, datagram))


def flow_path(stack: Stack, entry: FibEntry, source: int, target: int, ports: int = 0) -> Path:
    """The path of a flow, by its hash."""
    return choose(entry, source, target, stack.sharing_number, ports)


def next_in_turn(vrf: Vrf, entry: FibEntry) -> Path:
    """The next path of a set: all prefixes with the same paths share one turn."""
    paths = entry.paths
    ways = tuple((path.interface or "", path.next_hop or 0) for path in paths)
    turn = vrf.turns.get(ways, 0)
    vrf.turns[ways] = (turn + 1) % len(entry.buckets)
    return paths[entry.buckets[turn % len(entry.buckets)]]


def shares_per_packet(stack: Stack, entry: FibEntry) -> bool:
    """Whether every interface of the paths has `ip load-sharing per-packet`, or CEF is off."""
    if not stack.has_cef:
        return True
    out = (stack.interfaces.get(path.interface or "") for path in entry.paths)
    return all(interface is not None and interface.settings.is_per_packet for interface in out)


def ports_of(stack: Stack, datagram: IPv4) -> int:
    """What the ports of a datagram add to its hash: nothing, unless they are to count.

    Fragments count without ports, or the pieces of a datagram would part.
    """
    sharing = stack.sharing
    if not sharing.has_ports or datagram.protocol not in (Protocol.TCP, Protocol.UDP):
        return 0
    if datagram.fragment_offset or datagram.more_fragments or len(datagram.payload) < 4:
        return 0
    source = int.from_bytes(datagram.payload[:2], "big") if sharing.source_port else 0
    target = int.from_bytes(datagram.payload[2:4], "big") if sharing.destination_port else 0
    return source << 16 | target


def check_interface(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """The way out must be up, and not Null0."""
    out = stack.interfaces.get(packet.egress or "")
    if out is None or not out.is_up or out.kind.medium is Medium.LOOPBACK or not out.passes_ip:
        return Drop(Reason.NO_ADJACENCY, HOST_UNREACHABLE)
    if out.kind.medium is Medium.NULL:
        answer = HOST_UNREACHABLE if out.settings.has_unreachables else None
        return Drop(Reason.DISCARDED, answer)
    return packet


def check_size(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Too large for the link with DF set: told with the MTU (RFC 1191)."""
    assert packet.egress is not None
    if not packet.datagram.dont_fragment:
        return packet
    mtu = stack.interfaces[packet.egress].ip_mtu_bytes
    if packet.datagram.total_bytes > mtu:
        needed = IcmpAnswer(Type.UNREACHABLE, Unreachable.FRAGMENTATION_NEEDED, mtu)
        return Drop(Reason.DONT_FRAGMENT, needed)
    return packet


def encapsulate(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Find the link address, cut to the MTU, send; remember the rewrite for the flow."""
    assert packet.egress is not None
    out = stack.interfaces[packet.egress]
    datagram = packet.datagram
    target = packet.next_hop or datagram.target
    header = out.headers.get(target)
    if packet.trace is not None:
        packet.because = ("neighbor", out.name, target)
    if header is None:
        header = find_header(stack, ctx, out, target)
        if header is None:
            packet.because = ("neighbor", out.name, target)
            return Drop(Reason.ENCAPSULATION)
        out.headers[target] = header
        stack.warm[out.name] = None
    if packet.flow_key is not None and packet.ingress is not None:
        flows = stack.interfaces[packet.ingress].flows
        if len(flows) >= _REMEMBERED_FLOWS:
            flows.clear()
        # What is larger than the way in allows is a giant, which only the long way notices.
        largest = min(out.ip_mtu_bytes, stack.interfaces[packet.ingress].mtu_bytes)
        gate = _gate(packet, flows.get(packet.flow_key)) if packet.is_gated else None
        flows[packet.flow_key] = (header, out, largest, gate)
        stack.warm[packet.ingress] = None
        if datagram.total_bytes <= largest and packet.frame:
            # The next of its flow will not come here: counted as that one will be, because the
            # counts must not depend on what is remembered.
            stack.interfaces[packet.ingress].received.uncount_slow(len(packet.frame))
            transmit(stack, ctx, out, header + datagram.emit(), is_switched=True)
            return SENT
    _send_pieces(stack, ctx, out, header, datagram)
    return SENT


def find_header(stack: Stack, ctx: Context, out: Interface, target: IPv4Address) -> bytes | None:
    """What goes before a datagram to a next hop.  A serial line has only one neighbor."""
    if out.is_serial:
        return ipv4_header(out, is_group=target.is_multicast or target.is_broadcast)
    mac = link_target(stack, ctx, out, target)
    return None if mac is None else link_header(out, mac, EtherType.IPV4)


def _gate(packet: Packet, known: Flow | None) -> Gate:
    """What the access lists say of packets of this flow, with this packet's verdict added."""
    gate = known[3] if known is not None and known[3] is not None else Gate()
    if packet.detail is not None and packet.datagram.total_bytes >= DETAIL_BYTES:
        gate.learn(packet.detail, packet.hits)
    return gate


def link_target(
    stack: Stack, ctx: Context, out: Interface, target: IPv4Address
) -> MacAddress | None:
    """Where the frame goes: group, broadcast or resolved neighbor; None: not resolved yet."""
    if target.is_multicast:
        return multicast_mac(target)
    if target.is_broadcast:
        return BROADCAST_MAC
    subnet = out.subnet_of(target)
    if subnet is not None and subnet.length <= 30 and target == subnet.broadcast:
        return BROADCAST_MAC
    return arp.resolve(stack, ctx, out, target)


OUTPUT: tuple[Stage, ...] = (
    ("interface", check_interface),
    ("mtu", check_size),
    ("encapsulation", encapsulate),
)


def send_out(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Run the output stages for a packet of this router whose way out is set."""
    if packet.datagram.total_bytes > LARGEST_BYTES:
        verdict = Drop(Reason.TOO_LARGE)
        if packet.trace is not None:
            note(packet, "size", verdict)
        return verdict
    return walk(stack, ctx, packet, OUTPUT)


def _send_pieces(stack: Stack, ctx: Context, out: Interface, header: bytes, datagram: IPv4) -> None:
    mtu = out.ip_mtu_bytes
    if datagram.total_bytes <= mtu:
        transmit(stack, ctx, out, header + datagram.emit())
        return
    stack.ip.fragmented += 1
    for piece in fragments(datagram, mtu):
        stack.ip.fragments_sent += 1
        transmit(stack, ctx, out, header + piece.emit())
