"""The IPv6 header and the headers that may follow it, RFC 8200."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import NamedTuple

from iosemu.address import IPv6Address

from .base import WireError

HEADER_BYTES = 40
FRAGMENT_BYTES = 8
LARGEST_PAYLOAD = 0xFFFF
MINIMUM_MTU = 1280
_FIXED = Struct("!IHBB16s16s")
_VERSION = 6


class NextHeader(IntEnum):
    """IANA protocol numbers in use here; the first four are headers of IPv6 itself."""

    HOP_BY_HOP = 0
    ROUTING = 43
    FRAGMENT = 44
    DESTINATION = 60
    TCP = 6
    UDP = 17
    ICMPV6 = 58
    NONE = 59
    EIGRP = 88
    OSPF = 89


_OPTIONS = (NextHeader.HOP_BY_HOP, NextHeader.DESTINATION)


class IPv6(NamedTuple):
    """A packet.  `payload` starts with the header that `next_header` names, an extension or not."""

    traffic_class: int
    flow_label: int
    next_header: int
    hop_limit: int
    source: IPv6Address
    target: IPv6Address
    payload: bytes

    @classmethod
    def parse(cls, data: bytes) -> IPv6:
        """Read a packet; bytes after its payload (padding) are ignored."""
        if len(data) < HEADER_BYTES:
            raise WireError(len(data), "IPv6 header is cut")
        first, length, next_header, hop_limit, source, target = _FIXED.unpack_from(data)
        if first >> 28 != _VERSION:
            raise WireError(0, f"version {first >> 28}, not 6")
        if HEADER_BYTES + length > len(data):
            raise WireError(4, f"payload length {length} of {len(data) - HEADER_BYTES} bytes")
        return cls(
            first >> 20 & 0xFF,
            first & 0xFFFFF,
            next_header,
            hop_limit,
            IPv6Address.from_bytes(source, "big"),
            IPv6Address.from_bytes(target, "big"),
            data[HEADER_BYTES : HEADER_BYTES + length],
        )

    @property
    def total_bytes(self) -> int:
        return HEADER_BYTES + len(self.payload)

    def emit(self) -> bytes:
        first = _VERSION << 28 | self.traffic_class << 20 | self.flow_label
        source, target = self.source.packed, self.target.packed
        fixed = (len(self.payload), self.next_header, self.hop_limit, source, target)
        return _FIXED.pack(first, *fixed) + self.payload


class Fragment(NamedTuple):
    """A fragment header.  `offset` in bytes, multiple of 8, of the part behind it."""

    next_header: int
    offset: int
    more: bool
    identification: int

    @classmethod
    def parse(cls, data: bytes) -> Fragment:
        """Read the first 8 bytes; reserved bits are ignored."""
        if len(data) < FRAGMENT_BYTES:
            raise WireError(len(data), "fragment header is cut")
        offset = data[2] << 8 | data[3]
        identification = int.from_bytes(data[4:8], "big")
        return cls(data[0], offset & 0xFFF8, bool(offset & 1), identification)

    def emit(self) -> bytes:
        offset = self.offset | self.more
        return (
            bytes((self.next_header, 0))
            + offset.to_bytes(2, "big")
            + self.identification.to_bytes(4, "big")
        )


class Upper(NamedTuple):
    """What a packet carries behind its extension headers.

    protocol: of `payload`, which begins `offset` bytes into the packet's own payload.  pointer:
    where in the packet the byte is that named it.  fragment: None in a whole packet.
    """

    protocol: int
    payload: bytes
    offset: int
    pointer: int
    fragment: Fragment | None = None


class OptionError(WireError):
    """An option that its type tells to report; `code` of a parameter problem (RFC 8200 4.2)."""

    def __init__(self, offset: int, code: int, *, for_groups: bool) -> None:
        super().__init__(offset, "option or routing header not understood")
        self.code = code
        self.for_groups = for_groups
        """Whether it is reported even of a packet to a group."""


UNKNOWN_OPTION = 2
BAD_FIELD = 0


def upper(packet: IPv6) -> Upper:
    """Walk the extension headers, up to a fragment header; WireError where one is cut or bad.

    Offsets of errors count from the start of the packet, as a parameter problem wants them.
    """
    kind, data, at, pointer = packet.next_header, packet.payload, 0, 6
    while kind in (NextHeader.HOP_BY_HOP, NextHeader.ROUTING, NextHeader.DESTINATION):
        if kind == NextHeader.HOP_BY_HOP and at:
            raise OptionError(HEADER_BYTES + at - 1, 1, for_groups=False)
        if len(data) - at < 8 or len(data) - at < (size := 8 + data[at + 1] * 8):
            raise WireError(HEADER_BYTES + at, "extension header is cut")
        if kind in _OPTIONS:
            _check_options(data, at + 2, at + size)
        elif data[at + 3]:
            # Segments left of a type that is not known here (type 0 is deprecated: RFC 5095).
            raise OptionError(HEADER_BYTES + at + 2, BAD_FIELD, for_groups=False)
        kind, pointer, at = data[at], HEADER_BYTES + at, at + size
    if kind == NextHeader.FRAGMENT:
        fragment = Fragment.parse(data[at:])
        behind = at + FRAGMENT_BYTES
        return Upper(fragment.next_header, data[behind:], behind, HEADER_BYTES + at, fragment)
    return Upper(kind, data[at:], at, pointer)


def _check_options(data: bytes, at: int, end: int) -> None:
    """What to do with options nobody knows is in the first two bits of their type."""
    while at < end:
        kind = data[at]
        if kind == 0:
            at += 1
            continue
        if at + 2 > end or at + 2 + data[at + 1] > end:
            raise WireError(HEADER_BYTES + at, "option is cut")
        action = kind >> 6
        if kind != 1 and action == 1:
            raise WireError(HEADER_BYTES + at, "option not understood")
        if kind != 1 and action > 1:
            raise OptionError(HEADER_BYTES + at, UNKNOWN_OPTION, for_groups=action == 2)
        at += 2 + data[at + 1]


def pseudo_header(source: int, target: int, protocol: int, length: int) -> bytes:
    """What a checksum of an upper protocol covers besides its own bytes (RFC 8200 8.1)."""
    addresses = source << 128 | target
    return (addresses << 64 | length << 32 | protocol).to_bytes(40, "big")


def packet(
    source: IPv6Address,
    target: IPv6Address,
    protocol: int,
    payload: bytes,
    *,
    hop_limit: int = 64,
    traffic_class: int = 0,
) -> IPv6:
    """A whole packet without extension headers."""
    return IPv6(traffic_class, 0, protocol, hop_limit, source, target, payload)
