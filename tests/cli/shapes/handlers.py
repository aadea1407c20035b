"""The handlers of the hard shapes: what the notation cannot say, each with its reason in the file.

Counted by a test; about ten for all shapes is the aim.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iosemu.cli.api import Rejected, config_command
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot

from .interfaces import LinesConfig
from .routing import RouteMap, RouteMapEntry, RouteMapsConfig

PREFIX = "paper-"
"""Before the names of all stanzas when the shapes are loaded."""


@config_command(PREFIX + "route-map.entry.first")
def only_entry(owner: Config, *, name: str, action: str | None) -> tuple[Config, dict[str, Any]]:
    """`route-map NAME` without a number: entry 10 of a new map, or the only one there is."""
    held = owner.of(RouteMapsConfig)
    entries = held.maps.get(name, RouteMap()).entries
    if len(entries) > 1:
        raise Rejected("% Please specify the entry by its sequence")
    sequence = next(iter(entries), 10)
    entry = entries.get(sequence, RouteMapEntry())
    entries = entries.put(sequence, replace(entry, action=action or entry.action))
    changed = replace(held, maps=held.maps.put(name, RouteMap(entries)))
    return with_slot(owner, changed), {"sequence": sequence}


@config_command(PREFIX + "line.vty.delete")
def delete_vty(owner: Config, *, first: int) -> Config:
    """`no line vty 5 15` leaves the lines below 5."""
    held = owner.of(LinesConfig)
    kept = Entries({n: held.vty[n] for n in sorted(held.vty) if n < first})
    return with_slot(owner, replace(held, vty=kept))
