"""Tells the device's log what is configured."""

from __future__ import annotations

from typing import Protocol, TypeVar

from iosemu.config.tree import Config
from iosemu.features.system.config import SystemConfig, Timestamps
from iosemu.proto.parts import LogSettings, StampStyle
from iosemu.stack.state import Stack

from .config import LoggingConfig, severity_of

T = TypeVar("T")


class Parts(Protocol):
    """The device's parts, by class."""

    def part(self, kind: type[T]) -> T: ...


def apply(stack: Stack, device: Parts, old: Config, new: Config) -> None:
    """Levels, buffer size and stamps."""
    config, system = new.of(LoggingConfig), new.of(SystemConfig)
    if config is old.of(LoggingConfig) and system is old.of(SystemConfig):
        return
    settings = device.part(LogSettings)
    settings.log_stamp = stamp_of(system.timestamps_log)
    settings.debug_stamp = stamp_of(system.timestamps_debug)
    settings.console_level = level_of(config, config.console)
    settings.monitor_level = level_of(config, config.monitor)
    kept = config.buffered
    settings.buffer_level = level_of(config, None if kept is None else kept.level)
    settings.trap_level = level_of(config, config.trap)
    settings.has_servers = bool(config.hosts)
    settings.has_counts = config.count
    settings.has_sequence = system.sequence_numbers
    if kept is not None:
        settings.buffer_bytes = kept.size


def level_of(config: LoggingConfig, level: str | None) -> int | None:
    """The severity up to which a destination is served; None: it gets nothing."""
    return severity_of(level) if config.on and level is not None else None


def stamp_of(style: Timestamps | None) -> StampStyle | None:
    if style is None:
        return None
    return StampStyle(
        uptime=style.style == "uptime",
        msec=style.msec,
        year=style.year,
        show_timezone=style.show_timezone,
        localtime=style.localtime,
    )
