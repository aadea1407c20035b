"""The TCP segment, RFC 9293 3.1, and its options; a segment keeps them as bytes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, IntFlag
from struct import Struct

from iosemu.address import Address, IPv6Address
from iosemu.values import dataclass

from .base import WireError
from .checksum import checksum, is_correct
from .ipv4 import Protocol
from .ipv6 import pseudo_header

HEADER_BYTES = 20
LARGEST_OPTIONS_BYTES = 40
_FIXED = Struct("!HHIIHHHH")
_PSEUDO = Struct("!IIHH")
_CHECKSUM = 16


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


_SYN, _FIN = int(Flag.SYN), int(Flag.FIN)


class OptionKind(IntEnum):
    """IANA TCP option kinds in use here."""

    END = 0
    NO_OPERATION = 1
    MAXIMUM_SEGMENT_SIZE = 2
    WINDOW_SCALE = 3
    SACK_PERMITTED = 4
    SACK = 5
    TIMESTAMPS = 8
    MD5_SIGNATURE = 19


@dataclass(frozen=True, slots=True)
class TcpOption:
    """One option; `data` is what follows kind and length, empty for a NO_OPERATION."""

    kind: int
    data: bytes = b""


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
    def parse(cls, data: bytes, source: Address, target: Address) -> Tcp:
        """Read what follows an IP header."""
        length = len(data)
        if length < HEADER_BYTES:
            raise WireError(length, "TCP header is cut")
        source_port, target_port, sequence, ack, word, window, _, urgent = _FIXED.unpack_from(data)
        header = (word >> 12) * 4
        if header < HEADER_BYTES or header > length:
            raise WireError(12, f"header length {header}")
        if not is_correct(_pseudo_header(source, target, length) + data):
            raise WireError(_CHECKSUM, "TCP checksum")
        options, payload = data[HEADER_BYTES:header], data[header:]
        flags = word & 0xFFF
        return cls(source_port, target_port, sequence, ack, flags, window, urgent, options, payload)

    @property
    def length(self) -> int:
        """Sequence numbers it takes: its bytes, and one each for SYN and FIN."""
        return len(self.payload) + (self.flags & _SYN != 0) + (self.flags & _FIN != 0)

    def header(self, sum_: int = 0) -> bytes:
        """The 20 bytes before the options, with this checksum."""
        return _FIXED.pack(
            self.source_port,
            self.target_port,
            self.sequence,
            self.acknowledgment,
            HEADER_BYTES + len(self.options) << 10 | self.flags,
            self.window,
            sum_,
            self.urgent,
        )

    def emit(self, source: Address, target: Address) -> bytes:
        rest = self.options + self.payload
        pseudo = _pseudo_header(source, target, HEADER_BYTES + len(rest))
        return self.header(checksum(pseudo + self.header() + rest)) + rest


def parse_options(data: bytes) -> tuple[TcpOption, ...]:
    """The options of a segment up to the end mark; what follows that is padding."""
    found: list[TcpOption] = []
    at = 0
    while at < len(data) and data[at] != OptionKind.END:
        kind = data[at]
        if kind == OptionKind.NO_OPERATION:
            found.append(TcpOption(kind))
            at += 1
            continue
        length = data[at + 1] if at + 1 < len(data) else 0
        if length < 2 or at + length > len(data):
            raise WireError(HEADER_BYTES + at, f"option {kind} of length {length}")
        found.append(TcpOption(kind, data[at + 2 : at + length]))
        at += length
    return tuple(found)


def emit_options(options: Iterable[TcpOption]) -> bytes:
    """Options as a segment carries them, padded with end marks to a multiple of 4 bytes."""
    data = b"".join(
        bytes((option.kind,))
        if option.kind == OptionKind.NO_OPERATION
        else bytes((option.kind, 2 + len(option.data))) + option.data
        for option in options
    )
    return data + bytes(-len(data) % 4)


def maximum_segment_size(options: Iterable[TcpOption]) -> int | None:
    """The MSS option's value; None without one, or if it has a wrong length."""
    for option in options:
        if option.kind == OptionKind.MAXIMUM_SEGMENT_SIZE and len(option.data) == 2:
            return int.from_bytes(option.data, "big")
    return None


def signed_bytes(segment: Tcp, source: Address, target: Address) -> bytes:
    """What an MD5 signature is made over, before the password (RFC 2385 2.0)."""
    length = HEADER_BYTES + len(segment.options) + len(segment.payload)
    return _pseudo_header(source, target, length) + segment.header() + segment.payload


def _pseudo_header(source: Address, target: Address, length: int) -> bytes:
    if isinstance(source, IPv6Address):
        return pseudo_header(source, target, Protocol.TCP, length)
    return _PSEUDO.pack(source, target, Protocol.TCP, length)
