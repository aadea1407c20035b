"""What the sessions and the engine tell the tables: the one door between the two sides.

All that sessions know of prefixes is that an UPDATE carries them.
"""

from __future__ import annotations

from iosemu.proto.base import InterfaceChanged, NextHopChanged, RouteChanged, TimerFired
from iosemu.wire.bgp_family import Family
from iosemu.wire.bgp_update import Update

from .peer import Session
from .settings import ProcessSettings
from .turn import Turn

TIMERS: tuple[str, ...] = ()
"""The first words of the timers of this side."""


def configured(turn: Turn, old: ProcessSettings | None) -> None:
    """The settings of the process are others now (`turn.state.settings`), or the configuration of
    something that policies name changed.  Sessions are told afterwards."""


def session_up(turn: Turn, session: Session) -> None:
    """A session is established: tell the neighbor the tables of the families it carries."""


def session_down(turn: Turn, session: Session) -> None:
    """It is no more: forget what it told.  `session.carried` is what it carried."""


def update_received(turn: Turn, session: Session, update: Update) -> None:
    """An UPDATE came; what is malformed in it is among its withdrawals already."""


def refresh_received(turn: Turn, session: Session, family: Family, subtype: int) -> None:
    """The neighbor wants a table anew (0), or begins (1) or ends (2) to tell its own anew."""


def ready(turn: Turn, session: Session) -> None:
    """There is room again in a connection that was full."""


def reading_ended(turn: Turn) -> None:
    """The read-only period after the start of the process is over."""


def route_changed(turn: Turn, event: RouteChanged) -> None:
    """A watched route."""


def next_hop_changed(turn: Turn, event: NextHopChanged) -> None:
    """A tracked next hop resolves by another route."""


def interface_changed(turn: Turn, event: InterfaceChanged) -> None:
    """An interface; `turn.state.interfaces` has the new one."""


def timer_fired(turn: Turn, timer: TimerFired) -> None:
    """A timer of this side."""
