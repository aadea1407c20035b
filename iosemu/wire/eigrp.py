"""Enhanced Interior Gateway Routing Protocol, RFC 7868: what follows the IP header (protocol 88).

A packet is a fixed header and type-length-value fields in the order of the wire.  The fields that
carry routes are in `eigrp_route`.  A field of an unknown type is kept as bytes and comes back
unchanged; so does one of a known type whose content this release does not understand.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, IntFlag
from functools import lru_cache
from struct import Struct
from typing import TypeVar

from iosemu.address import IPv4Address
from iosemu.values import dataclass

from .base import Reader, WireError, Writer
from .checksum import checksum, is_correct
from .eigrp_route import ClassicRoute, RouteType, WideRoute

PROTOCOL = 88
VERSION = 2
GROUP = IPv4Address.parse("224.0.0.10")
HEADER_BYTES = 20
CHECKSUM_OFFSET = 2
_TLV_HEADER_BYTES = 4
_REMEMBERED = 1 << 14
"""Fields kept as bytes and as values: a route passes a router in the same bytes many times."""
_HEADER = Struct(">BBHIIIHH")
_DIGEST_BYTES = {2: 16, 3: 32}


class Opcode(IntEnum):
    """What a packet is, RFC 7868 6.5."""

    UPDATE = 1
    REQUEST = 2
    QUERY = 3
    REPLY = 4
    HELLO = 5
    SIA_QUERY = 10
    SIA_REPLY = 11


class Flag(IntFlag):
    """Flags of the header, RFC 7868 6.5."""

    INIT = 0x1
    CR = 0x2
    """Conditional receive."""
    RS = 0x4
    """The sender restarted and kept forwarding."""
    EOT = 0x8
    """End of the table."""


class Type(IntEnum):
    """Types of fields that are no routes, RFC 7868 6.7."""

    PARAMETERS = 0x0001
    AUTHENTICATION = 0x0002
    SEQUENCE = 0x0003
    SOFTWARE_VERSION = 0x0004
    NEXT_MULTICAST_SEQUENCE = 0x0005
    STUB = 0x0006
    PEER_TERMINATION = 0x0007
    TID_LIST = 0x00F5


class Digest(IntEnum):
    """How a packet is authenticated."""

    MD5 = 2
    SHA256 = 3


class StubFlag(IntFlag):
    """What a stub router advertises."""

    CONNECTED = 0x01
    STATIC = 0x02
    SUMMARY = 0x04
    REDISTRIBUTED = 0x08
    LEAK_MAP = 0x10
    RECEIVE_ONLY = 0x20


@dataclass(frozen=True, slots=True)
class Parameters:
    """K values 1 to 6 and how long the neighbor may hold this hello."""

    k: tuple[int, int, int, int, int, int]
    hold_s: int

    type = Type.PARAMETERS

    @classmethod
    def parse(cls, r: Reader) -> Parameters:
        k = (r.u8(), r.u8(), r.u8(), r.u8(), r.u8(), r.u8())
        return cls(k, r.u16())

    def emit(self, w: Writer) -> None:
        for value in self.k:
            w.u8(value)
        w.u16(self.hold_s)

    @property
    def is_goodbye(self) -> bool:
        """All of K1 to K5 at their maximum: the sender leaves (RFC 7868 5.3.3)."""
        return self.k[:5] == (255,) * 5


@dataclass(frozen=True, slots=True)
class Authentication:
    """digest: 16 bytes (MD5) or 32 (HMAC-SHA-256); how it is made is the protocol's business."""

    kind: Digest
    key_id: int
    key_sequence: int
    digest: bytes

    type = Type.AUTHENTICATION

    @classmethod
    def parse(cls, r: Reader) -> Authentication:
        kind, length = r.u16(), r.u16()
        if _DIGEST_BYTES.get(kind) != length:
            raise WireError(r.offset - 4, f"digest of kind {kind} and {length} bytes")
        key_id, key_sequence = r.u32(), r.u32()
        if any(r.take(8)):
            raise WireError(r.offset - 8, "padding that is not zero")
        return cls(Digest(kind), key_id, key_sequence, r.take(length))

    def emit(self, w: Writer) -> None:
        w.u16(self.kind).u16(_DIGEST_BYTES[self.kind]).u32(self.key_id).u32(self.key_sequence)
        w.put(bytes(8)).put(self.digest)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Neighbors that shall not take the next multicast packet."""

    addresses: tuple[IPv4Address, ...]

    type = Type.SEQUENCE

    @classmethod
    def parse(cls, r: Reader) -> Sequence:
        return cls(tuple(r.rest_of(_sized_address)))

    def emit(self, w: Writer) -> None:
        for address in self.addresses:
            w.u8(4).ipv4(address)


def _sized_address(r: Reader) -> IPv4Address:
    if r.u8() != 4:
        raise WireError(r.offset - 1, "address that is not of 4 bytes")
    return r.ipv4()


@dataclass(frozen=True, slots=True)
class SoftwareVersion:
    """(major, minor) of the EIGRP release and of the format of its route fields."""

    release: tuple[int, int]
    tlv: tuple[int, int]

    type = Type.SOFTWARE_VERSION

    @classmethod
    def parse(cls, r: Reader) -> SoftwareVersion:
        return cls((r.u8(), r.u8()), (r.u8(), r.u8()))

    def emit(self, w: Writer) -> None:
        for number in (*self.release, *self.tlv):
            w.u8(number)


@dataclass(frozen=True, slots=True)
class NextMulticastSequence:
    """Sequence number of the multicast packet that a `Sequence` is about."""

    number: int

    type = Type.NEXT_MULTICAST_SEQUENCE

    @classmethod
    def parse(cls, r: Reader) -> NextMulticastSequence:
        return cls(r.u32())

    def emit(self, w: Writer) -> None:
        w.u32(self.number)


@dataclass(frozen=True, slots=True)
class Stub:
    """The sender is a stub; it is never queried."""

    flags: StubFlag

    type = Type.STUB

    @classmethod
    def parse(cls, r: Reader) -> Stub:
        return cls(StubFlag(r.u16()))

    def emit(self, w: Writer) -> None:
        w.u16(self.flags)


@dataclass(frozen=True, slots=True)
class PeerTermination:
    """The sender ends the adjacency with this neighbor alone."""

    neighbor: IPv4Address

    type = Type.PEER_TERMINATION

    @classmethod
    def parse(cls, r: Reader) -> PeerTermination:
        return cls(_sized_address(r))

    def emit(self, w: Writer) -> None:
        w.u8(4).ipv4(self.neighbor)


@dataclass(frozen=True, slots=True)
class TidList:
    """Topologies the sender takes part in; 0 is the base topology."""

    flags: int
    topologies: tuple[int, ...]

    type = Type.TID_LIST

    @classmethod
    def parse(cls, r: Reader) -> TidList:
        flags, size = r.u16(), r.u16()
        if size != r.left or size & 1:
            raise WireError(r.offset - 2, f"{size} bytes of topologies in {r.left}")
        return cls(flags, tuple(r.rest_of(Reader.u16)))

    def emit(self, w: Writer) -> None:
        w.u16(self.flags).u16(2 * len(self.topologies))
        for topology in self.topologies:
            w.u16(topology)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Any other field, as bytes."""

    type: int
    value: bytes

    def emit(self, w: Writer) -> None:
        w.put(self.value)


