"""Cisco Discovery Protocol, versions 1 and 2: what follows the SNAP header 00000C 2000.

The layout is Cisco's own; field names follow the dissectors of tshark and scapy.  What a packet
carries is a list of type-length-value fields, kept in the order of the wire.  One of an unknown
type is kept as bytes and comes back unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum, IntFlag
from typing import TypeVar

from iosemu.address import IPv4Address, IPv4Prefix, MacAddress
from iosemu.values import dataclass

from .base import Reader, WireError, Writer
from .checksum import checksum

ORGANIZATION = 0x00000C
PROTOCOL = 0x2000
GROUP = MacAddress(0x01000CCCCCCC)
"""Where packets are sent to; a switch that does not speak CDP floods it."""
HEADER_BYTES = 4
CHECKSUM_OFFSET = 2
_TLV_HEADER_BYTES = 4
_IPV4 = (1, b"\xcc")
"""Kind and number of IPv4 in an address: NLPID 0xCC."""


class Type(IntEnum):
    """Types of fields."""

    DEVICE_ID = 0x01
    ADDRESSES = 0x02
    PORT_ID = 0x03
    CAPABILITIES = 0x04
    VERSION = 0x05
    PLATFORM = 0x06
    IP_PREFIXES = 0x07
    PROTOCOL_HELLO = 0x08
    VTP_DOMAIN = 0x09
    NATIVE_VLAN = 0x0A
    DUPLEX = 0x0B
    VOIP_VLAN_REPLY = 0x0E
    VOIP_VLAN_QUERY = 0x0F
    POWER_CONSUMPTION = 0x10
    MTU = 0x11
    TRUST_BITMAP = 0x12
    UNTRUSTED_COS = 0x13
    SYSTEM_NAME = 0x14
    SYSTEM_OBJECT_ID = 0x15
    MANAGEMENT_ADDRESSES = 0x16
    LOCATION = 0x17
    EXTERNAL_PORT_ID = 0x18
    POWER_REQUESTED = 0x19
    POWER_AVAILABLE = 0x1A


class Capability(IntFlag):
    """What a device can do."""

    ROUTER = 0x01
    TRANS_BRIDGE = 0x02
    SOURCE_ROUTE_BRIDGE = 0x04
    SWITCH = 0x08
    HOST = 0x10
    IGMP = 0x20
    REPEATER = 0x40
    PHONE = 0x80
    REMOTE = 0x100
    CVTA = 0x200
    MAC_RELAY = 0x400


@dataclass(frozen=True, slots=True)
class Address:
    """A network address.  `kind` 1: `protocol` is an NLPID, 2: an 802.2 header."""

    kind: int
    protocol: bytes
    address: bytes

    @classmethod
    def of(cls, address: IPv4Address) -> Address:
        """An IPv4 address."""
        return cls(*_IPV4, address.packed)

    @property
    def ipv4(self) -> IPv4Address | None:
        """The IPv4 address, if it is one."""
        if (self.kind, self.protocol) != _IPV4 or len(self.address) != 4:
            return None
        return IPv4Address(int.from_bytes(self.address, "big"))

    @classmethod
    def parse(cls, r: Reader) -> Address:
        kind = r.u8()
        protocol = r.take(r.u8())
        return cls(kind, protocol, r.take(r.u16()))

    def emit(self, w: Writer) -> None:
        w.u8(self.kind).u8(len(self.protocol)).put(self.protocol)
        w.u16(len(self.address)).put(self.address)


@dataclass(frozen=True, slots=True)
class Text:
    """A field of characters: DEVICE_ID, PORT_ID, VERSION, PLATFORM, VTP_DOMAIN or SYSTEM_NAME."""

    type: int
    text: str

    @classmethod
    def parse(cls, type_: int, r: Reader) -> Text:
        return cls(type_, r.rest().decode("latin-1"))

    def emit(self, w: Writer) -> None:
        w.put(self.text.encode("latin-1", "replace"))


@dataclass(frozen=True, slots=True)
class Number:
    """A field of one number: CAPABILITIES and MTU (4 bytes), NATIVE_VLAN (2), DUPLEX (1: 0 half,
    1 full), TRUST_BITMAP and UNTRUSTED_COS (1)."""

    type: int
    value: int

    @classmethod
    def parse(cls, type_: int, r: Reader) -> Number:
        return cls(type_, r.number(_NUMBER_BYTES[Type(type_)]))

    def emit(self, w: Writer) -> None:
        w.number(self.value, _NUMBER_BYTES[Type(self.type)])


@dataclass(frozen=True, slots=True)
class Addresses:
    """A field of addresses: ADDRESSES or MANAGEMENT_ADDRESSES."""

    type: int
    addresses: tuple[Address, ...]

    @classmethod
    def parse(cls, type_: int, r: Reader) -> Addresses:
        count = r.u32()
        if count > r.left // 4:
            raise r.fail(f"{count} addresses in {r.left} bytes")
        return cls(type_, tuple(Address.parse(r) for _ in range(count)))

    def emit(self, w: Writer) -> None:
        w.u32(len(self.addresses))
        for address in self.addresses:
            address.emit(w)


@dataclass(frozen=True, slots=True)
class Prefixes:
    """IP_PREFIXES: networks behind a stub router (on-demand routing)."""

    type: int
    prefixes: tuple[IPv4Prefix, ...]

    @classmethod
    def parse(cls, type_: int, r: Reader) -> Prefixes | Unknown:
        """A hub sends its address alone: that, and anything else that is no prefix, stays bytes."""
        data = r.rest()
        found = [IPv4Prefix(*pair) for pair in _addresses_and_lengths(data)]
        is_whole = len(data) == 5 * len(found)
        if is_whole and all(p.length <= 32 and IPv4Prefix.of(*p) == p for p in found):
            return cls(type_, tuple(found))
        return Unknown(type_, data)

    def emit(self, w: Writer) -> None:
        for prefix in self.prefixes:
            w.ipv4(prefix.network).u8(prefix.length)


def _addresses_and_lengths(data: bytes) -> Iterator[tuple[IPv4Address, int]]:
    """Four bytes and one, again and again."""
    for at in range(0, len(data) - 4, 5):
        yield IPv4Address(int.from_bytes(data[at : at + 4], "big")), data[at + 4]


@dataclass(frozen=True, slots=True)
class Hello:
    """PROTOCOL_HELLO: another protocol's greeting, of an organization and a number."""

    type: int
    organization: int
    protocol: int
    payload: bytes

    @classmethod
    def parse(cls, type_: int, r: Reader) -> Hello:
        return cls(type_, r.u24(), r.u16(), r.rest())

    def emit(self, w: Writer) -> None:
        w.u24(self.organization).u16(self.protocol).put(self.payload)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Any other field, as bytes."""

    type: int
    value: bytes

    @classmethod
    def parse(cls, type_: int, r: Reader) -> Unknown:
        return cls(type_, r.rest())

    def emit(self, w: Writer) -> None:
        w.put(self.value)


Tlv = Text | Number | Addresses | Prefixes | Hello | Unknown
T = TypeVar("T", Text, Number, Addresses, Prefixes, Hello)

_NUMBER_BYTES = {
    Type.CAPABILITIES: 4,
    Type.NATIVE_VLAN: 2,
    Type.DUPLEX: 1,
    Type.MTU: 4,
    Type.TRUST_BITMAP: 1,
    Type.UNTRUSTED_COS: 1,
}
_PARSERS: dict[int, Callable[[int, Reader], Tlv]] = {
    Type.DEVICE_ID: Text.parse,
    Type.ADDRESSES: Addresses.parse,
    Type.PORT_ID: Text.parse,
    Type.CAPABILITIES: Number.parse,
    Type.VERSION: Text.parse,
    Type.PLATFORM: Text.parse,
    Type.IP_PREFIXES: Prefixes.parse,
    Type.PROTOCOL_HELLO: Hello.parse,
    Type.VTP_DOMAIN: Text.parse,
    Type.NATIVE_VLAN: Number.parse,
    Type.DUPLEX: Number.parse,
    Type.MTU: Number.parse,
    Type.TRUST_BITMAP: Number.parse,
    Type.UNTRUSTED_COS: Number.parse,
    Type.SYSTEM_NAME: Text.parse,
    Type.MANAGEMENT_ADDRESSES: Addresses.parse,
}


@dataclass(frozen=True, slots=True)
class Cdp:
    """One advertisement: hold it for `holdtime_s`; 0 takes it back."""

    version: int
    holdtime_s: int
    tlvs: tuple[Tlv, ...]

    @classmethod
    def parse(cls, data: bytes) -> Cdp:
        """Read an advertisement; WireError at CHECKSUM_OFFSET for a wrong checksum."""
        r = Reader(data)
        version, holdtime_s, given = r.u8(), r.u8(), r.u16()
        if given != checksum_of(data[:CHECKSUM_OFFSET] + b"\0\0" + data[HEADER_BYTES:]):
            raise WireError(CHECKSUM_OFFSET, "wrong checksum")
        return cls(version, holdtime_s, tuple(r.rest_of(_tlv)))

    def emit(self) -> bytes:
        """The advertisement with its checksum."""
        w = Writer().u8(self.version).u8(self.holdtime_s).u16(0)
        for tlv in self.tlvs:
            start = len(w)
            w.u16(tlv.type).u16(0)
            tlv.emit(w)
            w.patch_u16(start + 2, len(w) - start)
        return w.patch_u16(CHECKSUM_OFFSET, checksum_of(w.done())).done()

    def field(self, kind: type[T], type_: Type) -> T | None:
        """The first field of a type."""
        found = next((tlv for tlv in self.tlvs if tlv.type == type_), None)
        return found if isinstance(found, kind) else None

    def text(self, type_: Type) -> str | None:
        """The characters of a field, None without."""
        found = self.field(Text, type_)
        return None if found is None else found.text

    def number(self, type_: Type) -> int | None:
        """The number of a field, None without."""
        found = self.field(Number, type_)
        return None if found is None else found.value


def _tlv(r: Reader) -> Tlv:
    type_, length = r.u16(), r.u16()
    if length < _TLV_HEADER_BYTES:
        raise r.fail(f"field of {length} bytes")
    body = r.part(length - _TLV_HEADER_BYTES)
    tlv = _PARSERS.get(type_, Unknown.parse)(type_, body)
    body.finish()
    return tlv


def checksum_of(data: bytes) -> int:
    """The checksum to put into `data` whose checksum field is zero.

    As RFC 1071, but for data of odd length: the last byte is added as a signed 16-bit number and
    not shifted up, and of a negative one the carry is lost, which the first devices did by mistake
    and all do since.
    """
    if not len(data) & 1:
        return checksum(data)
    last = data[-1]
    word = last if last < 0x80 else 0xFF00 | last - 1
    return checksum(data[:-1] + word.to_bytes(2, "big"))
