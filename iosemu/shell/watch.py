"""Waiting for a log line of any device."""

from __future__ import annotations

import re
from collections.abc import Sequence

from iosemu.lab.lab import Lab
from iosemu.proto.parts import LogLine
from iosemu.values import dataclass, field

from .durations import clock_text


@dataclass(slots=True)
class LogWatch:
    """Finds the first line, logged after `start`, that matches; asked between instants."""

    lab: Lab
    pattern: re.Pattern[str]
    device: str = ""
    line: str = ""
    last: dict[str, LogLine | None] = field(default_factory=dict)

    def start(self) -> LogWatch:
        """Forget what was logged until now."""
        self.last = {name: _newest(self.lab, name) for name in self.lab.routers}
        return self

    def look(self) -> bool:
        """Whether a new line matches; `device` and `line` then say which."""
        for name, router in self.lab.routers.items():
            newest = _newest(self.lab, name)
            if newest is self.last[name]:
                continue
            for line in reversed(router.device.history):
                if line is self.last[name]:
                    break
                if self.pattern.search(line.text):
                    self.device, self.line = name, line.text
            self.last[name] = newest
            if self.line:
                return True
        return False


def _newest(lab: Lab, name: str) -> LogLine | None:
    history = lab.routers[name].device.history
    return history[-1] if history else None


def newest(lab: Lab, devices: Sequence[str], count: int) -> list[str]:
    """The newest log lines of some devices in the order of time, each with its time and device."""
    found = [(line.at, name, line.text) for name in devices for line in lab[name].log[-count:]]
    found.sort(key=lambda item: item[0])
    return [shown(*item) for item in found[-count:]] if count else []


def shown(at: int, device: str, text: str) -> str:
    """A log line as the lab prompt shows it."""
    return f"{clock_text(at)} {device}: {text}"


@dataclass(slots=True)
class Follower:
    """Log lines that are new since the last look."""

    lab: Lab
    seen: dict[str, int] = field(default_factory=dict)

    def start(self) -> Follower:
        """Forget what was logged until now."""
        self.seen = {name: self.lab[name].logged for name in self.lab.routers}
        return self

    def look(self) -> list[str]:
        """The new lines, in the order of time; after a rewind what is logged anew is new."""
        found = []
        for name in self.lab.routers:
            node = self.lab[name]
            known = min(self.seen[name], node.logged)
            found += [(line.at, name, line.text) for line in node.log_since(known)]
            self.seen[name] = node.logged
        found.sort(key=lambda item: item[0])
        return [shown(*item) for item in found]
