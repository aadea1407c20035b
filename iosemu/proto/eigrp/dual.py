"""DUAL, RFC 7868 3.5: which paths a destination uses, and when the neighbors have to be asked.

The feasibility condition is strict, and the path of least distance has to meet it: with a better
path that does not, the destination goes active, so that what is settled is always the shortest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd

from iosemu.address import IPv4Prefix
from iosemu.kernel.time import SECOND
from iosemu.wire.eigrp import Opcode
from iosemu.wire.eigrp_route import External

from . import summary, table, trace
from .metric import INFINITY, UNREACHABLE, Vector
from .notes import Note
from .state import Destination, Kind, NeighborKey, Origin, Path, PathKey
from .turn import Turn

SHARE = 240
"""Traffic share of the best of unequal paths, before it is reduced."""


# -- what happens to a destination ----


def on_path(
    turn: Turn,
    destination: Destination,
    key: PathKey,
    path: Path | None,
    opcode: Opcode | None = None,
) -> None:
    """A path is now this (None: gone).  `opcode`: what told it; None: something of our own."""
    before = destination.paths.get(key)
    if opcode is not None:
        _heard(turn, destination, key, path, opcode)
    if path is None:
        destination.paths.pop(key, None)
    else:
        destination.paths[key] = path
    was = INFINITY if before is None else before.distance
    rose = (INFINITY if path is None else path.distance) > was
    if destination.is_active:
        _on_path_active(turn, destination, key, opcode, rose=rose)
        return
    if path is None and before is None and opcode is Opcode.UPDATE:
        return
    asker = neighbor_of(key) if opcode is Opcode.QUERY else None
    if asker is None and (before == path or _is_aside(turn, destination, key, path)):
        return
    usable = table.usable(turn, destination)
    if trace.FSM in turn.state.debugs:
        trace.searched(turn, destination, is_found=is_settled(destination, usable))
    if is_settled(destination, usable):
        settle(turn, destination, usable)
        if asker is not None:
            reply(turn, destination, asker)
    elif asker is not None and key in destination.successors:
        go_active(turn, destination, Origin.SUCCESSOR, asker)
    else:
        if asker is not None:
            reply(turn, destination, asker)
        go_active(turn, destination, Origin.SELF, None)


_HEARD = {
    Opcode.UPDATE: Note.UPDATED,
    Opcode.QUERY: Note.QUERIED,
    Opcode.REPLY: Note.REPLIED,
}


def _heard(
    turn: Turn, destination: Destination, key: PathKey, path: Path | None, opcode: Opcode
) -> None:
    """Remember, and say if that is wanted, what a neighbor told."""
    turn.note(_HEARD[opcode], destination.prefix, key.address)
    neighbor = neighbor_of(key)
    if trace.FSM in turn.state.debugs and neighbor is not None:
        trace.heard(turn, destination, neighbor, path, opcode)


def _is_aside(turn: Turn, destination: Destination, key: PathKey, path: Path | None) -> bool:
    """Whether a path was not used and is too far to be: then nothing else changes."""
    if not destination.successors or key in destination.successors:
        return False
    best = destination.best
    if path is not None and best is not None and (path.is_own or _outranks(path, best)):
        return False
    return path is None or path.distance > destination.distance * turn.process.settings.variance


def _outranks(path: Path, best: Path) -> bool:
    """An internal path comes before an external one whatever its distance."""
    return path.external is None and best.external is not None


def _on_path_active(
    turn: Turn, destination: Destination, key: PathKey, opcode: Opcode | None, *, rose: bool
) -> None:
    """RFC 7868 3.5.2: events of an active destination."""
    neighbor = neighbor_of(key)
    is_successor = key in destination.successors
    if is_successor and opcode is Opcode.QUERY:
        destination.asker = neighbor
        destination.origin = _ASKED[destination.origin or Origin.SELF]
    elif opcode is Opcode.QUERY and neighbor is not None:
        reply(turn, destination, neighbor)
    elif is_successor and rose and opcode is not Opcode.REPLY:
        destination.origin = _INCREASED[destination.origin or Origin.SELF]
    if neighbor is not None and opcode is Opcode.REPLY:
        on_reply(turn, destination, neighbor)


_ASKED = {
    Origin.SELF_INCREASED: Origin.SUCCESSOR_INCREASED,
    Origin.SELF: Origin.SUCCESSOR_INCREASED,
    Origin.SUCCESSOR_INCREASED: Origin.SUCCESSOR_INCREASED,
    Origin.SUCCESSOR: Origin.SUCCESSOR,
}
_INCREASED = {
    Origin.SELF_INCREASED: Origin.SELF_INCREASED,
    Origin.SELF: Origin.SELF_INCREASED,
    Origin.SUCCESSOR_INCREASED: Origin.SUCCESSOR_INCREASED,
    Origin.SUCCESSOR: Origin.SUCCESSOR_INCREASED,
}


def on_reply(turn: Turn, destination: Destination, neighbor: NeighborKey) -> None:
    """One of those asked answered, or will never answer; the last one ends the active state."""
    if destination.awaited.pop(neighbor, None) is None:
        return
    if trace.FSM in turn.state.debugs:
        trace.replied(turn, destination)
    if not destination.awaited:
        turn.note(Note.FREED, destination.prefix)
        on_last_reply(turn, destination)


def on_last_reply(turn: Turn, destination: Destination) -> None:
    """All replies are here."""
    match destination.origin:
        case Origin.SELF | Origin.SUCCESSOR:
            destination.distance_feasible = INFINITY
            _go_passive(turn, destination)
        case Origin.SELF_INCREASED | Origin.SUCCESSOR_INCREASED if is_settled(
            destination, table.usable(turn, destination)
        ):
            _go_passive(turn, destination)
        case Origin.SELF_INCREASED:
            go_active(turn, destination, Origin.SELF, destination.asker)
        case Origin.SUCCESSOR_INCREASED:
            go_active(turn, destination, Origin.SUCCESSOR, destination.asker)
        case None:
            raise AssertionError("a reply to a passive destination")


def judge(turn: Turn, destination: Destination) -> None:
    """The routing table prefers another source now, or no longer does: choose again."""
    if destination.is_active:
        return
    usable = table.usable(turn, destination)
    if is_settled(destination, usable):
        settle(turn, destination, usable)
    else:
        go_active(turn, destination, Origin.SELF, None)


def prefixes_of(turn: Turn, neighbor: NeighborKey) -> list[IPv4Prefix]:
    """The destinations a neighbor told of."""
    key = path_key(neighbor)
    return [d.prefix for d in turn.process.topology.values() if key in d.paths]


def lose_path(turn: Turn, prefix: IPv4Prefix, neighbor: NeighborKey) -> None:
    """A neighbor no longer tells of a destination."""
    destination = turn.process.topology.get(prefix)
    if destination is not None and path_key(neighbor) in destination.paths:
        on_path(turn, destination, path_key(neighbor), None)


def lose_neighbor(turn: Turn, neighbor: NeighborKey) -> None:
    """An adjacency is gone: its paths, what it was to answer, and what it asked."""
    key = path_key(neighbor)
    for destination in list(turn.process.topology.values()):
        if destination.asker == neighbor:
            destination.asker = None
            destination.origin = _WITHOUT_ASKER.get(
                destination.origin or Origin.SELF, destination.origin
            )
        if key in destination.paths:
            on_path(turn, destination, key, None)
        if destination.is_active:
            # Who comes back under this address is another neighbor: its query must be answered at
            # once, not at the end, or both might wait for each other.
            destination.successors = tuple(k for k in destination.successors if k != key)
            on_reply(turn, destination, neighbor)


_WITHOUT_ASKER = {
    Origin.SUCCESSOR: Origin.SELF,
    Origin.SUCCESSOR_INCREASED: Origin.SELF_INCREASED,
}


# -- transitions ----


def go_active(
    turn: Turn, destination: Destination, origin: Origin, asker: NeighborKey | None
) -> None:
    """Ask the neighbors; with nobody to ask, the answer is there at once."""
    path = destination.best
    if path is not None and path not in table.usable(turn, destination):
        path = None
    destination.frozen = UNREACHABLE if path is None else path.vector
    destination.frozen_external = None if path is None else path.external
    if not destination.is_active:
        destination.active_since = turn.now
    destination.origin, destination.asker = origin, asker
    if path is None or not path.is_reachable:
        table.withdraw(turn, destination)
    is_unsaid = turn.process.outbox.updates.pop(destination.prefix, ()) != ()
    asked = tuple(_to_ask(turn, asker, is_unsaid=is_unsaid))
    destination.awaited = dict.fromkeys(asked, 0)
    destination.told = (destination.frozen, destination.frozen_external)
    turn.note(Note.ACTIVE, destination.prefix, len(asked))
    if trace.FSM in turn.state.debugs:
        trace.active(turn, destination, len(asked))
    if not asked:
        on_last_reply(turn, destination)
        return
    turn.process.outbox.queries[destination.prefix] = asked
    turn.flush_soon()
    active_s = turn.process.settings.active_time_s
    if active_s is not None:
        turn.set_timer(active_s * SECOND // 2, "active", destination.prefix)


def _to_ask(turn: Turn, asker: NeighborKey | None, *, is_unsaid: bool) -> Iterable[NeighborKey]:
    """Everybody but stubs and, with split horizon, those who heard the asker's query themselves.

    is_unsaid: the last update never went out, as nothing is told while a destination is active.
    Then these have to hear, by a query, that we no longer reach it as they think.
    """
    process = turn.process
    spared = None
    is_split = asker is not None and process.ports[asker.interface].settings.split_horizon
    if asker is not None and is_split and not is_unsaid:
        spared = asker.interface
    for key, neighbor in process.neighbors.items():
        if neighbor.is_up and neighbor.stub is None and key != asker and key.interface != spared:
            yield key


def _go_passive(turn: Turn, destination: Destination) -> None:
    asker = destination.asker
    destination.origin = destination.asker = None
    destination.awaited = {}
    turn.stop_timer("active", destination.prefix)
    settle(turn, destination, is_after_active=True)
    if asker is not None and asker in turn.process.neighbors:
        reply(turn, destination, asker)


def settle(
    turn: Turn,
    destination: Destination,
    usable: Sequence[Path] | None = None,
    *,
    is_after_active: bool = False,
) -> None:
    """Choose successors of a passive destination; tell the routing table and the neighbors."""
    paths = table.usable(turn, destination) if usable is None else usable
    best = least_distance(paths)
    destination.distance_feasible = min(destination.distance_feasible, best)
    successors = tuple(_successors(turn, destination, paths, best))
    before, destination.successors = destination.successors, successors
    now_told = told(destination)
    if before != successors or now_told != destination.told:
        turn.process.serial += 1
        destination.serial = turn.process.serial
        where = None if is_after_active else _where(turn, destination, before, now_told)
        destination.told = now_told
        tell(turn, destination.prefix, where)
    if not successors:
        destination.distance_feasible = INFINITY
    chosen = tuple([destination.paths[key] for key in successors])
    if chosen != destination.chosen:
        destination.chosen = chosen
        _chosen(turn, destination)
        table.offer(turn, destination)
        summary.component_changed(turn, destination)
    if not destination.paths and not successors:
        turn.process.topology.pop(destination.prefix, None)
        turn.note(Note.METRIC, destination.prefix, INFINITY)
        turn.note(Note.DELETED, destination.prefix, 1)
        if trace.FSM in turn.state.debugs:
            trace.removed(turn, destination)


def _chosen(turn: Turn, destination: Destination) -> None:
    """Remember, and say if that is wanted, which paths are used now."""
    turn.note(Note.METRIC, destination.prefix, destination.distance)
    for key in destination.successors:
        turn.note(Note.INSTALLED, destination.prefix, key.address or key.source)
    if trace.FSM in turn.state.debugs:
        trace.installed(turn, destination)


def tell(turn: Turn, prefix: IPv4Prefix, where: tuple[str, ...] | None = None) -> None:
    """A destination is to be told at these interfaces (None: all) at the next flush."""
    updates = turn.process.outbox.updates
    held = updates.get(prefix, ())
    updates[prefix] = None if where is None or held is None else (*held, *where)
    turn.flush_soon()


def _where(
    turn: Turn,
    destination: Destination,
    before: tuple[PathKey, ...],
    now_told: tuple[Vector, External | None],
) -> tuple[str, ...] | None:
    """Where a destination that was passive is told otherwise now; None: everywhere.

    Where the successors were and are, the neighbors know already that they shall not come to us;
    where they neither were nor are, only another vector or originator is news.
    """
    was = [source for kind, source, _ in before if kind is Kind.NEIGHBOR]
    now = [source for kind, source, _ in destination.successors if kind is Kind.NEIGHBOR]
    path, chosen = destination.best, destination.chosen
    router = None if path is None else path.router
    is_news = now_told != destination.told or not chosen or chosen[0].router != router
    if is_news and not (was and now):
        return None
    found = []
    for name, port in turn.process.ports.items():
        is_now = name in now
        if (
            (is_news and not is_now)
            or (name in was) != is_now
            or not port.settings.split_horizon
            or not port.settings.next_hop_self
        ):
            found.append(name)
    return tuple(found)


def reply(turn: Turn, destination: Destination, neighbor: NeighborKey) -> None:
    """Owe a neighbor the answer to its query."""
    if neighbor in turn.process.neighbors:
        turn.process.outbox.replies.setdefault(neighbor, {})[destination.prefix] = None
        turn.flush_soon()


def told(destination: Destination) -> tuple[Vector, External | None]:
    """What the others are to know of a destination."""
    if destination.is_active:
        return destination.frozen, destination.frozen_external
    path = destination.best
    return (UNREACHABLE, None) if path is None else (path.vector, path.external)


# -- conditions ----


def least_distance(paths: Iterable[Path]) -> int:
    """Over these paths."""
    return min([path.distance for path in paths], default=INFINITY)


def is_settled(destination: Destination, usable: Sequence[Path]) -> bool:
    """Whether the destination may be passive: a path of least distance is feasible, or there never
    was one."""
    best = least_distance(usable)
    if best == INFINITY:
        return not destination.successors
    feasible = destination.distance_feasible
    return any(path.distance == best and path.reported < feasible for path in usable)


def is_feasible(destination: Destination, path: Path) -> bool:
    """RFC 7868 3.3: the neighbor is closer than we ever were."""
    return path.is_reachable and path.reported < destination.distance_feasible


def _successors(
    turn: Turn, destination: Destination, usable: Sequence[Path], best: int
) -> list[PathKey]:
    """The feasible paths to use: of one kind, the nearest first, as many as are allowed.

    Called when the feasible distance already includes the least distance: a path is then feasible
    if the neighbor is closer than that.
    """
    if best == INFINITY:
        return []
    settings = turn.process.settings
    limit = best * settings.variance
    paths = [
        path
        for path in usable
        if path.distance <= limit and (is_feasible(destination, path) or path.is_own)
    ]
    if len(paths) == 1:
        return [paths[0].key]
    paths.sort(key=lambda path: (path.distance, not path.is_own))
    first = paths[0]
    if first.is_own:
        return [first.key]
    others = [path.key for path in paths if not path.is_own]
    return others[: settings.maximum_paths]


def shares(distances: list[int], *, is_minimum: bool = False) -> list[int]:
    """Traffic shares of paths: all 1 if equal, else inverse to the distance, reduced.  With
    is_minimum only the best carry traffic."""
    least = min(distances)
    if is_minimum:
        return [int(distance == least) for distance in distances]
    if max(distances) == least:
        return [1] * len(distances)
    counts = [max(1, SHARE * least // distance) for distance in distances]
    common = gcd(*counts)
    return [count // common for count in counts]


# -- keys ----


def path_key(neighbor: NeighborKey) -> PathKey:
    """The path through a neighbor."""
    return PathKey(Kind.NEIGHBOR, neighbor.interface, neighbor.address)


def neighbor_of(key: PathKey) -> NeighborKey | None:
    """The neighbor of a path, None for one of our own."""
    return None if key.address is None else NeighborKey(key.source, key.address)
