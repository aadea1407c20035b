"""Sending: hellos, acknowledgments, and packets that are sent again until acknowledged.

RFC 7868 5.2 and 5.3.  To each neighbor one packet is outstanding at a time.  A packet for all
neighbors of an interface goes to the group; those that are still behind are told beforehand to
leave it (conditional receive) and get it alone when it is their turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from iosemu.address import IPv4Address
from iosemu.kernel.time import MILLISECOND, SECOND
from iosemu.proto.base import Send
from iosemu.wire.eigrp import (
    GROUP,
    HEADER_BYTES,
    PROTOCOL,
    Eigrp,
    Flag,
    NextMulticastSequence,
    Opcode,
    Parameters,
    Route,
    Sequence,
    SoftwareVersion,
    Stub,
    TidList,
    Tlv,
)

from . import auth, keys, trace
from .state import MAXIMUM_RTO_MS, MINIMUM_RTO_MS, RETRIES, Neighbor, Port, Process, Reliable, State
from .turn import Turn

_IP_BYTES = 20
_AUTHENTICATION_BYTES = 56
_TOS = 0xC0
_INIT_RTO_MS = 2000
"""Before the first acknowledgment, as captures of routers show."""
_PLAIN = "plain"
GOODBYE_K = (255, 255, 255, 255, 255, 0)
NO_FLAGS = Flag(0)
RELEASE_CLASSIC, RELEASE_WIDE = ((12, 4), (1, 2)), ((28, 0), (2, 0))


# -- packets ----


def release_of(turn: Turn) -> tuple[tuple[int, int], tuple[int, int]]:
    """Release of EIGRP and of its route fields: old IOS speaks TLV 1.2 only."""
    return _release(turn.state.version)


@lru_cache(maxsize=64)
def _release(version: str) -> tuple[tuple[int, int], tuple[int, int]]:
    major = version.partition(".")[0]
    return RELEASE_CLASSIC if major.isdigit() and int(major) < 15 else RELEASE_WIDE


def is_modern(turn: Turn) -> bool:
    """Whether this release knows TLV 2.0."""
    return release_of(turn) is RELEASE_WIDE


def packet_bytes(turn: Turn, port: Port, packet: Eigrp) -> bytes:
    """As it goes out of an interface: signed if that is configured."""
    key = keys.sending_key(turn, port)
    if key is not None:
        packet = auth.signed(packet, key, str(turn.own_address(port.name)))
    return packet.emit()


def send(turn: Turn, port: Port, target: IPv4Address, data: bytes) -> None:
    """Put a packet on the link."""
    _put(turn, port, _sent(turn, port, target, data))


def _sent(turn: Turn, port: Port, target: IPv4Address, data: bytes) -> Send:
    vrf = turn.process.key.vrf
    return Send(target, PROTOCOL, data, interface=port.name, vrf=vrf, ttl=1, tos=_TOS)


def _put(turn: Turn, port: Port, packet: Send) -> None:
    turn.actions.append(packet)
    if turn.state.debugs:
        assert isinstance(packet.target, IPv4Address)
        trace.sent(turn, port, packet.target, packet.payload)


def count(turn: Turn, port: Port, what: str) -> None:
    """One packet out."""
    for counts in (turn.process.traffic.sent, port.sent):
        counts[what] = counts.get(what, 0) + 1


def _tally(port: Port, what: str) -> None:
    """One more of something that only the counters of an interface tell apart."""
    port.sent[what] = port.sent.get(what, 0) + 1


def header(
    turn: Turn, opcode: Opcode, flags: Flag, sequence: int, ack: int, tlvs: tuple[Tlv, ...] = ()
) -> Eigrp:
    """A packet of this process."""
    return Eigrp(opcode, flags, sequence, ack, 0, turn.process.key.autonomous_system, tlvs)


# -- hellos ----


def hello_fields(turn: Turn, port: Port) -> tuple[Tlv, ...]:
    """What a hello says."""
    settings = turn.process.settings
    fields: list[Tlv] = [
        Parameters(settings.k, port.settings.hold_s),
        SoftwareVersion(*release_of(turn)),
    ]
    if settings.stub is not None:
        fields.append(Stub(settings.stub))
    return tuple(fields)


def send_hello(turn: Turn, port: Port, *more: Tlv) -> None:
    """A hello to the group, or to each static neighbor.  One without more fields is kept as it is
    sent: it is the same every time."""
    if more:
        sends = _hellos(turn, port, more)
    else:
        key = keys.sending_key(turn, port)
        name = _PLAIN if key is None else f"{key.key_id} {key.secret}"
        held = port.hello.get(name)
        if held is None:
            held = port.hello[name] = _hellos(turn, port, ())
        sends = held
    for one in sends:
        _put(turn, port, one)
        count(turn, port, "hello")


def hellos_as_ever(state: State, process: Process, port: Port) -> tuple[Send, ...]:
    """What `send_hello` would send, counted, if that is what it sent before and nobody looks; else
    nothing."""
    held = port.hello.get(_PLAIN)
    if held is None or port.settings.authentication is not None or state.debugs:
        return ()
    for counts in (process.traffic.sent, port.sent):
        counts["hello"] = counts.get("hello", 0) + len(held)
    return held


def _hellos(turn: Turn, port: Port, more: tuple[Tlv, ...]) -> tuple[Send, ...]:
    packet = header(turn, Opcode.HELLO, NO_FLAGS, 0, 0)
    data = packet_bytes(turn, port, replace(packet, tlvs=(*hello_fields(turn, port), *more)))
    return tuple(_sent(turn, port, target, data) for target in hello_targets(turn, port))


def send_expedited(turn: Turn, port: Port) -> None:
    """The hello that answers a new neighbor's at once."""
    send_hello(turn, port, *((TidList(0, (0,)),) if is_modern(turn) else ()))
    _tally(port, "expedited")


