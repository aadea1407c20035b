"""What the inputs of the engine do to each process."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.kernel.time import SECOND, Time
from iosemu.proto.base import Datagram
from iosemu.wire.base import WireError
from iosemu.wire.eigrp import (
    GROUP,
    Authentication,
    Eigrp,
    Flag,
    Opcode,
    Parameters,
    PeerTermination,
)

from . import auth, keys, neighbor, routes, trace, transport
from .messages import Reason, StuckInActive
from .state import NeighborKey, Port, State
from .turn import Turn

_SIA_QUERIES = 3


def on_datagram(turn: Turn, event: Datagram) -> None:
    """A packet for this process."""
    source = _source(event)
    port = turn.process.ports.get(event.interface)
    if port is None:
        return
    if turn.state.debugs:
        trace.received(turn, port, source, event.payload)
    held = turn.process.neighbors.get(NeighborKey(event.interface, source))
    if held is not None and held.hello == event.payload and port.settings.authentication is None:
        # The same hello as ever, which is nearly every packet of a quiet network.
        _count(turn, "hello")
        neighbor.refresh(turn, held)
        return
    try:
        packet = Eigrp.parse(event.payload)
    except WireError:
        turn.process.traffic.malformed += 1
        return
    if packet.autonomous_system != turn.process.key.autonomous_system:
        return
    if source in (address for address, _ in turn.interface(port.name).addresses):
        return
    if not _is_genuine(turn, port, event, packet):
        turn.process.traffic.authentication_failures += 1
        if turn.state.debugs:
            why = "missing authentication" if _is_bare(packet) else "invalid authentication"
            trace.ignored(turn, port, source, event.payload, why)
        if held is not None:
            if turn.state.debugs:
                trace.dropping(turn, port)
            neighbor.terminate(turn, held, Reason.AUTHENTICATION_FAILURE)
        return
    on_packet(turn, port, event, packet)


def hear(state: State, now: Time, event: Datagram) -> bool:
    """`on_datagram` of the only process, if the packet is a hello as ever; else False."""
    for key, process in state.processes.items():
        port = process.ports.get(event.interface)
        held = process.neighbors.get((event.interface, event.source))  # type: ignore[call-overload]
        if (
            port is None
            or held is None
            or key.vrf != event.vrf
            or held.hello != event.payload
            or port.settings.authentication is not None
            or state.debugs
        ):
            return False
        received = process.traffic.received
        received["hello"] = received.get("hello", 0) + 1
        held.hold_until = now + held.hold_s * SECOND
    return True


def _source(event: Datagram) -> IPv4Address:
    """Who sent it; the socket is one of IPv4."""
    assert isinstance(event.source, IPv4Address)
    return event.source


def _is_bare(packet: Eigrp) -> bool:
    return packet.field(Authentication) is None


def _is_genuine(turn: Turn, port: Port, event: Datagram, packet: Eigrp) -> bool:
    if not keys.is_on(turn, port):
        return packet.field(Authentication) is None
    source = str(event.source)
    return any(
        auth.is_genuine(event.payload, packet, key, source)
        for key in keys.accepted_keys(turn, port)
    )


def on_packet(turn: Turn, port: Port, event: Datagram, packet: Eigrp) -> None:
    """A packet that was made properly."""
    source = _source(event)
    key = NeighborKey(port.name, source)
    if packet.opcode == Opcode.HELLO and not packet.is_acknowledgment:
        _count(turn, "hello")
        if _is_wanted(turn, port, event) or _is_farewell(packet):
            neighbor.on_hello(turn, port, source, packet, event.payload)
        return
    held = turn.process.neighbors.get(key)
    _count(turn, "ack" if packet.is_acknowledgment else _name(packet.opcode))
    if held is None:
        return
    neighbor.refresh(turn, held)
    if packet.acknowledgment:
        transport.on_ack(turn, held, packet.acknowledgment)
        if Flag.INIT not in packet.flags:
            neighbor.rise(turn, held)
    if packet.opcode == Opcode.HELLO or not packet.sequence:
        return
    if neighbor.accept(turn, held, packet) and packet.opcode in _WITH_ROUTES:
        current = turn.process.neighbors.get(key)
        if current is not None:
            routes.on_routes(turn, current, packet)


def _is_wanted(turn: Turn, port: Port, event: Datagram) -> bool:
    """An interface with static neighbors hears these alone, when they speak to it alone; one
    without hears what is said to the group."""
    static = [a for name, a in turn.process.settings.neighbors if name == port.name]
    if static:
        return event.source in static and event.target != GROUP
    return event.target == GROUP


def _is_farewell(hello: Eigrp) -> bool:
    parameters = hello.field(Parameters)
    is_goodbye = parameters is not None and parameters.is_goodbye
    return is_goodbye or hello.field(PeerTermination) is not None


_WITH_ROUTES = (Opcode.UPDATE, Opcode.QUERY, Opcode.REPLY, Opcode.SIA_QUERY, Opcode.SIA_REPLY)
_NAMES = {opcode.value: opcode.name.lower() for opcode in Opcode}


def _name(opcode: int) -> str:
    return _NAMES.get(opcode, "unknown")


def _count(turn: Turn, what: str) -> None:
    received = turn.process.traffic.received
    received[what] = received.get(what, 0) + 1


def on_active_time(turn: Turn, prefix: IPv4Prefix) -> None:
    """Half of the active time went by: those who owe a reply are asked whether they still work on
    it; who does not answer that, or works on it for ever, is dropped (RFC 7868 4.4.1)."""
    process = turn.process
    destination = process.topology.get(prefix)
    if destination is None or not destination.is_active or process.settings.active_time_s is None:
        return
    half_ns = process.settings.active_time_s * SECOND // 2
    is_over = turn.now - destination.active_since > (_SIA_QUERIES + 1) * half_ns
    for key, unanswered in list(destination.awaited.items()):
        held = process.neighbors[key]
        if unanswered or is_over:
            turn.log(StuckInActive(str(prefix), process.key.autonomous_system, turn.state.is_old))
            neighbor.terminate(turn, held, Reason.STUCK)
            continue
        destination.awaited[key] = 1
        port = process.ports[key.interface]
        field = routes.field_of(turn, port, prefix, destination.frozen, destination.frozen_external)
        transport.unicast(turn, held, Opcode.SIA_QUERY, (field,))
    if destination.is_active:
        turn.set_timer(half_ns, "active", prefix)
