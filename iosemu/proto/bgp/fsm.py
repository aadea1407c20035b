"""The machine of BGP sessions: RFC 4271 8, with the ways of IOS.

A connection from outside waits for the neighbor's OPEN before it says its own (the DelayOpenTimer
of RFC 4271 8.1.1), so that it is known which session it is for.
"""

from __future__ import annotations

from iosemu.address import Address
from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.proto.base import TcpOpen, TcpReason
from iosemu.wire.bgp import KEEPALIVE, PORT, Notification, Open, RouteRefresh, parse, split
from iosemu.wire.bgp import Keepalive as KeepaliveMessage
from iosemu.wire.bgp_error import BgpError, Cease, Code, FsmError, OpenError
from iosemu.wire.bgp_family import IPV4_UNICAST
from iosemu.wire.bgp_header import HEADER_BYTES
from iosemu.wire.bgp_update import Update

from . import multisession, opening, startup, tables, trace, transport
from .messages import (
    MessageDump,
    NeighborReset,
    NotificationReceived,
    NotificationSent,
    Reason,
    SessionDown,
    SessionUp,
)
from .peer import NO_ADDRESS, Link, LinkKey, Peer, Phase, Role, Session, SessionKey
from .session import (
    close,
    hang_up,
    is_error,
    name_of,
    remember,
    remember_reset,
    session_at,
    write,
)
from .turn import Turn

TICK_NS = 1024 * MILLISECOND
RETRY_TICKS = (6, 13)
SLOW_RETRY_TICKS = (13, 34)
"""After some failures in a row."""
FAILURES = 3
SOON_MS = (500, 800)
"""After an established session ended."""
TYPED_NS = 100 * MILLISECOND
"""After a line of configuration about a neighbor, so that its other lines are known, too."""
OPEN_DELAY_S = 60
LARGE_HOLD_S = 240
COLLISION = Notification(Code.CEASE, Cease.COLLISION)
HOLD_EXPIRED = Notification(Code.HOLD_TIMER, 0)
_FSM_ERRORS = {
    Phase.CONNECT: FsmError.UNSPECIFIC,
    Phase.OPEN_SENT: FsmError.OPEN_SENT,
    Phase.OPEN_CONFIRM: FsmError.OPEN_CONFIRM,
    Phase.ESTABLISHED: FsmError.ESTABLISHED,
}
_FAILED = {
    TcpReason.REFUSED: "Connection refused by remote host",
    TcpReason.RESET: "Connection refused by remote host",
    TcpReason.TIMEOUT: "Connection timed out; remote host not responding",
    TcpReason.UNREACHABLE: "Destination unreachable; gateway or host down",
}


# -- opening ----


def may_open(turn: Turn, peer: Peer) -> bool:
    """Whether we connect to a neighbor, when there is a way."""
    settings, process = peer.settings, turn.settings
    return not (
        settings.is_shutdown
        or settings.is_passive
        or settings.is_dynamic
        or not settings.families
        or peer.is_over_limit
        or process.is_shutdown
        or not turn.router_id(peer.key.vrf)
    )


def start(turn: Turn, peer: Peer) -> None:
    """Open every session of a neighbor that is to be opened now."""
    for session in list(peer.sessions.values()):
        turn.stop_timer("open", session.key)
        if multisession.is_next(peer, session):
            open_now(turn, peer, session)


def start_soon(turn: Turn, peer: Peer) -> None:
    """The neighbor was just configured."""
    turn.set_timer(TYPED_NS, "open", peer.first.key)


def on_open_timer(turn: Turn, key: SessionKey) -> None:
    """The delay before an attempt is over."""
    session = session_at(turn, key.peer, key.number)
    if session is not None:
        open_now(turn, turn.peer(key.peer), session)


def open_now(turn: Turn, peer: Peer, session: Session) -> None:
    """Connect, if it is to be done and can be done; else try again later."""
    if not may_open(turn, peer) or session.phase is Phase.ESTABLISHED:
        return
    links = [link for link in peer.links.values() if link.session in (0, session.key.number)]
    if any(link.role is Role.ACTIVE for link in links):
        return
    if links:
        # The neighbor was faster; if that comes to nothing, it is our turn.
        retry(turn, peer, session)
        return
    why, target = transport.obstacle(turn, peer), peer.key.address
    if why is not None:
        peer.tcp_reason = TcpReason.UNREACHABLE
        retry(turn, peer, session, why)
        return
    link = _new_link(peer, Role.ACTIVE, session.key.number)
    enter(turn, peer, link, Phase.ACTIVE)
    source = transport.source_of(turn, peer)
    trace.opening(turn, peer, source or _own_address(turn, peer.key.vrf, target))
    turn.do(
        TcpOpen(
            link.key,
            target,
            PORT,
            source=source,
            vrf=peer.key.vrf,
            tcp=transport.options(peer.settings),
        )
    )


