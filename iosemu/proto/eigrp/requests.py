"""What `clear` commands ask of EIGRP, and how it is done."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.values import dataclass

from . import neighbor
from .messages import Reason
from .turn import Turn


@dataclass(frozen=True, slots=True)
class ClearNeighbors:
    """`clear ip eigrp neighbors`: all, those of an interface, or one.  soft: adjacencies stay, the
    tables are told anew."""

    autonomous_system: int | None = None
    interface: str | None = None
    address: IPv4Address | None = None
    soft: bool = False


@dataclass(frozen=True, slots=True)
class ClearEvents:
    """`clear ip eigrp events`."""

    autonomous_system: int | None = None


Request = ClearNeighbors | ClearEvents


def on_request(turn: Turn, wanted: Request) -> None:
    """Do it in one process."""
    match wanted:
        case ClearEvents():
            turn.process.events.clear()
        case ClearNeighbors():
            _clear_neighbors(turn, wanted)


def _clear_neighbors(turn: Turn, wanted: ClearNeighbors) -> None:
    for key, held in list(turn.process.neighbors.items()):
        if wanted.interface not in (None, key.interface):
            continue
        if wanted.address not in (None, key.address):
            continue
        if wanted.soft:
            neighbor.resync_one(turn, held, Reason.CLEARED)
        else:
            neighbor.terminate(turn, held, Reason.CLEARED)