Route = ClassicRoute | WideRoute
Tlv = (
    Parameters
    | Authentication
    | Sequence
    | SoftwareVersion
    | NextMulticastSequence
    | Stub
    | PeerTermination
    | TidList
    | Route
    | Unknown
)
T = TypeVar("T", bound=Tlv)

_PARSERS: dict[int, Callable[[Reader], Tlv]] = {
    Type.PARAMETERS: Parameters.parse,
    Type.AUTHENTICATION: Authentication.parse,
    Type.SEQUENCE: Sequence.parse,
    Type.SOFTWARE_VERSION: SoftwareVersion.parse,
    Type.NEXT_MULTICAST_SEQUENCE: NextMulticastSequence.parse,
    Type.STUB: Stub.parse,
    Type.PEER_TERMINATION: PeerTermination.parse,
    Type.TID_LIST: TidList.parse,
    RouteType.INTERNAL: ClassicRoute.parse_internal,
    RouteType.EXTERNAL: ClassicRoute.parse_external,
    RouteType.WIDE_INTERNAL: WideRoute.parse_internal,
    RouteType.WIDE_EXTERNAL: WideRoute.parse_external,
}


@dataclass(frozen=True, slots=True)
class Eigrp:
    """One packet.  `sequence` 0: not to be acknowledged; `acknowledgment` 0: of nothing."""

    opcode: int
    flags: Flag
    sequence: int
    acknowledgment: int
    router: int
    """Virtual router number: 0 unicast, 1 multicast, as RFC 7868 6.5 gives them."""
    autonomous_system: int
    tlvs: tuple[Tlv, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> Eigrp:
        """Read a packet; WireError at CHECKSUM_OFFSET for a wrong checksum."""
        if len(data) < HEADER_BYTES:
            raise WireError(0, f"{len(data)} bytes of a header")
        version, opcode, _, flags, sequence, acknowledgment, router, number = _HEADER.unpack_from(
            data
        )
        if version != VERSION:
            raise WireError(0, f"version {version}")
        if not is_correct(data):
            raise WireError(CHECKSUM_OFFSET, "wrong checksum")
        at = HEADER_BYTES
        return cls(
            opcode, flag_of(flags), sequence, acknowledgment, router, number, _fields(data, at)
        )

    def emit(self) -> bytes:
        """The packet with its checksum."""
        header = _HEADER.pack(
            VERSION,
            self.opcode,
            0,
            self.flags,
            self.sequence,
            self.acknowledgment,
            self.router,
            self.autonomous_system,
        )
        data = b"".join((header, *map(_field_bytes, self.tlvs)))
        return data[:CHECKSUM_OFFSET] + checksum(data).to_bytes(2, "big") + data[4:]

    @property
    def is_acknowledgment(self) -> bool:
        """A hello that only acknowledges (RFC 7868 5.3.2)."""
        return self.opcode == Opcode.HELLO and self.acknowledgment != 0

    def field(self, kind: type[T]) -> T | None:
        """The first field of a kind."""
        return next((tlv for tlv in self.tlvs if isinstance(tlv, kind)), None)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The fields that carry routes, in order."""
        return tuple(tlv for tlv in self.tlvs if isinstance(tlv, ClassicRoute | WideRoute))


@lru_cache(maxsize=64)
def flag_of(value: int) -> Flag:
    """The flags of a header; IntFlag takes its time."""
    return Flag(value)


def _fields(data: bytes, at: int) -> tuple[Tlv, ...]:
    """All fields from an offset on.  What can be read was often read before."""
    found: list[Tlv] = []
    end = len(data)
    while at < end:
        length = data[at + 2] << 8 | data[at + 3] if at + 4 <= end else 0
        if length < _TLV_HEADER_BYTES or at + length > end:
            raise WireError(at, f"field of {length} bytes, {end - at} left")
        try:
            found.append(_known_field(data[at : at + length]))
        except WireError as error:
            raise WireError(at + error.offset, error.reason) from None
        at += length
    return tuple(found)


@lru_cache(maxsize=_REMEMBERED)
def _known_field(data: bytes) -> Tlv:
    """One field with its header."""
    body = Reader(data, _TLV_HEADER_BYTES)
    type_ = data[0] << 8 | data[1]
    parser = _PARSERS.get(type_)
    if parser is None:
        return Unknown(type_, body.rest())
    tlv = parser(body)
    body.finish()
    return tlv


@lru_cache(maxsize=_REMEMBERED)
def _field_bytes(tlv: Tlv) -> bytes:
    """The same the other way."""
    w = Writer().u16(tlv.type).u16(0)
    tlv.emit(w)
    return w.patch_u16(2, len(w)).done()
