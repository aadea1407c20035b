"""The log lines of BGP sessions, as IOS 15.x prints them, and 12.4, which has fewer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from iosemu.proto.base import syslog
from iosemu.wire.bgp import Notification
from iosemu.wire.bgp_family import Family


class Reason(Enum):
    """Why a session ended."""

    USER = "User reset"
    INTERFACE_FLAP = "Interface flap"
    PEER_CLOSED = "Peer closed the session"
    ROUTE_LOST = "Route to peer lost"
    NOTIFICATION_RECEIVED = "BGP Notification received"
    NOTIFICATION_SENT = "BGP Notification sent"
    GROUP_MEMBER = "Member added to peergroup"
    SHUTDOWN = "Admin. shutdown"
    DELETED = "Neighbor deleted"
    REMOTE_AS = "Remote AS changed"
    LOCAL_AS = "Local AS changed"
    FAMILY_ACTIVATED = "Address family activated"
    FAMILY_DEACTIVATED = "Address family deactivated"
    CAPABILITY = "Capability changed"
    UPDATE_SOURCE = "Update source change"
    MULTIHOP = "Multihop change"
    TTL_SECURITY = "TTL security change"
    MULTISESSION = "Multisession capability changed"
    ROUTER_ID = "Router ID changed"
    TRANSPORT = "Transport mode changed"
    COLLISION = "Peer closing down the session"
    MAXIMUM_PREFIX = "Peer over prefix limit"
    ACTIVE_FAILED = "Active open failed"
    OPEN_FAILED = "Open failed"
    PROCESS = "BGP protocol initialization"
    CONFEDERATION = "Confederation AS changed"


@dataclass(frozen=True, slots=True)
class PeerName:
    """How a line names a neighbor: its address, with a star if dynamic, and its VRF unless it is
    the default one (None)."""

    address: str
    vrf: str | None = None
    session: int = 1

    def __str__(self) -> str:
        vrf = "" if self.vrf is None else f" vpn vrf {self.vrf}"
        session = "" if self.session == 1 else f" session {self.session}"
        return f"{self.address}{vrf}{session}"


@syslog("BGP", severity=5, mnemonic="ADJCHANGE")
@dataclass(frozen=True, slots=True)
class SessionUp:
    """A session is established; the line ends in a blank."""

    peer: PeerName

    def text(self) -> str:
        return f"neighbor {self.peer} Up "


@syslog("BGP", severity=5, mnemonic="ADJCHANGE")
@dataclass(frozen=True, slots=True)
class SessionDown:
    """An established session ended."""

    peer: PeerName
    reason: str
    role: str = ""
    """With a blank, while it was not established."""

    def text(self) -> str:
        return f"neighbor {self.peer} {self.role}Down {self.reason}"


@syslog("BGP", severity=5, mnemonic="NBR_RESET")
@dataclass(frozen=True, slots=True)
class NeighborReset:
    """A session ends, not by a command; `role` ("active ") while it was not established."""

    peer: PeerName
    reason: str
    role: str = ""

    def text(self) -> str:
        return f"Neighbor {self.peer} {self.role}reset ({self.reason})"


@syslog("BGP_SESSION", severity=5, mnemonic="ADJCHANGE")
@dataclass(frozen=True, slots=True)
class TopologyRemoved:
    """A family went with its session."""

    peer: PeerName
    family: Family
    reason: str

    def text(self) -> str:
        vrf = "" if self.peer.vrf is None else f" vpn vrf {self.peer.vrf}"
        number = self.peer.session
        session = "" if number == 1 else f" session {number}"
        return (
            f"neighbor {self.peer.address}{session} {self.family}{vrf} topology base"
            f" removed from session  {self.reason}"
        )


def _notified(notification: Notification) -> str:
    """Code, reason and data of a notification."""
    data = notification.data
    shown = f" {data.hex(' ', -4).upper()}" if data else " "
    return (
        f"{notification.code}/{notification.subcode} ({notification.reason})"
        f" {len(data)} bytes{shown}"
    )


@syslog("BGP", severity=3, mnemonic="NOTIFICATION")
@dataclass(frozen=True, slots=True)
class NotificationSent:
    """We ended a session; `role` ("passive ") while it was not established."""

    peer: PeerName
    notification: Notification
    role: str = ""

    def text(self) -> str:
        return f"sent to neighbor {self.peer} {self.role}{_notified(self.notification)}"


@syslog("BGP", severity=4, mnemonic="MSGDUMP")
@dataclass(frozen=True, slots=True)
class MessageDump:
    """The whole message that we could not take."""

    peer: PeerName
    message: bytes

    def text(self) -> str:
        words = self.message.hex(" ", -2).upper()
        return f"unsupported or mal-formatted message received from {self.peer}: \n{words}"


@syslog("BGP", severity=3, mnemonic="NOTIFICATION")
@dataclass(frozen=True, slots=True)
class NotificationReceived:
    """The neighbor ended it."""

    peer: PeerName
    notification: Notification
    role: str = ""

    def text(self) -> str:
        return f"received from neighbor {self.peer} {self.role}{_notified(self.notification)}"


@syslog("BGP", severity=3, mnemonic="NOTIFICATION_MANY")
@dataclass(frozen=True, slots=True)
class NotificationMany:
    """One command ended many sessions."""

    count: int
    notification: Notification
    scope: str

    def text(self) -> str:
        n = self.notification
        return f"sent to {self.count} sessions {n.code}/{n.subcode} ({n.reason}) for {self.scope}"
