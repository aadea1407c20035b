"""The IPv4 header, RFC 791."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import NamedTuple

from iosemu.address import IPv4Address

from .base import WireError

HEADER_BYTES = 20
LARGEST_BYTES = 0xFFFF
_FIXED = Struct("!BBHHHBBHII")
_PLAIN = 0x45
_DONT_FRAGMENT = 0x4000
_MORE_FRAGMENTS = 0x2000


class Protocol(IntEnum):
    """IANA protocol numbers in use here."""

    ICMP = 1
    IGMP = 2
    TCP = 6
    UDP = 17
    GRE = 47
    ESP = 50
    EIGRP = 88
    OSPF = 89
    PIM = 103


class IPv4(NamedTuple):
    """A datagram or fragment.  A tuple, because one is made for every packet that is looked at.

    `fragment_offset` in bytes, multiple of 8.  `options`: multiple of 4 bytes, at most 40, padded
    by who built them.  `reserved_flag` is the bit RFC 791 wants zero; it survives.
    """

    tos: int
    identification: int
    reserved_flag: bool
    dont_fragment: bool
    more_fragments: bool
    fragment_offset: int
    ttl: int
    protocol: int
    source: IPv4Address
    target: IPv4Address
    options: bytes
    payload: bytes

    @classmethod
    def parse(cls, data: bytes) -> IPv4:
        """Read a datagram; bytes after its total length (padding) are ignored."""
        if len(data) < HEADER_BYTES:
            raise WireError(len(data), "IPv4 header is cut")
        first, tos, total, ident, fragment, ttl, protocol, _, source, target = _FIXED.unpack_from(
            data
        )
        header = HEADER_BYTES if first == _PLAIN else (first & 15) * 4
        if first >> 4 != 4:
            raise WireError(0, f"version {first >> 4}, not 4")
        if header < HEADER_BYTES or header > len(data):
            raise WireError(0, f"header length {header}")
        if total < header or total > len(data):
            raise WireError(2, f"total length {total} of {len(data)} bytes")
        if int.from_bytes(data[:header], "big") % 0xFFFF:
            raise WireError(10, "header checksum")
        return cls(
            tos,
            ident,
            fragment & 0x8000 != 0,
            fragment & _DONT_FRAGMENT != 0,
            fragment & _MORE_FRAGMENTS != 0,
            (fragment & 0x1FFF) * 8,
            ttl,
            protocol,
            IPv4Address(source),
            IPv4Address(target),
            data[HEADER_BYTES:header],
            data[header:total],
        )

    @property
    def header_bytes(self) -> int:
        return HEADER_BYTES + len(self.options)

    @property
    def total_bytes(self) -> int:
        return HEADER_BYTES + len(self.options) + len(self.payload)

    @property
    def is_fragment(self) -> bool:
        """Part of a datagram that was cut, first part or not."""
        return self.more_fragments or self.fragment_offset > 0

    def header(self) -> bytes:
        """The header with its checksum."""
        fragment = (
            self.reserved_flag << 15
            | self.dont_fragment << 14
            | self.more_fragments << 13
            | self.fragment_offset >> 3
        )
        options = self.options
        length = HEADER_BYTES + len(options)
        bare = _FIXED.pack(
            0x40 + (length >> 2),
            self.tos,
            length + len(self.payload),
            self.identification,
            fragment,
            self.ttl,
            self.protocol,
            0,
            self.source,
            self.target,
        )
        value = int.from_bytes(bare + options, "big")
        # As a header is never all zeros, a remainder of zero is a sum of all ones.
        value += 0xFFFF - (value % 0xFFFF or 0xFFFF) << 8 * length - 96
        return value.to_bytes(length, "big")

    def emit(self) -> bytes:
        return self.header() + self.payload


def datagram(
    source: IPv4Address,
    target: IPv4Address,
    protocol: int,
    payload: bytes,
    *,
    ttl: int = 255,
    tos: int = 0,
    identification: int = 0,
    dont_fragment: bool = False,
) -> IPv4:
    """A whole datagram without options."""
    flags = (False, dont_fragment, False, 0)
    return IPv4(tos, identification, *flags, ttl, protocol, source, target, b"", payload)
