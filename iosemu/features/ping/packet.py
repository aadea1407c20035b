"""The ICMP echo as ping sees it (RFC 792)."""

from __future__ import annotations

from iosemu.wire.base import WireError
from iosemu.wire.icmp import Echo, emit, parse

ECHO_DATA_OFFSET = 28
"""Bytes of IP and ICMP header before the data."""


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


def quoted_sequence(quoted: bytes) -> int | None:
    """The sequence number of the echo an ICMP error quotes, from its IP header on."""
    header_bytes = (quoted[0] & 15) * 4 if quoted else 0
    sequence = quoted[header_bytes + 6 : header_bytes + 8]
    return int.from_bytes(sequence, "big") if len(sequence) == 2 else None
