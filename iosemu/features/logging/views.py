"""What `show logging` is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Destination:
    """One destination: its level (None: disabled) and how many messages it got."""

    level: str | None
    logged: int


@dataclass(frozen=True, slots=True)
class LoggingView:
    """`show logging`."""

    is_enabled: bool
    console: Destination
    monitor: Destination
    buffer: Destination
    size_bytes: int
    lines: tuple[str, ...]
