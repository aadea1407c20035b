"""What the stack asks of the router it is part of.

The device builds one and passes it to every function; it is never stored and never pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol

from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time, TimerKey
from iosemu.proto.base import Datagram, Input, InterfaceChanged, LogMessage


class Cable(Protocol):
    """A serial cable as one end sees it; `clock_bps` None: without a clock."""

    @property
    def is_dce(self) -> bool: ...
    @property
    def clock_bps(self) -> int | None: ...


class Context(Protocol):
    """The stack's window on its device.  Nothing here may call back into the stack."""

    @property
    def now(self) -> Time: ...

    @property
    def transmit(self) -> Callable[[str, bytes], object]:
        """(interface, frame): put a frame on the link of a hardware interface; False: the port's
        queue is full."""
        ...

    @property
    def day_ms(self) -> int:
        """Milliseconds of the day in universal time, for timestamps; `NONSTANDARD` is set while
        nobody has set the clock."""
        ...

    def set_port(self, interface: str, up: bool) -> None:
        """Switch the port of a hardware interface (`shutdown`); carrier then comes as an input."""
        ...

    def cable(self, interface: str) -> Cable | None:
        """The serial cable of a port as it is now; None if there is none."""
        ...

    def queued(self, interface: str) -> int:
        """How many frames wait at a port to be sent."""
        ...

    def set_line(self, interface: str, clock_bps: int | None, hold_queue: int | None) -> None:
        """Tell a port of hardware the clock it gives if it is a DCE (None: none), and how many
        frames may wait there (None: as many as is usual)."""
        ...

    def set_timer(self, key: TimerKey, at: Time) -> None:
        """Call `on_timer(key)` at this instant; a running timer of that key is moved."""
        ...

    def stop_timer(self, key: TimerKey) -> None:
        """Forget a timer; one that does not run changes nothing."""
        ...

    def deliver(self, owner: Hashable, event: Input) -> None:
        """Queue an input for the owner of a socket: never handle it before returning."""
        ...

    def hear(self, owner: Hashable, event: Datagram) -> None:
        """Hand an owner a datagram that it was told of before."""
        ...

    def random(self, purpose: str) -> Random:
        """The router's random stream for a purpose."""
        ...

    def interface_changed(self, change: InterfaceChanged) -> None:
        """Queue the news for everyone who follows interfaces."""
        ...

    def log(self, message: LogMessage) -> None:
        """Log a line of a catalogue."""
        ...

    def debugging(self, flag: str) -> bool:
        """Whether a debug flag is on."""
        ...

    def debug_condition(self, flag: str) -> object:
        """The condition a debug flag was turned on with; True without, None: it is off."""
        ...

    def debug(self, flag: str, text: str, interface: str | None = None) -> None:
        """A debug line; `interface`: what it is about, for `debug condition interface`."""
        ...
