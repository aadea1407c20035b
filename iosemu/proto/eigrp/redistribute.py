"""Routes of other sources that a process takes in, and what else the routing table holds.

The engine watches the best routes of each VRF but its own.  One that `redistribute` names becomes
an external path of our own; one that displaces a route of EIGRP makes the destination unreachable
through EIGRP, as long as it is there.
"""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Prefix, IPv6Address
from iosemu.policy.route_map import Metric, RouteFacts, Verdict
from iosemu.rib.route import Route
from iosemu.wire.eigrp_route import External, Source

from . import dual, filters, table
from .metric import Vector, composite, from_typed, interface_delay
from .settings import Redistribution
from .state import Destination, Kind, Path, PathKey
from .turn import Turn

SOURCES = {
    "connected": Source.CONNECTED,
    "static": Source.STATIC,
    "rip": Source.RIP,
    "ospf": Source.OSPF,
    "bgp": Source.BGP,
    "eigrp": Source.EIGRP,
}
_LOCAL = "L"
_NULL_KBPS = 10_000_000
_NULL_MTU_BYTES = 1500


def on_route(turn: Turn, prefix: IPv4Prefix) -> None:
    """The best route of a prefix is, or was, of another source."""
    process = turn.process
    held = process.topology.get(prefix)
    wanted = _path(turn, prefix)
    if held is None:
        if wanted is None:
            return
        held = process.topology[prefix] = Destination(prefix)
    for key in [key for key in held.paths if key.kind is Kind.REDISTRIBUTED]:
        if wanted is None or key != wanted.key:
            dual.on_path(turn, held, key, None)
    if wanted is not None:
        # Putting away the old path may have ended the destination.
        held = process.topology.setdefault(prefix, held)
        dual.on_path(turn, held, wanted.key, wanted)
    elif prefix in process.topology:
        dual.judge(turn, held)


def sync(turn: Turn) -> None:
    """`redistribute` or its metrics changed."""
    process = turn.process
    known = turn.state.foreign.get(process.key.vrf, {})
    held = [
        prefix
        for prefix, destination in process.topology.items()
        if any(key.kind is Kind.REDISTRIBUTED for key in destination.paths)
    ]
    for prefix in dict.fromkeys((*held, *known)):
        on_route(turn, prefix)


def _path(turn: Turn, prefix: IPv4Prefix) -> Path | None:
    """The path a foreign route gives; None if nobody asked for it or it has no metric."""
    process, settings = turn.process, turn.process.settings
    best = table.foreign_route(turn, prefix)
    if best is None or settings.is_shutdown or best.code == _LOCAL:
        return None
    asked = _asked(turn, best)
    if asked is None or not filters.is_imported(turn, asked, prefix):
        return None
    verdict = _judged(turn, best, asked)
    if not verdict.is_permitted:
        return None
    wanted = None if verdict.metric is None else _five(verdict.metric)
    if wanted is not None:
        asked = replace(asked, metric=wanted)
    vector = _vector(turn, best, asked)
    if vector is None:
        return None
    external = External(
        process.router_id,
        _instance(best),
        best.tag if verdict.tag is None else verdict.tag,
        best.metric,
        SOURCES[best.protocol],
    )
    distance = composite(vector, settings.k, turn.scale)
    key = PathKey(Kind.REDISTRIBUTED, best.protocol)
    return Path(key, vector, distance, 0, process.router_id, external)


def _asked(turn: Turn, best: Route) -> Redistribution | None:
    if best.is_reserved:
        return None
    if best.is_reserved:
        return None
    for one in turn.process.settings.redistributions:
        if one.protocol == best.protocol and one.owner in (None, best.key.owner):
            return one
    return None


def _judged(turn: Turn, best: Route, asked: Redistribution) -> Verdict:
    """What the route map says; one that is not defined lets nothing through."""
    if asked.route_map is None:
        return Verdict(is_permitted=True)
    hop = best.next_hops[0]
    assert isinstance(best.prefix, IPv4Prefix)
    assert not isinstance(hop.address, IPv6Address)
    source = best.key.owner if best.protocol in best.key.owner else best.protocol
    route = RouteFacts(
        best.prefix,
        hop.address,
        hop.interface,
        best.metric,
        best.tag,
        "external" if best.code.endswith("EX") else "internal" if best.protocol == "eigrp" else "",
        source,
    )
    return filters.judged(turn, asked.route_map, route)


def _five(metric: Metric) -> tuple[int, int, int, int, int] | None:
    """`set metric` with the numbers EIGRP needs; a single one is for other protocols."""
    given = (metric.delay, metric.reliability, metric.load, metric.mtu)
    if None in given:
        return None
    delay, reliability, load, mtu = (number or 0 for number in given)
    return metric.metric, delay, reliability, load, mtu


def _instance(best: Route) -> int:
    """Number of the process or autonomous system it comes from, 0 without."""
    word = best.key.owner.rpartition(" ")[2]
    return int(word) if word.isdecimal() else 0


def _vector(turn: Turn, best: Route, asked: Redistribution) -> Vector | None:
    """The metric that is typed, else the route's own where it has one that EIGRP understands."""
    settings, scale = turn.process.settings, turn.scale
    if asked.metric is not None:
        return from_typed(asked.metric, scale)
    if best.protocol == "connected":
        return _of_interface(turn, best)
    if settings.default_metric is not None:
        return from_typed(settings.default_metric, scale)
    if best.protocol == "static":
        return _of_interface(turn, best)
    if best.protocol == "eigrp" and isinstance(best.detail, table.RouteDetail):
        return _converted(turn, best.detail)
    return None


def _converted(turn: Turn, detail: table.RouteDetail) -> Vector:
    """The vector of another process, which may count in the other scale."""
    vector = detail.vectors[0]
    if detail.is_wide == (turn.scale.value == "wide") or vector.delay is None:
        return vector
    delay = vector.delay * 256 // 10_000_000 if detail.is_wide else vector.delay * 10_000_000 // 256
    return vector._replace(delay=delay)


def _of_interface(turn: Turn, best: Route) -> Vector | None:
    """Bandwidth and delay of the interface a route leaves by."""
    hop = best.next_hops[0]
    if hop.interface == table.NULL:
        return Vector(_NULL_KBPS, 0, _NULL_MTU_BYTES)
    state = turn.state.interfaces.get(hop.interface or "")
    if state is None and hop.address is not None:
        state = next(
            (
                one
                for one in turn.state.interfaces.values()
                if one.is_up
                and any(IPv4Prefix.of(a, length).holds(hop.address) for a, length in one.addresses)
            ),
            None,
        )
    if state is None:
        return None
    delay = interface_delay(turn.scale, state.bandwidth_kbps, state.delay_us)
    return Vector(state.bandwidth_kbps, delay, state.mtu_bytes)
