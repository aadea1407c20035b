"""ICMPv6 and neighbor discovery: RFC 4443, RFC 4861.

Messages of other types are `Other`, options of other types `Unknown`; both keep their bytes.
"""

from __future__ import annotations

from enum import IntEnum

from iosemu.address import IPv6Address, IPv6Prefix, MacAddress
from iosemu.values import dataclass

from .base import Reader, WireError, Writer
from .checksum import checksum, is_correct
from .ipv6 import NextHeader, pseudo_header


class Type(IntEnum):
    """IANA ICMPv6 types."""

    UNREACHABLE = 1
    TOO_BIG = 2
    TIME_EXCEEDED = 3
    PARAMETER_PROBLEM = 4
    ECHO = 128
    ECHO_REPLY = 129
    MLD_QUERY = 130
    MLD_REPORT = 131
    MLD_DONE = 132
    ROUTER_SOLICITATION = 133
    ROUTER_ADVERTISEMENT = 134
    NEIGHBOR_SOLICITATION = 135
    NEIGHBOR_ADVERTISEMENT = 136
    REDIRECT = 137
    MLD2_REPORT = 143


FIRST_INFORMATIONAL = 128
"""Types below report errors."""


class Unreachable(IntEnum):
    """Codes of destination unreachable."""

    NO_ROUTE = 0
    PROHIBITED = 1
    BEYOND_SCOPE = 2
    ADDRESS = 3
    PORT = 4


class TimeExceeded(IntEnum):
    """Codes of time exceeded."""

    TRANSIT = 0
    REASSEMBLY = 1


class Parameter(IntEnum):
    """Codes of parameter problem."""

    FIELD = 0
    NEXT_HEADER = 1
    OPTION = 2


class OptionType(IntEnum):
    """IANA types of options of neighbor discovery."""

    SOURCE_LINK = 1
    TARGET_LINK = 2
    PREFIX = 3
    MTU = 5


