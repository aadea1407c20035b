"""The ICMP echo as ping sees it (RFC 792)."""

from __future__ import annotations

import struct

ECHO_DATA_OFFSET = 28
"""Bytes of IP and ICMP header before the data."""

ECHO_REQUEST = 8
ECHO_REPLY = 0


def echo_request(identifier: int, sequence: int, data: bytes) -> bytes:
    """The ICMP message, checksum included."""
    body: bytes = struct.pack("!BBHHH", ECHO_REQUEST, 0, 0, identifier, sequence) + data
    words = body + b"\0" * (len(body) % 2)
    carried: int = sum(struct.unpack(f"!{len(words) // 2}H", words))
    while carried >> 16:
        carried = (carried & 0xFFFF) + (carried >> 16)
    return body[:2] + (~carried & 0xFFFF).to_bytes(2, "big") + body[4:]


def is_reply_to(message: bytes, identifier: int, sequence: int) -> bool:
    """Whether an ICMP message answers this request."""
    wanted = struct.pack("!HH", identifier, sequence)
    return message[:1] == b"\0" and message[4:8] == wanted


def quoted_sequence(quoted: bytes) -> int | None:
    """The sequence number of the echo an ICMP error quotes, from its IP header on."""
    header_bytes = (quoted[0] & 15) * 4 if quoted else 0
    sequence = quoted[header_bytes + 6 : header_bytes + 8]
    return int.from_bytes(sequence, "big") if len(sequence) == 2 else None
