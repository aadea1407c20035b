"""`show ip bgp neighbors` from the state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iosemu.kernel.time import Time
from iosemu.wire.bgp_capability import (
    EnhancedRefresh,
    FourOctetAs,
    GracefulRestart,
    Multiprotocol,
    Multisession,
    RouteRefresh,
)
from iosemu.wire.bgp_community import asn_text
from iosemu.wire.bgp_family import Family

from .advertising import Advertising, Group, Member, home_of
from .answers import is_dotted, key_of
from .judge import FILTER_LIST, PREFIX_FILTER, ROUTE_MAP
from .messages import Reason
from .neighbor_views import (
    Activity,
    CapabilityRow,
    DeniedRow,
    MessageRow,
    NeighborFamily,
    NeighborView,
    Refresh,
    SessionRow,
)
from .peer import NEVER, Marks, Peer, Session
from .queries import NeighborsQuery
from .read_peer import own_as
from .refusal import OWN_AS, OWN_CLUSTER, OWN_ORIGINATOR, TOO_LONG
from .routing import ReceiverKey
from .settings import (
    DEFAULT_VRF,
    Inbound,
    NextHopSelf,
    Outbound,
    PeerKind,
    PeerPolicy,
    RemovePrivate,
    TableKey,
)
from .state import State
from .summary import PATH_BYTES, is_of

KINDS = {
    PeerKind.INTERNAL: "internal",
    PeerKind.EXTERNAL: "external",
    PeerKind.CONFEDERATION: "external",
}


def neighbor_views(state: State, query: NeighborsQuery) -> tuple[NeighborView, ...] | None:
    """The neighbors that are asked for, by address."""
    if state.settings is None:
        return None
    scope = query.scope
    return tuple(
        neighbor_view(state, peer, query.now)
        for peer in sorted(state.peers.values(), key=lambda peer: int(peer.key.address))
        if query.address in (None, peer.key.address)
        and (scope is None or is_of(state, peer, key_of(scope), scope.vrf))
    )


def neighbor_view(state: State, peer: Peer, now: Time) -> NeighborView:
    """One neighbor."""
    settings, held = peer.settings, state.settings
    assert held is not None
    sessions = list(peer.established_sessions())
    session = sessions[0] if sessions else None
    dotted = is_dotted(state)
    is_external = settings.kind is not PeerKind.INTERNAL
    interval = next((p.outbound.advertisement_interval_s for _, p in _policies(state, peer)), 0)
    configured = (settings.hold_s, settings.keepalive_s, settings.least_hold_s)
    is_usual = (settings.hold_s, settings.keepalive_s) == (held.hold_s, held.keepalive_s)
    return NeighborView(
        peer.key.address,
        asn_text(settings.remote_as, dotted=dotted),
        KINDS[settings.kind],
        state.version,
        lines=tuple(_lines(peer)),
        vrf=None if peer.key.vrf == DEFAULT_VRF else peer.key.vrf,
        is_dynamic=settings.is_dynamic,
        local_as=None
        if settings.asn == own_as(held, settings.kind)
        else asn_text(settings.asn, dotted=dotted),
        router_id=session.remote_id if session is not None else peer.first.remote_id,
        state=peer.phase.words,
        up=None if session is None else now - session.up_since,
        last_read=_ago(now, session.read_at) if session is not None else None,
        last_write=_ago(now, session.written_at) if session is not None else None,
        hold_s=session.hold_s if session is not None else settings.hold_s,
        keepalive_s=session.keepalive_s if session is not None else settings.keepalive_s,
        configured=None if is_usual else configured,
        sessions=len(sessions),
        session_rows=tuple(
            SessionRow(each.key.number, each.phase.words, tuple(each.carried)) for each in sessions
        ),
        multisession=_multisession(peer),
        capabilities=tuple(_capabilities(sessions)),
        messages=tuple(_messages(peer)),
        logs_changes=held.log_neighbor_changes,
        interval_s=interval,
        families=tuple(
            _family(state, peer, key, policy, now) for key, policy in _policies(state, peer)
        ),
        has_route=bool(peer.has_route),
        established=peer.established,
        dropped=peer.dropped,
        reset=_reset(peer, now),
        hops=settings.ttl if is_external and settings.ttl > 1 else 1 if is_external else None,
        is_single_hop=settings.is_direct,
        link=_link(state, peer),
        path_mtu=settings.path_mtu_discovery,
        graceful_restart=None
        if held.graceful_restart is None
        else (held.graceful_restart.restart_s, held.graceful_restart.stalepath_s),
        conn=None if session is None else session.conn,
        is_shutdown=settings.is_shutdown,
        reachability=None
        if peer.key not in state.tracked
        else (peer.routes_found, peer.routes_lost, _ago(now, peer.routed_at)),
    )


def _ago(now: Time, then: Time) -> Time | None:
    return None if then == NEVER else now - then


def _lines(peer: Peer) -> Iterator[str]:
    """What stands right below the first line."""
    settings = peer.settings
    if settings.description is not None:
        yield f"Description: {settings.description}"
    if settings.group is not None:
        yield f"Member of peer-group {settings.group} for session parameters"
    if peer.range is not None:
        yield f"Belongs to the subnet range group: {peer.range}"
    if settings.session_template is not None:
        yield f"Inherits from template {settings.session_template} for session parameters"
    if settings.fall_over is not None:
        yield "Fall over configured for session"


def _multisession(peer: Peer) -> str:
    if not peer.settings.multi_session:
        return "is not multisession capable (disabled)"
    if any(session.is_multisession for session in peer.sessions.values()):
        return "is multisession capable"
    return "is not multisession capable"


def _link(state: State, peer: Peer) -> str | None:
    """The interface of a connected network with the neighbor in it."""
    address = int(peer.key.address)
    for name, interface in state.interfaces.items():
        if interface.vrf == peer.key.vrf and interface.is_up:
            for own, length in interface.addresses:
                if length < 32 and (address ^ int(own)) >> (32 - length) == 0:
                    return name
    return None


def _reset(peer: Peer, now: Time) -> tuple[str, Time] | None:
    if peer.last_reset is None:
        return None
    reason = peer.last_reset
    text = reason.value if isinstance(reason, Reason) else reason
    return text, now - peer.last_reset_at


def _messages(peer: Peer) -> Iterator[MessageRow]:
    for name, field in (
        ("Opens", "opens"),
        ("Notifications", "notifications"),
        ("Updates", "updates"),
        ("Keepalives", "keepalives"),
        ("Route Refresh", "refreshes"),
    ):
        yield MessageRow(name, getattr(peer.sent, field), getattr(peer.received, field))


# -- capabilities ----


def _capabilities(sessions: list[Session]) -> Iterator[CapabilityRow]:
    """What both ends announced on the first session, and the families on all."""
    if not sessions:
        return
    sent, heard = _both(sessions[0])
    yield from _row(
        "Route refresh",
        _has(sent, RouteRefresh),
        _has(heard, RouteRefresh),
        "(new)" if _has_new(heard) else "(old)",
    )
    yield from _row("Four-octets ASN Capability", _has(sent, FourOctetAs), _has(heard, FourOctetAs))
    for family in _families(sessions):
        ours = any(Multiprotocol(family) in _both(each)[0] for each in sessions)
        theirs = any(Multiprotocol(family) in _both(each)[1] for each in sessions)
        yield from _row(f"Address family {family}", ours, theirs)
    restarts = [each for each in heard if isinstance(each, GracefulRestart)]
    for row in _row("Graceful Restart Capability", _has(sent, GracefulRestart), bool(restarts)):
        yield CapabilityRow(row.name, row.said, tuple(_restart(restarts)))
    yield from _row(
        "Enhanced Refresh Capability", _has(sent, EnhancedRefresh), _has(heard, EnhancedRefresh)
    )
    rows = list(
        _row("Multisession Capability", _has(sent, Multisession), _has(heard, Multisession))
    )
    yield rows[0] if rows else CapabilityRow("Multisession Capability", "")


def _both(session: Session) -> tuple[tuple[object, ...], tuple[object, ...]]:
    opened, heard = session.opened, session.heard
    return (
        () if opened is None else opened.capabilities,
        () if heard is None else heard.capabilities,
    )


def _has(capabilities: tuple[object, ...], kind: type) -> bool:
    return any(isinstance(each, kind) for each in capabilities)


def _has_new(capabilities: tuple[object, ...]) -> bool:
    return any(isinstance(each, RouteRefresh) and not each.cisco for each in capabilities)


def _families(sessions: list[Session]) -> list[Family]:
    found: dict[Family, None] = {}
    for session in sessions:
        for side in _both(session):
            found.update({e.family: None for e in side if isinstance(e, Multiprotocol)})
    return sorted(found)


def _row(name: str, is_sent: bool, is_heard: bool, suffix: str = "") -> Iterator[CapabilityRow]:
    words = [word for word, is_so in (("advertised", is_sent), ("received", is_heard)) if is_so]
    if words:
        yield CapabilityRow(name, " and ".join(words) + (suffix if is_heard else ""))


def _restart(restarts: list[GracefulRestart]) -> Iterator[str]:
    for each in restarts:
        yield f"Remote Restart timer is {each.restart_s} seconds"
        yield "Address families advertised by peer:"
        names = ", ".join(
            f"{f.family} (was {'' if f.preserved else 'not '}preserved" for f in each.families
        )
        yield f"  {names or 'none'}"


# -- families ----


def _policies(state: State, peer: Peer) -> Iterator[tuple[TableKey, PeerPolicy]]:
    assert state.settings is not None
    for key, table in state.settings.tables.items():
        policy = table.policies.get(peer.key)
        if policy is not None:
            yield key, policy


def _family(
    state: State, peer: Peer, key: TableKey, policy: PeerPolicy, now: Time
) -> NeighborFamily:
    """One family of a neighbor."""
    table = state.routing.tables.get(home_of(key))
    held: Advertising | None = state.advertising
    group = None if held is None else held.group_of(key, peer.key)
    receiver = state.routing.receivers.get(ReceiverKey(peer.key, key))
    session = peer.session_of(key.family)
    carriage = None if session is None else session.carried.get(key.family)
    best = multipath = 0
    if table is not None and table.counts.get(peer.key):
        for net in table.nets.values():
            best += net.best is not None and net.best.source.peer == peer.key
            multipath += sum(path.source.peer == peer.key for path in net.multipaths)
    current = 0 if table is None else table.counts.get(peer.key, 0)
    denied = {} if receiver is None else receiver.denied
    marks = (Marks(), Marks())
    if carriage is not None:
        marks = carriage.marks_sent, carriage.marks_received
    return NeighborFamily(
        key.family,
        str(peer.key.address),
        1 if table is None else table.version,
        _version(group, peer),
        0 if group is None or table is None or not group.pending else table.version,
        None if group is None else group.index,
        None if group is None else list(group.members).index(peer.key),
        tuple(policy_lines(policy)),
        Activity() if group is None else _sent(group, group.members[peer.key]),
        Activity(current)
        if receiver is None
        else Activity(
            current, receiver.accepted, receiver.implicit, receiver.explicit, best, multipath
        ),
        PATH_BYTES,
        tuple(_denied(denied, policy)),
        most_in_update=0 if group is None else group.most,
        epoch=1 if carriage is None else carriage.refresh_epoch,
        refresh_out=_refresh(marks[0], now),
        refresh_in=_refresh(marks[1], now),
        vrf=None if key.vrf == DEFAULT_VRF else key.vrf,
        keeps=policy.inbound.soft_reconfiguration,
    )


LOOPS = {
    OWN_AS: "AS_PATH loop",
    OWN_ORIGINATOR: "ORIGINATOR loop",
    OWN_CLUSTER: "CLUSTERLIST loop",
}
"""What can only come in."""
FILTERS = {TOO_LONG: "AS_PATH too long", FILTER_LIST: "filter-list", ROUTE_MAP: "route-map"}


def _denied(denied: Mapping[str, int], policy: PeerPolicy) -> Iterator[DeniedRow]:
    """What kept prefixes out, by the names IOS has for it."""
    others = 0
    for reason, count in denied.items():
        if reason in LOOPS:
            yield DeniedRow(LOOPS[reason], None, count)
        elif reason in FILTERS:
            yield DeniedRow(FILTERS[reason], 0, count)
        elif reason == PREFIX_FILTER:
            is_list = policy.inbound.prefix_list is not None
            yield DeniedRow("prefix-list" if is_list else "distribute-list", 0, count)
        else:
            others += count
    if others:
        yield DeniedRow("Other Policies", None, others)


def _version(group: Group | None, peer: Peer) -> int:
    """The version of the table that a neighbor was told of."""
    if group is None or group.members[peer.key].needs_all:
        return 1
    return max(group.version, 1)


def _sent(group: Group, member: Member) -> Activity:
    current = 0 if member.needs_all else len(group.sent)
    return Activity(current, member.announced, member.implicit, member.explicit)


def _refresh(marks: Marks, now: Time) -> Refresh:
    is_over = marks.ends > 0 and marks.ended_at >= marks.begun_at
    return Refresh(
        marks.begins,
        marks.ends,
        _ago(now, marks.begun_at),
        _ago(now, marks.ended_at),
        marks.ended_at - marks.begun_at if is_over else None,
    )


def policy_lines(policy: PeerPolicy) -> Iterator[str]:
    """How it is configured, line by line in IOS's order."""
    into, out = policy.inbound, policy.outbound
    if policy.policy_template is not None:
        yield f"Inherits from template {policy.policy_template}"
    if out.route_reflector_client:
        yield "Route-Reflector Client"
    if into.soft_reconfiguration:
        yield "Inbound soft reconfiguration allowed"
    if out.remove_private is not RemovePrivate.NO:
        yield "Private AS number removed from updates to this neighbor"
    if into.own_as_allowed:
        yield f"My AS number is allowed for {into.own_as_allowed} number of times"
    if out.override_as is not None:
        yield "Overrides the neighbor AS with my AS before sending updates"
    if out.next_hop_self is NextHopSelf.ALL:
        yield "NEXT_HOP is always this router for all paths"
    elif out.next_hop_self is NextHopSelf.EXTERNAL:
        yield "NEXT_HOP is always this router for eBGP paths"
    if out.next_hop_unchanged:
        yield "NEXT_HOP is unchanged for eBGP peers"
    if out.send_standard:
        yield "Community attribute sent to this neighbor"
    if out.send_extended:
        yield "Extended-community attribute sent to this neighbor"
    if policy.default_originate is not None:
        yield "Default information originate, default sent"
    if into.weight:
        yield f"Default weight {into.weight}"
    yield from _filters(into, out)
    limit = into.maximum_prefix
    if limit is not None:
        warning = " (warning-only)" if limit.is_warning else ""
        yield f"Maximum prefixes allowed {limit.limit}{warning}"
        yield f"Threshold for warning message {limit.percent}%"
        if limit.restart_minutes is not None:
            yield f", restart interval {limit.restart_minutes} min"


def _filters(into: Inbound, out: Outbound) -> Iterator[str]:
    if into.distribute_list or into.prefix_list or into.filter_list or into.route_map:
        yield "Inbound path policy configured"
    if out.distribute_list or out.prefix_list or out.filter_list or out.route_map:
        yield "Outbound path policy configured"
    if into.distribute_list is not None:
        yield f"Incoming update network filter list is {into.distribute_list}"
    if out.distribute_list is not None:
        yield f"Outgoing update network filter list is {out.distribute_list}"
    if into.prefix_list is not None:
        yield f"Incoming update prefix filter list is {into.prefix_list}"
    if out.prefix_list is not None:
        yield f"Outgoing update prefix filter list is {out.prefix_list}"
    if into.filter_list is not None:
        yield f"Incoming update AS path filter list is {into.filter_list}"
    if out.filter_list is not None:
        yield f"Outgoing update AS path filter list is {out.filter_list}"
    if into.route_map is not None:
        yield f"Route map for incoming advertisements is {into.route_map}"
    if out.route_map is not None:
        yield f"Route map for outgoing advertisements is {out.route_map}"
