"""`aggregate-address`: a path of this router for as long as a more specific prefix has one.

Which prefixes contribute is kept up to date along the versions of the table.  What an aggregate
says is worked out every `bgp aggregate-timer` at most.
"""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.address import IPv4Prefix, IPv6Prefix
from iosemu.kernel.time import SECOND
from iosemu.wire.bgp_as_path import AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attributes import Aggregator, Attributes, Origin
from iosemu.wire.bgp_family import VPNV4
from iosemu.wire.bgp_nlri import Nlri

from . import origin, policy, tables
from .advertising import AGGREGATE, Advertising, Aggregated, home_of, state_of
from .local import path_of
from .outbound import facts_of
from .settings import DEFAULT_VRF, Aggregate, Prefix, TableKey
from .table import Local, Path, Table
from .turn import Turn


def configured(turn: Turn) -> None:
    """Aggregates may be others now."""
    held = _state(turn)
    for key, settings in turn.settings.tables.items():
        if key.family == VPNV4 or not origin.is_there(turn, key):
            continue
        wanted = {one.prefix: one for one in settings.aggregates}
        known = held.aggregates.setdefault(key, {})
        for prefix in [prefix for prefix in known if prefix not in wanted]:
            _end(turn, key, prefix, known.pop(prefix))
        for prefix in wanted:
            known.setdefault(prefix, Aggregated())
        if known:
            _walk_all(turn, key)
        else:
            del held.aggregates[key]
            held.aggregated.pop(key, None)
            held.aggregate_at.pop(key, None)
    for key in [key for key in held.aggregates if not _is_there(turn, key)]:
        del held.aggregates[key]
        held.aggregated.pop(key, None)


def _is_there(turn: Turn, key: TableKey) -> bool:
    return key in turn.settings.tables and origin.is_there(turn, key)


def changed(turn: Turn) -> bool:
    """Best paths were chosen: have aggregates follow; whether any did."""
    held = turn.state.advertising
    if not isinstance(held, Advertising) or not held.aggregates:
        return False
    found = False
    for key in held.aggregates:
        table = turn.state.routing.tables[home_of(key)]
        if table.version != held.aggregated[key]:
            found = _walk(turn, key) or found
    return found


def on_timer(turn: Turn, key: TableKey) -> None:
    """Changes have waited long enough."""
    held = _state(turn)
    waiting = held.aggregates.get(key, {})
    for asked in _asked(turn, key):
        one = waiting.get(asked.prefix)
        if one is not None and one.is_waiting:
            _judge(turn, key, asked, one)
    held.aggregate_at[key] = turn.now


def _state(turn: Turn) -> Advertising:
    return state_of(turn.state)


# -- contributors ----


def _walk_all(turn: Turn, key: TableKey) -> None:
    """Look at the whole table."""
    held = _state(turn)
    table = turn.state.routing.tables[home_of(key)]
    known = held.aggregates[key]
    for one in known.values():
        one.contributors.clear()
    _look(turn, key, table, table.nets)
    for asked in _asked(turn, key):
        _judge(turn, key, asked, known[asked.prefix])


def _walk(turn: Turn, key: TableKey) -> bool:
    """Look at what changed; whether it is about an aggregate.  One that begins or ends does so at
    once, and so do its parts disappear; what it says waits for the timer."""
    held = _state(turn)
    table = turn.state.routing.tables[home_of(key)]
    known = held.aggregates[key]
    touched = _look(turn, key, table, table.changes_since(held.aggregated[key]))
    timer_s = turn.settings.tables[key].aggregate_timer_s
    due = held.aggregate_at.get(key, -timer_s * SECOND) + timer_s * SECOND
    for asked in _asked(turn, key):
        if asked.prefix not in touched:
            continue
        one = known[asked.prefix]
        if turn.now >= due or one.exists != bool(one.contributors):
            _judge(turn, key, asked, one)
            held.aggregate_at[key] = turn.now
        else:
            _suppress(table, one, _hidden(turn, table, asked, one))
            one.is_waiting = True
            turn.set_timer(due - turn.now, AGGREGATE, key)
    return bool(touched)


def _asked(turn: Turn, key: TableKey) -> list[Aggregate]:
    """The aggregates of a table, the longest first, as one may contribute to another."""
    return sorted(turn.settings.tables[key].aggregates, key=lambda one: -one.prefix.length)


def _look(turn: Turn, key: TableKey, table: Table, prefixes: Iterable[Nlri]) -> list[Prefix]:
    """Who contributes to what; the aggregates that something changed for."""
    held = _state(turn)
    nets = table.nets
    rd = None if key.vrf == DEFAULT_VRF else turn.state.routing.vrfs[key.vrf].rd
    touched: dict[Prefix, None] = {}
    for prefix in prefixes:
        if rd is not None and prefix.rd != rd:  # type: ignore[union-attr]
            continue
        net = nets.get(prefix)
        best = None if net is None else net.best
        for whole, one in held.aggregates[key].items():
            if not _covers(whole, policy.bare(prefix)):
                continue
            touched[whole] = None
            if best is not None:
                one.contributors[prefix] = None
            else:
                one.contributors.pop(prefix, None)
    held.aggregated[key] = table.version
    return list(touched)


def _covers(whole: Prefix, part: Prefix) -> bool:
    """Whether a prefix is a more specific one of an aggregate."""
    if isinstance(whole, IPv4Prefix):
        return (
            isinstance(part, IPv4Prefix)
            and part.length > whole.length
            and whole.holds(part.network)
        )
    return isinstance(part, IPv6Prefix) and part.length > whole.length and whole.holds(part.network)