def _own_address(turn: Turn, vrf: str, target: Address) -> Address:
    """What the stack will take, as far as it is known here."""
    found = transport.connected(turn.state, vrf, target)
    own = None if found is None else transport.own_address(found, target)
    return NO_ADDRESS if own is None else own


def _new_link(peer: Peer, role: Role, session: int) -> Link:
    peer.serial += 1
    link = Link(LinkKey(peer.key, peer.serial), role, session)
    link.has_capabilities = peer.settings.capabilities and not peer.without_capabilities
    peer.links[link.key] = link
    return link


def retry(turn: Turn, peer: Peer, session: Session, why: str | None = None) -> None:
    """Try again after a delay that is drawn."""
    if not may_open(turn, peer):
        return
    low, high = SLOW_RETRY_TICKS if peer.failures >= FAILURES else RETRY_TICKS
    ticks = turn.state.random.randint(low, high)
    if why is not None:
        trace.delayed(turn, peer, why, ticks * 1024)
    turn.set_timer(ticks * TICK_NS, "open", session.key)


def soon(turn: Turn, peer: Peer, session: Session) -> None:
    """Open again a moment after an established session ended."""
    if may_open(turn, peer):
        delay_ms = turn.state.random.randint(*SOON_MS)
        turn.set_timer(delay_ms * MILLISECOND, "open", session.key)


# -- links ----


def enter(turn: Turn, peer: Peer, link: Link, phase: Phase) -> None:
    """A link goes to another phase, and so, perhaps, its session."""
    old, link.phase = link.phase, phase
    trace.went(turn, peer, link, old, phase)
    _settle(peer, link.session)


def _settle(peer: Peer, number: int) -> None:
    """The phase of a session is that of its most advanced link."""
    session = peer.sessions.get(number)
    if session is not None:
        phases = (link.phase for link in peer.links.values() if link.session == number)
        session.phase = max(phases, default=Phase.IDLE)


def connected(turn: Turn, peer: Peer, link: Link) -> None:
    """Our connection is up: say OPEN."""
    peer.tcp_reason = None
    send_open(turn, peer, link)
    link.hold_s = LARGE_HOLD_S
    link.heard_at = turn.now
    turn.set_timer(LARGE_HOLD_S * SECOND, "hold", link.key)


def accepted(turn: Turn, peer: Peer, link: Link) -> None:
    """The neighbor's connection is up: it speaks first."""
    trace.passive_open(turn, peer, link)
    enter(turn, peer, link, Phase.CONNECT)
    trace.open_delay(turn, peer, link, OPEN_DELAY_S)
    turn.set_timer(OPEN_DELAY_S * SECOND, "delay", link.key)


def take(turn: Turn, peer: Peer) -> Link:
    """A link for a connection from outside."""
    return _new_link(peer, Role.PASSIVE, 0 if peer.settings.multi_session else 1)


def on_delay(turn: Turn, key: LinkKey) -> None:
    """The neighbor connected and does not say OPEN: then we do."""
    link = turn.link(key)
    if link is None or link.phase is not Phase.CONNECT:
        return
    peer = turn.peer(key.peer)
    if link.session == 0:
        link.session = 1
    connected(turn, peer, link)


def send_open(turn: Turn, peer: Peer, link: Link) -> None:
    """Say OPEN on a link."""
    session = peer.sessions[link.session]
    link.opened = opening.made(turn, peer, session, link)
    enter(turn, peer, link, Phase.OPEN_SENT)
    trace.sent_open(turn, peer, link, link.opened)
    write(turn, peer, link, link.opened.emit())


# -- what arrives ----


def on_data(turn: Turn, key: LinkKey, data: bytes) -> None:
    """Bytes of a neighbor: messages, a part of one, or garbage."""
    link = turn.link(key)
    if link is None:
        return
    peer = turn.peer(key.peer)
    stream = link.buffer + data if link.buffer else data
    found = split(stream)
    link.buffer = found.rest
    link.heard_at = turn.now
    for message in found.messages:
        _on_message(turn, peer, link, message)
        if peer.links.get(key) is not link or turn.state.peers.get(key.peer) is not peer:
            return
    if found.error is not None:
        on_error(turn, peer, link, found.error)


