"""The TCP segment, RFC 9293 3.1; options are kept as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from iosemu.address import IPv4Address

from .base import Reader, WireError, Writer
from .checksum import checksum, is_correct
from .ipv4 import Protocol

HEADER_BYTES = 20


class Flag(IntFlag):
    """The control bits, with those of RFC 3168."""

    FIN = 0x01
    SYN = 0x02
    RST = 0x04
    PSH = 0x08
    ACK = 0x10
    URG = 0x20
    ECE = 0x40
    CWR = 0x80


@dataclass(frozen=True, slots=True)
class Tcp:
    """One segment; its checksum needs the addresses of the IP header around it.

    `flags`: 12 bits, the upper four reserved.  `options`: multiple of 4 bytes, at most 40.
    """

    source_port: int
    target_port: int
    sequence: int
    acknowledgment: int
    flags: int
    window: int
    urgent: int
    options: bytes
    payload: bytes

    @classmethod
    def parse(cls, data: bytes, source: IPv4Address, target: IPv4Address) -> Tcp:
        """Read what follows an IP header."""
        r = Reader(data)
        ports_and_numbers = r.u16(), r.u16(), r.u32(), r.u32()
        word, window, _, urgent = r.u16(), r.u16(), r.u16(), r.u16()
        header = (word >> 12) * 4
        if header < HEADER_BYTES or header > len(data):
            raise WireError(12, f"header length {header}")
        if not is_correct(_pseudo_header(source, target, len(data)) + data):
            raise WireError(16, "TCP checksum")
        options = r.take(header - HEADER_BYTES)
        return cls(*ports_and_numbers, word & 0xFFF, window, urgent, options, r.rest())

    @property
    def length(self) -> int:
        """Sequence numbers it takes: its bytes, and one each for SYN and FIN."""
        return len(self.payload) + bool(self.flags & Flag.SYN) + bool(self.flags & Flag.FIN)

    def emit(self, source: IPv4Address, target: IPv4Address) -> bytes:
        words = (HEADER_BYTES + len(self.options)) // 4
        w = Writer().u16(self.source_port).u16(self.target_port)
        w.u32(self.sequence).u32(self.acknowledgment).u16(words << 12 | self.flags)
        w.u16(self.window).u16(0).u16(self.urgent).put(self.options).put(self.payload)
        data = w.done()
        return w.patch_u16(16, checksum(_pseudo_header(source, target, len(data)) + data)).done()


def _pseudo_header(source: IPv4Address, target: IPv4Address, length: int) -> bytes:
    return Writer().ipv4(source).ipv4(target).u16(Protocol.TCP).u16(length).done()
