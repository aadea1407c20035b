"""Configuration of the archive."""

from __future__ import annotations

from typing import ClassVar

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class ArchiveLogConfig:
    """`log config`: what is kept of commands typed in configuration mode."""

    logging: bool = False
    size: int = 100
    hidekeys: bool = False
    notify_syslog: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveConfig:
    """`archive`: where configurations are kept, how many, and when."""

    path: str | None = None
    maximum: int = 10
    write_memory: bool = False
    time_period_min: int | None = None
    log: ArchiveLogConfig | None = None


@dataclass(frozen=True, slots=True)
class ArchiveSlot:
    """`archive`, if it was ever entered."""

    SLOT: ClassVar[str] = "archive"
    archive: ArchiveConfig | None = None
