"""Cisco HDLC and its SLARP, as RFC 1547 section 4.3.1 describes them: frames of serial lines.

A frame has no source and no target: an address that says whether it is for one station or for
many, a zero, and the type of what follows (an EtherType, 0x2000 for CDP, 0x8035 for SLARP).
"""

from __future__ import annotations

from enum import IntEnum

from iosemu.address import IPv4Address
from iosemu.values import dataclass

from .base import Reader, WireError, Writer

SLARP = 0x8035
HEADER_BYTES = 4
RELIABILITY = 0xFFFF
"""Of every keepalive; nothing was ever made of it."""


class Address(IntEnum):
    """First byte of a frame."""

    UNICAST = 0x0F
    MULTICAST = 0x8F


class SlarpType(IntEnum):
    """What a SLARP packet is."""

    REQUEST = 0
    REPLY = 1
    KEEPALIVE = 2


@dataclass(frozen=True, slots=True)
class Hdlc:
    """One frame without its check sequence.  The second byte is always 0."""

    address: int
    protocol: int
    payload: bytes

    @classmethod
    def parse(cls, data: bytes) -> Hdlc:
        r = Reader(data)
        address = r.u8()
        if address not in (Address.UNICAST, Address.MULTICAST):
            raise WireError(0, f"address 0x{address:02x}")
        if r.u8():
            raise WireError(1, "control is not 0")
        return cls(address, r.u16(), r.rest())

    def emit(self) -> bytes:
        return Writer().u8(self.address).u8(0).u16(self.protocol).put(self.payload).done()


@dataclass(frozen=True, slots=True)
class Keepalive:
    """What both ends of a line send all the time.

    sequence: of the sender.  returned: the last one it saw of the other end.  reliability: 0xFFFF.
    uptime_ms: since the sender started, modulo 2**32; a short keepalive has none.
    """

    sequence: int
    returned: int
    reliability: int = RELIABILITY
    uptime_ms: int | None = 0

    def emit(self) -> bytes:
        w = Writer().u32(SlarpType.KEEPALIVE).u32(self.sequence).u32(self.returned)
        w.u16(self.reliability)
        return (w if self.uptime_ms is None else w.u32(self.uptime_ms)).done()


NO_ADDRESS = IPv4Address(0)


@dataclass(frozen=True, slots=True)
class AddressMessage:
    """A request for the address of the other end, or the reply; a request has zeros."""

    type: SlarpType
    address: IPv4Address = NO_ADDRESS
    mask: IPv4Address = NO_ADDRESS
    reliability: int = RELIABILITY

    def emit(self) -> bytes:
        w = Writer().u32(self.type).ipv4(self.address).ipv4(self.mask).u16(self.reliability)
        return w.done()


Slarp = Keepalive | AddressMessage


def parse_slarp(data: bytes) -> Slarp:
    """A SLARP packet; what stands behind it is padding."""
    r = Reader(data)
    match r.u32():
        case SlarpType.KEEPALIVE:
            fixed = (r.u32(), r.u32(), r.u16())
            return Keepalive(*fixed, r.u32() if r.left >= 4 else None)
        case SlarpType.REQUEST | SlarpType.REPLY as type_:
            return AddressMessage(SlarpType(type_), r.ipv4(), r.ipv4(), r.u16())
        case other:
            raise WireError(0, f"SLARP type {other}")
