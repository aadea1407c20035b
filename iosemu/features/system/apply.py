"""Brings the stamps of log lines to what is configured."""

from __future__ import annotations

from typing import Any

from iosemu.config.tree import Config
from iosemu.proto.parts import LogSettings, StampStyle
from iosemu.stack.state import Stack

from .config import SystemConfig, Timestamps


def apply(stack: Stack, router: Any, old: Config, new: Config) -> None:
    """Stamps of log and debug lines."""
    config = new.of(SystemConfig)
    if config is old.of(SystemConfig):
        return
    settings: LogSettings = router.part(LogSettings)
    settings.log_stamp = style_of(config.timestamps_log)
    settings.debug_stamp = style_of(config.timestamps_debug)


def style_of(configured: Timestamps | None) -> StampStyle | None:
    """What the device is to print before a line."""
    if configured is None:
        return None
    return StampStyle(
        uptime=configured.style == "uptime",
        msec=configured.msec,
        year=configured.year,
        show_timezone=configured.show_timezone,
    )
