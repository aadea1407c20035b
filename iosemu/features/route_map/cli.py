"""Commands of route maps: what the notation cannot say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iosemu.cli.api import Rejected, config_command
from iosemu.config.tree import Config, with_slot
from iosemu.policy.route_map import RouteMap, RouteMapEntry

from .config import RouteMapsConfig


@config_command("route-map.entry.first")
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
