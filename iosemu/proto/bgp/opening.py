"""OPEN messages: what ours says, and what is made of the neighbor's (RFC 4271 6.2, RFC 5492)."""

from __future__ import annotations

from typing import TypeVar

from iosemu.wire.bgp import Open
from iosemu.wire.bgp_capability import (
    AddPath,
    AddPathMode,
    Capability,
    EnhancedRefresh,
    FourOctetAs,
    GracefulRestart,
    Multiprotocol,
    Multisession,
    RestartFlag,
    RestartingFamily,
    RouteRefresh,
    in_ios_order,
)
from iosemu.wire.bgp_error import BgpError, Code, OpenError
from iosemu.wire.bgp_family import IPV4_UNICAST, Family
from iosemu.wire.bgp_update import Context

from .peer import Carriage, Link, Peer, Session
from .settings import PeerKind, TableKey, TableSettings
from .turn import Turn

C = TypeVar("C")


# -- ours ----


def made(turn: Turn, peer: Peer, session: Session, link: Link) -> Open:
    """What we say on a link."""
    settings = peer.settings
    dual = settings.dual_as
    asn = dual if peer.with_dual_as and dual is not None else settings.asn
    return Open.of(
        asn,
        settings.hold_s,
        turn.router_id(peer.key.vrf),
        _capabilities(turn, peer, session, asn) if link.has_capabilities else (),
    )


def _capabilities(turn: Turn, peer: Peer, session: Session, asn: int) -> tuple[Capability, ...]:
    found: list[Capability] = [Multiprotocol(family) for family in session.families]
    found += [RouteRefresh(cisco=True), RouteRefresh()]
    if not turn.state.is_old:
        found += [EnhancedRefresh(), FourOctetAs(asn)]
    if peer.is_multisession:
        found.append(Multisession())
    restart = turn.settings.graceful_restart
    if peer.settings.graceful_restart and restart is not None:
        # Nothing is forwarded through a restart of this router, and it says so.
        families = tuple(RestartingFamily(f, preserved=False) for f in session.families)
        found.append(GracefulRestart(RestartFlag(0), restart.restart_s, families))
    add_path = tuple(
        (family, mode) for family in session.families if (mode := _add_path(turn, peer, family))
    )
    if add_path:
        found.append(AddPath(add_path))
    return in_ios_order(tuple(found))


def _add_path(turn: Turn, peer: Peer, family: Family) -> AddPathMode:
    """What we do with additional paths of a family: as told of the neighbor, else of the table."""
    key = TableKey(family, peer.key.vrf)
    table: TableSettings | None = turn.settings.tables.get(key)
    policy = turn.settings.policy(peer.key, key)
    takes = None if policy is None else policy.inbound.additional_paths
    sends = None if policy is None else policy.outbound.additional_paths
    mode = AddPathMode(0)
    if takes or (takes is None and table is not None and table.additional_paths_receive):
        mode |= AddPathMode.RECEIVE
    if sends or (sends is None and table is not None and table.additional_paths_send):
        mode |= AddPathMode.SEND
    return mode


# -- the neighbor's ----


def families_of(message: Open) -> tuple[Family, ...]:
    """What the sender carries; IPv4 unicast if it does not say (RFC 4760 8)."""
    said = tuple(c.family for c in message.capabilities if isinstance(c, Multiprotocol))
    return said or (IPV4_UNICAST,)


def is_multisession(message: Open) -> bool:
    """Whether the sender runs several sessions."""
    return has(message, Multisession) is not None


def has(message: Open | None, kind: type[C]) -> C | None:
    """The capability of a kind, if a message has it."""
    if message is None:
        return None
    return next((c for c in message.capabilities if isinstance(c, kind)), None)


def judge(turn: Turn, peer: Peer, message: Open) -> None:
    """Raise BgpError for what a neighbor may not say, whichever session it is for."""
    settings = peer.settings
    if message.asn != settings.remote_as and message.asn not in settings.alternate_as:
        wrong = message.two_octet_as.to_bytes(2, "big")
        raise BgpError(Code.OPEN, OpenError.PEER_AS, wrong)
    if message.identifier == turn.router_id(peer.key.vrf):
        raise BgpError(Code.OPEN, OpenError.IDENTIFIER, message.identifier.packed)
    if 0 < message.hold_s < settings.least_hold_s:
        raise BgpError(Code.OPEN, OpenError.HOLD_TIME, message.hold_s.to_bytes(2, "big"))


def common(session: Session, link: Link, message: Open) -> tuple[Family, ...]:
    """The families both ends carry; BgpError if there is none."""
    ours = session.families if link.has_capabilities else (IPV4_UNICAST,)
    theirs = families_of(message)
    both = tuple(family for family in ours if family in theirs)
    if not both:
        raise BgpError(Code.OPEN, OpenError.CAPABILITY)
    return both


# -- what was agreed ----


def agree(turn: Turn, peer: Peer, session: Session, link: Link) -> None:
    """Both OPENs of a link are known and accepted: what holds from now on."""
    ours, theirs = link.opened, link.heard
    assert ours is not None
    assert theirs is not None
    session.opened, session.heard = ours, theirs
    session.remote_id = theirs.identifier
    session.hold_s = min(ours.hold_s, theirs.hold_s)
    third = session.hold_s // 3
    session.keepalive_s = min(peer.settings.keepalive_s, third) if third else 0
    session.carried = {
        family: Carriage(family, turn.now) for family in common(session, link, theirs)
    }
    session.can_refresh = _both(ours, theirs, RouteRefresh)
    session.can_refresh_enhanced = session.can_refresh and _both(ours, theirs, EnhancedRefresh)
    session.is_multisession = _both(ours, theirs, Multisession)
    four_octet = _both(ours, theirs, FourOctetAs)
    kind = peer.settings.kind
    session.reads = Context(
        four_octet,
        kind is PeerKind.INTERNAL,
        kind is PeerKind.CONFEDERATION,
        _paths(theirs, ours, session),
    )
    session.writes = session.reads._replace(add_path=_paths(ours, theirs, session))


def _both(one: Open, other: Open, kind: type[object]) -> bool:
    return has(one, kind) is not None and has(other, kind) is not None


def _paths(sender: Open, receiver: Open, session: Session) -> tuple[Family, ...]:
    """The families with path identifiers, in the direction from one to the other."""
    sends, takes = has(sender, AddPath), has(receiver, AddPath)
    if sends is None or takes is None:
        return ()
    modes = dict(takes.families)
    return tuple(
        family
        for family, mode in sends.families
        if family in session.carried
        and mode & AddPathMode.SEND
        and modes.get(family, AddPathMode(0)) & AddPathMode.RECEIVE
    )
