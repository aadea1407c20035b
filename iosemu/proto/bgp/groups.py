"""Update groups: who is in which, and what makes them run.

A change of the table, of policies, or a neighbor that asks: groups run a moment later, all at once
(`runs`).  Neighbors whose outbound policy changes go to another group a minute later.
"""

from __future__ import annotations

from dataclasses import replace

from iosemu.features.acl.config import AclsConfig
from iosemu.features.as_path.config import AsPathsConfig
from iosemu.features.community.config import CommunitiesConfig
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMapsConfig
from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.proto.base import TimerFired
from iosemu.wire.bgp import Notification
from iosemu.wire.bgp_error import Cease, Code
from iosemu.wire.bgp_family import Family

from . import aggregate, forms, runs
from . import session as sessions
from .advertising import (
    AGGREGATE,
    INTERVAL,
    POLICY,
    RUN,
    Advertising,
    Group,
    GroupKey,
    Member,
    home_of,
    state_of,
)
from .outbound import is_withheld
from .peer import Session
from .settings import Outbound, PeerKey, PeerKind, ProcessSettings, TableKey
from .state import State
from .turn import Turn

CLIENT_CHANGE = "RR client config change"
CONFIGURATION_CHANGE = Notification(Code.CEASE, Cease.CONFIGURATION_CHANGE)
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
    held = turn.state.peers.get(peer)
    if policy is None:
        return Outbound(PeerKind.EXTERNAL if held is None else held.settings.kind)
    if held is not None and held.with_dual_as and held.settings.dual_as is not None:
        # It knows this router by its own number, not by that of `local-as`.
        return replace(policy.outbound, prepends=(held.settings.dual_as,))
    return policy.outbound


def _join(turn: Turn, member: Member, key: GroupKey) -> None:
    held = advertising(turn)
    group = held.groups.get(key)
    if group is None:
        home = home_of(key.table)
        index = held.indexes.get(home, 0) + 1
        held.indexes[home] = index
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
        for table in turn.settings.tables.values()
        for policy in table.policies.values()
    )
    _reset_reflected(turn)
    named, held.named = held.named, _named(turn)
    if old is not None and _speaks_by(old) != _speaks_by(turn.settings):
        for group in held.groups.values():
            group.is_stale = True
    # By value: a lab that was saved holds equal ones, not the same.
    if (named and named != held.named) or any(
        _outbound(turn, peer, key.table) != key.outbound
        for key, group in held.groups.items()
        for peer in group.members
        if peer in turn.state.peers
    ):
        turn.set_timer(POLICY_DELAY_NS, POLICY)
    run_soon(turn)


def _reset_reflected(turn: Turn) -> None:
    """A neighbor that becomes a client of this route reflector, or is one no more, starts anew."""
    meant = [
        (group, member)
        for group in advertising(turn).groups.values()
        for member in group.members.values()
        if (policy := turn.settings.policy(member.peer, group.key.table)) is not None
        and policy.outbound.route_reflector_client is not group.key.outbound.route_reflector_client
    ]
    for group, member in meant:
        session = runs.session_of(turn, group, member)
        if session is not None:
            sessions.reset(turn, session, CLIENT_CHANGE, CONFIGURATION_CHANGE)


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
    if not advertising(turn).groups:
        runs.trim(turn)
        return
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
                runs.run(turn, group)
            runs.trim(turn)
        case (str() as name,) if name == POLICY:
            regroup(turn)
        case (str() as name, TableKey() as table, int() as index) if name == INTERVAL:
            for group in held.groups_of(table):
                if group.index == index:
                    runs.run(turn, group)
            runs.trim(turn)
        case (str() as name, TableKey() as table) if name == AGGREGATE:
            aggregate.on_timer(turn, table)
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


def scanned(turn: Turn) -> None:
    """The scanner came by: it is what looks at the conditions of advertise maps."""
    for group in advertising(turn).groups.values():
        maps = group.key.outbound.advertise_maps
        table = turn.state.routing.tables.get(home_of(group.key.table))
        if not maps or table is None:
            continue
        found = tuple(is_withheld(turn, one, table.nets) for one in maps)
        if found != group.conditions:
            group.conditions = found
            group.is_stale = True
            run_soon(turn)


def is_busy(state: State) -> bool:
    """Whether something is about to be told."""
    held = state.advertising
    return isinstance(held, Advertising) and (
        held.is_due or any(group.pending for group in held.groups.values())
    )
