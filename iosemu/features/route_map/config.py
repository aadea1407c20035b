"""Route maps of a router by name.  Their entries are `policy.route_map`'s."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.config.tree import Config
from iosemu.features.acl.config import AclsConfig
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.policy.route_map import Lists, RouteMap, RouteMapEntry

__all__ = ["RouteMap", "RouteMapEntry", "RouteMapsConfig", "lists_of"]


@dataclass(frozen=True, slots=True)
class RouteMapsConfig:
    """Route maps by name.  `local_policy`: the one for packets this router makes."""

    SLOT: ClassVar[str] = "route_map"
    maps: Entries[str, RouteMap] = field(default_factory=Entries)
    local_policy: str | None = None


def lists_of(config: Config) -> Lists:
    """What `policy.route_map.evaluate` needs of a configuration."""
    return Lists(
        config.of(RouteMapsConfig).maps,
        config.of(PrefixListsConfig).lists,
        config.of(AclsConfig).find,
    )
