"""The lists of BGP's tables from the state: prefixes in detail, labels, rib failures, flaps."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2
from zlib import crc32

from iosemu.address import IPv4Address, IPv6Address
from iosemu.kernel.time import MINUTE, SECOND
from iosemu.policy.regex import regex
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_family import Family
from iosemu.wire.bgp_nlri import Nlri, RouteDistinguisher, VpnPrefix

from .answers import (
    heading_of,
    is_dotted,
    key_of,
    labels_of,
    path_text,
    prefix_view,
    rds_of,
    table_of,
)
from .dampening import most
from .list_views import (
    AsPathRow,
    AsPathsView,
    DampeningView,
    DetailSection,
    DetailView,
    FailureRow,
    FailuresView,
    FlapRow,
    FlapsView,
    LabelRow,
    LabelSection,
    LabelsView,
)
from .queries import Listing, ListQuery, PrefixQuery, Scope
from .selected import order, plain
from .settings import Dampening, TableKey
from .state import State
from .summary import ATTRIBUTES_BYTES
from .table import Net, Path, RibState, Table

HIGHER_DISTANCE = "Higher admin distance"
FIRST_ADDRESS = 0x2D000000
BUCKETS = 4096
DECAY_STEP_S = 10

ListView = DetailView | FailuresView | LabelsView | AsPathsView | FlapsView | DampeningView | None


def families(state: State) -> tuple[Family, ...]:
    """The families that have a table: those of unicast, then VPNs."""
    found = {key.family for key in state.routing.tables}
    return tuple(sorted(found, key=lambda family: (family.safi, family.afi)))


def list_view(state: State, query: ListQuery) -> ListView:
    """None without such a table."""
    key = key_of(query.scope)
    table = table_of(state, key)
    if table is None:
        return None
    match query.listing:
        case Listing.DETAIL:
            return DetailView(tuple(_details(state, key, table, query)))
        case Listing.FAILURES:
            return FailuresView(tuple(_failures(state, key, table)))
        case Listing.LABELS:
            return LabelsView(tuple(_labels(state, key, table, query.scope)))
        case Listing.AS_PATHS:
            return AsPathsView(tuple(_as_paths(state, table, query)), query.peer is None)
        case Listing.PARAMETERS:
            return _dampening(state, key)
        case _:
            return FlapsView(
                table.version,
                state.router_id,
                tuple(_flaps(state, table, query)),
                state.version,
                counts=query.listing is Listing.FLAPS,
            )


def _parts(
    state: State, table: Table, scope: Scope
) -> Iterator[tuple[str | None, list[tuple[Nlri, Net]]]]:
    """The prefixes by RD, with what is said of it; without RDs, all."""
    names = rds_of(state)
    groups: dict[RouteDistinguisher | None, list[tuple[Nlri, Net]]] = {}
    for prefix, net in sorted(table.nets.items(), key=lambda item: order(item[0])):
        rd = prefix.rd if isinstance(prefix, VpnPrefix) else None
        groups.setdefault(rd, []).append((prefix, net))
    for rd, found in groups.items():
        name = None if rd is None else names.get(rd)
        if rd is None or (scope.vrf in (None, name) and scope.rd in (None, str(rd))):
            yield None if rd is None else heading_of(rd, name), found


def _details(
    state: State, key: TableKey, table: Table, query: ListQuery
) -> Iterator[DetailSection]:
    asked = PrefixQuery(query.scope, query.now)
    for heading, found in _parts(state, table, query.scope):
        views = tuple(prefix_view(state, key, asked, prefix) for prefix, _ in found)
        yield DetailSection(views, heading)


def _failures(state: State, key: TableKey, table: Table) -> Iterator[FailureRow]:
    foreign = state.routing.foreign_of(key)
    settings = None if state.settings is None else state.settings.tables.get(key)
    for prefix, net in sorted(table.nets.items(), key=lambda item: order(item[0])):
        if net.rib is RibState.FAILURE and net.best is not None:
            route = foreign.get(plain(prefix))
            matches = "n/a"
            if settings is not None and settings.suppress_inactive:
                hops = () if route is None else (hop.address for hop in route.next_hops)
                matches = "Yes" if net.best.next_hop in hops else "No"
            yield FailureRow(prefix, net.best.next_hop, HIGHER_DISTANCE, matches)


def _labels(state: State, key: TableKey, table: Table, scope: Scope) -> Iterator[LabelSection]:
    names = rds_of(state)
    for _, found in _parts(state, table, scope):
        rows = []
        for prefix, net in found:
            for path in net.paths:
                told = labels_of(state, key, prefix, net, path)
                if told is not None:
                    rows.append(LabelRow(prefix, path.next_hop, *told))
        if rows:
            first = rows[0].prefix
            assert isinstance(first, VpnPrefix)
            name = names.get(first.rd)
            heading = str(first.rd) if name is None else f"{first.rd} ({name})"
            yield LabelSection(tuple(rows), heading)


def _as_paths(state: State, table: Table, query: ListQuery) -> Iterator[AsPathRow]:
    counts: dict[Attributes, int] = {}
    for net in table.nets.values():
        for path in net.paths:
            if query.peer is None or _is_from(path, query.peer):
                counts[path.attributes] = counts.get(path.attributes, 0) + 1
    wanted = None if query.pattern is None else regex(query.pattern)
    for at, (attributes, count) in enumerate(counts.items()):
        text = path_text(attributes, dotted=is_dotted(state))
        if wanted is None or wanted.search(text):
            yield AsPathRow(
                FIRST_ADDRESS + at * ATTRIBUTES_BYTES,
                crc32(text.encode()) % BUCKETS,
                count,
                attributes.med or 0,
                text,
                attributes.origin,
            )


def _is_from(path: Path, address: IPv4Address | IPv6Address) -> bool:
    return path.source.peer is not None and path.source.peer.address == address


def _flaps(state: State, table: Table, query: ListQuery) -> Iterator[FlapRow]:
    found = sorted(table.flaps.items(), key=lambda item: order(item[0].prefix))
    for (prefix, slot), flap in found:
        path = flap.history or table.path_in(prefix, slot)
        if path is None or slot.peer is None or query.peer not in (None, slot.peer.address):
            continue
        if query.listing is Listing.DAMPENED and not flap.is_suppressed:
            continue
        net = table.nets.get(prefix)
        yield FlapRow(
            prefix,
            slot.peer.address,
            flap.flaps,
            query.now - flap.since,
            flap.reuse_in(query.now) if flap.is_suppressed else None,
            path_text(path.attributes, dotted=is_dotted(state)),
            path.attributes.origin,
            flap.is_suppressed,
            flap.history is not None,
            net is not None and path is net.best,
        )


def _dampening(state: State, key: TableKey) -> DampeningView | None:
    held = None if state.settings is None else state.settings.tables.get(key)
    if held is None or held.dampening is None:
        return None
    figures = held.dampening
    ceiling = most(figures)
    half_life_s = figures.half_life_minutes * MINUTE // SECOND
    decay_s = half_life_s * log2(ceiling / figures.suppress) if ceiling > figures.suppress else 0.0
    return DampeningView(
        figures.half_life_minutes,
        figures.reuse,
        figures.suppress,
        figures.longest_minutes,
        int(decay_s) // DECAY_STEP_S * DECAY_STEP_S,
        int(ceiling),
        figures == Dampening(),
        figures.route_map,
    )
