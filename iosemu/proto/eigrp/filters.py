"""What lists and route maps of the configuration say of routes."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.tree import Config
from iosemu.features.acl.config import AclsConfig
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMapsConfig, lists_of
from iosemu.policy.acl import StandardAcl
from iosemu.policy.acl_match import Facts, compiled
from iosemu.policy.route_map import RouteFacts, Verdict, evaluate

from .metric import Vector, offset
from .settings import AclName, Filter, Offset, ProcessSettings, Redistribution
from .turn import Turn

DEFAULT_ROUTE = IPv4Prefix.of(0, 0)

# -- lists ----


def permits(turn: Turn, name: AclName, prefix: IPv4Prefix, source: int = 0) -> bool:
    """Whether an access list lets a network through; one that is not defined does.  Of an extended
    list the source is the router that told of the route (`source`), the destination the network."""
    state = turn.state
    acl = state.config.of(AclsConfig).find(name)
    if acl is None:
        return True
    held = state.programs.get(name)
    if held is None or held[0] is not acl:
        held = state.programs[name] = (acl, compiled(acl))
    if isinstance(acl, StandardAcl):
        return held[1].permits(Facts(0, prefix.network, 0))
    return held[1].permits(Facts(0, source, prefix.network))


def passes(turn: Turn, name: str, prefix: IPv4Prefix) -> bool:
    """Whether a prefix list lets a prefix through; one that is not defined does."""
    held = turn.state.config.of(PrefixListsConfig).lists.get(name)
    return held is None or held.permits(prefix)


def named(config: Config, settings: ProcessSettings) -> tuple[object, ...]:
    """All that filters, offsets and leak maps name, as it is now: when this changes, routes in and
    out are judged anew."""
    acls, prefix_lists = config.of(AclsConfig), config.of(PrefixListsConfig)
    found: list[object] = [acls.find(item.acl) for item in settings.offsets]
    for one in settings.filters:
        found.append(None if one.acl is None else acls.find(one.acl))
        for name in (one.prefix_list, one.gateway):
            found.append(None if name is None else prefix_lists.lists.get(name))
    maps = [one.route_map for one in settings.filters if one.route_map is not None]
    maps += [
        summary.leak_map
        for interface in (settings.default_interface, *dict(settings.interfaces).values())
        for summary in interface.summaries
        if summary.leak_map is not None
    ]
    maps += [] if settings.stub_leak_map is None else [settings.stub_leak_map]
    return (*found, *_maps(config, maps))


def named_imports(config: Config, settings: ProcessSettings) -> tuple[object, ...]:
    """Likewise of what is redistributed."""
    asked = settings.redistributions
    acls, prefix_lists = config.of(AclsConfig), config.of(PrefixListsConfig)
    lists = [acls.find(one.acl) for one in asked if one.acl is not None]
    prefixes = [
        prefix_lists.lists.get(one.prefix_list) for one in asked if one.prefix_list is not None
    ]
    maps = _maps(config, [one.route_map for one in asked if one.route_map is not None])
    return (*lists, *prefixes, *maps)


def _maps(config: Config, names: list[str]) -> tuple[object, ...]:
    """Route maps with all the lists that they may name."""
    if not names:
        return ()
    maps = config.of(RouteMapsConfig).maps
    return *map(maps.get, names), config.of(AclsConfig), config.of(PrefixListsConfig)


# -- offset lists ----


def offset_of(turn: Turn, prefix: IPv4Prefix, interface: str, *, is_in: bool) -> int:
    """What offset lists add to a route at an interface: a list of the interface wins over a
    general one."""
    lists = [
        item
        for item in turn.process.settings.offsets
        if item.is_in is is_in and item.interface in (interface, None)
    ]
    lists.sort(key=lambda item: item.interface is None)
    return next((item.amount for item in lists if _matches(turn, item, prefix)), 0)


def with_offset(
    turn: Turn, vector: Vector, prefix: IPv4Prefix, interface: str, *, is_in: bool
) -> Vector:
    """A vector after the offset lists."""
    amount = offset_of(turn, prefix, interface, is_in=is_in) if turn.process.settings.offsets else 0
    return offset(vector, amount, turn.scale, turn.process.settings.k) if amount else vector


def _matches(turn: Turn, item: Offset, prefix: IPv4Prefix) -> bool:
    return item.acl == 0 or permits(turn, item.acl, prefix)


# -- distribute lists ----


def is_allowed(
    turn: Turn,
    prefix: IPv4Prefix,
    interface: str,
    *,
    is_in: bool,
    neighbor: IPv4Address | None = None,
    tag: int = 0,
) -> bool:
    """Whether distribute lists let a route through at an interface: the general one and that of
    the interface both have to.  `neighbor`: who told of it."""
    settings = turn.process.settings
    if prefix == DEFAULT_ROUTE and not (settings.default_in if is_in else settings.default_out):
        return False
    return not settings.filters or all(
        _lets_through(turn, one, prefix, interface, neighbor, tag)
        for one in settings.filters
        if one.is_in is is_in and one.interface in (None, interface)
    )


def is_imported(turn: Turn, asked: Redistribution, prefix: IPv4Prefix) -> bool:
    """Whether `distribute-list out PROTOCOL` lets a route of another source in."""
    if asked.acl is not None:
        return permits(turn, asked.acl, prefix)
    return asked.prefix_list is None or passes(turn, asked.prefix_list, prefix)


def _lets_through(
    turn: Turn,
    one: Filter,
    prefix: IPv4Prefix,
    interface: str,
    neighbor: IPv4Address | None,
    tag: int,
) -> bool:
    if one.gateway is not None and neighbor is not None:
        is_from_gateway = passes(turn, one.gateway, IPv4Prefix(neighbor, 32))
        if not is_from_gateway:
            return False
    if one.acl is not None:
        return permits(turn, one.acl, prefix, 0 if neighbor is None else int(neighbor))
    if one.prefix_list is not None:
        return passes(turn, one.prefix_list, prefix)
    if one.route_map is not None:
        route = RouteFacts(prefix, neighbor, interface, tag=tag, told_by=neighbor)
        verdict = judged(turn, one.route_map, route)
        return verdict.is_permitted or not verdict.is_defined
    return True


# -- route maps ----


def judged(turn: Turn, route_map: str, route: RouteFacts) -> Verdict:
    """What a route map says of a route."""
    lists = lists_of(turn.state.config)
    lists.programs = turn.state.programs
    return evaluate(lists, route_map, route)


def is_leaked(turn: Turn, leak_map: str, prefix: IPv4Prefix) -> bool:
    """Whether a leak map lets a component out beside its summary; one that is not defined lets
    nothing out."""
    return judged(turn, leak_map, RouteFacts(prefix)).is_permitted
