"""SLARP as an engine: one keepalive machine for each serial line that runs HDLC."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time
from iosemu.proto.base import Action, Input, InterfaceChanged, LinkFrame, TimerFired
from iosemu.values import dataclass, field

from .input import on_frame, on_interface, on_keepalive_due
from .state import State


@dataclass(slots=True)
class HdlcEngine:
    """The HDLC lines of one router."""

    SLOTS: ClassVar[tuple[type, ...]] = ()

    state: State = field(default_factory=State)

    def seed(self, random: Random) -> None:
        self.state.random = random

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case LinkFrame():
                return on_frame(self.state, now, event)
            case TimerFired(("keepalive", str(name))):
                return on_keepalive_due(self.state, now, name)
            case InterfaceChanged(name, _, new):
                return on_interface(self.state, now, name, new)
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return None