def send_goodbye(turn: Turn, port: Port) -> None:
    """Tell the neighbors that the interface no longer takes part."""
    packet = header(turn, Opcode.HELLO, NO_FLAGS, 0, 0)
    fields = (Parameters(GOODBYE_K, port.settings.hold_s), SoftwareVersion(*release_of(turn)))
    data = packet_bytes(turn, port, replace(packet, tlvs=fields))
    for target in hello_targets(turn, port):
        send(turn, port, target, data)
        count(turn, port, "hello")


def hello_targets(turn: Turn, port: Port) -> list[IPv4Address]:
    """The group, or the static neighbors of the interface."""
    return [a for name, a in turn.process.settings.neighbors if name == port.name] or [GROUP]


def send_ack(turn: Turn, neighbor: Neighbor, sequence: int) -> None:
    """Acknowledge one packet."""
    port = turn.process.ports[neighbor.key.interface]
    if port.settings.authentication is None:
        data = _ack_bytes(turn.process.key.autonomous_system, sequence)
    else:
        data = packet_bytes(turn, port, header(turn, Opcode.HELLO, NO_FLAGS, 0, sequence))
    send(turn, port, neighbor.key.address, data)
    count(turn, port, "ack")


@lru_cache(maxsize=1 << 12)
def _ack_bytes(autonomous_system: int, sequence: int) -> bytes:
    return Eigrp(Opcode.HELLO, NO_FLAGS, 0, sequence, 0, autonomous_system).emit()


# -- reliable packets ----


def unicast(
    turn: Turn, neighbor: Neighbor, opcode: Opcode, tlvs: tuple[Tlv, ...], flags: Flag = NO_FLAGS
) -> None:
    """Queue a packet for one neighbor; it goes out when it is the first."""
    item = Reliable(turn.process.next_sequence(), opcode, flags, tlvs)
    neighbor.queue.append(item)
    if len(neighbor.queue) == 1:
        _first_time(turn, neighbor)
        _to_one(turn, neighbor, item)


def multicast(turn: Turn, port: Port, opcode: Opcode, tlvs: tuple[Tlv, ...]) -> None:
    """Queue a packet for every neighbor of an interface."""
    neighbors = turn.neighbors_on(port)
    if not neighbors:
        return
    if opcode is Opcode.QUERY:
        neighbors = [n for n in neighbors if n.stub is None] or []
        if not neighbors:
            return
    item = Reliable(turn.process.next_sequence(), opcode, NO_FLAGS, tlvs, is_multicast=True)
    free = [n for n in neighbors if not n.queue]
    others = [n.key.address for n in turn.neighbors_on(port) if n not in free]
    for neighbor in neighbors:
        neighbor.queue.append(item)
    if not free:
        return
    if any(neighbor.is_static for neighbor in free):
        for neighbor in free:
            _first_time(turn, neighbor)
            _to_one(turn, neighbor, item)
        return
    if others:
        ahead = Sequence(tuple(others)), NextMulticastSequence(item.sequence)
        send_hello(turn, port, *ahead)
        item = replace(item, flags=item.flags | Flag.CR)
    send(turn, port, GROUP, _bytes(turn, port, item, 0))
    count(turn, port, opcode.name.lower())
    _tally(port, "cr" if others else "multicast")
    for neighbor in free:
        _first_time(turn, neighbor)
        _wait(turn, neighbor)


