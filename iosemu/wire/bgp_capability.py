"""Capabilities a BGP speaker announces in its OPEN, RFC 5492.

An unknown capability, or a known one whose value this release does not understand, is kept as
bytes: the peer may announce what it likes.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, IntFlag
from struct import pack

from iosemu.values import dataclass

from .base import Reader, WireError
from .bgp_family import Family


class CapabilityCode(IntEnum):
    """Codes of capabilities."""

    MULTIPROTOCOL = 1
    ROUTE_REFRESH = 2
    OUTBOUND_FILTER = 3
    EXTENDED_NEXT_HOP = 5
    EXTENDED_MESSAGE = 6
    GRACEFUL_RESTART = 64
    FOUR_OCTET_AS = 65
    MULTISESSION = 68
    ADD_PATH = 69
    ENHANCED_REFRESH = 70
    CISCO_ROUTE_REFRESH = 128
    CISCO_OUTBOUND_FILTER = 130
    CISCO_MULTISESSION = 131


class RestartFlag(IntFlag):
    """Flags of graceful restart, RFC 4724 3 and RFC 8538 2."""

    RESTARTED = 0x8
    NOTIFICATION = 0x4


class AddPathMode(IntFlag):
    """What the sender can do with more than one path, RFC 7911 4."""

    RECEIVE = 1
    SEND = 2


@dataclass(frozen=True, slots=True)
class Multiprotocol:
    """The sender carries a family."""

    family: Family


@dataclass(frozen=True, slots=True)
class RouteRefresh:
    """The sender takes ROUTE-REFRESH; `cisco`: the one of before RFC 2918."""

    cisco: bool = False


@dataclass(frozen=True, slots=True)
class EnhancedRefresh:
    """The sender marks begin and end of a refresh, RFC 7313."""


@dataclass(frozen=True, slots=True)
class ExtendedMessage:
    """The sender takes messages of up to 65535 bytes, RFC 8654."""


@dataclass(frozen=True, slots=True)
class FourOctetAs:
    """The sender knows numbers of four octets, and this is its own (RFC 6793)."""

    asn: int


@dataclass(frozen=True, slots=True)
class RestartingFamily:
    """A family the sender can restart; `preserved`: it kept forwarding through the last one."""

    family: Family
    preserved: bool


@dataclass(frozen=True, slots=True)
class GracefulRestart:
    """restart_s: how long the sender expects to be away, 0 to 4095."""

    flags: RestartFlag
    restart_s: int
    families: tuple[RestartingFamily, ...] = ()


@dataclass(frozen=True, slots=True)
class Multisession:
    """The sender runs several sessions; `identifier`: codes whose capabilities tell them apart.

    `cisco`: under the code 131 that IOS uses, else that of draft-ietf-idr-bgp-multisession.
    """

    identifier: tuple[int, ...] = ()
    flags: int = 0
    cisco: bool = True


@dataclass(frozen=True, slots=True)
class AddPath:
    """The families the sender can have more than one path of a prefix in."""

    families: tuple[tuple[Family, AddPathMode], ...]


@dataclass(frozen=True, slots=True)
class UnknownCapability:
    """Any other, as bytes."""

    code: int
    value: bytes


Capability = (
    Multiprotocol
    | RouteRefresh
    | EnhancedRefresh
    | ExtendedMessage
    | FourOctetAs
    | GracefulRestart
    | Multisession
    | AddPath
    | UnknownCapability
)

_PRESERVED = 0x80
_IOS_ORDER = (1, 128, 2, 70, 131, 68, 65, 69, 64)


def in_ios_order(capabilities: tuple[Capability, ...]) -> tuple[Capability, ...]:
    """The order IOS announces in; those it does not know go last."""
    return tuple(sorted(capabilities, key=_rank))


def _rank(capability: Capability) -> int:
    code = capability_code(capability)
    return _IOS_ORDER.index(code) if code in _IOS_ORDER else len(_IOS_ORDER)


def capability_code(capability: Capability) -> int:
    """The number of a capability in the registry."""
    return _code_and_value(capability)[0]


def parse_capabilities(r: Reader) -> list[Capability]:
    """All capabilities of one optional parameter."""
    return r.rest_of(_capability)


def _capability(r: Reader) -> Capability:
    code = r.u8()
    value = r.take(r.u8())
    parser = _PARSERS.get(code)
    if parser is None:
        return UnknownCapability(code, value)
    body = Reader(value)
    try:
        capability = parser(body)
        body.finish()
    except WireError:
        return UnknownCapability(code, value)
    # What would not come out again as it came in is not understood.
    return (
        capability if emit_capability(capability)[2:] == value else UnknownCapability(code, value)
    )


def _family(r: Reader) -> Family:
    return Family(r.u16(), r.u8())


def _multiprotocol(r: Reader) -> Multiprotocol:
    afi, _reserved, safi = r.u16(), r.u8(), r.u8()
    return Multiprotocol(Family(afi, safi))


def _graceful_restart(r: Reader) -> GracefulRestart:
    word = r.u16()
    return GracefulRestart(
        RestartFlag(word >> 12), word & 0xFFF, tuple(r.rest_of(_restarting_family))
    )


def _restarting_family(r: Reader) -> RestartingFamily:
    return RestartingFamily(_family(r), bool(r.u8() & _PRESERVED))


def _multisession(r: Reader, *, cisco: bool) -> Multisession:
    flags = r.u8()
    return Multisession(tuple(r.rest()), flags, cisco)


def _add_path(r: Reader) -> AddPath:
    return AddPath(tuple(r.rest_of(lambda one: (_family(one), AddPathMode(one.u8())))))


_PARSERS: dict[int, Callable[[Reader], Capability]] = {
    CapabilityCode.MULTIPROTOCOL: _multiprotocol,
    CapabilityCode.ROUTE_REFRESH: lambda _: RouteRefresh(),
    CapabilityCode.EXTENDED_MESSAGE: lambda _: ExtendedMessage(),
    CapabilityCode.GRACEFUL_RESTART: _graceful_restart,
    CapabilityCode.FOUR_OCTET_AS: lambda r: FourOctetAs(r.u32()),
    CapabilityCode.MULTISESSION: lambda r: _multisession(r, cisco=False),
    CapabilityCode.ADD_PATH: _add_path,
    CapabilityCode.ENHANCED_REFRESH: lambda _: EnhancedRefresh(),
    CapabilityCode.CISCO_ROUTE_REFRESH: lambda _: RouteRefresh(cisco=True),
    CapabilityCode.CISCO_MULTISESSION: lambda r: _multisession(r, cisco=True),
}


def emit_capability(capability: Capability) -> bytes:
    """Code, length and value."""
    code, value = _code_and_value(capability)
    return bytes((code, len(value))) + value


def _code_and_value(capability: Capability) -> tuple[int, bytes]:
    match capability:
        case Multiprotocol(family):
            return CapabilityCode.MULTIPROTOCOL, pack(">HBB", family.afi, 0, family.safi)
        case RouteRefresh(cisco):
            code = CapabilityCode.CISCO_ROUTE_REFRESH if cisco else CapabilityCode.ROUTE_REFRESH
            return code, b""
        case EnhancedRefresh():
            return CapabilityCode.ENHANCED_REFRESH, b""
        case ExtendedMessage():
            return CapabilityCode.EXTENDED_MESSAGE, b""
        case FourOctetAs(asn):
            return CapabilityCode.FOUR_OCTET_AS, asn.to_bytes(4, "big")
        case GracefulRestart(flags, restart_s, families):
            head = (flags << 12 | restart_s).to_bytes(2, "big")
            return CapabilityCode.GRACEFUL_RESTART, head + b"".join(map(_restarting, families))
        case Multisession(identifier, flags, cisco):
            code = CapabilityCode.CISCO_MULTISESSION if cisco else CapabilityCode.MULTISESSION
            return code, bytes((flags, *identifier))
        case AddPath(families):
            modes = (pack(">HBB", *family, mode) for family, mode in families)
            return CapabilityCode.ADD_PATH, b"".join(modes)
        case UnknownCapability(code, value):
            return code, value


def _restarting(one: RestartingFamily) -> bytes:
    return pack(">HBB", *one.family, _PRESERVED if one.preserved else 0)
