"""Which log lines go where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries

LEVELS = (
    "emergencies",
    "alerts",
    "critical",
    "errors",
    "warnings",
    "notifications",
    "informational",
    "debugging",
)
"""Severity names; the index is the severity."""


@dataclass(frozen=True, slots=True)
class Buffered:
    """`logging buffered [SIZE] [LEVEL]`; size in bytes."""

    size: int = 8192
    level: str = "debugging"


@dataclass(frozen=True, slots=True)
class LoggingConfig:
    """Destinations of log lines; None: off.  A level is one of `LEVELS`."""

    SLOT: ClassVar[str] = "logging"
    on: bool = True
    buffered: Buffered | None = Buffered()
    console: str | None = "debugging"
    monitor: str | None = "debugging"
    trap: str | None = "informational"
    hosts: Entries[IPv4Address, bool] = field(default_factory=Entries)


def severity_of(level: str) -> int:
    """The number of a severity name."""
    return LEVELS.index(level)
