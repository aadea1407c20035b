"""The handlers of the hard shapes: what the notation cannot say, each with its reason in the file.

Counted by a test; about ten for all shapes is the aim.
"""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import config_command
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot

from .interfaces import LinesConfig

PREFIX = "paper-"
"""Before the names of all stanzas when the shapes are loaded."""


@config_command(PREFIX + "line.vty.delete")
def delete_vty(owner: Config, *, first: int) -> Config:
    """`no line vty 5 15` leaves the lines below 5."""
    held = owner.of(LinesConfig)
    kept = Entries({n: held.vty[n] for n in sorted(held.vty) if n < first})
    return with_slot(owner, replace(held, vty=kept))
