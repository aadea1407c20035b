"""What a change of the archive's configuration starts."""

from __future__ import annotations

from typing import Protocol

from iosemu.config.tree import Config
from iosemu.kernel.time import MINUTE, Time
from iosemu.stack.state import Stack

from .config import ArchiveConfig, ArchiveSlot
from .keep import PERIOD


class Scheduler(Protocol):
    """The device: what runs at its time."""

    def schedule(self, name: str, delay_ns: Time) -> None: ...
    def unschedule(self, name: str) -> None: ...


def apply(stack: Stack, device: Scheduler, old: Config, new: Config) -> None:
    """Start or stop the periodic archive."""
    before = (old.of(ArchiveSlot).archive or ArchiveConfig()).time_period_min
    after = (new.of(ArchiveSlot).archive or ArchiveConfig()).time_period_min
    if after == before:
        return
    if after is None:
        device.unschedule(PERIOD)
    else:
        device.schedule(PERIOD, after * MINUTE)
