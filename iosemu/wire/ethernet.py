"""Ethernet II, 802.1Q and 802.3 with LLC/SNAP framing, without frame check sequence."""

from __future__ import annotations

from enum import IntEnum

from iosemu.address import MacAddress
from iosemu.values import dataclass

from .base import Reader, WireError, Writer

MINIMUM_BYTES = 60
HEADER_BYTES = 14
_LARGEST_LENGTH = 1500
_SMALLEST_TYPE = 0x0600
_SNAP = b"\xaa\xaa\x03"


class EtherType(IntEnum):
    """IEEE 802 EtherType numbers."""

    IPV4 = 0x0800
    ARP = 0x0806
    DOT1Q = 0x8100
    IPV6 = 0x86DD
    MPLS = 0x8847
    LOOPBACK = 0x9000


@dataclass(frozen=True, slots=True)
class Tag:
    """An 802.1Q tag; priority 0..7, vlan 0..4095 (0: priority only)."""

    priority: int
    drop_eligible: bool
    vlan: int

    @classmethod
    def of(cls, control: int) -> Tag:
        """From the 16 bits after the tag's type."""
        return cls(control >> 13, bool(control >> 12 & 1), control & 0xFFF)

    @property
    def control(self) -> int:
        """The 16 bits after the tag's type."""
        return self.priority << 13 | self.drop_eligible << 12 | self.vlan


@dataclass(frozen=True, slots=True)
class Ethernet:
    """An Ethernet II frame, tagged or not.

    `payload` keeps the padding of a short frame: only the next layer knows its own length.
    `emit` does not pad; `padded` does.
    """

    target: MacAddress
    source: MacAddress
    tags: tuple[Tag, ...]
    type: int
    payload: bytes

    @classmethod
    def parse(cls, data: bytes) -> Ethernet:
        """Read an Ethernet II frame; WireError for an 802.3 length (see `Snap`)."""
        r = Reader(data)
        target, source = r.mac(), r.mac()
        tags: list[Tag] = []
        while (type_ := r.u16()) == EtherType.DOT1Q:
            tags.append(Tag.of(r.u16()))
        if type_ < _SMALLEST_TYPE:
            raise WireError(r.offset - 2, f"0x{type_:04x} is a length, not a type")
        return cls(target, source, tuple(tags), type_, r.rest())

    def emit(self) -> bytes:
        """The frame without padding."""
        w = Writer().mac(self.target).mac(self.source)
        for tag in self.tags:
            w.u16(EtherType.DOT1Q).u16(tag.control)
        return w.u16(self.type).put(self.payload).done()


@dataclass(frozen=True, slots=True)
class Snap:
    """An 802.3 frame with an LLC/SNAP header (CDP).  Padding is cut by the length field."""

    target: MacAddress
    source: MacAddress
    organization: int
    protocol: int
    payload: bytes

    @classmethod
    def parse(cls, data: bytes) -> Snap:
        """Read an 802.3 frame; WireError if it is no SNAP."""
        r = Reader(data)
        target, source = r.mac(), r.mac()
        length = r.u16()
        if length > _LARGEST_LENGTH:
            raise WireError(12, f"0x{length:04x} is no 802.3 length")
        body = r.part(length)
        if body.take(3) != _SNAP:
            raise WireError(14, "no SNAP header")
        return cls(target, source, body.u24(), body.u16(), body.rest())

    def emit(self) -> bytes:
        """The frame without padding; the payload must fit an 802.3 length."""
        w = Writer().mac(self.target).mac(self.source).u16(8 + len(self.payload))
        return w.put(_SNAP).u24(self.organization).u16(self.protocol).put(self.payload).done()


def padded(frame: bytes) -> bytes:
    """The frame with zeros up to the smallest length on the wire, 60 bytes without FCS."""
    return frame if len(frame) >= MINIMUM_BYTES else frame.ljust(MINIMUM_BYTES, b"\0")


def multicast_mac(group: int) -> MacAddress:
    """The group address an IPv4 multicast group is sent to (RFC 1112 6.4)."""
    return MacAddress(0x01005E000000 | group & 0x7FFFFF)
