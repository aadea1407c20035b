"""Capabilities a BGP speaker announces in its OPEN, RFC 5492.

An unknown capability, or a known one whose value this release does not understand, is kept as
bytes: the peer may announce what it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

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
