"""PPP: frames in HDLC-like framing (RFC 1662, without flags and check sequence), the packets of
its control protocols (RFC 1661 section 5) and the options of LCP, IPCP and IPV6CP
(RFC 1661, RFC 1332, RFC 5072)."""

from __future__ import annotations

from enum import IntEnum

from iosemu.values import dataclass

from .base import Reader, WireError, Writer

HEADER_BYTES = 4
_ADDRESS_AND_CONTROL = 0xFF03
_CONTROL_HEADER_BYTES = 4
_OPTION_HEADER_BYTES = 2


class Protocol(IntEnum):
    """Protocol numbers of PPP."""

    IPV4 = 0x0021
    IPV6 = 0x0057
    CDP = 0x0207
    IPCP = 0x8021
    IPV6CP = 0x8057
    CDPCP = 0x8207
    LCP = 0xC021
    PAP = 0xC023
    CHAP = 0xC223


class Code(IntEnum):
    """Codes of control packets (RFC 1661 section 5); those from PROTOCOL_REJECT on are LCP's."""

    CONFIGURE_REQUEST = 1
    CONFIGURE_ACK = 2
    CONFIGURE_NAK = 3
    CONFIGURE_REJECT = 4
    TERMINATE_REQUEST = 5
    TERMINATE_ACK = 6
    CODE_REJECT = 7
    PROTOCOL_REJECT = 8
    ECHO_REQUEST = 9
    ECHO_REPLY = 10
    DISCARD_REQUEST = 11


class LcpOption(IntEnum):
    """Options of LCP (RFC 1661 section 6)."""

    MRU = 1
    AUTHENTICATION = 3
    QUALITY = 4
    MAGIC = 5
    PROTOCOL_COMPRESSION = 7
    ADDRESS_COMPRESSION = 8


class IpcpOption(IntEnum):
    """Options of IPCP (RFC 1332 section 3)."""

    ADDRESSES = 1
    COMPRESSION = 2
    ADDRESS = 3


class Ipv6cpOption(IntEnum):
    """Options of IPV6CP (RFC 5072 section 4)."""

    IDENTIFIER = 1


@dataclass(frozen=True, slots=True)
class Ppp:
    """One frame without its check sequence.  Nothing is compressed."""

    protocol: int
    payload: bytes

    @classmethod
    def parse(cls, data: bytes) -> Ppp:
        r = Reader(data)
        if r.u16() != _ADDRESS_AND_CONTROL:
            raise WireError(0, "address and control are not FF03")
        return cls(r.u16(), r.rest())

    def emit(self) -> bytes:
        return Writer().u16(_ADDRESS_AND_CONTROL).u16(self.protocol).put(self.payload).done()


@dataclass(frozen=True, slots=True)
class Control:
    """One packet of a control protocol; `data` has what follows the length."""

    code: int
    identifier: int
    data: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> Control:
        """What stands behind the stated length is padding."""
        r = Reader(data)
        code, identifier, length = r.u8(), r.u8(), r.u16()
        if length < _CONTROL_HEADER_BYTES:
            raise WireError(2, f"length {length}")
        return cls(code, identifier, r.take(length - _CONTROL_HEADER_BYTES))

    def emit(self) -> bytes:
        length = _CONTROL_HEADER_BYTES + len(self.data)
        return Writer().u8(self.code).u8(self.identifier).u16(length).put(self.data).done()


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a Configure packet; `data` has what follows its length."""

    type: int
    data: bytes = b""

    @classmethod
    def read(cls, r: Reader) -> Option:
        type_, length = r.u8(), r.u8()
        if length < _OPTION_HEADER_BYTES:
            raise WireError(r.offset - 1, f"option length {length}")
        return cls(type_, r.take(length - _OPTION_HEADER_BYTES))


def parse_options(data: bytes) -> tuple[Option, ...]:
    """The options of a Configure packet, in order."""
    return tuple(Reader(data).rest_of(Option.read))


def emit_options(options: tuple[Option, ...]) -> bytes:
    """The data of a Configure packet."""
    w = Writer()
    for option in options:
        w.u8(option.type).u8(_OPTION_HEADER_BYTES + len(option.data)).put(option.data)
    return w.done()
