"""Asking a neighbor to tell its table again (RFC 2918)."""

from __future__ import annotations

from iosemu.wire.bgp import RouteRefresh
from iosemu.wire.bgp_family import Family

from .peer import Session
from .settings import PeerKey
from .turn import Turn


def ask(turn: Turn, session: Session, family: Family) -> bool:
    """Ask for a family; False: the neighbor does not know how."""
    # Sessions stand on the tables, and so do those who ask here.
    from . import session as sessions

    carriage = session.carried.get(family)
    if carriage is None or not session.can_refresh:
        return False
    carriage.refresh_epoch += 1
    carriage.refreshes_sent += 1
    sessions.send(turn, session, RouteRefresh(family).emit())
    return True


def ask_peer(turn: Turn, key: PeerKey, family: Family) -> bool:
    """The same of whichever session of a neighbor carries the family."""
    peer = turn.state.peers.get(key)
    session = None if peer is None else peer.session_of(family)
    return session is not None and ask(turn, session, family)
