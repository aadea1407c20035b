"""Which sessions a neighbor has: one, or with `transport multi-session` one for each family.

Several need both ends; a neighbor that does not announce capability 131 gets a single one.
"""

from __future__ import annotations

from iosemu.kernel.time import MILLISECOND
from iosemu.wire.bgp import Open
from iosemu.wire.bgp_capability import Multisession
from iosemu.wire.bgp_error import BgpError, Code, OpenError
from iosemu.wire.bgp_family import Family

from . import opening
from .peer import Link, Peer, Phase, Role, Session, SessionKey
from .session import hang_up
from .turn import Turn

NEXT_MS = (2000, 7000)
"""How long after a session the next one is opened."""


def plan(peer: Peer) -> None:
    """Set up the sessions of a neighbor; those that stay keep their number and what they are."""
    families = peer.settings.families
    wanted: list[tuple[Family, ...]] = [families]
    if peer.is_multisession and len(families) > 1:
        wanted = [(family,) for family in families]
    for number, some in enumerate(wanted, 1):
        held = peer.sessions.get(number)
        if held is None:
            held = peer.sessions[number] = Session(SessionKey(peer.key, number))
        if held.phase is not Phase.ESTABLISHED:
            held.families = some
    for number in [n for n, s in peer.sessions.items() if n > len(wanted)]:
        if peer.sessions[number].phase is not Phase.ESTABLISHED:
            del peer.sessions[number]


def add(peer: Peer) -> None:
    """Families were activated while sessions are up: each gets a session of its own."""
    taken = [family for session in peer.sessions.values() for family in session.families]
    for family in peer.settings.families:
        if family not in taken:
            number = next(n for n in range(1, len(peer.sessions) + 2) if n not in peer.sessions)
            peer.sessions[number] = Session(SessionKey(peer.key, number), (family,))


def is_next(peer: Peer, session: Session) -> bool:
    """Whether a session is opened now: the first always, others once that is up."""
    first = peer.first
    return session is first or (first.phase is Phase.ESTABLISHED and first.is_multisession)


def open_next(turn: Turn, peer: Peer, session: Session) -> None:
    """A session is up: the first that is not follows after a while."""
    if not session.is_multisession:
        return
    for other in peer.sessions.values():
        if other.phase is not Phase.ESTABLISHED:
            delay_ms = turn.state.random.randint(*NEXT_MS)
            turn.set_timer(delay_ms * MILLISECOND, "open", other.key)
            return


def restore(turn: Turn, peer: Peer) -> None:
    """Nothing of a neighbor is up any more: the next time it is asked anew for several."""
    if any(s.phase is Phase.ESTABLISHED for s in peer.sessions.values()):
        return
    if peer.is_multisession != peer.settings.multi_session:
        peer.is_multisession = peer.settings.multi_session
        for session in peer.sessions.values():
            turn.stop_timer("open", session.key)
        plan(peer)


def assign(turn: Turn, peer: Peer, link: Link, message: Open) -> bool:
    """Say which session a link is for, now that its OPEN is known.  False: the link is closed, and
    another one is opened instead."""
    if not peer.settings.multi_session or not peer.settings.capabilities:
        link.session = max(link.session, 1)
        return True
    if opening.is_multisession(message):
        return _assign_one(peer, link, message)
    if peer.is_multisession:
        _fall_back(turn, peer)
    for other in [one for one in peer.links.values() if opening.has(one.opened, Multisession)]:
        # What we said there names one family only.
        hang_up(turn, peer, other, None)
    if link.key not in peer.links:
        peer.first.phase = Phase.IDLE
        turn.set_timer(0, "open", peer.first.key)
        return False
    link.session = 1
    return True


def _assign_one(peer: Peer, link: Link, message: Open) -> bool:
    if not peer.is_multisession:
        # It learned to.
        peer.is_multisession = True
        plan(peer)
    theirs = opening.families_of(message)
    if link.role is Role.ACTIVE or link.opened is not None:
        return True
    for session in peer.sessions.values():
        if session.families == theirs:
            link.session = session.key.number
            return True
    link.session = 1
    if len(peer.sessions) == 1:
        return True
    raise BgpError(Code.OPEN, OpenError.GROUPING_CONFLICT)


def _fall_back(turn: Turn, peer: Peer) -> None:
    peer.is_multisession = False
    for session in peer.sessions.values():
        turn.stop_timer("open", session.key)
    plan(peer)
