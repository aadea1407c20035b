"""`ip tcp adjust-mss`: lower the MSS option of SYN segments in transit, either way."""

from __future__ import annotations

from iosemu.wire.checksum import update
from iosemu.wire.ipv4 import IPv4, Protocol
from iosemu.wire.tcp import HEADER_BYTES, Flag, OptionKind

from .chain import Packet, Verdict
from .context import Context
from .state import Stack

_FLAGS, _CHECKSUM = 13, slice(16, 18)


def adjust(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """Interfaces without a limit pass everything as it is."""
    limit = None
    for name in (packet.ingress, packet.egress):
        interface = stack.interfaces.get(name or "")
        own = None if interface is None else interface.settings.tcp_mss_bytes
        if own is not None:
            limit = own if limit is None else min(limit, own)
    if limit is None:
        return packet
    # Flows are known by their addresses alone, and the next packet may be a SYN.
    packet.flow_key = None
    packet.datagram = lowered(packet.datagram, limit)
    return packet


def lowered(datagram: IPv4, limit: int) -> IPv4:
    """With the MSS option at most `limit`; no other datagram than a whole SYN is changed."""
    data = datagram.payload
    if datagram.protocol != Protocol.TCP or datagram.fragment_offset or len(data) < HEADER_BYTES:
        return datagram
    at = _mss_at(data) if data[_FLAGS] & Flag.SYN else None
    if at is None:
        return datagram
    before = int.from_bytes(data[at : at + 2], "big")
    if before <= limit:
        return datagram
    changed = bytearray(data)
    changed[at : at + 2] = limit.to_bytes(2, "big")
    sum_ = int.from_bytes(data[_CHECKSUM], "big")
    # An option at an odd offset counts with its bytes swapped in the 16-bit sum.
    pair = (_swapped(before), _swapped(limit)) if at & 1 else (before, limit)
    changed[_CHECKSUM] = update(sum_, *pair).to_bytes(2, "big")
    return datagram._replace(payload=bytes(changed))


def _mss_at(data: bytes) -> int | None:
    """Where the value of the MSS option stands; None without a whole one."""
    at, end = HEADER_BYTES, min((data[12] >> 4) * 4, len(data))
    while at + 1 < end and data[at] != OptionKind.END:
        if data[at] == OptionKind.NO_OPERATION:
            at += 1
            continue
        length = data[at + 1]
        if length < 2 or at + length > end:
            return None
        if data[at] == OptionKind.MAXIMUM_SEGMENT_SIZE and length == 4:
            return at + 2
        at += length
    return None


def _swapped(value: int) -> int:
    return (value & 0xFF) << 8 | value >> 8
