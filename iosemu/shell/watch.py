"""Waiting for a log line of any device."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from iosemu.lab.lab import Lab
from iosemu.proto.parts import LogLine


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
