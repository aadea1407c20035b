"""BGP-4 messages, RFC 4271.

`split` cuts what TCP delivers into messages, `parse` reads one, every message but UPDATE has
`emit`; updates are built by `announce`, `withdraw` and `end_of_rib`.
"""

from __future__ import annotations

from enum import IntEnum
from struct import pack, unpack_from

from iosemu.address import IPv4Address
from iosemu.values import dataclass

from .base import Reader, WireError
from .bgp_as_path import AS_TRANS
from .bgp_capability import Capability, FourOctetAs, emit_capability, parse_capabilities
from .bgp_error import BgpError, Code, HeaderError, OpenError, reason
from .bgp_family import Family
from .bgp_header import HEADER_BYTES, MessageType, message, message_length
from .bgp_header import Split as Split
from .bgp_header import split as split
from .bgp_update import Context as Context
from .bgp_update import Update as Update
from .bgp_update import announce as announce
from .bgp_update import end_of_rib as end_of_rib
from .bgp_update import parse_update
from .bgp_update import withdraw as withdraw

PORT = 179
VERSION = 4
KEEPALIVE = message(MessageType.KEEPALIVE, b"")
_CAPABILITIES, _EXTENDED = 2, 255
"""Types of optional parameters; the second stands for the long form of RFC 9072."""
_MOST_PARAMETER_BYTES = 255
_REFRESH_LENGTH = 1


class RefreshSubtype(IntEnum):
    """RFC 7313 3.2."""

    REQUEST = 0
    BEGIN = 1
    END = 2


@dataclass(frozen=True, slots=True)
class Open:
    """The first message.  two_octet_as: of its fixed part, AS_TRANS if the number has four."""

    two_octet_as: int
    hold_s: int
    identifier: IPv4Address
    capabilities: tuple[Capability, ...] = ()
    version: int = VERSION

    @classmethod
    def of(
        cls,
        asn: int,
        hold_s: int,
        identifier: IPv4Address,
        capabilities: tuple[Capability, ...] = (),
    ) -> Open:
        """The OPEN of a system of any number."""
        return cls(asn if asn <= 0xFFFF else AS_TRANS, hold_s, identifier, capabilities)

    @classmethod
    def parse(cls, data: bytes) -> Open:
        """Read the whole message; BgpError as RFC 4271 6.2 has it."""
        r = Reader(data, HEADER_BYTES)
        version, asn, hold_s, identifier = r.u8(), r.u16(), r.u16(), r.ipv4()
        if version != VERSION:
            raise BgpError(Code.OPEN, OpenError.VERSION, VERSION.to_bytes(2, "big"))
        if not asn:
            raise BgpError(Code.OPEN, OpenError.PEER_AS, asn.to_bytes(2, "big"))
        if hold_s in (1, 2):
            raise BgpError(Code.OPEN, OpenError.HOLD_TIME, hold_s.to_bytes(2, "big"))
        if not identifier:
            raise BgpError(Code.OPEN, OpenError.IDENTIFIER, identifier.packed)
        try:
            capabilities = _capabilities(r)
        except BgpError:
            raise
        except WireError as error:
            raise BgpError(
                Code.OPEN, OpenError.UNSPECIFIC, offset=error.offset, text=error.reason
            ) from None
        found = cls(asn, hold_s, identifier, capabilities)
        if not found.asn:
            raise BgpError(Code.OPEN, OpenError.PEER_AS, asn.to_bytes(2, "big"))
        return found

    def emit(self) -> bytes:
        """The message, every capability in an optional parameter of its own, as IOS does it."""
        head = pack(">BHHI", self.version, self.two_octet_as, self.hold_s, self.identifier)
        capabilities = list(map(emit_capability, self.capabilities))
        if sum(map(len, capabilities)) + 2 * len(capabilities) <= _MOST_PARAMETER_BYTES:
            body = b"".join(bytes((_CAPABILITIES, len(one))) + one for one in capabilities)
            return message(MessageType.OPEN, head + bytes((len(body),)) + body)
        body = b"".join(pack(">BH", _CAPABILITIES, len(one)) + one for one in capabilities)
        long = bytes((_EXTENDED, _EXTENDED)) + len(body).to_bytes(2, "big")
        return message(MessageType.OPEN, head + long + body)

    @property
    def asn(self) -> int:
        """The sender's autonomous system: of its capability 65 if there is one."""
        for capability in self.capabilities:
            if isinstance(capability, FourOctetAs):
                return capability.asn
        return self.two_octet_as


