"""`clear ip bgp ... soft`: policies are applied anew, sessions stay."""

from __future__ import annotations

from iosemu.values import dataclass
from iosemu.wire.bgp import RouteRefresh
from iosemu.wire.bgp_family import IPV4_UNICAST, Family
from iosemu.wire.bgp_nlri import Nlri

from . import dampening, tables
from . import session as sessions
from .peer import Session
from .requests import Selection
from .settings import TableKey
from .turn import Turn


@dataclass(frozen=True, slots=True)
class SoftReset:
    """`clear ip bgp X soft`, in one direction or both."""

    selection: Selection
    family: Family = IPV4_UNICAST
    inbound: bool = True
    outbound: bool = True


@dataclass(frozen=True, slots=True)
class ClearDampening:
    """`clear ip bgp dampening`: of a prefix, or of all."""

    table: TableKey
    prefix: Nlri | None = None


def soft_reset(turn: Turn, wanted: SoftReset) -> None:
    """Outbound first, as what comes in may change what goes out."""
    for peer in [each for each in turn.state.peers.values() if wanted.selection.takes(each)]:
        for session in peer.established_sessions():
            if wanted.family not in session.carried:
                continue
            if wanted.outbound:
                tables.soft_out(turn, session, wanted.family)
            if wanted.inbound:
                soft_in(turn, session, wanted.family)


def soft_in(turn: Turn, session: Session, family: Family) -> None:
    """Judge anew what was kept of a neighbor, else ask it to tell all again (RFC 2918).

    Without either there is nothing to be done but a hard reset, which nobody asked for.
    """
    if tables.soft_in(turn, session, family) or not session.can_refresh:
        return
    carried = session.carried[family]
    carried.refreshes_sent += 1
    carried.refresh_epoch += 1
    sessions.send(turn, session, RouteRefresh(family).emit())


def clear_dampening(turn: Turn, wanted: ClearDampening) -> None:
    """Forget how often paths flapped."""
    dampening.clear(turn, wanted.table, wanted.prefix)
