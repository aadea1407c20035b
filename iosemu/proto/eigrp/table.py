"""What EIGRP offers to the routing table."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.address import IPv4Address
from iosemu.proto.base import RouteAdd, RouteDelete
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.wire.eigrp_route import External

from . import dual
from .metric import Vector, rib_metric
from .state import Destination, Kind, Path
from .turn import Turn

NULL = "Null0"


@dataclass(frozen=True, slots=True)
class RouteDetail:
    """What `show ip route A.B.C.D` prints below a descriptor: the vector of each next hop."""

    autonomous_system: int
    vectors: tuple[Vector, ...]
    is_wide: bool
    external: External | None
    is_summary: bool = False


def offer(turn: Turn, destination: Destination) -> None:
    """Make the routing table have what the destination's successors are."""
    route = _route(turn, destination)
    if route == destination.offered:
        return
    if route is None:
        withdraw(turn, destination)
        return
    destination.offered = route
    turn.actions.append(RouteAdd(route))


def withdraw(turn: Turn, destination: Destination) -> None:
    """Take the route back."""
    if destination.offered is not None:
        turn.actions.append(RouteDelete(destination.offered.key))
        destination.offered = None
        destination.chosen = ()


def _route(turn: Turn, destination: Destination) -> Route | None:
    paths = [destination.paths[key] for key in destination.successors]
    if not paths or paths[0].key.kind in (Kind.CONNECTED, Kind.REDISTRIBUTED):
        return None
    process, settings = turn.process, turn.process.settings
    key = RouteKey(process.key.vrf, destination.prefix, process.key.owner)
    first = paths[0]
    detail = RouteDetail(
        process.key.autonomous_system,
        tuple(path.vector for path in paths),
        settings.scale.value == "wide",
        first.external,
        is_summary=first.key.kind is Kind.SUMMARY,
    )
    metric = rib_metric(first.distance, turn.scale, settings.rib_scale)
    if first.key.kind is Kind.SUMMARY:
        distance = summary_distance(turn, destination)
        if distance == 255:
            return None
        return Route(key, (NextHop(None, NULL),), distance, "D", "eigrp", metric, detail=detail)
    hops = tuple(
        NextHop(_address(path), path.key.source, weight)
        for path, weight in zip(paths, dual.shares([p.distance for p in paths]), strict=True)
    )
    is_external = first.external is not None
    return Route(
        key,
        hops,
        settings.distance_external if is_external else settings.distance_internal,
        "D EX" if is_external else "D",
        "eigrp",
        metric,
        first.external.tag if first.external is not None else 0,
        detail,
    )


def summary_distance(turn: Turn, destination: Destination) -> int:
    """The least distance configured for a summary."""
    return min(
        (
            wanted.distance
            for port in turn.process.ports.values()
            for wanted in port.settings.summaries
            if wanted.prefix == destination.prefix
        ),
        default=5,
    )


def _address(path: Path) -> IPv4Address | None:
    return path.next_hop if path.next_hop is not None else path.key.address