# -- aggregates ----


def _judge(turn: Turn, key: TableKey, asked: Aggregate, held: Aggregated) -> None:
    """Have the path of an aggregate be what its contributors say."""
    table = turn.state.routing.tables[home_of(key)]
    held.is_waiting = False
    paths = _contributing(turn, table, asked, held)
    held.exists = bool(paths)
    if not paths:
        tables.withdraw_local(turn, key, asked.prefix, Local.AGGREGATE)
        _suppress(table, held, {})
        return
    attributes = aggregated(
        asked, list(paths.values()), Aggregator(_own_as(turn), turn.state.router_id)
    )
    if asked.attribute_map is not None:
        own = path_of(turn, Local.AGGREGATE, attributes)
        facts = facts_of(own, turn.settings.asn)
        bound = policy.bound_map(turn, asked.attribute_map, attributes, facts)
        outcome = None if bound is None else bound.decide(asked.prefix)
        if outcome is not None:
            attributes = outcome.attributes
    tables.originate(turn, key, asked.prefix, path_of(turn, Local.AGGREGATE, attributes))
    _suppress(table, held, _hidden(turn, table, asked, held))


def _own_as(turn: Turn) -> int:
    settings = turn.settings
    return settings.asn if settings.confederation is None else settings.confederation


def _contributing(turn: Turn, table: Table, asked: Aggregate, held: Aggregated) -> dict[Nlri, Path]:
    """The best paths it is made of; `advertise-map` says which."""
    found: dict[Nlri, Path] = {}
    for prefix in held.contributors:
        best = table.nets[prefix].best
        if best is not None and _permits(turn, asked.advertise_map, prefix, best):
            found[prefix] = best
    return found


def _permits(turn: Turn, name: str | None, prefix: Nlri, path: Path) -> bool:
    """Whether a route map permits a more specific path; one that is not defined permits none."""
    if name is None:
        return True
    facts = facts_of(path, turn.settings.asn)
    bound = policy.bound_map(turn, name, path.attributes, facts)
    return bound is not None and bound.decide(policy.bare(prefix)) is not None


def aggregated(asked: Aggregate, paths: list[Path], aggregator: Aggregator) -> Attributes:
    """The attributes of an aggregate of these paths (RFC 4271 9.2.2.2).  Without `as-set` nothing
    of theirs is kept, and ATOMIC_AGGREGATE says so."""
    zero = type(asked.prefix.network)(0)
    if not asked.as_set:
        return Attributes(Origin.IGP, next_hop=zero, atomic_aggregate=True, aggregator=aggregator)
    every = [path.attributes for path in paths]
    communities = dict.fromkeys(c for one in every for c in one.communities)
    extended = dict.fromkeys(c for one in every for c in one.extended_communities)
    large = dict.fromkeys(c for one in every for c in one.large_communities)
    return Attributes(
        max(one.origin for one in every),
        as_set_path([one.as_path for one in every]),
        zero,
        atomic_aggregate=any(one.atomic_aggregate for one in every),
        aggregator=aggregator,
        communities=tuple(sorted(communities)),
        extended_communities=tuple(sorted(extended)),
        large_communities=tuple(sorted(large)),
    )


def as_set_path(paths: list[AsPath]) -> AsPath:
    """What all paths begin with, then a set of all other systems in any of them."""
    plain = [path.without_confederation for path in paths]
    runs = [_leading(path) for path in plain]
    common: list[int] = []
    for asns in zip(*runs, strict=False):
        if len(set(asns)) > 1:
            break
        common.append(asns[0])
    others = {asn for path in plain for asn in path.asns} - set(common)
    path = AsPath.of(*common)
    if others:
        path = AsPath((*path, Segment(SegmentKind.SET, tuple(sorted(others)))))
    return path


def _leading(path: AsPath) -> tuple[int, ...]:
    """The sequence a path begins with."""
    return path[0].asns if path and path[0].kind == SegmentKind.SEQUENCE else ()


# -- suppression ----


def _hidden(turn: Turn, table: Table, asked: Aggregate, held: Aggregated) -> dict[Nlri, None]:
    """The more specific prefixes that are not advertised."""
    if asked.summary_only:
        return dict(held.contributors)
    if asked.suppress_map is None:
        return {}
    return {
        prefix: None
        for prefix in held.contributors
        if (best := table.nets[prefix].best) is not None
        and _permits(turn, asked.suppress_map, prefix, best)
    }


def _suppress(table: Table, held: Aggregated, wanted: dict[Nlri, None]) -> None:
    """Have these prefixes be hidden by this aggregate; several may hide the same."""
    count = table.suppressed
    for prefix in wanted:
        if prefix not in held.suppressed:
            count[prefix] = count.get(prefix, 0) + 1
            if count[prefix] == 1:
                table.note_change(prefix, table.nets.get(prefix))
    for prefix in held.suppressed:
        if prefix not in wanted:
            count[prefix] -= 1
            if not count[prefix]:
                del count[prefix]
                table.note_change(prefix, table.nets.get(prefix))
    held.suppressed = wanted


def _end(turn: Turn, key: TableKey, prefix: Prefix, held: Aggregated) -> None:
    """There is no such aggregate any more."""
    tables.withdraw_local(turn, key, prefix, Local.AGGREGATE)
    _suppress(turn.state.routing.tables[home_of(key)], held, {})
