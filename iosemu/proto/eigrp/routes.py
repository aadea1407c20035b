"""Routes in and out of packets: what a neighbor's fields mean here, and what we tell of ours."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.wire.eigrp import Eigrp, Flag, Opcode, Route, StubFlag
from iosemu.wire.eigrp_route import NO_FLAGS, ClassicRoute, External, RouteFlag, Source, WideRoute

from . import dual, filters, summary, transport
from . import neighbor as adjacency
from .metric import (
    INFINITY,
    UNREACHABLE,
    Vector,
    arrival,
    composite,
    to_classic,
    to_wide,
)
from .state import Destination, Kind, Neighbor, Path, Port
from .turn import Turn

ZERO = IPv4Address(0)

# -- in ----


def on_routes(turn: Turn, neighbor: Neighbor, packet: Eigrp) -> None:
    """Every destination of an UPDATE, QUERY, REPLY, SIA-QUERY or SIA-REPLY."""
    if packet.routes:
        neighbor.updated_at = turn.now
    opcode = Opcode(packet.opcode)
    for route in packet.routes:
        for prefix in route.destinations:
            on_route(turn, neighbor, opcode, route, prefix)
            if neighbor.stale is not None:
                neighbor.stale.pop(prefix, None)
    if Flag.EOT in packet.flags:
        adjacency.end_of_table(turn, neighbor)


def on_route(
    turn: Turn, neighbor: Neighbor, opcode: Opcode, route: Route, prefix: IPv4Prefix
) -> None:
    """One destination of a neighbor."""
    process = turn.process
    destination = process.topology.get(prefix)
    path = _path(turn, neighbor, route, prefix) if route.metric.is_reachable else None
    if destination is None:
        if path is None or not path.is_reachable:
            if opcode in (Opcode.QUERY, Opcode.SIA_QUERY):
                _answer_unknown(turn, neighbor, prefix)
            return
        destination = process.topology[prefix] = Destination(prefix)
    key = dual.path_key(neighbor.key)
    match opcode:
        case Opcode.SIA_QUERY:
            dual.on_path(turn, destination, key, path)
            _answer_sia(turn, neighbor, destination)
        case Opcode.SIA_REPLY:
            on_sia_reply(destination, neighbor, route)
            dual.on_path(turn, destination, key, path)
        case _:
            dual.on_path(turn, destination, key, path, opcode)


def on_sia_reply(destination: Destination, neighbor: Neighbor, route: Route) -> None:
    """The neighbor is alive and still waits itself."""
    if neighbor.key in destination.awaited:
        destination.awaited[neighbor.key] = 0


def _path(turn: Turn, neighbor: Neighbor, route: Route, prefix: IPv4Prefix) -> Path | None:
    """A neighbor's route as a path; None if it is filtered, or our own come back."""
    process, interface = turn.process, neighbor.key.interface
    settings, external, own = process.settings, route.external, process.router_id
    if isinstance(route, WideRoute):
        router = route.router
    else:
        router = ZERO if external is None else external.router
    if (router and own == router) or (external is not None and own == external.router):
        return None
    state = turn.interface(interface)
    link = (state.bandwidth_kbps, state.delay_us, state.mtu_bytes)
    reported, reported_distance, vector, distance = arrival(
        route.metric, settings.scale, settings.k, link
    )
    if reported.hops >= settings.maximum_hops:
        return None
    if (settings.filters or not settings.default_in) and not filters.is_allowed(
        turn,
        prefix,
        interface,
        is_in=True,
        neighbor=neighbor.key.address,
        tag=0 if external is None else external.tag,
    ):
        return None
    if settings.offsets:
        vector = filters.with_offset(turn, vector, prefix, interface, is_in=True)
        distance = composite(vector, settings.k, settings.scale)
    if distance >= INFINITY:
        return None
    return Path(
        dual.path_key(neighbor.key),
        vector,
        distance,
        reported_distance,
        router,
        external,
        route.next_hop or None,
        reported,
    )


def _answer_unknown(turn: Turn, neighbor: Neighbor, prefix: IPv4Prefix) -> None:
    turn.process.outbox.replies.setdefault(neighbor.key, {})[prefix] = None
    turn.flush_soon()


def _answer_sia(turn: Turn, neighbor: Neighbor, destination: Destination) -> None:
    """A passive destination is answered for good; an active one says that it still waits."""
    port = turn.process.ports[neighbor.key.interface]
    if not destination.is_active:
        dual.reply(turn, destination, neighbor.key)
        return
    route = field_of(
        turn,
        port,
        destination.prefix,
        destination.frozen,
        destination.frozen_external,
        RouteFlag.ACTIVE,
    )
    transport.unicast(turn, neighbor, Opcode.SIA_REPLY, (route,))


# -- out ----


def field_of(
    turn: Turn,
    port: Port,
    prefix: IPv4Prefix,
    vector: Vector,
    external: External | None,
    flags: RouteFlag = NO_FLAGS,
) -> Route:
    """A route as the neighbors of an interface read it."""
    process = turn.process
    destination = process.topology.get(prefix)
    best = destination.best if destination is not None and destination.successors else None
    scale = process.settings.scale
    next_hop = ZERO if port.settings.next_hop_self else _next_hop(port, best)
    if speaks_wide(turn, port):
        router = process.router_id if best is None else best.router or process.router_id
        return WideRoute(router, to_wide(vector, scale, flags), next_hop, (prefix,), external)
    return ClassicRoute(next_hop, to_classic(vector, scale, flags), (prefix,), external)