def _on_message(turn: Turn, peer: Peer, link: Link, data: bytes) -> None:
    peer.received.count(data[HEADER_BYTES - 1])
    trace.received(turn, peer, link, data)
    session = peer.sessions.get(link.session) or peer.first
    session.read_at = turn.now
    try:
        message = parse(data, session.reads)
        match link.phase, message:
            case Phase.ESTABLISHED, Update():
                _on_update(turn, session, message)
            case Phase.ESTABLISHED, KeepaliveMessage():
                startup.heard(turn, session)
            case Phase.ESTABLISHED, RouteRefresh(family, subtype):
                if family in session.carried:
                    session.carried[family].refreshes_received += 1
                    tables.refresh_received(turn, session, family, subtype)
            case _, Notification():
                on_notification(turn, peer, link, message)
            case ((Phase.CONNECT | Phase.OPEN_SENT), Open()):
                on_open(turn, peer, link, message)
            case Phase.OPEN_CONFIRM, KeepaliveMessage():
                establish(turn, peer, link)
            case phase, _:
                raise BgpError(Code.FSM, _FSM_ERRORS[phase])
    except BgpError as error:
        if peer.links.get(link.key) is link:
            on_error(turn, peer, link, error, data)


def _on_update(turn: Turn, session: Session, update: Update) -> None:
    ended = update.end_of_rib
    if ended is not None and ended in session.carried:
        session.carried[ended].has_ended = True
    startup.told(turn, session)
    tables.update_received(turn, session, update)
    if ended is not None:
        startup.heard(turn, session)


def on_open(turn: Turn, peer: Peer, link: Link, message: Open) -> None:
    """The neighbor's OPEN."""
    trace.received_open(turn, peer, link, message)
    opening.judge(turn, peer, message)
    if message.asn != peer.settings.remote_as:
        transport.take_as(turn, peer, message.asn)
    link.heard = message
    if not multisession.assign(turn, peer, link, message):
        return
    session = peer.sessions[link.session]
    opening.common(session, link, message)
    if _collides(turn, peer, link, message):
        return
    turn.stop_timer("delay", link.key)
    if link.phase is Phase.CONNECT:
        send_open(turn, peer, link)
    enter(turn, peer, link, Phase.OPEN_CONFIRM)
    write(turn, peer, link, KEEPALIVE)
    assert link.opened is not None
    link.hold_s = min(link.opened.hold_s, message.hold_s)
    if link.hold_s:
        turn.set_timer(link.hold_s * SECOND, "hold", link.key)
    else:
        turn.stop_timer("hold", link.key)


def _collides(turn: Turn, peer: Peer, link: Link, message: Open) -> bool:
    """Of two connections of a session one goes (RFC 4271 6.8): whether it is this one.

    The one that the side with the higher identifier opened stays.
    """
    ours = int(turn.router_id(peer.key.vrf))
    stays = Role.ACTIVE if ours > int(message.identifier) else Role.PASSIVE
    for other in list(peer.links.values()):
        if other is link or other.session != link.session:
            continue
        if other.phase is Phase.ESTABLISHED:
            _hang_up(turn, peer, link, COLLISION, "Connection collision")
            return True
        if other.phase not in (Phase.OPEN_SENT, Phase.OPEN_CONFIRM):
            continue
        if other.role is not link.role and link.role is not stays:
            _hang_up(turn, peer, link, COLLISION, "Connection collision")
            return True
        _hang_up(turn, peer, other, COLLISION, "Connection collision")
    return False


def _hang_up(
    turn: Turn, peer: Peer, link: Link, notification: Notification | None, why: str
) -> None:
    """One link of a session ends; nothing else follows."""
    trace.reset(turn, peer, link, link.session, why)
    hang_up(turn, peer, link, notification)
    if notification is not None:
        remember(turn, peer, notification, is_sent=True)
    trace.went(turn, peer, link, link.phase, Phase.IDLE)
    _settle(peer, link.session)


def establish(turn: Turn, peer: Peer, link: Link) -> None:
    """The neighbor said KEEPALIVE to our OPEN: the session is up."""
    session = peer.sessions[link.session]
    for other in list(peer.links.values()):
        if other is not link and other.session == link.session:
            was_heard = other.opened is not None
            _hang_up(turn, peer, other, COLLISION if was_heard else None, "Connection collision")
    enter(turn, peer, link, Phase.ESTABLISHED)
    opening.agree(turn, peer, session, link)
    session.conn, session.link = link.conn, link.key
    session.local, session.local_port = link.local, link.local_port
    session.remote_port = link.remote_port
    session.up_since = session.read_at = session.written_at = turn.now
    peer.established += 1
    peer.failures = 0
    turn.stop_timer("open", session.key)
    if session.keepalive_s:
        turn.set_timer(_keepalive_ns(turn, session), "keepalive", link.key)
    trace.up(turn, peer, session.key.number)
    if turn.settings.log_neighbor_changes:
        turn.log(SessionUp(name_of(peer, session.key.number)))
    startup.up(turn, session)
    tables.session_up(turn, session)
    multisession.open_next(turn, peer, session)


