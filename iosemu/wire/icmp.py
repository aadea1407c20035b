"""Internet Control Message Protocol: RFC 792, next-hop MTU of RFC 1191.

Messages of other types are `Other` and keep their bytes.
"""

from __future__ import annotations

from enum import IntEnum

from iosemu.address import IPv4Address
from iosemu.values import dataclass

from .base import Reader, WireError, Writer
from .checksum import checksum, is_correct


class Type(IntEnum):
    """IANA ICMP types."""

    ECHO_REPLY = 0
    UNREACHABLE = 3
    SOURCE_QUENCH = 4
    REDIRECT = 5
    ECHO = 8
    TIME_EXCEEDED = 11
    PARAMETER_PROBLEM = 12
    TIMESTAMP = 13
    TIMESTAMP_REPLY = 14
    INFORMATION = 15
    INFORMATION_REPLY = 16
    MASK = 17
    MASK_REPLY = 18


class Unreachable(IntEnum):
    """Codes of destination unreachable."""

    NETWORK = 0
    HOST = 1
    PROTOCOL = 2
    PORT = 3
    FRAGMENTATION_NEEDED = 4
    SOURCE_ROUTE_FAILED = 5
    NETWORK_PROHIBITED = 9
    HOST_PROHIBITED = 10
    PROHIBITED = 13


class TimeExceeded(IntEnum):
    """Codes of time exceeded."""

    TRANSIT = 0
    REASSEMBLY = 1


class RedirectCode(IntEnum):
    """Codes of redirect."""

    NETWORK = 0
    HOST = 1


@dataclass(frozen=True, slots=True)
class Echo:
    """Echo request or reply."""

    is_reply: bool
    identifier: int
    sequence: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Error:
    """Unreachable, quench, redirect, time exceeded or parameter problem.

    `rest` is the 32-bit word after the checksum, whose meaning depends on the type; `quoted` the
    IP header and first bytes of the datagram it is about.
    """

    type: int
    code: int
    rest: int
    quoted: bytes

    @property
    def mtu_bytes(self) -> int:
        """Next-hop MTU of fragmentation needed; 0 if not given."""
        return self.rest & 0xFFFF

    @property
    def gateway(self) -> IPv4Address:
        """The better router a redirect names."""
        return IPv4Address(self.rest)


@dataclass(frozen=True, slots=True)
class Other:
    """Any other message; `body` follows the checksum."""

    type: int
    code: int
    body: bytes


Icmp = Echo | Error | Other
ERRORS = frozenset(
    (
        Type.UNREACHABLE,
        Type.SOURCE_QUENCH,
        Type.REDIRECT,
        Type.TIME_EXCEEDED,
        Type.PARAMETER_PROBLEM,
    )
)
"""Types that report a fault: no error is sent about them (RFC 1122 3.2.2)."""


def parse(data: bytes) -> Icmp:
    """Read what follows an IP header; WireError on a wrong checksum or a cut message."""
    r = Reader(data)
    type_, code, _ = r.u8(), r.u8(), r.u16()
    if not is_correct(data):
        raise WireError(2, "ICMP checksum")
    if type_ in (Type.ECHO, Type.ECHO_REPLY) and code == 0:
        return Echo(type_ == Type.ECHO_REPLY, r.u16(), r.u16(), r.rest())
    if type_ in ERRORS:
        return Error(type_, code, r.u32(), r.rest())
    return Other(type_, code, r.rest())


def emit(message: Icmp) -> bytes:
    """The message with its checksum."""
    w = Writer()
    match message:
        case Echo():
            w.u8(Type.ECHO_REPLY if message.is_reply else Type.ECHO).u8(0).u16(0)
            w.u16(message.identifier).u16(message.sequence).put(message.data)
        case Error():
            w.u8(message.type).u8(message.code).u16(0).u32(message.rest).put(message.quoted)
        case Other():
            w.u8(message.type).u8(message.code).u16(0).put(message.body)
    return w.patch_u16(2, checksum(w.done())).done()
