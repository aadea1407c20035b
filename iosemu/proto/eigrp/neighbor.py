"""Adjacencies: heard, initialised on both sides, held, lost (RFC 7868 5.3)."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.kernel.time import SECOND
from iosemu.wire.eigrp import (
    Eigrp,
    Flag,
    NextMulticastSequence,
    Opcode,
    Parameters,
    PeerTermination,
    Sequence,
    SoftwareVersion,
    Stub,
)

from . import dual, trace, transport
from .messages import NeighborBlocked, NeighborChange, Reason
from .notes import Note
from .state import Neighbor, NeighborKey, Port, Standing
from .turn import Turn


def on_hello(turn: Turn, port: Port, source: IPv4Address, hello: Eigrp, payload: bytes) -> None:
    """A hello that is not only an acknowledgment."""
    key = NeighborKey(port.name, source)
    neighbor = turn.process.neighbors.get(key)
    parameters = hello.field(Parameters)
    ended = hello.field(PeerTermination)
    if neighbor is not None and _heard(turn, neighbor, hello):
        return
    if ended is not None and ended.neighbor == turn.own_address(port.name):
        if neighbor is not None:
            down(turn, neighbor, Reason.PEER_TERMINATION)
        return
    if parameters is None:
        return
    if parameters.is_goodbye:
        if neighbor is not None:
            down(turn, neighbor, Reason.GOODBYE)
        return
    if parameters.k != turn.process.settings.k:
        _refuse(turn, key, neighbor)
        return
    if neighbor is None:
        if not _is_on_subnet(turn, port, key):
            return
        neighbor = _meet(turn, port, key, parameters.hold_s)
    neighbor.hold_s = parameters.hold_s
    version, stub = hello.field(SoftwareVersion), hello.field(Stub)
    if version is not None:
        neighbor.release, neighbor.tlv_version = version.release, version.tlv
    flags = None if stub is None else stub.flags
    if neighbor.hello and neighbor.stub != flags:
        down(turn, neighbor, Reason.STUB)
        return
    neighbor.stub = flags
    neighbor.hello = payload
    refresh(turn, neighbor)


def _heard(turn: Turn, neighbor: Neighbor, hello: Eigrp) -> bool:
    """A hello that goes ahead of a conditional multicast says only who shall leave it."""
    sequence, following = hello.field(Sequence), hello.field(NextMulticastSequence)
    if sequence is None or following is None:
        return False
    own = turn.own_address(neighbor.key.interface)
    neighbor.conditional = None if own in sequence.addresses else following.number
    return False


def refresh(turn: Turn, neighbor: Neighbor) -> None:
    """Any packet of a neighbor keeps it.  The timer runs on and finds the new deadline."""
    neighbor.hold_until = turn.now + transport.hold_ns(neighbor)


def on_hold(turn: Turn, key: NeighborKey) -> None:
    """The timer of a neighbor: either it was heard since, or it is gone."""
    neighbor = turn.process.neighbors.get(key)
    if neighbor is None:
        return
    if neighbor.hold_until > turn.now:
        turn.set_timer(neighbor.hold_until - turn.now, "hold", *key)
    else:
        down(turn, neighbor, Reason.HOLDING_TIME)


def on_retransmit(turn: Turn, key: NeighborKey) -> None:
    """An acknowledgment is overdue."""
    neighbor = turn.process.neighbors.get(key)
    if neighbor is not None and not transport.on_retransmit(turn, neighbor):
        down(turn, neighbor, Reason.RETRY_LIMIT)


def accept(turn: Turn, neighbor: Neighbor, packet: Eigrp) -> bool:
    """Take a reliable packet if it is the next: acknowledged, and False if it is not news."""
    if Flag.CR in packet.flags and neighbor.conditional != packet.sequence:
        return False
    if Flag.INIT in packet.flags:
        return _on_init(turn, neighbor, packet)
    if not neighbor.is_up:
        return False
    is_news = packet.sequence > neighbor.received
    if is_news:
        neighbor.received = packet.sequence
    transport.send_ack(turn, neighbor, packet.sequence)
    return is_news


def _on_init(turn: Turn, neighbor: Neighbor, packet: Eigrp) -> bool:
    """The neighbor starts, or starts again.  False if there is nothing more to look at."""
    if Flag.RS in packet.flags and neighbor.is_up:
        return _on_resync(turn, neighbor, packet)
    if neighbor.is_init_heard and packet.sequence == neighbor.received:
        transport.send_ack(turn, neighbor, packet.sequence)
        return False
    # While our own INIT is on its way the neighbor has yet to take it: starting over with another
    # would only make it start over in turn.
    # So one that is not up yet may say INIT again under another number, as FRR does.
    if neighbor.is_up:
        port = turn.process.ports[neighbor.key.interface]
        hold_s, hello = neighbor.hold_s, neighbor.hello
        was = neighbor
        down(turn, neighbor, Reason.RESTARTED)
        neighbor = _meet(turn, port, neighbor.key, hold_s)
        neighbor.hello, neighbor.release = hello, was.release
        neighbor.tlv_version, neighbor.stub = was.tlv_version, was.stub
    neighbor.is_init_heard = True
    neighbor.received = packet.sequence
    transport.send_ack(turn, neighbor, packet.sequence)
    rise(turn, neighbor)
    return neighbor.is_up and bool(packet.routes)


def _on_resync(turn: Turn, neighbor: Neighbor, packet: Eigrp) -> bool:
    """The neighbor tells its table anew, and wants ours."""
    is_news = packet.sequence > neighbor.received
    transport.send_ack(turn, neighbor, packet.sequence)
    if not is_news:
        return False
    neighbor.received = packet.sequence
    _log(turn, neighbor.key, "resync", Reason.GRACEFUL_RESTART)
    _start_over(turn, neighbor)
    return bool(packet.routes)


def rise(turn: Turn, neighbor: Neighbor) -> None:
    """An adjacency is up when both INITs were acknowledged; then the whole table is due."""
    if neighbor.is_up or not (neighbor.is_init_heard and neighbor.is_init_acknowledged):
        return
    neighbor.standing = Standing.UP
    _log(turn, neighbor.key, "up", Reason.NEW)
    turn.note(Note.UP, neighbor.key.address, neighbor.key.interface)
    if trace.NEIGHBORS in turn.state.debugs:
        trace.rose(turn, neighbor.key)
    turn.process.outbox.tables[neighbor.key] = None
    turn.flush_soon()


def down(turn: Turn, neighbor: Neighbor, reason: Reason) -> None:
    """An adjacency ends: forget all that leaned on it."""
    process, key = turn.process, neighbor.key
    del process.neighbors[key]
    neighbor.is_gone = True
    process.outbox.tables.pop(key, None)
    process.outbox.replies.pop(key, None)
    turn.stop_timer("hold", *key)
    turn.stop_timer("retransmit", *key)
    _log(turn, key, "down", reason)
    turn.note(Note.GONE, key.address, key.interface)
    if trace.NEIGHBORS in turn.state.debugs:
        trace.fell(turn, key)
    dual.lose_neighbor(turn, key)


def terminate(turn: Turn, neighbor: Neighbor, reason: Reason) -> None:
    """End an adjacency and tell the neighbor so."""
    port = turn.process.ports.get(neighbor.key.interface)
    if port is not None:
        transport.send_hello(turn, port, PeerTermination(neighbor.key.address))
    down(turn, neighbor, reason)


def resync(turn: Turn, port: Port, reason: Reason) -> None:
    """Both sides tell each other their tables anew; adjacencies stay.  RFC 7868 5.3.2 calls it a
    restart: an INIT with RS, and what is not repeated until the end of the table is gone."""
    for neighbor in turn.neighbors_on(port):
        resync_one(turn, neighbor, reason)


def resync_one(turn: Turn, neighbor: Neighbor, reason: Reason) -> None:
    """The same with one neighbor."""
    _log(turn, neighbor.key, "resync", reason)
    transport.unicast(turn, neighbor, Opcode.UPDATE, (), Flag.INIT | Flag.RS)
    _start_over(turn, neighbor)


def _start_over(turn: Turn, neighbor: Neighbor) -> None:
    neighbor.stale = dict.fromkeys(dual.prefixes_of(turn, neighbor.key))
    turn.process.outbox.tables[neighbor.key] = None
    turn.flush_soon()


def end_of_table(turn: Turn, neighbor: Neighbor) -> None:
    """What a neighbor did not repeat is no longer there."""
    stale, neighbor.stale = neighbor.stale, None
    for prefix in stale or ():
        dual.lose_path(turn, prefix, neighbor.key)


def _meet(turn: Turn, port: Port, key: NeighborKey, hold_s: int) -> Neighbor:
    """A neighbor is heard for the first time: say hello at once, and INIT."""
    process = turn.process
    handle = _handle(turn)
    neighbor = Neighbor(key, handle, turn.now, hold_s, turn.now + hold_s * SECOND)
    neighbor.is_static = (key.interface, key.address) in process.settings.neighbors
    process.neighbors[key] = neighbor
    turn.set_timer(hold_s * SECOND, "hold", *key)
    transport.send_expedited(turn, port)
    transport.unicast(turn, neighbor, Opcode.UPDATE, (), Flag.INIT)
    return neighbor


def _handle(turn: Turn) -> int:
    """The smallest number no neighbor has, as the column H shows."""
    taken = {neighbor.handle for neighbor in turn.process.neighbors.values()}
    return next(number for number in range(len(taken) + 1) if number not in taken)


def _is_on_subnet(turn: Turn, port: Port, key: NeighborKey) -> bool:
    """Neighbors share a subnet; a hello from elsewhere is logged and ignored."""
    addresses = turn.interface(port.name).addresses
    if any(IPv4Prefix.of(own, length).holds(key.address) for own, length in addresses):
        return True
    last, every_s = turn.process.warned.get(key), turn.process.settings.log_warnings_s
    if every_s is None or (last is not None and turn.now - last < every_s * SECOND):
        return False
    turn.process.warned[key] = turn.now
    own, length = addresses[0]
    name = turn.name_of(key)
    turn.log(NeighborBlocked(name, f"{own}/{length}"))
    return False


def _refuse(turn: Turn, key: NeighborKey, neighbor: Neighbor | None) -> None:
    """Other K values: no adjacency."""
    if neighbor is not None:
        down(turn, neighbor, Reason.K_VALUES)
    else:
        _log(turn, key, "down", Reason.K_VALUES)


def _log(turn: Turn, key: NeighborKey, standing: str, reason: Reason) -> None:
    if turn.process.settings.log_changes:
        name = turn.name_of(key)
        turn.log(NeighborChange(name, standing, reason))