def _next_hop(port: Port, best: Path | None) -> IPv4Address:
    """Ourselves, unless the route came in at this interface, which lets it keep its neighbor."""
    if best is None or best.key.source != port.name:
        return ZERO
    return best.next_hop or best.key.address or ZERO


def speaks_wide(turn: Turn, port: Port) -> bool:
    """Whether all neighbors of an interface, and we, know TLV 2.0."""
    if not transport.is_modern(turn):
        return False
    for held in turn.process.neighbors.values():
        if held.tlv_version[0] < 2 and held.key.interface == port.name:
            return False
    return True


def advertised(
    turn: Turn, port: Port, destination: Destination
) -> tuple[Vector, External | None] | None:
    """What is told of a destination at an interface; None: nothing at all."""
    settings, name = turn.process.settings, port.name
    best = destination.best
    kind = None if best is None else best.key.kind
    has_rules = port.settings.summaries or settings.stub is not None or kind is Kind.SUMMARY
    if has_rules and not _is_for_port(turn, port, destination, kind):
        return None
    splits = port.settings.split_horizon
    if kind is Kind.CONNECTED and splits and _is_own(port, destination):
        return None
    vector, external = dual.told(destination)
    if vector.delay is None:
        return UNREACHABLE, None
    if splits:
        for successor_kind, source, _ in destination.successors:
            if source == name and successor_kind is Kind.NEIGHBOR:
                return UNREACHABLE, None
    if settings.filters or not settings.default_out:
        tag = 0 if external is None else external.tag
        if not filters.is_allowed(turn, destination.prefix, name, is_in=False, tag=tag):
            return UNREACHABLE, None
    if settings.offsets:
        vector = filters.with_offset(turn, vector, destination.prefix, name, is_in=False)
    return vector, external


def _is_own(port: Port, destination: Destination) -> bool:
    """Whether it is the subnet of the interface itself, which its neighbors know."""
    return all(key.source == port.name for key in destination.successors)


def _is_for_port(turn: Turn, port: Port, destination: Destination, kind: Kind | None) -> bool:
    """Summaries go out where they are configured, in place of their components; a stub tells only
    what it has itself."""
    prefix = destination.prefix
    if kind is Kind.SUMMARY and not any(s.prefix == prefix for s in port.settings.summaries):
        return False
    for wanted in port.settings.summaries:
        if summary.holds(wanted.prefix, prefix) and (
            wanted.leak_map is None or not filters.is_leaked(turn, wanted.leak_map, prefix)
        ):
            return False
    stub = turn.process.settings.stub
    return stub is None or kind is None or _stub_tells(turn, destination, stub, kind)


def _stub_tells(turn: Turn, destination: Destination, stub: StubFlag, kind: Kind) -> bool:
    best = destination.best
    match kind:
        case Kind.CONNECTED:
            return StubFlag.CONNECTED in stub
        case Kind.SUMMARY:
            return StubFlag.SUMMARY in stub
        case Kind.REDISTRIBUTED:
            assert best is not None
            if best.external is not None and best.external.protocol == Source.STATIC:
                return bool(stub & (StubFlag.STATIC | StubFlag.REDISTRIBUTED))
            if best.external is not None and best.external.protocol == Source.CONNECTED:
                return bool(stub & (StubFlag.CONNECTED | StubFlag.REDISTRIBUTED))
            return StubFlag.REDISTRIBUTED in stub
        case Kind.NEIGHBOR:
            leak = turn.process.settings.stub_leak_map
            return leak is not None and filters.is_leaked(turn, leak, destination.prefix)


def table_of(turn: Turn, port: Port) -> Iterator[Route]:
    """All that a new neighbor of an interface is told."""
    for destination in turn.process.topology.values():
        if destination.is_active:
            # This neighbor heard nothing of it: whatever comes out is news.
            destination.told = UNREACHABLE, None
            continue
        said = advertised(turn, port, destination)
        if said is not None and said[0].is_reachable:
            yield field_of(turn, port, destination.prefix, *said)


def changes_of(turn: Turn, port: Port, prefixes: list[IPv4Prefix]) -> Iterator[Route]:
    """What the neighbors of an interface are told of changed destinations."""
    for prefix in prefixes:
        destination = turn.process.topology.get(prefix) or Destination(prefix)
        if destination.is_active:
            continue
        said = advertised(turn, port, destination)
        if said is not None:
            yield field_of(turn, port, prefix, *said)


def questions_of(turn: Turn, port: Port, prefixes: list[IPv4Prefix]) -> Iterator[Route]:
    """Active destinations as queries."""
    for prefix in prefixes:
        destination = turn.process.topology[prefix]
        said = advertised(turn, port, destination) or (UNREACHABLE, None)
        yield field_of(turn, port, prefix, *said)


def answers_of(turn: Turn, port: Port, prefixes: list[IPv4Prefix]) -> Iterator[Route]:
    """Destinations as replies."""
    for prefix in prefixes:
        destination = turn.process.topology.get(prefix) or Destination(prefix)
        said = advertised(turn, port, destination) or (UNREACHABLE, None)
        yield field_of(turn, port, prefix, *said)
