"""The output half for IPv6: the way out, its MTU, the link address, the frame."""

from __future__ import annotations

from iosemu.address import IPv6Address
from iosemu.rib.fib import FibEntry, Kind, Path, choose
from iosemu.wire.icmpv6 import Type
from iosemu.wire.ipv6 import (
    FRAGMENT_BYTES,
    HEADER_BYTES,
    LARGEST_PAYLOAD,
    MINIMUM_MTU,
    Fragment,
    IPv6,
    NextHeader,
)

from . import icmpv6, ipv6_debug, nd
from .context import Context
from .frames import IPV6, transmit
from .interface import NO_MAC, Interface, Medium
from .ipv6_packet import Drop6, IcmpAnswer6, Packet6
from .state import Reason, Stack

_FOLD = (1 << 32) - 1


def take_path(stack: Stack, entry: FibEntry, packet: Packet6) -> Drop6 | None:
    """Set egress and next hop from a forwarding entry."""
    match entry.kind:
        case Kind.NO_ROUTE:
            return Drop6(Reason.NO_ROUTE, icmpv6.NO_ROUTE)
        case Kind.DROP:
            if entry.paths:
                return Drop6(Reason.UNRESOLVED, icmpv6.NO_ROUTE)
            return Drop6(Reason.SPECIAL, icmpv6.NO_ROUTE)
        case Kind.RECEIVE:
            raise AssertionError("packets to this router are not sent")
    d = packet.datagram
    path = flow_path(stack, entry, d.source, d.target)
    packet.egress, packet.next_hop = path.interface, ipv6_hop(path)
    return None


def flow_path(stack: Stack, entry: FibEntry, source: int, target: int) -> Path:
    """The path of a flow, by a hash over both whole addresses."""
    return choose(entry, _folded(source), _folded(target), stack.sharing_number)


def _folded(address: int) -> int:
    return (address ^ address >> 32 ^ address >> 64 ^ address >> 96) & _FOLD


def ipv6_hop(path: Path) -> IPv6Address | None:
    """The next hop of a path out of an IPv6 table."""
    assert path.next_hop is None or isinstance(path.next_hop, IPv6Address)
    return path.next_hop


def send_out(stack: Stack, ctx: Context, packet: Packet6) -> Drop6 | None:
    """Put a packet whose way out is set on the link; None: it went, or waits for a neighbor."""
    out = stack.interfaces.get(packet.egress or "")
    if out is None or not out.is_up or out.kind.medium is Medium.LOOPBACK or not out.passes_ipv6:
        return Drop6(Reason.NO_ADJACENCY, icmpv6.NO_ROUTE)
    if out.kind.medium is Medium.NULL:
        return Drop6(Reason.DISCARDED, icmpv6.NO_ROUTE)
    if out.ipv6 is None:
        return Drop6(Reason.NO_ADJACENCY, icmpv6.NO_ROUTE)
    d = packet.datagram
    if d.total_bytes <= out.ipv6_mtu_bytes:
        _send_one(stack, ctx, out, packet, d)
        return None
    if packet.ingress is not None:
        too_big = IcmpAnswer6(Type.TOO_BIG, 0, out.ipv6_mtu_bytes, for_groups=True)
        return Drop6(Reason.DONT_FRAGMENT, too_big)
    if len(d.payload) > LARGEST_PAYLOAD:
        return Drop6(Reason.TOO_LARGE)
    statistics = stack.ipv6.statistics
    statistics.fragmented += 1
    for piece in fragments(stack, d, out.ipv6_mtu_bytes):
        statistics.fragments_sent += 1
        _send_one(stack, ctx, out, packet, piece)
    return None


def fragments(stack: Stack, d: IPv6, mtu: int) -> list[IPv6]:
    """Cut an own packet (RFC 8200 4.5); none of those made here has extension headers."""
    host = stack.ipv6
    host.identification = host.identification + 1 & 0xFFFF_FFFF
    room = (max(mtu, MINIMUM_MTU) - HEADER_BYTES - FRAGMENT_BYTES) & ~7
    pieces = []
    for offset in range(0, len(d.payload), room):
        more = offset + room < len(d.payload)
        head = Fragment(d.next_header, offset, more, host.identification)
        body = head.emit() + d.payload[offset : offset + room]
        pieces.append(d._replace(next_header=NextHeader.FRAGMENT, payload=body))
    return pieces


def _send_one(stack: Stack, ctx: Context, out: Interface, packet: Packet6, d: IPv6) -> None:
    target = packet.next_hop or d.target
    ipv6_debug.sent(stack, ctx, packet, d)
    if target.is_multicast:
        stack.ipv6.statistics.multicasts_sent += 1
        mac = nd.group_mac(target)
    elif out.is_serial:
        mac = NO_MAC
    else:
        found = nd.resolve(stack, ctx, out, target, (d, packet.ingress))
        if found is None:
            return
        mac = found
    transmit(stack, ctx, out, nd.header_to(out, mac) + d.emit(), IPV6)
