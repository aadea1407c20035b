"""BGP-4 messages, RFC 4271: the header and what follows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from iosemu.address import IPv4Address

from .bgp_as_path import AS_TRANS
from .bgp_capability import Capability, FourOctetAs
from .bgp_error import BgpError, Fault, reason
from .bgp_family import Family
from .bgp_nlri import Reach, Unreach

PORT = 179
VERSION = 4
HEADER_BYTES = 19
MOST_BYTES = 4096


class MessageType(IntEnum):
    """What a message is."""

    OPEN = 1
    UPDATE = 2
    NOTIFICATION = 3
    KEEPALIVE = 4
    ROUTE_REFRESH = 5
    CISCO_ROUTE_REFRESH = 128


class RefreshSubtype(IntEnum):
    """RFC 7313 3.2."""

    REQUEST = 0
    BEGIN = 1
    END = 2


class Context(NamedTuple):
    """What was negotiated and what the neighbor is: how its updates are read and those to it built.

    four_octet: AS numbers in paths have four octets (both announced capability 65).
    internal: the neighbor is of this autonomous system; confederation: of this confederation.
    add_path: families whose prefixes, in this direction, carry path identifiers.
    """

    four_octet: bool = True
    internal: bool = False
    confederation: bool = False
    add_path: tuple[Family, ...] = ()


class Split(NamedTuple):
    """Whole messages with their headers, what is left of the stream, and what ends it."""

    messages: tuple[bytes, ...]
    rest: bytes
    error: BgpError | None = None


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

    @property
    def asn(self) -> int:
        """The sender's autonomous system: of its capability 65 if there is one."""
        for capability in self.capabilities:
            if isinstance(capability, FourOctetAs):
                return capability.asn
        return self.two_octet_as


@dataclass(frozen=True, slots=True)
class Update:
    """What is announced and withdrawn; prefixes that an error takes back are among the withdrawn.

    end_of_rib: the family whose first table this ends.
    """

    announced: tuple[Reach, ...] = ()
    withdrawn: tuple[Unreach, ...] = ()
    faults: tuple[Fault, ...] = ()
    end_of_rib: Family | None = None


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


@dataclass(frozen=True, slots=True)
class Keepalive:
    """Nothing but a header."""


@dataclass(frozen=True, slots=True)
class RouteRefresh:
    """Asks for a family again, or frames the answer.  filter: an outbound route filter, as bytes.

    `cisco`: type 128, of before RFC 2918.
    """

    family: Family
    subtype: int = RefreshSubtype.REQUEST
    filter: bytes = b""
    cisco: bool = False


Message = Open | Update | Notification | Keepalive | RouteRefresh
