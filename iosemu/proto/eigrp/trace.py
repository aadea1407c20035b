"""What `debug eigrp ...` and `debug ip eigrp` print, in the words of IOS 15.x and 12.4.

Nobody comes here while no such flag is on: callers look at `State.debugs` first, so that no text is
made for nothing.
"""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.cli.interfaces import short
from iosemu.values import dataclass
from iosemu.wire.base import WireError
from iosemu.wire.eigrp import GROUP, HEADER_BYTES, Eigrp, Flag, Opcode, Route
from iosemu.wire.eigrp_route import ClassicRoute

from .metric import INFINITY, Scale, Vector, composite, from_classic, from_wide, through, to_classic
from .state import Destination, Neighbor, NeighborKey, Path, Port
from .turn import Turn

PACKETS, FSM, NEIGHBORS, ROUTES = "eigrp packets", "eigrp fsm", "eigrp neighbors", "ip eigrp"
FLAGS = (PACKETS, FSM, NEIGHBORS, ROUTES)
ALL_KINDS = (
    "UPDATE",
    "REQUEST",
    "QUERY",
    "REPLY",
    "HELLO",
    "UNKNOWN",
    "PROBE",
    "ACK",
    "STUB",
    "SIAQUERY",
    "SIAREPLY",
)
_OLD_INFINITY, _NEW_INFINITY = 4294967295, 72057594037927935


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which packets `debug eigrp packets` is about."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"\n    ({', '.join(self.names)})"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom `debug ip eigrp` is about: one process, one neighbor, or everything."""

    autonomous_system: int | None = None
    neighbor: IPv4Address | None = None

    def __str__(self) -> str:
        if self.autonomous_system is None:
            return ""
        said = f" for AS {self.autonomous_system}"
        return said if self.neighbor is None else f"{said}, neighbor {self.neighbor}"


# -- packets ----


def received(turn: Turn, port: Port, source: IPv4Address, data: bytes) -> None:
    """A packet came in."""
    packet = _parsed(turn, data)
    if packet is None:
        return
    held = turn.process.neighbors.get(NeighborKey(port.name, source))
    if _wants_packet(turn, packet):
        length = len(data) - HEADER_BYTES
        kind = _kind(packet)
        turn.debug(
            PACKETS,
            f"EIGRP: Received {kind} on {_on(turn, port, length)} nbr {source}",
            port.name,
        )
        turn.debug(PACKETS, _second(turn, packet, _peer_queue(held)), port.name)
    if packet.routes and _wants_routes(turn, source):
        turn.debug(ROUTES, f"{_family(turn)} Processing incoming {_kind(packet)} packet", port.name)
        for route in packet.routes:
            for prefix in route.destinations:
                turn.debug(ROUTES, _incoming(turn, port, route, prefix), port.name)


def sent(turn: Turn, port: Port, target: IPv4Address, data: bytes) -> None:
    """A packet goes out."""
    packet = _parsed(turn, data)
    if packet is None:
        return
    held = turn.process.neighbors.get(NeighborKey(port.name, target))
    if _wants_packet(turn, packet):
        line = f"EIGRP: Sending {_kind(packet)} on {_on(turn, port, len(data) - HEADER_BYTES)}"
        if target != GROUP:
            line += f" nbr {target}"
            if held is not None and held.retries and packet.sequence:
                line += f", retry {held.retries}, RTO {held.rto_ms}"
        if packet.sequence and not turn.state.is_old:
            line += " tid 0"
        turn.debug(PACKETS, line, port.name)
        queue = "" if target == GROUP else _peer_queue(held)
        turn.debug(PACKETS, _second(turn, packet, queue), port.name)
    if packet.routes and _wants_routes(turn, target):
        for route in packet.routes:
            for prefix in route.destinations:
                turn.debug(ROUTES, _outgoing(turn, route, prefix), port.name)