# -- timers ----


def on_hold(turn: Turn, key: LinkKey) -> None:
    """The hold time is over, unless something came meanwhile."""
    link = turn.link(key)
    if link is None or not link.hold_s:
        return
    due = link.heard_at + link.hold_s * SECOND
    if due > turn.now:
        turn.set_timer(due - turn.now, "hold", key)
        return
    peer = turn.peer(key.peer)
    end_link(turn, peer, link, Reason.NOTIFICATION_SENT, HOLD_EXPIRED)


def on_keepalive(turn: Turn, key: LinkKey) -> None:
    """Say that we are there, unless we said something meanwhile."""
    link = turn.link(key)
    if link is None or link.phase is not Phase.ESTABLISHED:
        return
    peer = turn.peer(key.peer)
    session = peer.sessions[link.session]
    interval_ns = _keepalive_ns(turn, session)
    due = session.written_at + interval_ns
    if due <= turn.now:
        trace.keepalive_sent(turn, peer)
        write(turn, peer, link, KEEPALIVE)
        session.written_at = turn.now
        due = turn.now + interval_ns
    turn.set_timer(due - turn.now, "keepalive", key)


def _keepalive_ns(turn: Turn, session: Session) -> Time:
    """With the jitter of RFC 4271 10: three to four quarters of the interval."""
    quarters_ms = session.keepalive_s * 250
    return (3 * quarters_ms + turn.state.random.randrange(quarters_ms + 1)) * MILLISECOND


# -- ends ----


def on_error(
    turn: Turn, peer: Peer, link: Link, error: BgpError, message: bytes | None = None
) -> None:
    """The neighbor said something it may not say: answer with a notification.  An OPEN that is
    refused is logged whole."""
    refused = message if error.code == Code.OPEN else None
    end_link(turn, peer, link, Reason.NOTIFICATION_SENT, Notification.of(error), refused)


def on_notification(turn: Turn, peer: Peer, link: Link, notification: Notification) -> None:
    """The neighbor ends it."""
    if link.phase is Phase.ESTABLISHED:
        session = peer.sessions[link.session]
        close(turn, session, Reason.NOTIFICATION_RECEIVED, notification, is_received=True)
        _after_end(turn, peer, session)
        return
    _learn(peer, link, notification)
    remember(turn, peer, notification, is_sent=False)
    hang_up(turn, peer, link, None)
    _settle(peer, link.session)
    if is_error(notification) or notification.subcode != Cease.COLLISION:
        _fail(turn, peer, link, Reason.NOTIFICATION_RECEIVED, notification, is_received=True)
    else:
        _try_again(turn, peer, link)


def _learn(peer: Peer, link: Link, notification: Notification) -> None:
    """What a refusal of our OPEN says of the next one: no capabilities, or the other AS."""
    if notification.code != Code.OPEN or link.opened is None:
        return
    match notification.subcode:
        case OpenError.OPTIONAL_PARAMETER | OpenError.CAPABILITY:
            if peer.settings.families == (IPV4_UNICAST,):
                peer.without_capabilities = link.has_capabilities
        case OpenError.PEER_AS:
            peer.with_dual_as = not peer.with_dual_as and peer.settings.dual_as is not None
        case OpenError.GROUPING_REQUIRED | OpenError.GROUPING_CONFLICT:
            peer.is_multisession = False


def end_link(
    turn: Turn,
    peer: Peer,
    link: Link,
    reason: Reason,
    notification: Notification | None,
    refused: bytes | None = None,
) -> None:
    """A link ends by our decision, and its session with it if that was up; refused: the message
    that made us decide, if it is to be logged."""
    if link.phase is Phase.ESTABLISHED:
        end_session(turn, peer.sessions[link.session], reason, notification)
        return
    hang_up(turn, peer, link, notification)
    if notification is not None:
        remember(turn, peer, notification, is_sent=True)
    _settle(peer, link.session)
    _fail(turn, peer, link, reason, notification, is_received=False, refused=refused)


