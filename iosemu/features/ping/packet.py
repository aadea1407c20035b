"""The ICMP echo as ping sees it (RFC 792, RFC 4443)."""

from __future__ import annotations

from iosemu.wire import ipv6
from iosemu.wire.base import WireError
from iosemu.wire.icmp import Echo, emit, parse
from iosemu.wire.icmpv6 import Type

ECHO_DATA_OFFSET = 28
"""Bytes of IP and ICMP header before the data."""
ECHO6_DATA_OFFSET = 48
_ECHO6_BYTES = 8


def echo_request(identifier: int, sequence: int, data: bytes) -> bytes:
    """The ICMP message, checksum included."""
    return emit(Echo(is_reply=False, identifier=identifier, sequence=sequence, data=data))


def reply_data(message: bytes, identifier: int, sequence: int) -> bytes | None:
    """What an ICMP message brings back for this request; None if it is no answer to it."""
    try:
        reply = parse(message)
    except WireError:
        return None
    if not isinstance(reply, Echo) or not reply.is_reply:
        return None
    is_ours = (reply.identifier, reply.sequence) == (identifier, sequence)
    return reply.data if is_ours else None


def echo6_request(identifier: int, sequence: int, data: bytes) -> bytes:
    """The ICMPv6 message; who sends it puts the checksum in."""
    numbers = identifier.to_bytes(2, "big") + sequence.to_bytes(2, "big")
    return bytes((Type.ECHO, 0, 0, 0)) + numbers + data


def reply6_data(message: bytes, identifier: int, sequence: int) -> bytes | None:
    """As `reply_data`; the checksum of what is delivered is correct."""
    wanted = identifier.to_bytes(2, "big") + sequence.to_bytes(2, "big")
    if message[:1] != bytes((Type.ECHO_REPLY,)) or message[4:_ECHO6_BYTES] != wanted:
        return None
    return message[_ECHO6_BYTES:]


def quoted_upper(quoted: bytes) -> bytes:
    """What follows the IP headers an error quotes, of either version; a fragment is the first."""
    if not quoted:
        return b""
    if quoted[0] >> 4 == 4:
        return quoted[(quoted[0] & 15) * 4 :]
    has_fragment = len(quoted) > 6 and quoted[6] == ipv6.NextHeader.FRAGMENT
    return quoted[ipv6.HEADER_BYTES + ipv6.FRAGMENT_BYTES * has_fragment :]


def quoted_sequence(quoted: bytes) -> int | None:
    """The sequence number of the echo an ICMP error quotes, from its IP header on."""
    sequence = quoted_upper(quoted)[6:8]
    return int.from_bytes(sequence, "big") if len(sequence) == 2 else None
