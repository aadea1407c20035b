"""One input at work: the process it is for, and the actions that it brings about, in order."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import MILLISECOND, Time
from iosemu.proto.base import Action, Debug, InterfaceState, LogMessage, SetTimer, StopTimer, Syslog
from iosemu.values import dataclass, field

from .messages import NeighborName
from .metric import Scale
from .notes import Note
from .state import Neighbor, NeighborKey, Port, Process, State

FLUSH_NS = 10 * MILLISECOND
"""How long changes are gathered before they are told."""
EVENTS = 500
"""`show ip eigrp events` keeps as many."""


@dataclass(slots=True)
class Turn:
    """What the functions of this package pass on to each other; never stored."""

    now: Time
    state: State
    process: Process
    actions: list[Action] = field(default_factory=list)

    @property
    def scale(self) -> Scale:
        return self.process.settings.scale

    def interface(self, name: str) -> InterfaceState:
        """The state of an interface the process runs on."""
        return self.state.interfaces[name]

    def own_address(self, name: str) -> IPv4Address:
        """The primary address of an interface."""
        return self.interface(name).addresses[0][0]

    def neighbors_on(self, port: Port) -> list[Neighbor]:
        """The adjacencies of an interface that are up, in the order they were heard."""
        return [
            n for k, n in self.process.neighbors.items() if k.interface == port.name and n.is_up
        ]

    def set_timer(self, delay_ns: Time, *name: object) -> None:
        """Start a timer of this process."""
        self.actions.append(SetTimer((name[0], self.process.key, *name[1:]), delay_ns))

    def stop_timer(self, *name: object) -> None:
        """Stop a timer of this process."""
        self.actions.append(StopTimer((name[0], self.process.key, *name[1:])))

    def flush_soon(self) -> None:
        """What is in the outbox goes out in a moment."""
        outbox = self.process.outbox
        if not outbox.is_due:
            outbox.is_due = True
            self.set_timer(FLUSH_NS, "flush")

    def name_of(self, key: NeighborKey) -> NeighborName:
        """How log lines name a neighbor."""
        number = self.process.key.autonomous_system
        return NeighborName(number, key.address, key.interface, self.state.is_old)

    def log(self, message: LogMessage) -> None:
        self.actions.append(Syslog(message))

    def debug(self, flag: str, text: str, interface: str | None = None) -> None:
        self.actions.append(Debug(flag, text, interface))

    def note(self, what: Note, *values: object) -> None:
        """Remember an event for `show ip eigrp events`; it is put into words when asked for."""
        process = self.process
        events, size = process.events, process.settings.event_log_size
        events.append((self.now, what, *values))
        excess = len(events) - (EVENTS if size is None else size)
        if excess > 0:
            del events[:excess]
