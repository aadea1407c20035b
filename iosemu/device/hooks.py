"""What a device tells those who show it: sessions.  A device works without anybody listening."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol


class Hooks(Protocol):
    """Called within the instant; nothing here may call back into the device."""

    def job_printed(self, session: Hashable, text: str) -> None:
        """A job puts text on the terminal that waits for it; lines end in a line feed."""
        ...

    def job_done(self, session: Hashable) -> None:
        """The job ended: the terminal may prompt again."""
        ...

    def logged(self, device: str, line: str, severity: int, debug: bool) -> None:
        """A log or debug line, stamped; more lines follow after line feeds."""
        ...

    def announced(self, device: str, text: str) -> None:
        """Lines for every terminal of the device that are no log; joined by line feeds."""
        ...

    def went_down(self, device: str) -> None:
        """The device reloads: its terminals close, but for its console."""
        ...

    def came_up(self, device: str) -> None:
        """The device booted; `Device.printed` holds what it said on the console."""
        ...
