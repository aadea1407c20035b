"""Update groups at work: who is in which, and runs that tell them what changed.

A run judges only prefixes whose best path changed since the group was run last, and encodes what it
says once.  Withdrawals go out at once, announcements when the advertisement interval of the group
allows it.  A member that is new, or asks for all again, is told what the others were told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iosemu.features.acl.config import AclsConfig
from iosemu.features.as_path.config import AsPathsConfig
from iosemu.features.community.config import CommunitiesConfig
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMapsConfig
from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.proto.base import TcpWrite, TimerFired
from iosemu.wire.bgp import RefreshSubtype, RouteRefresh, end_of_rib
from iosemu.wire.bgp_family import VPNV4, Family
from iosemu.wire.bgp_nlri import Nlri

from . import default, forms, pack, trace_out, vpn
from . import session as sessions
from .advertising import Advertising, Group, GroupKey, Member, Told, home_of, state_of
from .outbound import Speaker, default_prefix
from .peer import Session
from .settings import DEFAULT_VRF, Outbound, PeerKey, ProcessSettings, TableKey
from .state import State
from .table import Table
from .turn import Turn

RUN, INTERVAL, POLICY = "advertise", "interval", "policy"
TIMERS: tuple[str, ...] = (RUN, INTERVAL, POLICY)
GATHER_NS: Time = 10 * MILLISECOND
"""How long changes are gathered before they are told."""
POLICY_DELAY_NS: Time = 60 * SECOND
"""How long after a change of outbound policy groups are formed anew: a minute, for the rest of the
commands to be typed."""


def advertising(turn: Turn) -> Advertising:
    """The state of this side."""
    return state_of(turn.state)


def run_soon(turn: Turn) -> None:
    """There may be something to tell."""
    held = advertising(turn)
    if not held.is_due and not turn.state.is_read_only and held.groups:
        held.is_due = True
        turn.set_timer(GATHER_NS, RUN)


# -- members ----


def session_up(turn: Turn, session: Session) -> None:
    """The neighbor joins the groups of the families it carries."""
    for family in session.carried:
        table = TableKey(family, session.peer.vrf)
        member = Member(session.peer, forms.form_of(turn, session, family))
        _join(turn, member, GroupKey(table, _outbound(turn, session.peer, table)))
    run_soon(turn)


def session_down(turn: Turn, session: Session) -> None:
    """It leaves them."""
    for family in session.carried:
        leave(turn, TableKey(family, session.peer.vrf), session.peer)


def leave(turn: Turn, table: TableKey, peer: PeerKey) -> Group | None:
    """A neighbor is told no more; a group without members is gone."""
    held = advertising(turn)
    group = held.group_of(table, peer)
    if group is None:
        return None
    del group.members[peer]
    if not group.members:
        del held.groups[group.key]
        turn.stop_timer(INTERVAL, table, group.index)
    return group


def _outbound(turn: Turn, peer: PeerKey, table: TableKey) -> Outbound:
    policy = turn.settings.policy(peer, table)
    return Outbound(turn.peer(peer).settings.kind) if policy is None else policy.outbound


def _join(turn: Turn, member: Member, key: GroupKey) -> None:
    held = advertising(turn)
    group = held.groups.get(key)
    if group is None:
        index = held.indexes.get(key.table, 0) + 1
        held.indexes[key.table] = index
        group = held.groups[key] = Group(key, index)
    elif len(group.members) == 1:
        # Of several members each is told its own paths, too: judge those anew.
        group.is_stale = True
    group.members[member.peer] = member
    member.needs_all = True


# -- what makes groups run ----


def refresh_received(turn: Turn, session: Session, family: Family) -> None:
    """ROUTE-REFRESH: tell this neighbor its table again."""
    group = advertising(turn).group_of(TableKey(family, session.peer.vrf), session.peer)
    if group is not None:
        group.members[session.peer].needs_all = True
        run_soon(turn)


def soft_out(turn: Turn, session: Session, family: Family) -> None:
    """`clear ip bgp soft out`: judge anew, and tell the whole group all of it."""
    table = TableKey(family, session.peer.vrf)
    _move(turn, table, session.peer)
    group = advertising(turn).group_of(table, session.peer)
    if group is not None:
        group.is_stale = group.repeats = True
        run_soon(turn)


def configured(turn: Turn, old: ProcessSettings | None) -> None:
    """The settings or what policies name are others now.  Members change groups a minute later, as
    there may be more to come."""
    held = advertising(turn)
    held.hangs_on_routes = any(
        policy.default_originate is not None and policy.default_originate.route_map is not None
        for policy in turn.settings.policies()
    )
    named, held.named = held.named, _named(turn)
    if old is not None and _speaks_by(old) != _speaks_by(turn.settings):
        for group in held.groups.values():
            group.is_stale = True
    is_other_policy = bool(named) and any(
        a is not b for a, b in zip(named, held.named, strict=True)
    )
    if is_other_policy or any(
        _outbound(turn, peer, key.table) != key.outbound
        for key, group in held.groups.items()
        for peer in group.members
        if peer in turn.state.peers
    ):
        turn.set_timer(POLICY_DELAY_NS, POLICY)
    run_soon(turn)


def route_changed(turn: Turn) -> None:
    """The routing table is another."""
    if advertising(turn).hangs_on_routes:
        run_soon(turn)


def stop(turn: Turn) -> None:
    """The process ends."""
    for timer in (RUN, POLICY):
        turn.stop_timer(timer)
    for group in advertising(turn).groups.values():
        turn.stop_timer(INTERVAL, group.key.table, group.index)
    turn.state.advertising = Advertising()


def settled(turn: Turn) -> None:
    """Best paths are chosen: run if some group has not seen all of them."""
    tables = turn.state.routing.tables
    for key, group in advertising(turn).groups.items():
        table = tables.get(home_of(key.table))
        if table is not None and (group.version != table.version or _has_newcomers(group)):
            run_soon(turn)
            return


def _has_newcomers(group: Group) -> bool:
    return any(member.needs_all for member in group.members.values())


def _named(turn: Turn) -> tuple[object, ...]:
    """All that policies may name, as it is configured."""
    of = turn.state.config.of
    kinds = (RouteMapsConfig, PrefixListsConfig, AclsConfig, AsPathsConfig, CommunitiesConfig)
    return tuple(of(kind) for kind in kinds)


def _speaks_by(settings: ProcessSettings) -> tuple[object, ...]:
    """What of the process goes into what groups are told."""
    return (
        settings.cluster_id,
        settings.client_to_client,
        settings.confederation,
        settings.bestpath.default_local_preference,
    )


def timer_fired(turn: Turn, timer: TimerFired) -> None:
    """A timer of this side."""
    held = advertising(turn)
    match timer.key:
        case (str() as name,) if name == RUN:
            held.is_due = False
            for group in list(held.groups.values()):
                run(turn, group)
            _trim(turn)
        case (str() as name,) if name == POLICY:
            regroup(turn)
        case (str() as name, TableKey() as table, int() as index) if name == INTERVAL:
            for group in held.groups_of(table):
                if group.index == index:
                    run(turn, group)
            _trim(turn)
        case _:
            raise AssertionError(timer)


def regroup(turn: Turn) -> None:
    """Outbound policies changed a while ago: every member goes where it belongs, and what is told
    is judged anew."""
    held = advertising(turn)
    for group in list(held.groups.values()):
        for peer in list(group.members):
            _move(turn, group.key.table, peer)
    for group in held.groups.values():
        group.is_stale = True
    run_soon(turn)


def _move(turn: Turn, table: TableKey, peer: PeerKey) -> None:
    """To another group, if its policy says so: told all the new one is told, and that no more which
    only the old one was."""
    held = advertising(turn)
    group = held.group_of(table, peer)
    key = GroupKey(table, _outbound(turn, peer, table))
    if group is None or group.key == key:
        return
    member = group.members[peer]
    leave(turn, table, peer)
    if not member.needs_all:
        member.knows = dict.fromkeys(group.sent)
    _join(turn, member, key)


# -- runs ----


def run(turn: Turn, group: Group) -> None:
    """Tell the members of a group what changed."""
    table = turn.state.routing.tables.get(home_of(group.key.table))
    if table is None or turn.state.is_read_only or not group.members:
        return
    announced, withdrawn = _changes(turn, group, table)
    _deliver(turn, group, announced, withdrawn)
    newcomers = [member for member in group.members.values() if member.needs_all]
    if newcomers:
        _tell_all(turn, group, newcomers)
    touched = default_prefix(group.key.table)
    default.tell(
        turn,
        group,
        is_overwritten=touched is not None
        and (touched in withdrawn or any(touched in keys for _, keys in announced)),
    )


def _changes(turn: Turn, group: Group, table: Table) -> tuple[list[pack.Batch], list[Nlri]]:
    """What is to be said now; the rest of it waits in `pending`."""
    keys = _keys(turn, group, table)
    alone = next(iter(group.members)) if len(group.members) == 1 else None
    speaker = Speaker(turn, group.key.table, group.key.outbound, alone)
    is_vpn = group.key.table.family == VPNV4
    may_announce = turn.now >= group.due
    repeats, group.repeats = group.repeats, False
    sent, pending, nets, judge = group.sent, group.pending, table.nets, speaker.judge
    touched: list[tuple[Nlri, Told]] = []
    withdrawn: list[Nlri] = []
    for key in keys:
        net = nets.get(key)
        best = None if net is None else net.best
        bin_ = None if best is None else judge(key, best)
        held = sent.get(key)
        if bin_ is None:
            if held is not None:
                del sent[key]
                withdrawn.append(key)
            pending.pop(key, None)
            continue
        told = bin_.told
        if is_vpn and (told.label is None or told.rule.is_self):
            told = told._replace(label=vpn.label_of(turn, key))  # type: ignore[arg-type]
        if not repeats and (told is held or told == held):
            pending.pop(key, None)
        elif may_announce:
            sent[key] = told
            touched.append((key, told))
            pending.pop(key, None)
        else:
            pending[key] = None
    group.version = table.version
    if touched:
        group.due = turn.now + group.key.outbound.advertisement_interval_s * SECOND
    elif pending:
        group.repeats = repeats
        turn.set_timer(group.due - turn.now, INTERVAL, group.key.table, group.index)
    return pack.batches(touched), withdrawn


def _keys(turn: Turn, group: Group, table: Table) -> Iterable[Nlri]:
    """The prefixes to be judged; of a VRF those under its RD."""
    keys = _changed_keys(group, table)
    name = group.key.table.vrf
    if name == DEFAULT_VRF:
        return keys
    vrf = turn.state.routing.vrfs.get(name)
    rd = None if vrf is None else vrf.rd
    return [key for key in keys if key in group.sent or key.rd == rd]  # type: ignore[union-attr]


def _changed_keys(group: Group, table: Table) -> Iterable[Nlri]:
    if group.is_stale or group.version < table.trimmed:
        group.is_stale = False
        return dict.fromkeys((*group.sent, *table.nets)) if group.sent else list(table.nets)
    changed = table.changes_since(group.version)
    return dict.fromkeys((*group.pending, *changed)) if group.pending else changed


def _deliver(
    turn: Turn, group: Group, announced: list[pack.Batch], withdrawn: Sequence[Nlri]
) -> None:
    """To all members that know the rest already."""
    members = [member for member in group.members.values() if not member.needs_all]
    if not members or not (announced or withdrawn):
        return
    family = group.key.table.family
    shapes = dict.fromkeys(member.form for member in members)
    gone = pack.withdrawals(family, withdrawn, shapes)
    news = pack.announcements(family, announced, shapes)
    parcels = {form: pack.parcel((*gone.get(form, ()), *news[form])) for form in shapes}
    group.updates += sum(one.messages for one in parcels.values())
    for member in members:
        _send(turn, group, member, parcels[member.form])
    if trace_out.is_on(turn):
        for member in members:
            trace_out.told(turn, group, member, announced, withdrawn)


def _tell_all(turn: Turn, group: Group, newcomers: list[Member]) -> None:
    """To members that are new, or asked again: all the group was told."""
    family = group.key.table.family
    found = pack.batches(group.sent.items())
    messages = pack.announcements(family, found, (member.form for member in newcomers))
    parcels = {form: pack.parcel(found) for form, found in messages.items()}
    group.updates += sum(one.messages for one in parcels.values())
    for member in newcomers:
        session = session_of(turn, group, member)
        if session is None:
            continue
        member.needs_all = False
        gone = [key for key in member.knows if key not in group.sent]
        member.knows = {}
        if session.can_refresh_enhanced:
            sessions.send(turn, session, RouteRefresh(family, RefreshSubtype.BEGIN).emit())
        if gone:
            back = pack.withdrawals(family, gone, (member.form,))[member.form]
            _send(turn, group, member, pack.parcel(back))
        _send(turn, group, member, parcels[member.form])
        if trace_out.is_on(turn):
            trace_out.told(turn, group, member, found, gone)
        default.tell_member(turn, group, member, is_overwritten=True)
        if session.can_refresh_enhanced:
            sessions.send(turn, session, RouteRefresh(family, RefreshSubtype.END).emit())
        if member.needs_end:
            member.needs_end = False
            sessions.send(turn, session, end_of_rib(family))
            session.carried[family].has_told_end = True


def session_of(turn: Turn, group: Group, member: Member) -> Session | None:
    """The session of a member that carries the family of its group."""
    peer = turn.state.peers.get(member.peer)
    return None if peer is None else peer.session_of(group.key.table.family)


def _send(turn: Turn, group: Group, member: Member, parcel: pack.Parcel) -> None:
    session = session_of(turn, group, member)
    if session is None or session.conn is None or not parcel.messages:
        return
    group.replicated += parcel.messages
    turn.peer(session.peer).sent.updates += parcel.messages
    session.written_at = turn.now
    turn.do(TcpWrite(session.conn, parcel.data))


def _trim(turn: Turn) -> None:
    """What every reader of a table has seen need not be kept."""
    held = advertising(turn)
    for key, table in turn.state.routing.tables.items():
        seen = [group.version for group in held.readers_of(key)]
        if key in held.aggregated:
            seen.append(held.aggregated[key])
        table.trim(min(seen, default=table.version))


def is_busy(state: State) -> bool:
    """Whether something is about to be told."""
    held = state.advertising
    return isinstance(held, Advertising) and (
        held.is_due or any(group.pending for group in held.groups.values())
    )
