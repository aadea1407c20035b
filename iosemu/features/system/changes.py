"""What a commit means for the box: when it was, and at the boot's what the box is."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from iosemu.config.tree import Config
from iosemu.kernel.time import Time
from iosemu.proto.parts import CHASSIS, CLOCK, VERSION, Clock, Identity
from iosemu.stack.state import Stack
from iosemu.values import dataclass

from .platforms import chassis_of

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

    def publish(self, topic: str, value: Any) -> None: ...


def apply(stack: Stack, device: Box, old: Config, new: Config) -> None:
    """Note the time of every commit but the boot's, which is onto an empty configuration; at that
    one the box says what it is."""
    if not old.slots:
        identity = device.part(Identity)
        device.publish(CHASSIS, chassis_of(identity))
        device.publish(VERSION, identity.version)
        device.publish(CLOCK, device.part(Clock).start_ns)
    elif old is not new:
        device.part(LastChange).changed_at = device.now