def _bytes(turn: Turn, port: Port, item: Reliable, ack: int) -> bytes:
    packet = header(turn, item.opcode, item.flags, item.sequence, ack, item.tlvs)
    return packet_bytes(turn, port, packet)


def _to_one(turn: Turn, neighbor: Neighbor, item: Reliable) -> None:
    port = turn.process.ports[neighbor.key.interface]
    send(turn, port, neighbor.key.address, _bytes(turn, port, item, neighbor.received))
    count(turn, port, item.opcode.name.lower())
    _tally(port, "retransmission" if neighbor.retries else "unicast")
    _wait(turn, neighbor)


def _first_time(turn: Turn, neighbor: Neighbor) -> None:
    neighbor.sent_at, neighbor.retries = turn.now, 0


def _wait(turn: Turn, neighbor: Neighbor) -> None:
    rto_ms = neighbor.rto_ms
    if not neighbor.srtt_ms and Flag.INIT in neighbor.queue[0].flags:
        rto_ms = _INIT_RTO_MS
    turn.set_timer(rto_ms * MILLISECOND, "retransmit", *neighbor.key)


def on_ack(turn: Turn, neighbor: Neighbor, ack: int) -> None:
    """A neighbor acknowledges; the next packet for it goes out."""
    if not neighbor.queue or neighbor.queue[0].sequence != ack:
        return
    item = neighbor.queue.pop(0)
    if neighbor.retries == 0:
        _sample(neighbor, (turn.now - neighbor.sent_at) // MILLISECOND)
    if Flag.INIT in item.flags:
        neighbor.is_init_acknowledged = True
    if neighbor.queue:
        _first_time(turn, neighbor)
        _to_one(turn, neighbor, neighbor.queue[0])
    else:
        turn.stop_timer("retransmit", *neighbor.key)


def _sample(neighbor: Neighbor, rtt_ms: int) -> None:
    """Smooth the round-trip time; the time-out is six times that."""
    rtt_ms = max(1, rtt_ms)
    srtt = rtt_ms if not neighbor.srtt_ms else (7 * neighbor.srtt_ms + rtt_ms) // 8
    neighbor.srtt_ms = max(1, srtt)
    neighbor.rto_ms = min(max(6 * neighbor.srtt_ms, MINIMUM_RTO_MS), MAXIMUM_RTO_MS)


def on_retransmit(turn: Turn, neighbor: Neighbor) -> bool:
    """Send the outstanding packet again, to this neighbor alone; False: it was tried enough."""
    if not neighbor.queue:
        return True
    if neighbor.retries >= RETRIES:
        return False
    neighbor.retries += 1
    neighbor.retransmissions += 1
    neighbor.rto_ms = min(neighbor.rto_ms * 3 // 2, MAXIMUM_RTO_MS)
    _to_one(turn, neighbor, neighbor.queue[0])
    return True


def hold_ns(neighbor: Neighbor) -> int:
    """How long a neighbor lives on after each of its packets."""
    return neighbor.hold_s * SECOND


# -- many routes ----


def packed(turn: Turn, port: Port, routes: Iterable[Route]) -> Iterator[tuple[Route, ...]]:
    """Routes in as many packets as the MTU needs."""
    room = turn.interface(port.name).mtu_bytes - _IP_BYTES - HEADER_BYTES - _AUTHENTICATION_BYTES
    batch: list[Route] = []
    left = room
    for route in routes:
        size = _size(route)
        if batch and size > left:
            yield tuple(batch)
            batch, left = [], room
        batch.append(route)
        left -= size
    if batch:
        yield tuple(batch)


def _size(route: Route) -> int:
    """An upper bound of the bytes of a route field with one destination."""
    return 72 if route.external is not None else 52
