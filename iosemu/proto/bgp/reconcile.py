"""The configuration changed: which neighbors come, go, or start anew, and why."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.proto.base import Action, TcpSign
from iosemu.wire.bgp import Notification
from iosemu.wire.bgp_error import Cease, Code

from . import fallover, fsm, listen, multisession, startup, tables, transport
from .messages import Reason
from .peer import NO_ADDRESS, Peer, Phase
from .settings import PeerKey, PeerSettings, ProcessSettings
from .turn import Turn

SHUTDOWN = Notification(Code.CEASE, Cease.ADMINISTRATIVE_SHUTDOWN)
DECONFIGURED = Notification(Code.CEASE, Cease.DECONFIGURED)
CHANGED = Notification(Code.CEASE, Cease.CONFIGURATION_CHANGE)

_RESETS: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    (Reason.REMOTE_AS, ("remote_as", "kind")),
    (Reason.LOCAL_AS, ("asn", "dual_as")),
    (Reason.UPDATE_SOURCE, ("update_source",)),
    (Reason.TTL_SECURITY, ("least_ttl",)),
    (Reason.MULTISESSION, ("multi_session",)),
    (Reason.CAPABILITY, ("capabilities",)),
)
"""What ends an established session when it changes, and how IOS calls that."""


def configure(turn: Turn, new: ProcessSettings | None) -> None:
    """Go over from the settings that hold now to others."""
    state = turn.state
    old = state.settings
    if old is not None and (new is None or new.asn != old.asn):
        _stop(turn)
        state.settings = state.configured = None
        tables.configured(turn, old)
        old = None
    if new is None:
        return
    state.settings = state.configured = new
    is_new_id = _choose_router_id(turn) and old is not None
    if old is None:
        state.started_at = turn.now
        startup.begin(turn)
    for key in [key for key in state.peers if _is_gone(turn, key, new)]:
        _remove(turn, key)
    # Sessions that end are gone before the tables look at what holds from now on.
    taken = [_take(turn, key, settings) for key, settings in _wanted(turn, new)]
    transport.know_dynamic(turn)
    if is_new_id:
        restart_all(turn, Reason.ROUTER_ID)
    tables.configured(turn, old)
    turn.actions += transport.reconcile_sockets(turn)
    for one in taken:
        if one is not None:
            fsm.start_soon(turn, one)
    for peer in list(state.peers.values()):
        fallover.check(turn, peer)


def _stop(turn: Turn) -> None:
    """`no router bgp`."""
    for key in list(turn.state.peers):
        _remove(turn, key, Reason.PROCESS)
    turn.stop_timer("reading")
    turn.stop_timer("quiet")
    turn.state.read_only_until = None
    turn.state.router_id = NO_ADDRESS
    turn.actions += _no_sockets(turn)


def _no_sockets(turn: Turn) -> list[Action]:
    held, turn.state.settings = turn.state.settings, None
    closed = transport.reconcile_sockets(turn)
    turn.state.settings = held
    return closed


# -- the router id ----


def _choose_router_id(turn: Turn) -> bool:
    """Take the configured one, keep the one there is, or choose one: whether it is another now."""
    state = turn.state
    before = state.router_id
    if turn.settings.router_id is not None:
        state.router_id = turn.settings.router_id
    elif not before or (state.is_id_configured or not _is_own(turn, before)):
        state.router_id = _highest(turn) or (before if not state.is_id_configured else NO_ADDRESS)
    state.is_id_configured = turn.settings.router_id is not None
    return bool(before) and state.router_id != before


def _is_own(turn: Turn, address: IPv4Address) -> bool:
    return any(address == own for i in turn.state.interfaces.values() for own, _ in i.addresses)


def _highest(turn: Turn) -> IPv4Address | None:
    """The highest address of a loopback, else of any interface that is up."""
    up = [
        i for i in turn.state.interfaces.values() if i.is_up and i.addresses and i.vrf == "default"
    ]
    for some in ([i for i in up if i.is_loopback], up):
        if some:
            return max(i.addresses[0][0] for i in some)
    return None


def interface_came(turn: Turn) -> None:
    """A process without a router id may find one."""
    if turn.state.settings is not None and not turn.state.router_id:
        _choose_router_id(turn)
        if turn.state.router_id:
            for peer in list(turn.state.peers.values()):
                fallover.wake(turn, peer)


# -- neighbors ----


def _wanted(turn: Turn, new: ProcessSettings) -> list[tuple[PeerKey, PeerSettings]]:
    """Every neighbor with what holds for it, the dynamic ones last."""
    found = list(new.peers.items())
    for key, peer in turn.state.peers.items():
        if peer.settings.is_dynamic and key not in new.peers:
            settings = _dynamic(turn, new, key)
            if settings is not None:
                found.append((key, settings))
    return found


def _dynamic(turn: Turn, new: ProcessSettings, key: PeerKey) -> PeerSettings | None:
    found = listen.range_of(new, key)
    asn = turn.state.peers[key].settings.remote_as
    return None if found is None else listen.settings_of(new, key, found, asn)


def _is_gone(turn: Turn, key: PeerKey, new: ProcessSettings) -> bool:
    if key in new.peers:
        # What was dynamic and is configured now starts anew.
        return turn.state.peers[key].settings.is_dynamic
    return not turn.state.peers[key].settings.is_dynamic or _dynamic(turn, new, key) is None


def _remove(turn: Turn, key: PeerKey, reason: Reason = Reason.DELETED) -> None:
    peer = turn.state.peers[key]
    fsm.stop(turn, peer, reason, DECONFIGURED)
    turn.stop_timer("restart", key)
    del turn.state.peers[key]
    transport.untrack(turn, key)
    tables.neighbor_gone(turn, key)


def _take(turn: Turn, key: PeerKey, settings: PeerSettings) -> Peer | None:
    """A neighbor's settings are these now; the neighbor, if it is to be opened."""
    peer = turn.state.peers.get(key)
    if peer is None:
        turn.state.peers[key] = listen.new_peer(turn, settings)
        transport.track(turn, key)
        # It is opened when the routing table has said how it is reached.
        return None
    if peer.settings == settings:
        return None
    old, peer.settings = peer.settings, settings
    reason = why_reset(old, settings, is_several=_is_several(peer))
    is_up = peer.phase is Phase.ESTABLISHED
    if reason is None and is_up:
        _keep_sessions(turn, peer, old)
        return None
    if is_up:
        assert reason is not None
        said = SHUTDOWN if reason is Reason.SHUTDOWN else CHANGED
        fsm.stop(turn, peer, reason, said)
    else:
        fsm.stop(turn, peer, reason or Reason.OPEN_FAILED, None)
    if settings.is_dynamic:
        transport.forget_dynamic(turn, peer)
        return None
    peer.is_multisession = settings.multi_session
    peer.without_capabilities = peer.with_dual_as = False
    for number in [n for n in peer.sessions if n > 1]:
        del peer.sessions[number]
    multisession.plan(peer)
    if reason is Reason.SHUTDOWN or not is_up:
        return peer
    fsm.ended(turn, peer)
    return None


