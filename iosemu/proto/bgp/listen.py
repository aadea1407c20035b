"""Connections from outside: of configured neighbors, and of those a listen range lets in."""

from __future__ import annotations

from iosemu.address import Address, IPv6Address, IPv6Prefix
from iosemu.proto.base import TcpAbort, TcpAccept, TcpAsked, TcpUp

from . import fsm, multisession, read, trace, transport
from .peer import LinkKey, Peer
from .settings import ListenRange, PeerKey, PeerSettings, ProcessSettings
from .turn import Turn


def on_asked(turn: Turn, event: TcpAsked) -> None:
    """Somebody wants to connect."""
    turn.do(TcpAccept(event.conn) if _takes(turn, event) else TcpAbort(event.conn))


def _takes(turn: Turn, event: TcpAsked) -> bool:
    state = turn.state
    if state.configured is None or state.configured.is_shutdown:
        return False
    peer = state.peers.get(PeerKey(event.vrf, event.peer))
    if peer is None:
        return _may_come(turn, state.configured, event.vrf, event.peer)
    if peer.settings.is_shutdown or peer.is_over_limit:
        trace.refused(turn, event.peer, "neighbor is shut down")
        return False
    if not turn.router_id(event.vrf):
        return False
    if not transport.takes(turn, peer, event.local):
        trace.refused(turn, event.peer, f"not update-source address ({event.local})")
        return False
    return True


def on_up(turn: Turn, event: TcpUp) -> None:
    """A connection is established, in either direction."""
    if event.token is not None:
        assert isinstance(event.token, LinkKey)
        link = turn.link(event.token)
        if link is None:
            turn.do(TcpAbort(event.conn))
            return
        _bind(turn, event, link.key)
        fsm.connected(turn, turn.peer(link.key.peer), link)
        return
    peer = _peer_of(turn, event)
    if peer is None:
        turn.do(TcpAbort(event.conn))
        return
    link = fsm.take(turn, peer)
    _bind(turn, event, link.key)
    fsm.accepted(turn, peer, link)


def _bind(turn: Turn, event: TcpUp, key: LinkKey) -> None:
    link = turn.peer(key.peer).links[key]
    link.conn, link.local = event.conn, event.local
    link.local_port, link.remote_port = event.local_port, event.peer_port
    link.heard_at = turn.now
    turn.state.conns[event.conn] = key


def _peer_of(turn: Turn, event: TcpUp) -> Peer | None:
    """Whose connection it is; a dynamic neighbor is made by it."""
    key = PeerKey(event.vrf, event.peer)
    held = turn.state.peers.get(key)
    if held is not None:
        return held
    settings = turn.state.configured
    if settings is None or not _may_come(turn, settings, event.vrf, event.peer):
        return None
    found = range_of(settings, key)
    assert found is not None
    made = settings_of(settings, key, found)
    if made is None:
        return None
    peer = turn.state.peers[key] = new_peer(turn, made)
    peer.range = str(found.prefix)
    transport.track(turn, key)
    transport.know_dynamic(turn)
    return peer


def new_peer(turn: Turn, settings: PeerSettings) -> Peer:
    """A neighbor that nothing is known of."""
    peer = Peer(settings, turn.now, is_multisession=settings.multi_session)
    multisession.plan(peer)
    return peer


# -- ranges ----


def _may_come(turn: Turn, settings: ProcessSettings, vrf: str, address: Address) -> bool:
    """Whether a listen range holds an address, and the limit is not reached."""
    key = PeerKey(vrf, address)
    found = range_of(settings, key)
    if found is None or settings_of(settings, key, found) is None:
        trace.refused(turn, address, "not a neighbor")
        return False
    if dynamic_count(turn) >= settings.listen_limit:
        trace.refused(turn, address, f"listen limit {settings.listen_limit} reached")
        return False
    return bool(turn.router_id(vrf))


def dynamic_count(turn: Turn) -> int:
    """How many neighbors listen ranges made."""
    return sum(peer.settings.is_dynamic for peer in turn.state.peers.values())


def range_of(settings: ProcessSettings, key: PeerKey) -> ListenRange | None:
    """The longest listen range that holds an address."""
    found: ListenRange | None = None
    for one in settings.listen_ranges:
        is_same = isinstance(one.prefix, IPv6Prefix) is isinstance(key.address, IPv6Address)
        if one.vrf != key.vrf or not is_same or not one.prefix.holds(key.address):
            continue
        if found is None or one.prefix.length > found.prefix.length:
            found = one
    return found


def settings_of(
    settings: ProcessSettings, key: PeerKey, found: ListenRange, asn: int | None = None
) -> PeerSettings | None:
    """What a neighbor of a listen range is; None: its group says no AS.  asn: what it said."""
    group = settings.groups.get((found.vrf, found.group))
    if group is None:
        return None
    is_allowed = asn is not None and asn in group.alternate_as
    made = read.dynamic_peer(settings, group, key, asn if is_allowed else None)
    return made if made is not None and made.families else None