def _fail(
    turn: Turn,
    peer: Peer,
    link: Link,
    reason: Reason,
    notification: Notification | None,
    *,
    is_received: bool,
    refused: bytes | None = None,
) -> None:
    """An attempt failed: log what was said, try again later."""
    name, role = name_of(peer, link.session), f"{link.word} "
    if notification is not None:
        kind = NotificationReceived if is_received else NotificationSent
        turn.log(kind(name, notification, role))
        if refused is not None:
            turn.log(MessageDump(name, refused))
        if turn.settings.log_neighbor_changes and not turn.state.is_old:
            turn.log(NeighborReset(name, reason.value, role))
            turn.log(SessionDown(name, reason.value, role))
        remember_reset(turn, peer, reason.value)
    trace.reset(turn, peer, link, 0, reason.value)
    trace.went(turn, peer, link, link.phase, Phase.IDLE)
    peer.failures += 1
    _try_again(turn, peer, link)


def _try_again(turn: Turn, peer: Peer, link: Link) -> None:
    """A link came to nothing: the session is opened later, or the dynamic neighbor is gone."""
    if peer.settings.is_dynamic:
        transport.forget_dynamic(turn, peer)
        return
    session = peer.sessions.get(link.session)
    if session is not None and session.phase is Phase.IDLE:
        retry(turn, peer, session)


def end_session(
    turn: Turn,
    session: Session,
    reason: Reason | str,
    notification: Notification | None = None,
    *,
    is_logged: bool = True,
) -> None:
    """An established session ends by our decision."""
    if session.phase is not Phase.ESTABLISHED:
        return
    peer = turn.peer(session.peer)
    close(turn, session, reason, notification, is_logged=is_logged)
    _after_end(turn, peer, session)


def _after_end(turn: Turn, peer: Peer, session: Session) -> None:
    """What comes after an established session."""
    startup.check(turn)
    if peer.settings.is_dynamic:
        transport.forget_dynamic(turn, peer)
        return
    multisession.restore(turn, peer)
    if session.key.number in peer.sessions and multisession.is_next(peer, session):
        soon(turn, peer, session)


def on_end(turn: Turn, key: LinkKey, reason: TcpReason | None) -> None:
    """The neighbor closed a connection, or TCP gave it up."""
    link = turn.link(key)
    if link is None:
        return
    peer = turn.peer(key.peer)
    if link.phase is Phase.ESTABLISHED:
        session = peer.sessions[link.session]
        close(turn, session, Reason.PEER_CLOSED, None)
        _after_end(turn, peer, session)
        return
    hang_up(turn, peer, link, None, hard=reason is not None)
    _settle(peer, link.session)
    if link.conn is None:
        _refused(turn, peer, link, reason or TcpReason.REFUSED)
        return
    peer.failures += 1
    trace.reset(turn, peer, link, 0, Reason.PEER_CLOSED.value)
    trace.went(turn, peer, link, link.phase, Phase.IDLE)
    _try_again(turn, peer, link)


def _refused(turn: Turn, peer: Peer, link: Link, reason: TcpReason) -> None:
    """Our attempt to connect failed."""
    peer.tcp_reason = reason
    trace.open_failed(turn, peer, _FAILED.get(reason, "No resources"))
    session = peer.sessions.get(link.session)
    if session is not None and session.phase is Phase.IDLE:
        retry(turn, peer, session, "tcb is not available")
    trace.reset(turn, peer, link, 0, Reason.ACTIVE_FAILED.value)
    trace.went(turn, peer, link, Phase.ACTIVE, Phase.IDLE)
    startup.check(turn)


def stop(
    turn: Turn,
    peer: Peer,
    reason: Reason,
    notification: Notification | None,
    *,
    is_logged: bool = True,
    hard: bool = False,
) -> None:
    """End all of a neighbor: its sessions and the attempts at some; nothing is opened again."""
    for session in list(peer.sessions.values()):
        turn.stop_timer("open", session.key)
        if session.phase is Phase.ESTABLISHED:
            close(turn, session, reason, notification, is_logged=is_logged)
    for link in list(peer.links.values()):
        said = notification if link.opened is not None else None
        trace.reset(turn, peer, link, link.session, reason.value)
        hang_up(turn, peer, link, said, hard=hard)
    for session in peer.sessions.values():
        session.phase = Phase.IDLE
    peer.failures = 0


def ended(turn: Turn, peer: Peer) -> None:
    """All sessions of a neighbor were stopped: it is opened again in a moment."""
    _after_end(turn, peer, peer.first)