def _capabilities(r: Reader) -> tuple[Capability, ...]:
    """What the optional parameters of an OPEN hold, also in the long form of RFC 9072."""
    size = r.u8()
    extended = size and r.left and r.data[r.offset] == _EXTENDED
    if extended:
        r.u8()
        size = r.u16()
    if size != r.left:
        raise r.fail(f"{size} bytes of parameters in {r.left}")
    found: list[Capability] = []
    while r.left:
        type_ = r.u8()
        parameter = r.part(r.u16() if extended else r.u8())
        if type_ != _CAPABILITIES:
            raise BgpError(Code.OPEN, OpenError.OPTIONAL_PARAMETER, offset=parameter.offset)
        found += parse_capabilities(parameter)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Notification:
    """The last message: why the session ends."""

    code: int
    subcode: int
    data: bytes = b""

    @property
    def reason(self) -> str:
        """As IOS says it."""
        return reason(self.code, self.subcode)

    @classmethod
    def of(cls, error: BgpError) -> Notification:
        """What tells the neighbor of its error."""
        return cls(error.code, error.subcode, error.data)

    @classmethod
    def parse(cls, data: bytes) -> Notification:
        """Read the whole message."""
        return cls(data[HEADER_BYTES], data[HEADER_BYTES + 1], data[HEADER_BYTES + 2 :])

    def emit(self) -> bytes:
        return message(MessageType.NOTIFICATION, bytes((self.code, self.subcode)) + self.data)


@dataclass(frozen=True, slots=True)
class Keepalive:
    """Nothing but a header."""

    def emit(self) -> bytes:
        return KEEPALIVE


@dataclass(frozen=True, slots=True)
class RouteRefresh:
    """Asks for a family again, or frames the answer.  filter: an outbound route filter, as bytes.

    `cisco`: type 128, of before RFC 2918.
    """

    family: Family
    subtype: int = RefreshSubtype.REQUEST
    filter: bytes = b""
    cisco: bool = False

    @classmethod
    def parse(cls, data: bytes) -> RouteRefresh:
        """Read the whole message; BgpError 7/1 for a marker that is too long (RFC 7313 5)."""
        afi, subtype, safi = unpack_from(">HBB", data, HEADER_BYTES)
        rest = data[HEADER_BYTES + 4 :]
        if rest and subtype in (RefreshSubtype.BEGIN, RefreshSubtype.END):
            raise BgpError(Code.ROUTE_REFRESH, _REFRESH_LENGTH, data)
        cisco = data[HEADER_BYTES - 1] == MessageType.CISCO_ROUTE_REFRESH
        return cls(Family(afi, safi), subtype, rest, cisco)

    def emit(self) -> bytes:
        type_ = MessageType.CISCO_ROUTE_REFRESH if self.cisco else MessageType.ROUTE_REFRESH
        body = pack(">HBB", self.family.afi, self.subtype, self.family.safi)
        return message(type_, body + self.filter)


Message = Open | Update | Notification | Keepalive | RouteRefresh


def parse(data: bytes, context: Context) -> Message:
    """Read one whole message, as `split` gives it; BgpError is all that is raised.

    An error in a NOTIFICATION cannot be answered by one: the session just ends.
    """
    if len(data) < HEADER_BYTES or message_length(data) != len(data):
        raise BgpError(Code.HEADER, HeaderError.BAD_LENGTH, data[16:18])
    type_ = data[HEADER_BYTES - 1]
    if type_ == MessageType.UPDATE:
        return parse_update(data, context)
    if type_ == MessageType.KEEPALIVE:
        return Keepalive()
    if type_ == MessageType.OPEN:
        return Open.parse(data)
    if type_ == MessageType.NOTIFICATION:
        return Notification.parse(data)
    return RouteRefresh.parse(data)