@dataclass(frozen=True, slots=True)
class LinkAddress:
    """The link address of the sender, or of the target if `is_target`."""

    mac: MacAddress
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class PrefixInformation:
    """A prefix of the link.  Lifetimes in seconds, all ones: for ever.  `reserved`: the bits beside
    the two flags, and the word that nobody uses."""

    prefix: IPv6Prefix
    on_link: bool = True
    autonomous: bool = True
    valid_s: int = 2592000
    preferred_s: int = 604800
    reserved: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Mtu:
    """The MTU of the link."""

    mtu_bytes: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Any other option; `body` follows type and length, 8n - 2 bytes."""

    type: int
    body: bytes


Option = LinkAddress | PrefixInformation | Mtu | Unknown


@dataclass(frozen=True, slots=True)
class Echo:
    """Echo request or reply."""

    is_reply: bool
    identifier: int
    sequence: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Error:
    """A report about a packet; `rest`: MTU of too big, pointer of a parameter problem; `quoted`:
    the packet from its header on, as much as fits."""

    type: int
    code: int
    rest: int
    quoted: bytes


@dataclass(frozen=True, slots=True)
class RouterSolicitation:
    """Who is a router here?"""

    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class RouterAdvertisement:
    """A router speaks.  `flags`: the whole byte, managed 0x80, other 0x40; `lifetime_s` 0: not a
    default router; `reachable_ms` and `retransmit_ms` 0: not said."""

    hop_limit: int
    flags: int
    lifetime_s: int
    reachable_ms: int
    retransmit_ms: int
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class NeighborSolicitation:
    """Who has this address?"""

    target: IPv6Address
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class NeighborAdvertisement:
    """I have this address."""

    is_router: bool
    is_solicited: bool
    is_override: bool
    target: IPv6Address
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    """A better first hop `target` for `destination`."""

    target: IPv6Address
    destination: IPv6Address
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """Any other message; `body` follows the checksum."""

    type: int
    code: int
    body: bytes


Discovery = (
    RouterSolicitation
    | RouterAdvertisement
    | NeighborSolicitation
    | NeighborAdvertisement
    | Redirect
)
Icmpv6 = Echo | Error | Discovery | Other
DISCOVERY = (RouterSolicitation, RouterAdvertisement, NeighborSolicitation, NeighborAdvertisement)


def parse(data: bytes, source: IPv6Address, target: IPv6Address) -> Icmpv6:
    """Read what follows the headers; WireError on a wrong checksum (at 2) or a cut message."""
    r = Reader(data)
    kind, code, _ = r.u8(), r.u8(), r.u16()
    if not is_correct(pseudo_header(source, target, NextHeader.ICMPV6, len(data)) + data):
        raise WireError(2, "ICMPv6 checksum")
    return _read(r, kind, code)


def _read(r: Reader, kind: int, code: int) -> Icmpv6:
    if code == 0:
        match kind:
            case Type.ECHO | Type.ECHO_REPLY:
                return Echo(kind == Type.ECHO_REPLY, r.u16(), r.u16(), r.rest())
            case Type.ROUTER_SOLICITATION:
                r.u32()
                return RouterSolicitation(_options(r))
            case Type.ROUTER_ADVERTISEMENT:
                fixed = (r.u8(), r.u8(), r.u16(), r.u32(), r.u32())
                return RouterAdvertisement(*fixed, _options(r))
            case Type.NEIGHBOR_SOLICITATION:
                r.u32()
                return NeighborSolicitation(r.ipv6(), _options(r))
            case Type.NEIGHBOR_ADVERTISEMENT:
                flags = r.u32() >> 29
                bits = (bool(flags & 4), bool(flags & 2), bool(flags & 1))
                return NeighborAdvertisement(*bits, r.ipv6(), _options(r))
            case Type.REDIRECT:
                r.u32()
                return Redirect(r.ipv6(), r.ipv6(), _options(r))
    if kind < FIRST_INFORMATIONAL:
        return Error(kind, code, r.u32(), r.rest())
    return Other(kind, code, r.rest())


def _options(r: Reader) -> tuple[Option, ...]:
    return tuple(r.rest_of(_option))


def _option(r: Reader) -> Option:
    kind, eighths = r.u8(), r.u8()
    if not eighths:
        raise r.fail("option of length zero")
    body = r.part(eighths * 8 - 2)
    match kind, eighths:
        case ((OptionType.SOURCE_LINK | OptionType.TARGET_LINK), 1):
            return LinkAddress(body.mac(), kind == OptionType.TARGET_LINK)
        case OptionType.PREFIX, 4:
            return _prefix(body)
        case OptionType.MTU, 1 if body.data[body.offset : body.offset + 2] == b"\0\0":
            body.u16()
            return Mtu(body.u32())
        case _:
            return Unknown(kind, body.rest())


def _prefix(body: Reader) -> Option:
    start = body.offset
    length, flags, valid, preferred, word = (
        body.u8(),
        body.u8(),
        body.u32(),
        body.u32(),
        body.u32(),
    )
    address = body.ipv6()
    if length > 128 or IPv6Prefix.of(address, length).network != address:
        # Host bits are to be ignored; whoever only looks at the prefix need not see them.
        return Unknown(OptionType.PREFIX, body.data[start : body.end])
    prefix = IPv6Prefix(address, length)
    on_link, autonomous = bool(flags & 0x80), bool(flags & 0x40)
    return PrefixInformation(prefix, on_link, autonomous, valid, preferred, (flags & 0x3F, word))


def emit(message: Icmpv6, source: IPv6Address, target: IPv6Address) -> bytes:
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
        case _:
            _write(w, message)
    return with_checksum(w.done(), source, target)


def with_checksum(message: bytes, source: IPv6Address, target: IPv6Address) -> bytes:
    """A message with its checksum put in, whatever stood there."""
    bare = message[:2] + b"\0\0" + message[4:]
    header = pseudo_header(source, target, NextHeader.ICMPV6, len(bare))
    return bare[:2] + checksum(header + bare).to_bytes(2, "big") + bare[4:]


def _write(w: Writer, message: Discovery) -> None:
    match message:
        case RouterSolicitation():
            w.u8(Type.ROUTER_SOLICITATION).u8(0).u16(0).u32(0)
        case RouterAdvertisement():
            w.u8(Type.ROUTER_ADVERTISEMENT).u8(0).u16(0)
            w.u8(message.hop_limit).u8(message.flags).u16(message.lifetime_s)
            w.u32(message.reachable_ms).u32(message.retransmit_ms)
        case NeighborSolicitation():
            w.u8(Type.NEIGHBOR_SOLICITATION).u8(0).u16(0).u32(0).ipv6(message.target)
        case NeighborAdvertisement():
            bits = message.is_router << 2 | message.is_solicited << 1 | message.is_override
            w.u8(Type.NEIGHBOR_ADVERTISEMENT).u8(0).u16(0).u32(bits << 29).ipv6(message.target)
        case Redirect():
            w.u8(Type.REDIRECT).u8(0).u16(0).u32(0).ipv6(message.target).ipv6(message.destination)
    for option in message.options:
        _write_option(w, option)


def _write_option(w: Writer, option: Option) -> None:
    match option:
        case LinkAddress(mac, is_target):
            kind = OptionType.TARGET_LINK if is_target else OptionType.SOURCE_LINK
            w.u8(kind).u8(1).mac(mac)
        case PrefixInformation(prefix):
            flags = option.on_link << 7 | option.autonomous << 6 | option.reserved[0]
            w.u8(OptionType.PREFIX).u8(4).u8(prefix.length).u8(flags).u32(option.valid_s)
            w.u32(option.preferred_s).u32(option.reserved[1]).ipv6(prefix.network)
        case Mtu(mtu_bytes):
            w.u8(OptionType.MTU).u8(1).u16(0).u32(mtu_bytes)
        case Unknown(kind, body):
            w.u8(kind).u8((len(body) + 2) // 8).put(body)


def link_address(options: tuple[Option, ...], *, is_target: bool = False) -> MacAddress | None:
    """The link address of the sender or target that a message names."""
    for option in options:
        if isinstance(option, LinkAddress) and option.is_target is is_target:
            return option.mac
    return None
