"""What EIGRP offers to the routing table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.proto.base import RouteAdd, RouteDelete
from iosemu.rib.route import EntryNote, NextHop, Route, RouteKey
from iosemu.wire.eigrp_route import External

from . import dual, filters
from .metric import Scale, Vector, rib_metric
from .state import Destination, Kind, NeighborKey, Path
from .turn import Turn

NULL = "Null0"
SUMMARY_DISTANCE = 5


class RouteDetail(NamedTuple):
    """What `show ip route A.B.C.D` prints below a descriptor: the vector of each next hop.

    metrics: of each, as the routing table counts.
    """

    autonomous_system: int
    vectors: tuple[Vector, ...]
    metrics: tuple[int, ...]
    is_wide: bool
    external: External | None
    is_summary: bool = False

    def note(self) -> EntryNote:
        """In words."""
        external = self.external
        has_tag = external is not None and external.tag
        return EntryNote(
            kind=None if has_tag else "internal" if external is None else "external",
            tag_kind="external" if has_tag else None,
            redistributing=(f"eigrp {self.autonomous_system}",),
            own_lines=tuple(tuple(self._lines(vector)) for vector in self.vectors),
            metrics=self.metrics,
            is_summary=self.is_summary,
        )

    def _lines(self, vector: Vector) -> Iterator[str]:
        delay = vector.delay or 0
        delay_us = delay // 1_000_000 if self.is_wide else delay * 10 // 256
        yield (
            f"Total delay is {delay_us} microseconds,"
            f" minimum bandwidth is {vector.bandwidth_kbps} Kbit"
        )
        yield f"Reliability {vector.reliability}/255, minimum MTU {vector.mtu_bytes} bytes"
        yield f"Loading {vector.load}/255, Hops {vector.hops}"


def usable(turn: Turn, destination: Destination) -> list[Path]:
    """The paths that may become routes: internal ones before external ones, and where the routing
    table holds a better route of another source only our own, whatever the neighbors say."""
    paths = list(destination.paths.values())
    for path in paths:
        if path.external is not None:
            internal = [one for one in paths if one.external is None and one.is_reachable]
            paths = internal or paths
            break
    if paths and is_overruled(turn, destination.prefix, paths):
        return [path for path in destination.paths.values() if path.is_own]
    return paths


def is_overruled(turn: Turn, prefix: IPv4Prefix, paths: list[Path]) -> bool:
    """Whether another source has a route that a route of these paths would not displace."""
    best = foreign_route(turn, prefix)
    if best is None:
        return False
    settings = turn.process.settings
    distance = min(
        (
            settings.distance_internal if path.external is None else settings.distance_external
            for path in paths
            if not path.is_own
        ),
        default=256,
    )
    return distance < 256 and best.distance <= distance


def foreign_route(turn: Turn, prefix: IPv4Prefix) -> Route | None:
    """The best route to a prefix if it is not of this process.  A connected one is not believed
    when its interface just went down."""
    best = turn.state.foreign.get(turn.process.key.vrf, {}).get(prefix)
    if best is None or best.key.owner == turn.process.key.owner:
        return None
    if best.protocol == "connected":
        state = turn.state.interfaces.get(best.next_hops[0].interface or "")
        if state is None or not state.is_up:
            return None
    return best


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


def refresh(turn: Turn, destination: Destination) -> None:
    """Take the route back and offer it again."""
    if destination.offered is not None:
        turn.actions.append(RouteDelete(destination.offered.key))
        turn.actions.append(RouteAdd(destination.offered))


def withdraw(turn: Turn, destination: Destination) -> None:
    """Take the route back.  While a neighbor it goes over is there, which then said that it has no
    way, IOS offers the same route again."""
    if destination.offered is not None:
        neighbors = turn.process.neighbors
        again = any(
            path.key.address is not None
            and NeighborKey(path.key.source, path.key.address) in neighbors
            for path in destination.chosen
        )
        turn.actions.append(RouteDelete(destination.offered.key, again))
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
        tuple([path.vector for path in paths]),
        tuple([rib_metric(path.distance, turn.scale, settings.rib_scale) for path in paths]),
        settings.scale is Scale.WIDE,
        first.external,
        first.key.kind is Kind.SUMMARY,
    )
    metric = rib_metric(first.distance, turn.scale, settings.rib_scale)
    if first.key.kind is Kind.SUMMARY:
        distance = summary_distance(turn, destination)
        if distance == 255:
            return None
        return Route(key, (NextHop(None, NULL),), distance, "D", "eigrp", metric, detail=detail)
    if len(paths) == 1:
        hops: tuple[NextHop, ...] = (NextHop(_address(first), first.key.source),)
    else:
        distances = [path.distance for path in paths]
        weights = dual.shares(distances, is_minimum=settings.traffic_share_minimum)
        hops = tuple(
            [
                NextHop(_address(path), path.key.source, weight)
                for path, weight in zip(paths, weights, strict=True)
            ]
        )
    is_external = first.external is not None
    return Route(
        key,
        hops,
        settings.distance_external if is_external else _distance(turn, destination.prefix, first),
        "D EX" if is_external else "D",
        "eigrp",
        metric,
        first.external.tag if first.external is not None else 0,
        detail,
    )


def summary_distance(turn: Turn, destination: Destination) -> int:
    """The least distance configured for a summary, at an interface or by `summary-metric`."""
    said = [
        wanted.distance
        for port in turn.process.ports.values()
        for wanted in port.settings.summaries
        if wanted.prefix == destination.prefix and wanted.distance is not None
    ]
    said += [
        one.distance
        for one in turn.process.settings.summary_metrics
        if one.prefix == destination.prefix and one.distance is not None
    ]
    return min(said, default=SUMMARY_DISTANCE)


def _distance(turn: Turn, prefix: IPv4Prefix, path: Path) -> int:
    """Of an internal route: `distance` may name its neighbor."""
    settings = turn.process.settings
    address = path.key.address
    for one in settings.source_distances:
        if address is None or (address ^ one.address) & ~one.wildcard & 0xFFFFFFFF:
            continue
        if one.acl is None or filters.permits(turn, one.acl, prefix):
            return one.distance
    return settings.distance_internal


def _address(path: Path) -> IPv4Address | None:
    return path.next_hop if path.next_hop is not None else path.key.address
