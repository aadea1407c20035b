"""A session as the tables use it: what is sent on it, and how it ends."""

from __future__ import annotations

from iosemu.kernel.time import SECOND
from iosemu.proto.base import TcpAbort, TcpClose, TcpWrite
from iosemu.wire.bgp import Notification
from iosemu.wire.bgp_error import Code
from iosemu.wire.bgp_header import HEADER_BYTES

from . import tables, trace
from .messages import (
    NeighborReset,
    NotificationReceived,
    NotificationSent,
    PeerName,
    Reason,
    SessionDown,
    TopologyRemoved,
)
from .peer import HISTORY, Bell, Link, Peer, Phase, Role, Session
from .settings import DEFAULT_VRF, PeerKey
from .turn import Turn

LINGER_NS = 30 * SECOND
"""How long a neighbor has to close its end after we closed ours."""
_TYPE_AT = HEADER_BYTES - 1
_UNANNOUNCED = (Reason.USER.value, Reason.NOTIFICATION_SENT.value)
"""What IOS logs no NBR_RESET for."""


def send(turn: Turn, session: Session, data: bytes) -> None:
    """Send one whole message; nothing on a session that is not established."""
    if session.conn is None:
        return
    turn.peer(session.peer).sent.count(data[_TYPE_AT])
    session.written_at = turn.now
    turn.do(TcpWrite(session.conn, data))


def reset(
    turn: Turn, session: Session, reason: Reason | str, notification: Notification | None = None
) -> None:
    """End an established session, for a reason, with a notification if there is one; a link of its
    neighbor is opened again after a while."""
    from . import fsm

    fsm.end_session(turn, session, reason, notification)


# -- the end of a session, without what follows from it ----


def name_of(peer: Peer, session: int = 1) -> PeerName:
    """How logs name a session."""
    vrf = None if peer.key.vrf == DEFAULT_VRF else peer.key.vrf
    return PeerName(peer.name, vrf, max(session, 1))


def close(
    turn: Turn,
    session: Session,
    reason: Reason | str,
    notification: Notification | None,
    *,
    is_received: bool = False,
    is_logged: bool = True,
) -> None:
    """An established session ends: say so to the neighbor, the log and the tables.

    notification: what we send, or, if is_received, what came.
    """
    peer = turn.peer(session.peer)
    link = None if session.link is None else peer.links.get(session.link)
    text = reason.value if isinstance(reason, Reason) else reason
    peer.dropped += 1
    remember_reset(turn, peer, _told(turn, session, text, notification))
    if notification is not None:
        remember(turn, peer, notification, is_sent=not is_received)
    if is_logged:
        _log_down(turn, peer, session, text, notification, is_received=is_received)
    trace.reset(turn, peer, link, session.key.number, text)
    if link is not None:
        hang_up(turn, peer, link, None if is_received else notification)
        trace.went(turn, peer, link, Phase.ESTABLISHED, Phase.IDLE)
    session.phase, session.conn, session.link = Phase.IDLE, None, None
    session.is_full = False
    tables.session_down(turn, session, may_return=text == Reason.PEER_CLOSED.value)
    session.carried = {}
    session.up_since = turn.now


def _told(turn: Turn, session: Session, text: str, notification: Notification | None) -> str:
    """An end as `Last reset` tells it: of which session, and what the notification said."""
    if turn.state.is_old:
        return text
    number = f"{text} of session {session.key.number}"
    if notification is None or not text.startswith("BGP Notification"):
        return number
    return f"{number}, {notification.reason}"


def _log_down(
    turn: Turn,
    peer: Peer,
    session: Session,
    text: str,
    notification: Notification | None,
    *,
    is_received: bool,
) -> None:
    """The lines of an end, in the order IOS has for each reason."""
    name = name_of(peer, session.key.number)
    is_old = turn.state.is_old
    if notification is not None and is_received:
        turn.log(NotificationReceived(name, notification))
    if turn.settings.log_neighbor_changes:
        if text not in _UNANNOUNCED and not is_old:
            turn.log(NeighborReset(name, text))
        turn.log(SessionDown(name, text))
    if notification is not None and not is_received and is_error(notification):
        turn.log(NotificationSent(name, notification))
    if turn.settings.log_neighbor_changes and not is_old:
        for family in session.carried:
            turn.log(TopologyRemoved(name, family, text))


def is_error(notification: Notification) -> bool:
    """Whether it is logged: all but what a command or a change of the configuration makes us say,
    and but the end of one of two connections."""
    return notification.code != Code.CEASE or notification.subcode == 1


def remember_reset(turn: Turn, peer: Peer, text: str) -> None:
    """For `Last reset`."""
    peer.last_reset, peer.last_reset_at = text, turn.now


def remember(turn: Turn, peer: Peer, notification: Notification, *, is_sent: bool) -> None:
    """Keep a notification; the last few are shown."""
    peer.bells.append(Bell(turn.now, is_sent, notification))
    del peer.bells[:-HISTORY]


def hang_up(
    turn: Turn, peer: Peer, link: Link, notification: Notification | None, *, hard: bool = False
) -> None:
    """Close a connection, after a last word if there is one, and forget the link.  hard: by reset,
    since nothing we send will arrive."""
    del peer.links[link.key]
    for name in ("hold", "keepalive", "delay"):
        turn.stop_timer(name, link.key)
    if link.conn is None:
        if link.role is Role.ACTIVE:
            turn.do(TcpAbort(link.key))
        return
    turn.state.conns.pop(link.conn, None)
    if hard:
        turn.do(TcpAbort(link.conn))
        return
    if notification is not None:
        write(turn, peer, link, notification.emit())
    turn.do(TcpClose(link.conn))
    turn.set_timer(LINGER_NS, "linger", link.conn)


def write(turn: Turn, peer: Peer, link: Link, data: bytes) -> None:
    """One message on a link, established or not."""
    assert link.conn is not None
    peer.sent.count(data[_TYPE_AT])
    turn.do(TcpWrite(link.conn, data))


def session_at(turn: Turn, key: PeerKey, number: int) -> Session | None:
    """A session that may be gone."""
    peer = turn.state.peers.get(key)
    return None if peer is None else peer.sessions.get(number)
