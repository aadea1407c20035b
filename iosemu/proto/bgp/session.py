"""A session as the tables use it: what is sent on it, and how they end it."""

from __future__ import annotations

from iosemu.proto.base import TcpClose, TcpWrite
from iosemu.wire.bgp import Notification
from iosemu.wire.bgp_header import HEADER_BYTES

from . import tables
from .messages import Reason
from .peer import Phase, Session
from .turn import Turn

_TYPE_AT = HEADER_BYTES - 1


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
    """End a session, for a reason, with a notification if there is one."""
    if session.conn is None:
        return
    if notification is not None:
        send(turn, session, notification.emit())
    turn.do(TcpClose(session.conn))
    session.conn = None
    session.phase = Phase.IDLE
    tables.session_down(turn, session)
