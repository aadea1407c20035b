"""Configuration commands of terminal lines that the notation cannot say."""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import config_command
from iosemu.config.tree import Config, with_slot

from .config import LinesConfig


@config_command("line.vty.delete")
def delete_lines(owner: Config, *, first: int) -> Config:
    """Take away the virtual terminals from this number on."""
    lines = owner.of(LinesConfig)
    kept = lines.vty
    for number in lines.vty:
        if number >= first:
            kept = kept.drop(number)
    return with_slot(owner, replace(lines, vty=kept))
