"""Commands of route maps and policy routing: what the notation cannot say, shows, and the debug."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from iosemu.cli.api import Exec, Lines, Rejected, check, config_command, exec_command, show
from iosemu.cli.interfaces import short, sort_key
from iosemu.config.tree import Config, with_slot
from iosemu.features.community.cli import extended_error, large_error
from iosemu.features.community.config import CommunitiesConfig
from iosemu.features.debug.flags import FLAGS, switch
from iosemu.policy.route_map import RouteMap, RouteMapEntry
from iosemu.stack.pbr import clear_counters, count_of
from iosemu.stack.pbr_debug import FLAG, PolicyCondition
from iosemu.stack.state import Stack

from .config import RouteMapsConfig
from .views import (
    DynamicMapsView,
    EntryView,
    LocalPolicyView,
    NoSuchMapView,
    PoliciesView,
    StaticMapsView,
)

FLAGS[FLAG] = ("Policy Routing", "Policy routing debugging")


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


@check("route-map.set.metric.offset")
def is_offset(owner: RouteMapEntry, *, offset: str) -> str | None:
    """A sign and digits; anything else is no word of the command."""
    if re.fullmatch(r"[+-][0-9]{1,10}", offset, re.ASCII) and abs(int(offset)) <= 0xFFFFFFFF:
        return None
    return f"% Invalid metric {offset}"


@check("route-map.set.extcommunity.rt")
def are_targets(owner: RouteMapEntry, *, communities: tuple[str, ...]) -> str | None:
    return extended_error(("rt", *communities))


@check("route-map.set.extcommunity.soo")
def is_site(owner: RouteMapEntry, *, value: str) -> str | None:
    return extended_error(("soo", value))


@check("route-map.set.large-community")
def are_large(owner: RouteMapEntry, *, communities: tuple[str, ...] | None) -> str | None:
    return large_error(communities or ())


# -- shows ----


@show("route-map.show")
def show_route_map(x: Exec, *, name: str | None) -> Iterator[EntryView | NoSuchMapView]:
    maps = x.config.of(RouteMapsConfig).maps
    if name is not None and name not in maps:
        yield NoSuchMapView(name)
    for each in maps:
        if name in (None, each):
            yield from entries_of(x, each)


@show("route-map.show.all")
def show_all(x: Exec) -> Iterator[StaticMapsView | EntryView | DynamicMapsView]:
    yield StaticMapsView()
    for each in x.config.of(RouteMapsConfig).maps:
        yield from entries_of(x, each)
    yield DynamicMapsView(0, has_heading=True)


@show("route-map.show.dynamic")
def show_dynamic(x: Exec) -> Iterator[DynamicMapsView]:
    yield DynamicMapsView(0, has_heading=False)


def entries_of(x: Exec, name: str) -> Iterator[EntryView]:
    """The entries of a route map with their counters."""
    new_format = x.config.of(CommunitiesConfig).new_format
    stack, held = x.part(Stack), x.config.of(RouteMapsConfig).maps.get(name, RouteMap())
    ordered = held.in_order()
    for place, (sequence, entry) in enumerate(ordered, 1):
        next_ = ordered[place][0] if place < len(ordered) else None
        count = count_of(stack, name, sequence)
        numbers = sorted({hop.track for hop in entry.set_verified.values()})
        tracks = tuple((n, stack.policies.tracks.get(n, False)) for n in numbers)
        yield EntryView(
            name, sequence, entry, count.packets, count.bytes, tracks, new_format, next_
        )


@exec_command("route-map.clear")
def clear(x: Exec, *, name: str | None) -> Lines:
    clear_counters(x.part(Stack), name)
    return ()


@show("policy.show")
def show_policy(x: Exec) -> Iterator[PoliciesView]:
    stack = x.part(Stack)
    rows = [] if stack.policies.local is None else [("local", stack.policies.local)]
    for name in sorted(stack.interfaces, key=sort_key):
        policy = stack.interfaces[name].settings.policy
        if policy is not None:
            rows.append((short(name), policy))
    yield PoliciesView(tuple(rows))


@show("policy.show.local")
def show_local_policy(x: Exec) -> Iterator[LocalPolicyView | EntryView]:
    name = x.config.of(RouteMapsConfig).local_policy
    if name is not None:
        yield LocalPolicyView(name)
        yield from entries_of(x, name)


# -- debug ----


@exec_command("debug.ip.policy")
def debug_policy(x: Exec, *, negated: bool, access_list: int | None) -> Lines:
    """With a list: only packets that it permits."""
    said = switch(x, FLAG, on=not negated)
    if negated or access_list is None:
        return [said]
    x.debugs[FLAG] = PolicyCondition(access_list)
    return [f"{said}{x.debugs[FLAG]}"]


@exec_command("debug.ip.policy.off")
def undebug_policy(x: Exec, *, access_list: int | None) -> Lines:
    return debug_policy(x, negated=True, access_list=access_list)
