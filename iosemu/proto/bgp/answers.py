"""The state of BGP's tables as the views that shows print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address
from iosemu.ages import age
from iosemu.features.community.config import CommunitiesConfig
from iosemu.features.vrf.read import vrfs_of
from iosemu.kernel.time import Time
from iosemu.rib.classful import classful
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_community import (
    LOCAL_AS,
    NO_ADVERTISE,
    NO_EXPORT,
    asn_text,
    community_text,
)
from iosemu.wire.bgp_family import VPNV4
from iosemu.wire.bgp_nlri import Nlri, RouteDistinguisher, VpnPrefix

from . import advertised, selected
from .dampening import FlapKey, is_suppressed
from .nexthops import vrf_of
from .queries import Prefix, PrefixQuery, Scope, TableQuery, Which
from .routing import NextHopKey, Routing
from .selected import order, plain
from .settings import DEFAULT_VRF, Bestpath, PeerKind, TableKey
from .state import State
from .table import Local, Net, Path, RibState, Slot, Table
from .views import DetailPath, PathRow, PrefixView, Section, TableView

RIB_FAILURE = "RIB-failure(17)"
"""17: a route of a better distance is in the routing table."""


def key_of(scope: Scope) -> TableKey:
    """The table a show is about; that of VPNv4 holds those of all VRFs."""
    return TableKey(scope.family, DEFAULT_VRF)


def table_of(state: State, key: TableKey) -> Table | None:
    routing: Routing | None = state.routing
    return None if routing is None or state.settings is None else routing.tables.get(key)


def rds_of(state: State) -> dict[RouteDistinguisher, str]:
    """The VRFs of this router by their RD."""
    return {vrf.rd: name for name, vrf in vrfs_of(state.config).items() if vrf.rd is not None}


# -- rows ----


def table_view(state: State, query: TableQuery) -> TableView | None:
    """The rows that are asked for, grouped by RD if there are any."""
    key = key_of(query.scope)
    table = table_of(state, key)
    if table is None:
        return None
    if query.which is Which.ADVERTISED_TO:
        chosen = advertised.rows(state, key, query.peer)
    elif query.which is Which.RECEIVED_FROM:
        chosen = received(table, query.peer)
    else:
        keep = selected.test(state, table, query)
        chosen = (
            (prefix, net, path)
            for prefix, net in sorted(table.nets.items(), key=lambda item: order(item[0]))
            for path in net.paths
            if keep(prefix, net, path)
        )
    rows = tuple(row(state, table, *each) for each in chosen)
    sections = tuple(by_rd(state, query.scope, rows)) if key.family == VPNV4 else (Section(rows),)
    total = sum(len({r.prefix for r in s.rows}) for s in sections) if query.counts else None
    return TableView(table.version, state.router_id, sections, state.version, total)


def received(
    table: Table, peer: IPv4Address | IPv6Address | None
) -> Iterator[tuple[Nlri, Net, Path]]:
    """What soft-reconfiguration inbound keeps of a neighbor."""
    nothing = Net()
    for key, kept in table.received.items():
        if key.address == peer:
            for (prefix, _), path in sorted(kept.items(), key=lambda item: order(item[0][0])):
                yield prefix, table.nets.get(prefix, nothing), path


def by_rd(state: State, scope: Scope, rows: tuple[PathRow, ...]) -> Iterator[Section]:
    """One section for each RD that has rows and is asked for."""
    names = rds_of(state)
    groups: dict[RouteDistinguisher, list[PathRow]] = {}
    for each in rows:
        assert isinstance(each.prefix, VpnPrefix)
        groups.setdefault(each.prefix.rd, []).append(each)
    for rd, found in groups.items():
        name = names.get(rd)
        if scope.vrf in (None, name) and scope.rd in (None, str(rd)):
            yield Section(tuple(found), heading_of(rd, name))


def heading_of(rd: RouteDistinguisher, name: str | None) -> str:
    """What is said of an RD above its prefixes."""
    return str(rd) if name is None else f"{rd} (default for vrf {name})"


def row(state: State, table: Table, prefix: Nlri, net: Net, path: Path) -> PathRow:
    """One path as a row."""
    attributes = path.attributes
    is_best = path is net.best
    return PathRow(
        prefix,
        attributes.next_hop,
        attributes.origin,
        path_text(attributes, dotted=is_dotted(state)),
        attributes.med,
        attributes.local_pref,
        path.weight,
        is_best=is_best,
        is_internal=path.is_internal,
        is_multipath=not is_best and path in net.multipaths,
        is_suppressed=prefix in table.suppressed,
        is_damped=bool(table.flaps) and is_suppressed(table, prefix, path),
        is_stale=path.is_stale,
        is_rib_failure=is_best and net.rib is RibState.FAILURE,
    )


def is_dotted(state: State) -> bool:
    """Whether AS numbers are printed as asdot."""
    return state.settings is not None and state.settings.asdot


def path_text(attributes: Attributes, *, dotted: bool) -> str:
    """The AS path as it is printed."""
    return " ".join(segment.text(dotted=dotted) for segment in attributes.as_path)


# -- one prefix ----


def prefix_views(state: State, query: PrefixQuery) -> tuple[PrefixView, ...]:
    """The prefix, or the longest that holds the address, in each RD that is asked for."""
    key = key_of(query.scope)
    table = table_of(state, key)
    if table is None:
        return ()
    if key.family != VPNV4:
        found = _find(table, query, lambda prefix: prefix)
        return () if found is None else (prefix_view(state, key, query, found),)
    names = rds_of(state)
    rds = dict.fromkeys(each.rd for each in table.nets if isinstance(each, VpnPrefix))
    views = []
    for rd in rds:
        if query.scope.vrf in (None, names.get(rd)) and query.scope.rd in (None, str(rd)):
            found = _find(table, query, lambda prefix, rd=rd: VpnPrefix(rd, prefix))  # type: ignore[misc]
            if found is not None:
                views.append(prefix_view(state, key, query, found))
    return tuple(views)


def _find(table: Table, query: PrefixQuery, named: Callable[[Prefix], Nlri]) -> Nlri | None:
    if query.prefix is not None:
        wanted = named(query.prefix)
        kept = ((wanted, 0) in each for each in table.received.values())
        return wanted if wanted in table.nets or any(kept) else None
    address = query.address
    assert address is not None
    if isinstance(address, IPv4Address):
        # An address that is a classful network means that first.
        exact = classful(IPv4Prefix(address, 32))
        if exact.network == address and named(exact) in table.nets:
            return named(exact)
    matches = [
        prefix
        for prefix in table.nets
        if named(plain(prefix)) == prefix
        and isinstance(plain(prefix).network, IPv6Address) == isinstance(address, IPv6Address)
        and plain(prefix).holds(address)
    ]
    return max(matches, key=lambda prefix: plain(prefix).length, default=None)


def prefix_view(state: State, key: TableKey, query: PrefixQuery, prefix: Nlri) -> PrefixView:
    """One prefix with the paths that are asked for."""
    table = state.routing.tables[key]
    net: Net = table.nets.get(prefix, Net())
    extra = list(received_only(table, prefix, net)) if table.received else []
    vrf = rds_of(state).get(prefix.rd) if isinstance(prefix, VpnPrefix) else "default"
    paths = net.paths
    if query.only == "bestpath":
        paths = tuple(path for path in paths if path is net.best)
    elif query.only == "multipaths":
        paths = tuple(path for path in paths if path in net.multipaths)
    return PrefixView(
        prefix,
        net.version,
        (
            *(detail(state, key, prefix, net, path, query.now) for path in paths),
            *(
                _as_received(state, key, prefix, path, query.now)
                for path in (extra if query.only is None else ())
            ),
        ),
        len(net.paths) + len(extra),
        net.paths.index(net.best) + 1 if net.best is not None else 0,
        vrf or "NULL",
        state.version,
        tuple(_notes(table, prefix, net)),
        advertised.groups_of(state, key, prefix),
        tuple(_comparing(state)),
        tuple(_multipath(net)),
    )


def _as_received(state: State, key: TableKey, prefix: Nlri, path: Path, now: Time) -> DetailPath:
    """What came and is not used as it came."""
    found = detail(state, key, prefix, Net(), path, now)
    notes = tuple(note for note in found.notes if note != "(received & used)")
    return replace(found, notes=(*notes, "(received-only)"))


def _notes(table: Table, prefix: Nlri, net: Net) -> Iterator[str]:
    if net.rib is RibState.FAILURE:
        yield RIB_FAILURE
    if prefix in table.suppressed:
        yield "Advertisements suppressed by an aggregate."
    if net.best is not None:
        communities = net.best.attributes.communities
        if NO_ADVERTISE in communities:
            yield "not advertised to any peer"
        elif NO_EXPORT in communities:
            yield "not advertised to EBGP peer"
        elif LOCAL_AS in communities:
            yield "not advertised outside local AS"


def _comparing(state: State) -> Iterator[str]:
    held = Bestpath() if state.settings is None else state.settings.bestpath
    if held.compare_router_id:
        yield "compare-routerid"
    if held.ignore_as_path:
        yield "as-path ignore"
    if held.always_compare_med:
        yield "med"
    if held.deterministic_med:
        yield "deterministic-med"


def _multipath(net: Net) -> Iterator[str]:
    if any(path.is_external for path in net.multipaths):
        yield "eBGP"
    if any(path.is_internal for path in net.multipaths):
        yield "iBGP"


def _dampening(table: Table | None, prefix: Nlri, path: Path, now: Time) -> str | None:
    """The past of a path that flapped."""
    flap = None if table is None else table.flaps.get(FlapKey(prefix, path.slot))
    if flap is None:
        return None
    text = (
        f"Dampinfo: penalty {int(flap.decayed(now))}, flapped {flap.flaps} times"
        f" in {age(now - flap.since)}"
    )
    return f"{text}, reuse in {age(flap.reuse_in(now))}" if flap.is_suppressed else text


def detail(
    state: State, key: TableKey, prefix: Nlri, net: Net, path: Path, now: Time
) -> DetailPath:
    """One path with all it has."""
    attributes, is_best = path.attributes, path is net.best
    held = state.routing.next_hops.get(NextHopKey(vrf_of(path, key), attributes.next_hop))
    is_known = path.is_local or (held is not None and held.is_reachable)
    aggregator = attributes.aggregator
    dotted = is_dotted(state)
    return DetailPath(
        path.epoch,
        path_text(attributes, dotted=dotted) or "Local",
        attributes.next_hop,
        IPv4Address(0) if path.is_local else path.source.address,
        state.router_id if path.is_local else path.source.router_id,
        attributes.origin,
        tuple(_flags(net, path, is_best=is_best)),
        tuple(_path_notes(state, table_of(state, key), prefix, path)),
        link_local=attributes.link_local,
        is_accessible=is_known,
        igp_metric=None if path.is_local or held is None else held.metric,
        med=attributes.med,
        local_pref=_preference(state, path),
        weight=path.weight,
        aggregator=None
        if aggregator is None
        else f"(aggregated by {asn_text(aggregator.asn, dotted=dotted)} {aggregator.address})",
        communities=tuple(
            community_text(each, new_format=has_new_format(state))
            for each in attributes.communities
        ),
        extended=tuple(map(str, attributes.extended_communities)),
        large=tuple(map(str, attributes.large_communities)),
        originator=attributes.originator_id,
        cluster_list=attributes.cluster_list,
        vrf=_via(state, prefix, path),
        labels=_labels(state, key, prefix, net, path),
        dampening=_dampening(table_of(state, key), prefix, path, now),
        imported=None if path.imported is None else str(path.imported),
        rx_path_id=path.path_id,
        tx_path_id=0 if is_best else None,
    )


def has_new_format(state: State) -> bool:
    """`ip bgp-community new-format`."""
    return state.config.of(CommunitiesConfig).new_format


def _preference(state: State, path: Path) -> int:
    given = path.attributes.local_pref
    if given is not None:
        return given
    return 100 if state.settings is None else state.settings.bestpath.default_local_preference


def _flags(net: Net, path: Path, *, is_best: bool) -> Iterator[str]:
    yield "valid"
    if path.local is Local.NETWORK:
        yield from ("sourced", "local")
    elif path.local is Local.REDISTRIBUTED:
        yield "sourced"
    elif path.local is Local.AGGREGATE:
        yield from ("aggregated", "local")
    elif path.kind is PeerKind.EXTERNAL:
        yield "external"
    elif path.kind is PeerKind.CONFEDERATION:
        yield "confed-external"
    else:
        yield "internal"
    if path.attributes.atomic_aggregate:
        yield "atomic-aggregate"
    if path in net.multipaths:
        yield "multipath"
    if is_best:
        yield "best"


def _path_notes(state: State, table: Table | None, prefix: Nlri, path: Path) -> Iterator[str]:
    aggregator = path.attributes.aggregator
    if aggregator is not None:
        number = asn_text(aggregator.asn, dotted=is_dotted(state))
        yield f"(aggregated by {number} {aggregator.address})"
    if path.source.is_client and not path.is_local:
        yield "(Received from a RR-client)"
    kept = None if table is None else received_path(table, prefix, path)
    if kept is not None and is_as_received(kept, path):
        yield "(received & used)"
    if table is not None and table.flaps and is_suppressed(table, prefix, path):
        yield "(suppressed due to dampening)"
    if path.is_stale:
        yield "(stale)"


def received_path(table: Table, prefix: Nlri, path: Path) -> Path | None:
    """A path as it came, before policy, if that is kept."""
    kept = None if path.source.peer is None else table.received.get(path.source.peer)
    return None if kept is None else kept.get((prefix, path.path_id))


def is_as_received(kept: Path, path: Path) -> bool:
    """Whether policy changed nothing."""
    return kept.attributes == path.attributes and kept.weight == path.weight


def received_only(table: Table, prefix: Nlri, net: Net) -> Iterator[Path]:
    """Paths as they came that policy changed or refused."""
    for peer, kept in table.received.items():
        path_ids = (each.path_id for each in net.paths if each.source.peer == peer)
        for path_id in dict.fromkeys((0, *path_ids)):
            path = kept.get((prefix, path_id))
            used = table.path_in(prefix, Slot(peer, path_id))
            if path is not None and (used is None or not is_as_received(path, used)):
                yield path


def _labels(state: State, key: TableKey, prefix: Nlri, net: Net, path: Path) -> str | None:
    told = labels_of(state, key, prefix, net, path)
    return None if told is None else "/".join(told)


def labels_of(
    state: State, key: TableKey, prefix: Nlri, net: Net, path: Path
) -> tuple[str, str] | None:
    """How this router calls a VPN prefix, and who told of it does; None if neither does."""
    if key.family != VPNV4 or not isinstance(prefix, VpnPrefix):
        return None
    own = state.routing.labels.get(prefix) if path is net.best else None
    if own is None and path.label is None:
        return None
    theirs = "nolabel" if path.label is None else str(path.label)
    if path.label is None and path.is_local:
        theirs += f"({rds_of(state).get(prefix.rd, '')})"
    return "nolabel" if own is None else str(own), theirs


def _via(state: State, prefix: Nlri, path: Path) -> str | None:
    """Where the next hop of a VPN path leads."""
    if not isinstance(prefix, VpnPrefix):
        return None
    peer = path.source.peer
    vrf = rds_of(state).get(prefix.rd) if peer is None else peer.vrf
    return "default" if vrf in (None, DEFAULT_VRF) else f"vrf {vrf}"
