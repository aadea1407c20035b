"""When the configuration was last changed: state kept beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from iosemu.config.tree import Config
from iosemu.kernel.time import Time
from iosemu.stack.state import Stack

T = TypeVar("T")


@dataclass(slots=True)
class LastChange:
    """Times of the last change by hand and of the last save; None: none since the boot."""

    changed_at: Time | None = None
    saved_at: Time | None = None


class Box(Protocol):
    """The device: its time, and its parts by class."""

    @property
    def now(self) -> Time: ...

    def part(self, kind: type[T]) -> T: ...


def apply(stack: Stack, device: Box, old: Config, new: Config) -> None:
    """Note the time of every commit but the boot's, which is onto an empty configuration."""
    if old.slots and old is not new:
        device.part(LastChange).changed_at = device.now
