"""`neighbor default-originate`: a default route of this router, told to one neighbor whatever the
table and the policies of its group say."""

from __future__ import annotations

from iosemu.policy.path_map import Outcome, PathFacts
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_nlri import Nlri

from . import pack, policy, trace_out
from . import session as sessions
from .advertising import SELF, Group, Member, Told
from .local import path_of
from .outbound import default_prefix, facts_of, rewritten
from .settings import DefaultOriginate, TableKey
from .table import Local
from .turn import Turn


def tell(turn: Turn, group: Group, *, is_overwritten: bool) -> None:
    """Keep the members that are to have one informed.  is_overwritten: all members have just been
    told of the default route of the table."""
    for member in group.members.values():
        tell_member(turn, group, member, is_overwritten=is_overwritten)


def tell_member(turn: Turn, group: Group, member: Member, *, is_overwritten: bool) -> None:
    """One member, that knows the rest already."""
    prefix = default_prefix(group.key.table)
    peer_policy = turn.settings.policy(member.peer, group.key.table)
    asked = None if peer_policy is None else peer_policy.default_originate
    if prefix is None or member.needs_all or (asked is None and member.default is None):
        return
    wanted = None if asked is None else _told(turn, group, asked)
    if wanted is None and member.default is None:
        return
    if wanted == member.default and not is_overwritten:
        return
    member.default = wanted
    family, form = group.key.table.family, member.form
    said = wanted or group.sent.get(prefix)
    keys: list[Nlri] = [prefix]
    if said is None:
        messages = pack.withdrawals(family, keys, (form,))[form]
    else:
        messages = pack.announcements(family, [(said, keys)], (form,))[form]
    peer = turn.state.peers.get(member.peer)
    session = None if peer is None else peer.session_of(family)
    if session is None:
        return
    for message in messages:
        sessions.send(turn, session, message)
    if trace_out.is_on(turn):
        news = [] if said is None else [(said, keys)]
        trace_out.told(turn, group, member, news, keys if said is None else [])


def _told(turn: Turn, group: Group, asked: DefaultOriginate) -> Told | None:
    """The default route as members of a group are told of it; None: the route map is not met."""
    prefix = default_prefix(group.key.table)
    assert prefix is not None
    attributes = Attributes(Origin.IGP, next_hop=prefix.network)
    path = path_of(turn, Local.NETWORK, attributes)
    outcome = Outcome(attributes)
    if asked.route_map is not None:
        if not _is_met(turn, group.key.table, asked.route_map):
            return None
        bound = policy.bound_map(
            turn, asked.route_map, attributes, facts_of(path, turn.settings.asn)
        )
        outcome = (None if bound is None else bound.decide(prefix)) or outcome
    cluster = turn.settings.cluster_id or turn.state.router_id
    changed = rewritten(group.key.outbound, path, outcome, turn.settings, cluster)
    return Told(changed, SELF)


def _is_met(turn: Turn, table: TableKey, name: str) -> bool:
    """Whether the routing table holds a route that the route map permits."""
    routing = turn.state.routing
    nothing = Attributes()
    for route in routing.foreign_of(table).values():
        facts = PathFacts("", route.key.owner, tag=route.tag)
        hop = route.next_hops[0].address
        attributes = nothing if hop is None else nothing._replace(next_hop=hop)
        bound = policy.bound_map(turn, name, attributes, facts)
        if bound is not None and bound.decide(route.key.prefix) is not None:
            return True
    home = routing.tables.get(table)
    if home is None:
        return False
    for key, net in home.nets.items():
        if net.best is None:
            continue
        facts = facts_of(net.best, turn.settings.asn)
        bound = policy.bound_map(turn, name, net.best.attributes, facts)
        if bound is not None and bound.decide(policy.bare(key)) is not None:
            return True
    return False