def ignored(turn: Turn, port: Port, source: IPv4Address, data: bytes, why: str) -> None:
    """A packet was refused."""
    packet = _parsed(turn, data)
    if packet is not None and PACKETS in turn.state.debugs:
        turn.debug(
            PACKETS,
            f"EIGRP: {port.name}: ignored packet from {source}, opcode = {packet.opcode} ({why})",
            port.name,
        )


def dropping(turn: Turn, port: Port) -> None:
    """The adjacency with who sent it ends."""
    if PACKETS in turn.state.debugs:
        turn.debug(PACKETS, "EIGRP: Dropping peer, invalid authentication", port.name)


def _parsed(turn: Turn, data: bytes) -> Eigrp | None:
    """The packet if it is one of this process."""
    try:
        packet = Eigrp.parse(data)
    except WireError:
        return None
    return packet if packet.autonomous_system == turn.process.key.autonomous_system else None


def _wants_packet(turn: Turn, packet: Eigrp) -> bool:
    kinds = turn.state.debugs.get(PACKETS)
    return isinstance(kinds, Kinds) and _kind(packet) in kinds.names


def _kind(packet: Eigrp) -> str:
    if packet.is_acknowledgment:
        return "ACK"
    try:
        return Opcode(packet.opcode).name.replace("_", "")
    except ValueError:
        return "UNKNOWN"


def _on(turn: Turn, port: Port, length: int) -> str:
    if turn.state.is_old:
        return port.name
    return f"{short(port.name)} - paklen {length}"


def _peer_queue(held: Neighbor | None) -> str:
    queued = 0 if held is None else len(held.queue)
    return f" peerQ un/rely 0/{queued}"


def _second(turn: Turn, packet: Eigrp, peer_queue: str) -> str:
    flags = Flag(packet.flags)
    names = [flag.name for flag in Flag if flag in flags and flag.name is not None]
    numbers = f"Seq {packet.sequence}/{packet.acknowledgment}"
    number = packet.autonomous_system
    if turn.state.is_old:
        return (
            f"  AS {number}, Flags 0x{int(flags):X}, {numbers}"
            f" idbQ 0/0 iidbQ un/rely 0/0{peer_queue}"
        )
    return (
        f"  AS {number}, Flags 0x{int(flags):X}:({', '.join(names) or 'NULL'}), {numbers}"
        f" interfaceQ 0/0 iidbQ un/rely 0/0{peer_queue}"
    )


# -- routes ----


def _wants_routes(turn: Turn, neighbor: IPv4Address) -> bool:
    target = turn.state.debugs.get(ROUTES)
    if not isinstance(target, Target):
        return False
    return target.autonomous_system in (None, turn.process.key.autonomous_system) and (
        target.neighbor in (None, neighbor)
    )


def _family(turn: Turn) -> str:
    number = turn.process.key.autonomous_system
    if turn.state.is_old:
        return f"IP-EIGRP(Default-IP-Routing-Table:{number}):"
    return f"EIGRP-IPv4({number}):"


def _reported(turn: Turn, route: Route) -> Vector:
    if isinstance(route, ClassicRoute):
        return from_classic(route.metric, turn.scale)
    return from_wide(route.metric, turn.scale)


def _incoming(turn: Turn, port: Port, route: Route, prefix: IPv4Prefix) -> str:
    state = turn.interface(port.name)
    told = _reported(turn, route)
    here = through(
        told,
        turn.scale,
        bandwidth_kbps=state.bandwidth_kbps,
        delay_us=state.delay_us,
        mtu_bytes=state.mtu_bytes,
    )
    kind = "Int" if route.external is None else "Ext"
    return f"{_family(turn)} {kind} {prefix} M {_measured(turn, here)} SM {_measured(turn, told)}"


def _outgoing(turn: Turn, route: Route, prefix: IPv4Prefix) -> str:
    kind = "Int" if route.external is None else "Ext"
    return f"{_family(turn)} {kind} {prefix} metric {_measured(turn, _reported(turn, route))}"


