"""Configuration of the box itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Timestamps:
    """`service timestamps {log | debug} ...`; `style` is "datetime" or "uptime"."""

    style: str = "datetime"
    msec: bool = False
    localtime: bool = False
    show_timezone: bool = False
    year: bool = False


@dataclass(frozen=True, slots=True)
class SystemConfig:
    """Name, stamps, banner."""

    SLOT: ClassVar[str] = "system"
    hostname: str = "Router"
    timestamps_debug: Timestamps | None = Timestamps(msec=True)
    timestamps_log: Timestamps | None = Timestamps(msec=True)
    password_encryption: bool = False
    enable_secret: str | None = None
    enable_password: str | None = None
    banner_motd: str | None = None
