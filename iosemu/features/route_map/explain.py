"""Which entry of which route map decided about a packet, and why its clauses did not."""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import Box, Said, Why, explains
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.interface.explain import ip_change, said
from iosemu.features.ip.explain import route
from iosemu.policy.route_map import RouteMap, RouteMapEntry
from iosemu.proto.base import DEFAULT_VRF
from iosemu.stack.pbr import Decision, recursive_clause
from iosemu.stack.state import Stack

from .config import RouteMapsConfig


@explains("policy")
def policy(
    box: Box, name: str, sequence: int | None, interface: str | None, decision: Decision
) -> Why:
    """The entry that matched, and what became of each of its set clauses."""
    held = box.config.of(RouteMapsConfig)
    where = _applied(box, name, interface)
    subject = f"route-map {name}"
    if sequence is None:
        missing = "" if name in held.maps else ", which is not defined"
        return Why(f"{subject}{missing}: no entry matches, so the routing table decides", where)
    map_ = held.maps.get(name)
    entry = None if map_ is None else map_.entries.get(sequence)
    lines = where if entry is None else (*_entry_said(name, sequence, entry), *where)
    reading = f"{subject}, sequence {sequence}, matches{_outcome(entry, decision)}"
    found = None if entry is None else _resolved(box, interface, entry, decision)
    if found is None:
        return Why(reading, lines)
    return Why(f"{reading}, found by {found.text}", (*lines, *found.said))


def _resolved(
    box: Box, interface: str | None, entry: RouteMapEntry, decision: Decision
) -> Why | None:
    """The route that `set ip next-hop recursive` goes by."""
    hop = entry.set_next_hop_recursive
    if hop is None or decision.path is None or decision.clause != recursive_clause(hop):
        return None
    stack = box.part(Stack)
    port = stack.interfaces.get(interface or "")
    vrf = DEFAULT_VRF if port is None else port.settings.vrf
    through = stack.vrf(vrf).fib.lookup(hop)
    return route(box, vrf, through.prefix, decision.path.interface, decision.path.next_hop)


def _outcome(entry: RouteMapEntry | None, decision: Decision) -> str:
    """What followed from the match."""
    if entry is not None and not entry.is_permit:
        return " and denies policy routing, so the routing table decides"
    tried = "".join(f"; not {clause}: {why}" for clause, why in decision.skipped)
    if decision.path is not None:
        return f"{tried}; {decision.clause}"
    if not tried:
        return ", but sets no way out, so the routing table decides"
    return f"{tried}; the search ends here, so the routing table decides"


def _applied(box: Box, name: str, interface: str | None) -> tuple[Said, ...]:
    """`ip policy` of the interface, or `ip local policy`."""
    if interface is not None:
        return said(box.config, interface, ip_change(lambda ip: replace(ip, policy=None)))
    return (Said(with_slot(Config(), RouteMapsConfig(local_policy=name)), Config()),)


def _entry_said(name: str, sequence: int, entry: RouteMapEntry) -> tuple[Said, ...]:
    """The lines of one entry."""
    having = Entries[int, RouteMapEntry]().put(sequence, entry)
    return (Said(_alone(name, RouteMap(having)), Config()),)


def _alone(name: str, held: RouteMap) -> Config:
    maps = Entries[str, RouteMap]().put(name, held)
    return with_slot(Config(), RouteMapsConfig(maps))
