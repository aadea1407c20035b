"""PPP as an engine: LCP and the network control protocols of every serial line that runs it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time
from iosemu.proto.base import Action, Input, InterfaceChanged, LinkFrame, TimerFired
from iosemu.values import dataclass, field
from iosemu.wire.ppp import Protocol

from .input import on_again, on_echo_due, on_frame, on_interface, on_restart
from .output import changes, seen_of
from .state import State
from .views import LineQuery, answer


@dataclass(slots=True)
class PppEngine:
    """The PPP lines of one router."""

    SLOTS: ClassVar[tuple[type, ...]] = ()

    state: State = field(default_factory=State)

    def seed(self, random: Random) -> None:
        self.state.random = random

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case LinkFrame(interface=name):
                return self._on_line(name, event)
            case TimerFired((_, str(name), *_)):
                return self._on_line(name, event)
            case InterfaceChanged(name, _, new):
                return on_interface(self.state, name, new)
            case _:
                raise AssertionError(event)

    def _on_line(self, name: str, event: LinkFrame | TimerFired) -> list[Action]:
        """What happens on a line this engine runs; then the news of it."""
        line = self.state.lines.get(name)
        if line is None:
            return []
        before = seen_of(line)
        match event:
            case LinkFrame():
                actions = on_frame(self.state, line, event)
            case TimerFired(("restart", _, int(number))):
                actions = on_restart(self.state, line, line.layers[Protocol(number)])
            case TimerFired(("echo", _)):
                actions = on_echo_due(self.state, line)
            case TimerFired(("again", _)):
                actions = on_again(self.state, line)
            case _:
                raise AssertionError(event)
        return actions + changes(line, before)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        assert isinstance(query, LineQuery), query
        return answer(self.state, query)