def _measured(turn: Turn, vector: Vector) -> str:
    """The distance, and what it is made of: bandwidth and delay as they count."""
    if vector.delay is None:
        infinity = _infinity(turn)
        return f"{infinity} - 0 {infinity}"
    distance = composite(vector, turn.process.settings.k, turn.scale)
    if turn.scale is Scale.CLASSIC:
        metric = to_classic(vector, turn.scale)
        return f"{distance} - {metric.bandwidth} {metric.delay}"
    return f"{distance} - {vector.bandwidth_kbps} {vector.delay}"


def _infinity(turn: Turn) -> int:
    return _OLD_INFINITY if turn.state.is_old else _NEW_INFINITY


# -- the machine ----


def _fsm(turn: Turn, text: str, *, has_topology: bool = True) -> None:
    if turn.state.is_old:
        turn.debug(FSM, f"DUAL: {text}")
    else:
        number = turn.process.key.autonomous_system
        turn.debug(FSM, f"DUAL: AS({number}) {text}{' for tid 0' if has_topology else ''}")


def _distance(turn: Turn, distance: int) -> int:
    return distance if distance < INFINITY else _infinity(turn)


def heard(
    turn: Turn, destination: Destination, key: NeighborKey, path: Path | None, opcode: Opcode
) -> None:
    """A neighbor told of a destination."""
    distance = _distance(turn, INFINITY if path is None else path.distance)
    reported = _distance(turn, INFINITY if path is None else path.reported)
    kind = opcode.name.replace("_", "").lower()
    _fsm(turn, f"rcv{kind}: {destination.prefix} via {key.address} metric {distance}/{reported}")


def searched(turn: Turn, destination: Destination, *, is_found: bool) -> None:
    """A feasible successor was looked for."""
    feasible = _distance(turn, destination.distance_feasible)
    _fsm(turn, f"Find FS for dest {destination.prefix}. FD is {feasible}, RD is {feasible}")
    least = INFINITY
    for path in destination.paths.values():
        if path.is_own or path.reported < destination.distance_feasible:
            least = min(least, path.distance)
    for path in destination.paths.values():
        address = path.key.address or "0.0.0.0"
        _fsm(
            turn,
            f"\t{address} metric {_distance(turn, path.distance)}/{_distance(turn, path.reported)}"
            f" {'found' if is_found else 'not found'} Dmin is {_distance(turn, least)}",
        )


def active(turn: Turn, destination: Destination, count: int) -> None:
    """A destination goes active."""
    _fsm(turn, f"Dest {destination.prefix} entering active state")
    _fsm(turn, f"Set reply-status table. Count is {count}")


def replied(turn: Turn, destination: Destination) -> None:
    """A neighbor answered."""
    left = len(destination.awaited)
    _fsm(turn, f"reply count is {left + 1}")
    if not left:
        _fsm(turn, "Freeing reply status table")


def installed(turn: Turn, destination: Destination) -> None:
    """Paths became a route."""
    for key in destination.successors:
        _fsm(
            turn,
            f"RT installed {destination.prefix} via {key.address or '0.0.0.0'}",
            has_topology=False,
        )
    reason = "metric chg" if destination.successors else "rt gone"
    _fsm(turn, f"Send update about {destination.prefix}.  Reason: {reason}")


def removed(turn: Turn, destination: Destination) -> None:
    """Nothing is left of a destination."""
    _fsm(turn, f"No routes.  Flushing dest {destination.prefix}")


# -- neighbors ----


def rose(turn: Turn, key: NeighborKey) -> None:
    """A neighbor is there."""
    count = len(turn.process.neighbors)
    turn.debug(NEIGHBORS, f"EIGRP: New peer {key.address}", key.interface)
    if not turn.state.is_old:
        turn.debug(NEIGHBORS, f"EIGRP: Add Peer: Total {count} ({count}/0/0/0/0)", key.interface)


def fell(turn: Turn, key: NeighborKey) -> None:
    """A neighbor is gone."""
    turn.debug(
        NEIGHBORS, f"EIGRP: Neighbor {key.address} went down on {key.interface}", key.interface
    )
