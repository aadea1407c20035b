"""Configuration commands of the box that the notation cannot say."""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import config_command
from iosemu.config.tree import Config, with_slot

from .config import SystemConfig


@config_command("system.timestamps.none")
def no_timestamps(owner: Config) -> Config:
    """Neither log lines nor debug lines carry a stamp."""
    bare = replace(owner.of(SystemConfig), timestamps_debug=None, timestamps_log=None)
    return with_slot(owner, bare)
