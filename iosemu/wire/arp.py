"""Address Resolution Protocol for IPv4 over Ethernet, RFC 826."""

from __future__ import annotations

from enum import IntEnum

from iosemu.address import IPv4Address, MacAddress
from iosemu.values import dataclass

from .base import Reader, WireError, Writer

_KIND = b"\x00\x01\x08\x00\x06\x04"


class Operation(IntEnum):
    """IANA ARP operation codes."""

    REQUEST = 1
    REPLY = 2


@dataclass(frozen=True, slots=True)
class Arp:
    """One message; what follows its 28 bytes is padding of the frame and not kept."""

    operation: int
    sender_mac: MacAddress
    sender: IPv4Address
    target_mac: MacAddress
    target: IPv4Address

    @classmethod
    def parse(cls, data: bytes) -> Arp:
        """Read a message; WireError for other hardware or protocols than Ethernet and IPv4."""
        r = Reader(data)
        if r.take(6) != _KIND:
            raise WireError(0, "not IPv4 over Ethernet")
        return cls(r.u16(), r.mac(), r.ipv4(), r.mac(), r.ipv4())

    def emit(self) -> bytes:
        w = Writer().put(_KIND).u16(self.operation)
        w.mac(self.sender_mac).ipv4(self.sender).mac(self.target_mac).ipv4(self.target)
        return w.done()
