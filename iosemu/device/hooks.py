"""What a device tells those who show it: sessions.  A device works without anybody listening."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from iosemu.proto.lines import Caller, LineEvent


class Hooks(Protocol):
    """Called within the instant; nothing here may call back into the device."""

    def job_printed(self, session: Hashable, job: int, text: str) -> None:
        """A job puts text on the terminal that waits for it; lines end in a line feed."""
        ...

    def job_showed(self, session: Hashable, job: int, data: bytes) -> None:
        """A job puts bytes on its terminal as they are."""
        ...

    def job_done(self, session: Hashable, job: int) -> None:
        """The job ended: if the terminal waits for it, it may prompt again."""
        ...

    def called(self, device: str, engine: str, caller: Caller) -> int | None:
        """Somebody calls a virtual terminal: the number of the one that is his from now on; None if
        there is none."""
        ...

    def line_event(self, device: str, engine: str, event: LineEvent) -> None:
        """What became of a caller, or what he typed."""
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
