"""Cutting a datagram to an MTU and putting fragments together, RFC 791 3.2.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

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


class Fit(Enum):
    """How a fragment goes with those that came before."""

    NEW = "new"
    DUPLICATE = "duplicate"
    BROKEN = "broken"
    """It overlaps, or the end is not where another fragment put it: an attack or a defect."""


def is_possible(part: IPv4) -> bool:
    """Whether a fragment may be part of any datagram: whole octets of eight, within 65,535."""
    size = len(part.payload)
    if part.more_fragments and (size % 8 or not size):
        return False
    return part.header_bytes + part.fragment_offset + size <= LARGEST_BYTES


def fit(parts: Sequence[IPv4], part: IPv4) -> Fit:
    """Compare a fragment with those that are held, which fit each other (RFC 1858, 5722)."""
    start, end = _span(part)
    for other in parts:
        first, last = _span(other)
        if (first, last) == (start, end) and other.more_fragments == part.more_fragments:
            return Fit.DUPLICATE if other.payload == part.payload else Fit.BROKEN
        if start < last and first < end:
            return Fit.BROKEN
        if (not other.more_fragments and end > last) or (not part.more_fragments and last > end):
            return Fit.BROKEN
    return Fit.NEW


def _span(part: IPv4) -> tuple[int, int]:
    return part.fragment_offset, part.fragment_offset + len(part.payload)


def assemble(parts: Sequence[IPv4]) -> IPv4 | None:
    """The whole datagram of fragments that fit each other, None while something is missing."""
    size = sum(len(part.payload) for part in parts)
    end = next((_span(part)[1] for part in parts if not part.more_fragments), None)
    first = next((part for part in parts if part.fragment_offset == 0), None)
    if size != end or first is None or first.header_bytes + size > LARGEST_BYTES:
        return None
    ordered = sorted(parts, key=lambda part: part.fragment_offset)
    payload = b"".join(part.payload for part in ordered)
    return first._replace(more_fragments=False, fragment_offset=0, payload=payload)
