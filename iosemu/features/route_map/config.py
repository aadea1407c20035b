"""Route maps of a router by name.  Their entries are `policy.route_map`'s."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.config.tree import Config
from iosemu.features.acl.config import AclsConfig
from iosemu.features.as_path.config import AsPathsConfig
from iosemu.features.community.config import CommunitiesConfig
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.policy.route_map import Lists, RouteMap, RouteMapEntry
from iosemu.values import dataclass, field

__all__ = ["RouteMap", "RouteMapEntry", "RouteMapsConfig", "lists_of"]


@dataclass(frozen=True, slots=True)
class RouteMapsConfig:
    """Route maps by name.  `local_policy`: the one for packets this router makes."""

    SLOT: ClassVar[str] = "route_map"
    maps: Entries[str, RouteMap] = field(default_factory=Entries)
    local_policy: str | None = None


def lists_of(config: Config, before: Lists | None = None) -> Lists:
    """What `policy.route_map.evaluate` and `policy.path_map` need of a configuration.  `before`:
    of an earlier configuration; what was made of lists that are the same now is kept."""
    communities, acls = config.of(CommunitiesConfig), config.of(AclsConfig)
    lists = Lists(
        config.of(RouteMapsConfig).maps,
        config.of(PrefixListsConfig).lists,
        acls.find,
        ipv6_prefix_lists=config.of(PrefixListsConfig).ipv6,
        as_paths=config.of(AsPathsConfig).lists,
        communities=communities.find,
        extended=communities.find_extended,
        large=communities.find_large,
        new_format=communities.new_format,
        named=(acls, config.of(PrefixListsConfig), config.of(AsPathsConfig), communities),
    )
    if before is not None:
        lists.inherit(before)
    return lists
