"""Configuration commands of the log whose severity may be a number."""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import config_command
from iosemu.config.tree import Config, with_slot

from .config import LEVELS, Buffered, LoggingConfig

DEFAULT = LoggingConfig()


def named(level: str | int | None) -> str:
    """The name of a severity; the lowest one if none was typed."""
    if level is None:
        return LEVELS[-1]
    return LEVELS[level] if isinstance(level, int) else level


@config_command("logging.buffered")
def buffered(owner: Config, *, form: str, size: int | None, level: str | int | None) -> Config:
    kept: Buffered | None = Buffered(Buffered().size if size is None else size, named(level))
    if form:
        kept = DEFAULT.buffered if form == "default" else None
    return with_slot(owner, replace(owner.of(LoggingConfig), buffered=kept))


@config_command("logging.console")
def console(owner: Config, *, form: str, level: str | int | None) -> Config:
    return with_slot(owner, replace(owner.of(LoggingConfig), console=wanted(form, level)))


@config_command("logging.monitor")
def monitor(owner: Config, *, form: str, level: str | int | None) -> Config:
    return with_slot(owner, replace(owner.of(LoggingConfig), monitor=wanted(form, level)))


@config_command("logging.trap")
def trap(owner: Config, *, form: str, level: str | int | None) -> Config:
    """Without a level, what servers get by default."""
    level = DEFAULT.trap if level is None else named(level)
    if form:
        level = DEFAULT.trap if form == "default" else None
    return with_slot(owner, replace(owner.of(LoggingConfig), trap=level))


def wanted(form: str, level: str | int | None) -> str | None:
    """The level after this form of the command; None: off."""
    if form == "no":
        return None
    return LEVELS[-1] if form else named(level)
