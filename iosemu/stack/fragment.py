"""Cutting a datagram to an MTU and putting fragments together, RFC 791 3.2.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iosemu.wire.ipv4 import LARGEST_BYTES, IPv4

_COPIED = 0x80
_END, _NO_OPERATION = 0, 1


def fragments(datagram: IPv4, mtu_bytes: int) -> Iterator[IPv4]:
    """The pieces of a datagram, itself if it fits; all but the last carry a multiple of 8 bytes."""
    if datagram.total_bytes <= mtu_bytes:
        yield datagram
        return
    later_options = copied_options(datagram.options)
    start, left = 0, datagram.payload
    options = datagram.options
    while left:
        room = (mtu_bytes - 20 - len(options)) // 8 * 8
        is_last = 20 + len(options) + len(left) <= mtu_bytes
        piece, left = (left, b"") if is_last else (left[:room], left[room:])
        yield datagram._replace(
            options=options,
            fragment_offset=datagram.fragment_offset + start,
            more_fragments=datagram.more_fragments or not is_last,
            payload=piece,
        )
        start += len(piece)
        options = later_options


def copied_options(options: bytes) -> bytes:
    """The options that go into every fragment, padded; a malformed rest is left out."""
    kept = b""
    at = 0
    while at < len(options) and options[at] != _END:
        if options[at] == _NO_OPERATION:
            at += 1
            continue
        length = options[at + 1] if at + 1 < len(options) else 0
        if length < 2 or at + length > len(options):
            break
        if options[at] & _COPIED:
            kept += options[at : at + length]
        at += length
    return kept + bytes(-len(kept) % 4)


def assemble(parts: Sequence[IPv4]) -> IPv4 | None:
    """The whole datagram, None while something is missing; an overlap keeps the earlier bytes.

    A datagram that would be over 65,535 bytes never completes.
    """
    ordered = sorted(parts, key=lambda part: part.fragment_offset)
    first, last = ordered[0], ordered[-1]
    if first.fragment_offset or last.more_fragments:
        return None
    payload = b""
    for part in ordered:
        if part.fragment_offset > len(payload):
            return None
        payload += part.payload[len(payload) - part.fragment_offset :]
    if first.header_bytes + len(payload) > LARGEST_BYTES:
        return None
    return first._replace(more_fragments=False, fragment_offset=0, payload=payload)
