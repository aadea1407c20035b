"""The log lines of EIGRP, as IOS 15.x prints them, and 12.4 (`is_old`)."""

from __future__ import annotations

from enum import Enum

from iosemu.address import IPv4Address
from iosemu.proto.base import syslog
from iosemu.values import dataclass


class Reason(Enum):
    """Why an adjacency came, went or synchronizes again."""

    NEW = "new adjacency"
    HOLDING_TIME = "holding time expired"
    INTERFACE_DOWN = "interface down"
    RESTARTED = "peer restarted"
    K_VALUES = "K-value mismatch"
    RETRY_LIMIT = "retry limit exceeded"
    STUCK = "stuck in active"
    AUTHENTICATION_FAILURE = "Auth failure"
    AUTHENTICATION_MODE = "authentication mode changed"
    AUTHENTICATION_PASSWORD = "authentication HMAC-SHA-256 configured"
    KEY_CHAIN = "keychain changed"
    GOODBYE = "Interface Goodbye received"
    PEER_TERMINATION = "Interface PEER-TERMINATION received"
    STATIC_REMOVED = "Static peer deleted"
    STATIC_REPLACES = "Static peer replaces multicast"
    CLEARED = "manually cleared"
    PASSIVE = "interface passive"
    ROUTE_CONFIGURATION = "route configuration changed"
    SUMMARY_CONFIGURED = "summary configured"
    SPLIT_HORIZON = "split horizon changed"
    STUB = "peer info changed"
    ROUTER_ID = "router-id changed"
    PROCESS = "process shutdown"
    GRACEFUL_RESTART = "peer graceful-restart"


@dataclass(frozen=True, slots=True)
class NeighborName:
    """How a line names a neighbor."""

    autonomous_system: int
    address: IPv4Address
    interface: str
    is_old: bool = False

    def __str__(self) -> str:
        family = "IP-EIGRP(0)" if self.is_old else "EIGRP-IPv4"
        return f"{family} {self.autonomous_system}: Neighbor {self.address} ({self.interface}) is"


@syslog("DUAL", severity=5, mnemonic="NBRCHANGE")
@dataclass(frozen=True, slots=True)
class NeighborChange:
    """An adjacency is `up`, `down` or in `resync`."""

    neighbor: NeighborName
    standing: str
    reason: Reason

    def text(self) -> str:
        return f"{self.neighbor} {self.standing}: {self.reason.value}"


@syslog("DUAL", severity=6, mnemonic="NBRINFO")
@dataclass(frozen=True, slots=True)
class NeighborBlocked:
    """A hello came from another subnet."""

    neighbor: NeighborName
    own: str
    """Address and length of the interface."""

    def text(self) -> str:
        return f"{self.neighbor} blocked: not on common subnet ({self.own})"


@syslog("DUAL", severity=3, mnemonic="SIA")
@dataclass(frozen=True, slots=True)
class StuckInActive:
    """A route waited too long for a reply."""

    prefix: str
    autonomous_system: int
    is_old: bool = False

    def text(self) -> str:
        topology = "IP-EIGRP(0)" if self.is_old else "base"
        return (
            f"Route {self.prefix} stuck-in-active state in {topology} {self.autonomous_system}."
            "  Cleaning up"
        )
