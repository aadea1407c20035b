"""Tells the stack which time ranges are active, at each change and at every full minute."""

from __future__ import annotations

from typing import Protocol, TypeVar

from iosemu.cli.api import Box, task
from iosemu.config.tree import Config
from iosemu.kernel.time import MINUTE, SECOND, Time
from iosemu.proto.parts import Clock
from iosemu.stack.access import set_active
from iosemu.stack.state import Stack

from .config import TimeRangesConfig
from .when import is_active

T = TypeVar("T")
LOOK = "time-range.look"


class Device(Protocol):
    """The device: its time, its parts by class, what runs at its time."""

    @property
    def now(self) -> Time: ...
    def part(self, kind: type[T]) -> T: ...
    def schedule(self, name: str, delay_ns: Time) -> None: ...
    def unschedule(self, name: str) -> None: ...


def apply(stack: Stack, device: Device, old: Config, new: Config) -> None:
    """Look now; keep looking while there is a range."""
    config = new.of(TimeRangesConfig)
    if config is old.of(TimeRangesConfig):
        return
    set_active(stack, active_ranges(config, device.part(Clock), device.now))
    if config.ranges:
        device.schedule(LOOK, until_next_minute(device.part(Clock), device.now))
    else:
        device.unschedule(LOOK)


@task(LOOK)
def look(box: Box) -> None:
    """A minute began on the device's clock, or it was set since."""
    clock = box.part(Clock)
    set_active(box.part(Stack), active_ranges(box.config.of(TimeRangesConfig), clock, box.now))
    box.schedule(LOOK, until_next_minute(clock, box.now))


def active_ranges(config: TimeRangesConfig, clock: Clock, now: Time) -> dict[str, bool]:
    """All ranges by name, and whether each is active at the local time."""
    at, _ = clock.local(now)
    return {name: is_active(one, at) for name, one in config.ranges.items()}


def until_next_minute(clock: Clock, now: Time) -> Time:
    """How long until the device's clock shows a full minute."""
    return MINUTE - (clock.epoch_s * SECOND + clock.offset_ns + now) % MINUTE
