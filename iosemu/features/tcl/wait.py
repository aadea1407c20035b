"""`after`: a job that does nothing for a while."""

from __future__ import annotations

from iosemu.kernel.time import MILLISECOND, Time, TimerFired
from iosemu.proto.base import Action, Done, Input, Interrupted, SetTimer, Started
from iosemu.values import dataclass


@dataclass(slots=True)
class Wait:
    """A pause of a script."""

    milliseconds: int

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Started():
                return [SetTimer(("due",), self.milliseconds * MILLISECOND)]
            case TimerFired() | Interrupted():
                return [Done()]
            case _:
                return []

    def busy(self) -> bool:
        return False

    def view(self, query: object) -> None:
        return None
