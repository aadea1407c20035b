"""User Datagram Protocol, RFC 768."""

from __future__ import annotations

from iosemu.address import Address, IPv6Address
from iosemu.values import dataclass

from .base import Reader, WireError, Writer
from .checksum import checksum, is_correct
from .ipv4 import Protocol
from .ipv6 import pseudo_header

HEADER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Udp:
    """A UDP datagram; its checksum needs the addresses of the IP header around it."""

    source_port: int
    target_port: int
    payload: bytes

    @classmethod
    def parse(cls, data: bytes, source: Address, target: Address) -> Udp:
        """Read what follows an IP header; a checksum of zero means that there is none."""
        r = Reader(data)
        ports = r.u16(), r.u16()
        length, sum_ = r.u16(), r.u16()
        if length < HEADER_BYTES or length > len(data):
            raise WireError(4, f"length {length} of {len(data)} bytes")
        if sum_ and not is_correct(_pseudo_header(source, target, length) + data[:length]):
            raise WireError(6, "UDP checksum")
        return cls(*ports, data[HEADER_BYTES:length])

    def emit(self, source: Address, target: Address) -> bytes:
        length = HEADER_BYTES + len(self.payload)
        w = Writer().u16(self.source_port).u16(self.target_port).u16(length).u16(0)
        data = w.put(self.payload).done()
        # A computed zero goes out as all ones: zero says that there is no checksum.
        sum_ = checksum(_pseudo_header(source, target, length) + data) or 0xFFFF
        return w.patch_u16(6, sum_).done()


def _pseudo_header(source: Address, target: Address, length: int) -> bytes:
    if isinstance(source, IPv6Address) or isinstance(target, IPv6Address):
        return pseudo_header(source, target, Protocol.UDP, length)
    return Writer().ipv4(source).ipv4(target).u16(Protocol.UDP).u16(length).done()
