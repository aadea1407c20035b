"""The read-only period: a process that has just started takes in what its neighbors tell before it
chooses and tells anything itself (`bgp update-delay`).

It ends when every neighbor that is expected is up and has told its table: said End-of-RIB, or
KEEPALIVE after its updates, or nothing at all for a while (it may wait for us likewise).
A neighbor to whom there is no way, or that refused a connection, is not expected.
"""

from __future__ import annotations

from iosemu.kernel.time import SECOND, Time

from . import tables
from .peer import Peer, Phase, Session
from .turn import Turn

FIRST_NS: Time = 3 * SECOND
"""How long a neighbor that can be reached has for its first connection."""
QUIET_NS: Time = 5 * SECOND


def begin(turn: Turn) -> None:
    """The process started."""
    delay_s = turn.settings.update_delay_s
    if not delay_s:
        return
    turn.state.read_only_until = turn.now + delay_s * SECOND
    turn.set_timer(delay_s * SECOND, "reading")
    turn.set_timer(FIRST_NS, "quiet")


def up(turn: Turn, session: Session) -> None:
    """A session is established."""
    if turn.state.read_only_until is not None:
        session.told_at = turn.now
        turn.set_timer(QUIET_NS, "quiet")


def told(turn: Turn, session: Session) -> None:
    """An UPDATE came."""
    session.told_at = turn.now


def heard(turn: Turn, session: Session) -> None:
    """End-of-RIB or KEEPALIVE came."""
    if turn.state.read_only_until is not None:
        session.has_told = True
        check(turn)


def on_reading(turn: Turn) -> None:
    """The time is over."""
    if turn.state.read_only_until is not None:
        _end(turn)


def check(turn: Turn) -> None:
    """Whether there is anything left to wait for."""
    if turn.state.read_only_until is None:
        return
    if all(_is_done(turn, peer) for peer in turn.state.peers.values()):
        _end(turn)
    else:
        turn.set_timer(SECOND, "quiet")


def _is_done(turn: Turn, peer: Peer) -> bool:
    if peer.phase is not Phase.ESTABLISHED:
        is_opening = bool(peer.links)
        return not is_opening
    return all(
        session.has_told or turn.now - session.told_at >= QUIET_NS
        for session in peer.established_sessions()
    )


def _end(turn: Turn) -> None:
    turn.state.read_only_until = None
    turn.stop_timer("reading")
    turn.stop_timer("quiet")
    tables.reading_ended(turn)
