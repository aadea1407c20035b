"""Help for a neighbor that restarts (RFC 4724 4.2): what it told is kept, marked as stale, while
its session is gone without a word.

It goes when the neighbor stays away for longer than it said, when it comes back without having kept
its forwarding, when it told its table anew, or at `bgp graceful-restart stalepath-time`.
"""

from __future__ import annotations

from iosemu.kernel.time import SECOND
from iosemu.wire.bgp_capability import GracefulRestart
from iosemu.wire.bgp_family import Family
from iosemu.wire.bgp_nlri import Nlri

from . import selection
from .opening import has
from .peer import Session
from .settings import PeerKey, TableKey
from .table import Path, Slot, Table
from .turn import Turn

STALE = "stale"


def keep(turn: Turn, session: Session, family: Family, home: TableKey) -> bool:
    """A session ended without a word: keep what it told of a family, if both ends announced that
    they restart gracefully; False: it is to be forgotten."""
    theirs = has(session.heard, GracefulRestart)
    if theirs is None or has(session.opened, GracefulRestart) is None or not theirs.restart_s:
        return False
    if all(one.family != family for one in theirs.families):
        return False
    peer = session.peer
    drop(turn, peer, family, home)
    table = turn.state.routing.tables.get(home)
    if table is None:
        return False
    selection.mark(turn, home, _mark_stale(table, peer))
    table.received.pop(peer, None)
    turn.set_timer(theirs.restart_s * SECOND, STALE, peer, family, home)
    return True


def _mark_stale(table: Table, peer: PeerKey) -> list[Nlri]:
    """The prefixes of what is marked; prefixes of one value share the marked one, too."""
    marked: dict[Path, Path] = {}
    found: list[Nlri] = []
    for key, path in table.of_peer(peer):
        stale = marked.get(path)
        if stale is None:
            stale = marked[path] = path._replace(is_stale=True)
        net = table.nets[key]
        net.paths = tuple([stale if one is path else one for one in net.paths])
        found.append(key)
    return found


def returned(turn: Turn, session: Session, family: Family, home: TableKey) -> None:
    """The neighbor is back: what it did not keep is gone, the rest waits for its new table."""
    table = turn.state.routing.tables.get(home)
    if table is None or not table.counts.get(session.peer):
        return
    theirs, own = has(session.heard, GracefulRestart), turn.settings.graceful_restart
    kept = () if theirs is None else theirs.families
    if own is None or not any(one.family == family and one.preserved for one in kept):
        drop(turn, session.peer, family, home)
    else:
        turn.set_timer(own.stalepath_s * SECOND, STALE, session.peer, family, home)


def drop(turn: Turn, peer: PeerKey, family: Family, home: TableKey) -> None:
    """What is stale yet goes."""
    turn.stop_timer(STALE, peer, family, home)
    table = turn.state.routing.tables.get(home)
    if table is None or not table.counts.get(peer):
        return
    for key, path in table.of_peer(peer):
        if path.is_stale and table.take(key, Slot(peer, path.path_id)):
            selection.mark(turn, home, (key,))
