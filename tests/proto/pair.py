"""Two engines at the ends of one serial line, with a clock; frames take no time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from iosemu.address import IPv4Address, MacAddress
from iosemu.kernel.rng import Random
from iosemu.kernel.time import SECOND, TimerFired
from iosemu.proto.base import (
    Input,
    InterfaceChanged,
    InterfaceState,
    LinkFrame,
    LinkFrames,
    RouteAdd,
    RouteDelete,
    SendFrame,
    SerialState,
    SetLine,
    SetTimer,
    StopTimer,
)

NAME = "Serial1/0"


def serial(
    address: str | None, encapsulation: str, keepalive_s: int | None = 10, *, link: bool = True
) -> InterfaceState:
    """A serial interface as engines see it."""
    own = None if address is None else IPv4Address.parse(address)
    return InterfaceState(
        NAME,
        "default",
        False,
        () if own is None else ((own, 24),),
        1500,
        1544,
        20_000,
        False,
        True,
        SerialState(encapsulation, link, keepalive_s, own),
    )


@dataclass
class End:
    """One engine and what it did."""

    line: SerialLine
    engine: Any
    timers: dict[Any, int] = field(default_factory=dict)
    said: list[SetLine] = field(default_factory=list)
    routes: list[str] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    state: InterfaceState | None = None

    def tell(self, event: Input) -> None:
        for action in self.engine.step(self.line.now, event):
            match action:
                case SendFrame(_, _, protocol, payload):
                    self.sent.append(payload)
                    self.line.queue.append((self, protocol, payload))
                case SetTimer(key, delay_ns):
                    self.timers[key] = self.line.now + delay_ns
                case StopTimer(key):
                    self.timers.pop(key, None)
                case SetLine():
                    self.said.append(action)
                case RouteAdd(route):
                    self.routes.append(f"+{route.prefix}")
                case RouteDelete(key):
                    self.routes.append(f"-{key.prefix}")

    def become(self, state: InterfaceState | None) -> None:
        """The interface changes."""
        old, self.state = self.state, state
        self.tell(InterfaceChanged(NAME, old, state))

    def link(self, up: bool) -> None:
        assert self.state is not None
        assert self.state.serial is not None
        self.become(replace(self.state, serial=replace(self.state.serial, has_link=up)))

    @property
    def is_up(self) -> bool:
        return bool(self.said) and self.said[-1].is_up


class SerialLine:
    """`lost`: whether frames of the first and of the second end get lost.  looped: both ends hear
    themselves."""

    def __init__(self, one: Any, other: Any, seed: int = 1) -> None:
        self.now = 0
        self.queue: deque[tuple[End, int, bytes]] = deque()
        self.ends = End(self, one), End(self, other)
        self.lost = [False, False]
        self.is_looped = False
        for number, end in enumerate(self.ends):
            end.engine.seed(Random.named(seed, str(number)))

    def start(self, *states: InterfaceState) -> None:
        for end, state in zip(self.ends, states, strict=True):
            end.become(state)
        self.deliver()

    def deliver(self) -> None:
        for _ in range(1000):
            if not self.queue:
                return
            source, protocol, payload = self.queue.popleft()
            number = self.ends.index(source)
            if not self.lost[number]:
                target = source if self.is_looped else self.ends[1 - number]
                frame = LinkFrame(LinkFrames(protocol), NAME, MacAddress(0), payload)
                target.tell(frame)
        raise AssertionError("the ends talk without end")

    def wait(self, seconds: float) -> None:
        until = self.now + round(seconds * SECOND)
        self.deliver()
        while True:
            due = [
                (at, n, key)
                for n, end in enumerate(self.ends)
                for key, at in end.timers.items()
                if at <= until
            ]
            if not due:
                break
            at, number, key = min(due, key=lambda item: item[:2])
            self.now = at
            del self.ends[number].timers[key]
            self.ends[number].tell(TimerFired(key))
            self.deliver()
        self.now = until
