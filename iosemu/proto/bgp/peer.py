"""What is known of one neighbor: its sessions and the connections they are made of.

A neighbor has one session, or with `transport multi-session` one for each family.  A session is
made of links: TCP connections, opened by either end, of which one is left when it is established.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import NamedTuple

from iosemu.address import Address, IPv4Address
from iosemu.kernel.time import Time
from iosemu.proto.base import TcpReason
from iosemu.wire.bgp import Notification, Open
from iosemu.wire.bgp_family import Family
from iosemu.wire.bgp_header import MessageType
from iosemu.wire.bgp_update import Context

from .messages import Reason
from .settings import PeerKey, PeerKind, PeerSettings

NEVER: Time = -1
NO_ADDRESS = IPv4Address(0)
PLAIN = Context()
HISTORY = 10
"""So many notifications and resets of a neighbor are remembered."""


class Phase(IntEnum):
    """The states of RFC 4271 8.2.2, in their order; `words` as IOS prints them."""

    IDLE = 1
    CONNECT = 2
    ACTIVE = 3
    OPEN_SENT = 4
    OPEN_CONFIRM = 5
    ESTABLISHED = 6

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Phase.IDLE: "Idle",
    Phase.CONNECT: "Connect",
    Phase.ACTIVE: "Active",
    Phase.OPEN_SENT: "OpenSent",
    Phase.OPEN_CONFIRM: "OpenConfirm",
    Phase.ESTABLISHED: "Established",
}


class Role(Enum):
    """Which end opened a connection."""

    ACTIVE = "active"
    PASSIVE = "passive"


class SessionKey(NamedTuple):
    """One session of one neighbor; the first has number 1."""

    peer: PeerKey
    number: int


class LinkKey(NamedTuple):
    """One TCP connection to or from a neighbor, or an attempt at one."""

    peer: PeerKey
    serial: int


@dataclass(slots=True)
class Link:
    """One TCP connection.

    session: the number of the session it is for; of a passive one unknown (0) until the neighbor's
    OPEN says it.  conn: the number of the connection, None until it is up.  buffer: bytes that are
    no whole message yet.  has_capabilities: whether our OPEN announces any.
    """

    key: LinkKey
    role: Role
    session: int = 0
    phase: Phase = Phase.IDLE
    conn: int | None = None
    local: Address | None = None
    local_port: int = 0
    remote_port: int = 0
    buffer: bytes = b""
    opened: Open | None = None
    """What we sent."""
    heard: Open | None = None
    """What the neighbor sent."""
    has_capabilities: bool = True
    asn: int = 0
    """What we call ourselves on it, with `dual-as`."""
    heard_at: Time = NEVER
    hold_s: int = 0

    @property
    def word(self) -> str:
        """How IOS calls it in logs and debug output."""
        return self.role.value


@dataclass(slots=True)
class Traffic:
    """Messages by type, in one direction."""

    opens: int = 0
    notifications: int = 0
    updates: int = 0
    keepalives: int = 0
    refreshes: int = 0

    @property
    def total(self) -> int:
        return self.opens + self.notifications + self.updates + self.keepalives + self.refreshes

    def count(self, kind: int) -> None:
        """One more."""
        match kind:
            case MessageType.OPEN:
                self.opens += 1
            case MessageType.UPDATE:
                self.updates += 1
            case MessageType.NOTIFICATION:
                self.notifications += 1
            case MessageType.KEEPALIVE:
                self.keepalives += 1
            case _:
                self.refreshes += 1


@dataclass(slots=True)
class Marks:
    """The marks of enhanced refreshes in one direction: how many, and when the last ones passed."""

    begins: int = 0
    ends: int = 0
    begun_at: Time = NEVER
    ended_at: Time = NEVER

    def begin(self, now: Time) -> None:
        self.begins, self.begun_at = self.begins + 1, now

    def end(self, now: Time) -> None:
        self.ends, self.ended_at = self.ends + 1, now


@dataclass(slots=True)
class Carriage:
    """One family on an established session.  The session keeps the first two, the tables the rest.

    since: when the session that carries it came up.  refresh_epoch: how often the neighbor told, or
    was asked for, its table (1: it did so when the session came up).
    """

    family: Family
    since: Time = NEVER
    has_ended: bool = False
    """The neighbor said End-of-RIB."""
    has_told_end: bool = False
    """We did."""
    is_refreshing: bool = False
    """Between the begin and the end of an enhanced refresh."""
    refresh_epoch: int = 1
    refreshes_sent: int = 0
    refreshes_received: int = 0
    marks_sent: Marks = field(default_factory=Marks)
    marks_received: Marks = field(default_factory=Marks)


class Bell(NamedTuple):
    """A notification of the past.  is_sent: by us."""

    at: Time
    is_sent: bool
    notification: Notification


@dataclass(slots=True)
class Session:
    """One session.  What was negotiated stands from its establishment to its end.

    families: what it may carry (all of the neighbor, or one with multi-session); carried: what both
    ends announced, while established.  phase: as of its most advanced link.
    """

    key: SessionKey
    families: tuple[Family, ...] = ()
    phase: Phase = Phase.IDLE
    link: LinkKey | None = None
    """The connection, while established."""
    conn: int | None = None
    local: Address | None = None
    local_port: int = 0
    remote_port: int = 0
    remote_id: IPv4Address = NO_ADDRESS
    opened: Open | None = None
    heard: Open | None = None
    up_since: Time = NEVER
    hold_s: int = 0
    keepalive_s: int = 0
    read_at: Time = NEVER
    written_at: Time = NEVER
    carried: dict[Family, Carriage] = field(default_factory=dict)
    reads: Context = PLAIN
    """How its updates are parsed."""
    writes: Context = PLAIN
    """How updates to it are built."""
    can_refresh: bool = False
    """It takes ROUTE-REFRESH; enhanced: with begin and end (both announced capability 70)."""
    can_refresh_enhanced: bool = False
    is_multisession: bool = False
    """Both ends announced it."""
    told_at: Time = NEVER
    """When its last UPDATE came, or it was established."""
    has_told: bool = False
    """Its table came whole, as far as one can know."""
    is_full: bool = False
    """More was written than the connection holds at once; `tables.ready` tells when there is
    room."""

    @property
    def peer(self) -> PeerKey:
        return self.key.peer

    @property
    def is_established(self) -> bool:
        return self.phase is Phase.ESTABLISHED


@dataclass(slots=True)
class Peer:
    """One neighbor.

    settings: as configured, or as the listen range made it.  serial: of the last link.
    sessions: by number; there is always a first.
    """

    settings: PeerSettings
    created_at: Time = 0
    range: str | None = None
    """The listen range a dynamic neighbor is of, as `192.168.124.0/24`."""
    sessions: dict[int, Session] = field(default_factory=dict)
    links: dict[LinkKey, Link] = field(default_factory=dict)
    serial: int = 0
    received: Traffic = field(default_factory=Traffic)
    sent: Traffic = field(default_factory=Traffic)
    established: int = 0
    dropped: int = 0
    last_reset: Reason | str | None = None
    last_reset_at: Time = NEVER
    bells: list[Bell] = field(default_factory=list)
    failures: int = 0
    """Opens refused or answered by a notification since it was last up."""
    without_capabilities: bool = False
    """It refused those we announced, so that we announce none."""
    with_dual_as: bool = False
    """It refused the AS we announced, so that we announce the other one (`dual-as`)."""
    is_multisession: bool = False
    """Announced, and not refused by the neighbor."""
    has_route: bool | None = None
    """Whether the routing table has a way to it; None until told."""
    routes_found: int = 0
    routes_lost: int = 0
    routed_at: Time = NEVER
    """How often that changed, and when it did last."""
    is_over_limit: bool = False
    """It sent too many prefixes, and is down until cleared or its restart timer fires."""
    tcp_reason: TcpReason | None = None
    """Why the last attempt to connect failed."""

    @property
    def key(self) -> PeerKey:
        return self.settings.key

    @property
    def is_external(self) -> bool:
        return self.settings.kind is not PeerKind.INTERNAL

    @property
    def name(self) -> str:
        """As in logs: a star for a dynamic one."""
        star = "*" if self.settings.is_dynamic else ""
        return f"{star}{self.key.address}"

    @property
    def first(self) -> Session:
        return self.sessions[1]

    def established_sessions(self) -> Iterator[Session]:
        """In the order of their numbers."""
        return (s for s in self.sessions.values() if s.phase is Phase.ESTABLISHED)

    def session_of(self, family: Family) -> Session | None:
        """The established session that carries a family."""
        for session in self.sessions.values():
            if session.phase is Phase.ESTABLISHED and family in session.carried:
                return session
        return None

    @property
    def phase(self) -> Phase:
        """Of its most advanced session."""
        return max(session.phase for session in self.sessions.values())
