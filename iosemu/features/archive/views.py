"""What the shows of the archive are about."""

from __future__ import annotations

from iosemu.proto.calendar import TimeOfDay
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """`show archive`; `next` None: no path is configured."""

    maximum: int
    next: str | None
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommandView:
    """One command of `show archive log config all`."""

    number: int
    session: int
    user: str
    text: str


@dataclass(frozen=True, slots=True)
class CommandLogView:
    """`show archive log config all`; `contents`: as lines to paste."""

    commands: tuple[CommandView, ...]
    contents: bool = False


@dataclass(frozen=True, slots=True)
class DifferencesView:
    """`show archive config differences`: lines with `+`, `-` or, as headings, without."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IncrementalView:
    """`show archive config incremental-diffs`."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RollbackView:
    """`show archive config rollback timer`."""

    set_at: TimeOfDay
    zone: str
    idle: bool
    minutes: int
    user: str