def _is_several(peer: Peer) -> bool:
    """Whether each family has its own session, and that of the first stays."""
    first = peer.first
    stays = any(family in peer.settings.families for family in first.families)
    return first.phase is Phase.ESTABLISHED and first.is_multisession and stays


def why_reset(old: PeerSettings, new: PeerSettings, *, is_several: bool) -> Reason | None:
    """Why a session cannot go on with other settings; None: it can."""
    if new.is_shutdown and not old.is_shutdown:
        return Reason.SHUTDOWN
    if new.group != old.group and new.group is not None:
        return Reason.GROUP_MEMBER
    for reason, names in _RESETS:
        if any(getattr(old, name) != getattr(new, name) for name in names):
            return reason
    if new.families != old.families and not is_several:
        is_more = any(family not in old.families for family in new.families)
        return Reason.FAMILY_ACTIVATED if is_more else Reason.FAMILY_DEACTIVATED
    return None


def _keep_sessions(turn: Turn, peer: Peer, old: PeerSettings) -> None:
    """The sessions go on, on their connections; with several, those of families that came or went
    do not.  Another password holds at once: unless the neighbor gets it too, the hold time ends."""
    if peer.settings.password != old.password:
        for link in peer.links.values():
            if link.conn is not None:
                turn.do(TcpSign(link.conn, peer.settings.password))
    if peer.settings.families == old.families:
        return
    for session in list(peer.sessions.values()):
        if not any(family in peer.settings.families for family in session.families):
            turn.stop_timer("open", session.key)
            fsm.end_session(turn, session, Reason.FAMILY_DEACTIVATED, CHANGED)
            turn.stop_timer("open", session.key)
            peer.sessions.pop(session.key.number, None)
    multisession.add(peer)
    for session in peer.sessions.values():
        if session.phase is Phase.IDLE and multisession.is_next(peer, session):
            fsm.open_now(turn, peer, session)


def restart_all(turn: Turn, reason: Reason) -> None:
    """Every session starts anew."""
    for peer in list(turn.state.peers.values()):
        restart(turn, peer, reason, CHANGED)


def restart(turn: Turn, peer: Peer, reason: Reason, said: Notification) -> None:
    """All sessions of a neighbor end and are opened again."""
    was_up = peer.phase is Phase.ESTABLISHED
    fsm.stop(turn, peer, reason, said)
    if was_up or peer.settings.is_dynamic:
        fsm.ended(turn, peer)
    else:
        fsm.start(turn, peer)
