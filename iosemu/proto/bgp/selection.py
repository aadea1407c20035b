"""Best paths: chosen where something happened, numbered, put into the routing table."""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.wire.bgp_family import VPNV4
from iosemu.wire.bgp_nlri import Nlri, VpnPrefix

from . import dampening, decision, nexthops
from .decision import Choice, Limits
from .install import Installer, is_installed
from .routing import NextHopKey
from .settings import TableKey, TableSettings
from .table import Net, Path, Table, says_the_same
from .turn import Turn


def run(turn: Turn, key: TableKey, prefixes: Iterable[Nlri]) -> None:
    """Choose anew for these prefixes of a table; those of a VRF by its own settings."""
    by_rd = turn.state.routing.by_rd
    if key.family != VPNV4 or not by_rd:
        _run(turn, key, key, prefixes)
        return
    parts: dict[TableKey, list[Nlri]] = {}
    for prefix in prefixes:
        assert isinstance(prefix, VpnPrefix)
        vrf = by_rd.get(prefix.rd)
        parts.setdefault(key if vrf is None else vrf.table, []).append(prefix)
    for part, some in parts.items():
        _run(turn, key, part, some)


def _run(turn: Turn, key: TableKey, part: TableKey, prefixes: Iterable[Nlri]) -> None:
    """Choose for prefixes of the same settings, those of `part`."""
    routing = turn.state.routing
    table = routing.tables[key]
    settings = settings_of(turn, part)
    rules, limits = turn.settings.bestpath, Limits.of(settings)
    metric = nexthops.metric_lookup(turn, key)
    installer = Installer(turn, part, settings) if is_installed(part) else None
    is_damped = bool(table.flaps)
    is_synchronized = settings.synchronization
    known = routing.foreign_of(part)
    is_forced = key in routing.reinstalled
    nets, changed = table.nets, table.changed.append
    none: tuple[Path, ...] = ()
    # The paths of one update share their value: what holds for it is asked once.
    last: Path | None = None
    usable: Path | None = None
    fresh: list[tuple[Nlri, Net]] = []
    for prefix in prefixes:
        net = nets.get(prefix)
        if net is None:
            continue
        paths, shared = net.paths, none
        if is_damped:
            paths = tuple([p for p in paths if not dampening.is_suppressed(table, prefix, p)])
        if is_synchronized and prefix not in known:
            paths = tuple([p for p in paths if not p.is_internal])
        if len(paths) == 1:
            path = paths[0]
            if path is not last:
                if fresh and installer is not None and last is not None:
                    installer.offer_all(last, fresh)
                fresh, last = [], path
                usable = path if path.local is not None or metric(path) is not None else None
            best = usable
            if best is not None and net.best is None:
                # The first path of a prefix, as all of a full table are.
                net.best = best
                table.version = net.version = table.version + 1
                changed(prefix)
                fresh.append((prefix, net))
                continue
        else:
            best, shared = decision.choose(paths, net.best, metric, rules, limits)
        held = net.best
        if best is held and shared == net.multipaths and not is_forced:
            if not net.paths:
                table.drop(prefix)
            elif settings.selected_paths is not None:
                # Others may be told of the paths behind the best one, too.
                table.note_change(prefix, net)
            continue
        take_over(table, prefix, net, Choice(best, shared))
        if installer is not None:
            installer.offer(prefix, net)
        if not net.paths:
            table.drop(prefix)
    if installer is not None:
        if fresh and last is not None:
            installer.offer_all(last, fresh)
        installer.done()


def take_over(table: Table, prefix: Nlri, net: Net, choice: Choice) -> None:
    """A prefix has this best path; if that is news to others it gets a version."""
    is_news = not says_the_same(net.best, choice.best) or (
        # Which paths share the load does not matter to others, but to the version it does.
        choice.multipaths != net.multipaths
    )
    net.best, net.multipaths = choice.best, choice.multipaths
    if is_news:
        table.version += 1
        net.version = table.version
        table.changed.append(prefix)


def settings_of(turn: Turn, key: TableKey) -> TableSettings:
    """The settings of a table; of one that nothing was said about, the defaults."""
    held: TableSettings | None = turn.settings.tables.get(key)
    return TableSettings() if held is None else held


def mark(turn: Turn, key: TableKey, prefixes: Iterable[Nlri]) -> None:
    """Something happened to these prefixes."""
    turn.state.routing.dirty.setdefault(key, {}).update(dict.fromkeys(prefixes))


def mark_all(turn: Turn, key: TableKey, *, is_forced: bool = False) -> None:
    """Something happened to all of a table; is_forced: what is in the routing table changes even
    where the best path does not."""
    table = turn.state.routing.tables.get(key)
    if table is not None and table.nets:
        mark(turn, key, table.nets)
        if is_forced:
            turn.state.routing.reinstalled[key] = None


def mark_users(turn: Turn, changed: Iterable[NextHopKey]) -> None:
    """Some next hops are reached otherwise: all prefixes with a path that needs one of them."""
    wanted = dict.fromkeys(changed)
    if not wanted:
        return
    addresses = {key.address for key in wanted}
    for key, table in turn.state.routing.tables.items():
        found = [
            prefix
            for prefix, net in table.nets.items()
            for path in net.paths
            if path.attributes.next_hop in addresses
            and NextHopKey(nexthops.vrf_of(path, key), path.attributes.next_hop) in wanted
        ]
        if found:
            mark(turn, key, found)


def used_next_hops(turn: Turn) -> dict[NextHopKey, None]:
    """What the paths of all tables need."""
    found: dict[NextHopKey, None] = {}
    for key, table in turn.state.routing.tables.items():
        last: Path | None = None
        for net in table.nets.values():
            for path in net.paths:
                if path is not last and path.local is None:
                    last = path
                    found[NextHopKey(nexthops.vrf_of(path, key), path.attributes.next_hop)] = None
    return found
