"""The log lines of interfaces and the IP stack."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv6Address, MacAddress
from iosemu.proto.base import syslog
from iosemu.values import dataclass


@syslog("LINK", severity=3, mnemonic="UPDOWN")
@dataclass(frozen=True, slots=True)
class LinkUpDown:
    """The hardware state of an interface changed."""

    interface: str
    is_up: bool

    def text(self) -> str:
        return f"Interface {self.interface}, changed state to {'up' if self.is_up else 'down'}"


@syslog("LINK", severity=5, mnemonic="CHANGED")
@dataclass(frozen=True, slots=True)
class LinkShutDown:
    """An interface was shut down."""

    interface: str

    def text(self) -> str:
        return f"Interface {self.interface}, changed state to administratively down"


@syslog("LINEPROTO", severity=5, mnemonic="UPDOWN")
@dataclass(frozen=True, slots=True)
class LineProtocol:
    """The data link layer of an interface changed."""

    interface: str
    is_up: bool

    def text(self) -> str:
        state = "up" if self.is_up else "down"
        return f"Line protocol on Interface {self.interface}, changed state to {state}"


@syslog("IP", severity=4, mnemonic="DUPADDR")
@dataclass(frozen=True, slots=True)
class DuplicateAddress:
    """Another station claims an address of this router."""

    address: IPv4Address
    interface: str
    mac: MacAddress

    def text(self) -> str:
        return f"Duplicate address {self.address} on {self.interface}, sourced by {self.mac}"


@syslog("IPV6_ND", severity=4, mnemonic="DUPLICATE")
@dataclass(frozen=True, slots=True)
class DuplicateIpv6Address:
    """Another station has an address of this router."""

    address: IPv6Address
    interface: str

    def text(self) -> str:
        return f"Duplicate address {self.address} on {self.interface}"
