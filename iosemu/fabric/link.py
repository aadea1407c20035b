"""Frames on links: what leaves a port, when it arrives and at whom, and who sees a cable go down.

An Ethernet port shut by its owner is not seen by the other end, as on IOL; a cut link is, unless it
is cut towards one end only.  Over a serial cable each end drives the signals of the other: both see
whatever happens to one of them.  Nothing moves on it without the clock of its DCE end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from iosemu.fabric.capture import DAMAGED, Captured, Direction
from iosemu.fabric.quality import Quality
from iosemu.fabric.rules import Deliver, Drop, Pass, Rule, Verdict, decide
from iosemu.fabric.switch import on_switch_event
from iosemu.fabric.topology import Fabric, Paced, Port, PortKey, peers
from iosemu.kernel.queue import Target
from iosemu.kernel.rng import Random
from iosemu.kernel.time import SECOND, Time
from iosemu.kernel.world import World
from iosemu.values import dataclass

SERIAL_QUEUE = 40
"""Frames in the output queue of a serial port, as IOS has it."""


@dataclass(frozen=True, slots=True)
class Cable:
    """What a serial port sees of its cable.  clock_bps: None without a clock."""

    is_dce: bool
    clock_bps: int | None


def transmit(world: World, device: str, interface: str, frame: bytes) -> bool:
    """Put a frame on the link of a port.  False if it could not leave: the port or link is down, or
    the queue is full.  A port with nothing attached takes everything.

    A frame on its way arrives even if the link is cut meanwhile; a receiver that shut its port must
    look at that itself.
    """
    fabric: Fabric = world.parts["fabric"]
    direct = fabric.direct.get((device, interface))
    if direct is not None:
        world.schedule(world.now + direct[0], direct[1], frame)
        return True
    paced = fabric.paced.get((device, interface))
    if paced is not None:
        return _transmit_paced(world, fabric, paced, frame)
    return _transmit(world, fabric, fabric.ports[device, interface], frame)


def arrive(world: World, device: str, interface: str, frame: bytes) -> None:
    """A frame from outside the lab reaches a port that has no link; one that is shut loses it."""
    fabric: Fabric = world.parts["fabric"]
    port = fabric.ports[device, interface]
    assert port.link is None, f"{port.key} is on link {port.link}"
    if port.is_up and port.sees_link:
        world.schedule(world.now, port.rx_target, frame)
        _tap(world, fabric, port, world.now, Direction.INBOUND, frame)


def set_port(world: World, device: str, interface: str, up: bool) -> None:
    """Set the owner's admin state of a port; a carrier event tells the owner what it sees now."""
    fabric: Fabric = world.parts["fabric"]
    port = fabric.ports[device, interface]
    if port.is_up != up:
        port.is_up = up
        fabric.forget_ways()
        _tell_carrier(world, port)


def set_line(
    world: World, device: str, interface: str, clock_bps: int | None, hold_queue: int | None
) -> None:
    """Set what the owner of a port says of its line: the clock it gives if it is the DCE of a
    serial cable, and how many frames may wait; both ends of a serial cable are told."""
    fabric: Fabric = world.parts["fabric"]
    port = fabric.ports[device, interface]
    if (port.clock_bps, port.hold_queue) == (clock_bps, hold_queue):
        return
    is_news = port.is_dce and port.clock_bps != clock_bps
    port.clock_bps, port.hold_queue = clock_bps, hold_queue
    fabric.forget_ways()
    if is_news:
        _tell_carrier(world, port)


def cable(world: World, device: str, interface: str) -> Cable | None:
    """The serial cable of a port; None for any other port, or if none is attached."""
    fabric: Fabric = world.parts["fabric"]
    port = fabric.ports[device, interface]
    if not port.is_serial or port.link is None:
        return None
    return Cable(port.is_dce, _clock_bps(fabric, port))


def queued(world: World, device: str, interface: str) -> int:
    """How many frames wait at a port for those before them to be sent."""
    port: Port = world.parts["fabric"].ports[device, interface]
    return max(0, sum(departure > world.now for departure in port.departures) - 1)


def set_link(world: World, number: int, up: bool, ends: Iterable[PortKey] | None = None) -> None:
    """Cut or mend a link as seen from all its ports, or from the given ends only.

    Towards an end that does not see the link nothing is carried, in either direction.
    """
    fabric: Fabric = world.parts["fabric"]
    link = fabric.links[number]
    for key in link.ports if ends is None else ends:
        assert key in link.ports, f"{key} is not on link {number}"
        port = fabric.ports[key]
        if port.sees_link != up:
            port.sees_link = up
            fabric.forget_ways()
            _tell_carrier(world, port)


def impair(
    world: World, number: int, quality: Quality, ends: Iterable[PortKey] | None = None
) -> None:
    """Replace the quality of what leaves all ports of a link, or the given ends only."""
    fabric: Fabric = world.parts["fabric"]
    link = fabric.links[number]
    for key in link.ports if ends is None else ends:
        assert key in link.ports, f"{key} is not on link {number}"
        fabric.ports[key].quality = quality
    fabric.forget_ways()


def set_rules(world: World, device: str, interface: str, rules: Sequence[Rule]) -> None:
    """Replace the rules on what leaves a port; their counts start at zero."""
    fabric: Fabric = world.parts["fabric"]
    key = (device, interface)
    assert key in fabric.ports, f"no port {key}"
    fabric.rules.pop(key, None)
    fabric.hits.pop(key, None)
    if rules:
        fabric.rules[key], fabric.hits[key] = tuple(rules), [0] * len(rules)
    fabric.forget_ways()


def carrier(world: World, device: str, interface: str) -> bool:
    """Whether a port sees its link.  One with nothing attached does, as an unused IOL port, unless
    it is serial."""
    fabric: Fabric = world.parts["fabric"]
    return _sees_carrier(fabric, fabric.ports[device, interface])


def handlers(world: World) -> dict[str, Callable[[Target, Any], None]]:
    """What a `Runner` needs for the fabric's own events."""
    return {
        "switch": lambda target, payload: on_switch_event(world, transmit, target, payload),
    }


def _tell_carrier(world: World, port: Port) -> None:
    fabric: Fabric = world.parts["fabric"]
    concerned = [port, *peers(fabric, port)] if port.is_serial else [port]
    for told in concerned:
        world.schedule(world.now, told.carrier_target, _sees_carrier(fabric, told))


def _sees_carrier(fabric: Fabric, port: Port) -> bool:
    is_seen = port.is_up and port.sees_link
    if not port.is_serial or not is_seen:
        return is_seen
    others = peers(fabric, port)
    return bool(others) and all(other.is_up and other.sees_link for other in others)


def _clock_bps(fabric: Fabric, port: Port) -> int | None:
    """The clock on the serial cable of a port; a DCE that is off gives none."""
    for end in (port, *peers(fabric, port)):
        if end.is_dce:
            return end.clock_bps if end.is_up else None
    return None


def _rate_bps(fabric: Fabric, port: Port) -> int | None:
    """What a port can send: the slower of clock and quality; None: no limit."""
    rates = (port.quality.rate_bps, _clock_bps(fabric, port) if port.is_serial else None)
    return min((rate for rate in rates if rate is not None), default=None)


def _queue_frames(port: Port) -> int:
    """How many frames may wait.  A serial port has the queue of 40 that IOS gives it."""
    if port.hold_queue is not None:
        return port.hold_queue
    return SERIAL_QUEUE if port.is_serial else port.quality.queue_frames


def _transmit_paced(world: World, fabric: Fabric, paced: Paced, frame: bytes) -> bool:
    """Send a frame that waits for a rate and nothing else."""
    port, now = paced.port, world.now
    sent_at = _sent_at(now, port, paced.rate_bps, paced.queue_frames, len(frame))
    if sent_at is None:
        return _drop(world, fabric, port, frame, "queue full")
    world.schedule(sent_at + paced.delay_ns, paced.target, frame)
    return True


def _transmit(world: World, fabric: Fabric, port: Port, frame: bytes) -> bool:
    """The general way, for every frame that `direct` does not know."""
    if not (port.is_up and port.sees_link):
        return _drop(world, fabric, port, frame, "link down")
    if port.link is None:
        _tap(world, fabric, port, world.now, Direction.OUTBOUND, frame)
        return True
    quality, verdict = port.quality, _verdict(fabric, port, frame)
    if isinstance(verdict, Drop):
        _drop(world, fabric, port, frame, verdict.reason)
        return True
    rate_bps = _rate_bps(fabric, port)
    if port.is_serial and _clock_bps(fabric, port) is None:
        return _drop(world, fabric, port, frame, "no clock")
    sent_at: Time | None = world.now
    if rate_bps is not None:
        sent_at = _sent_at(world.now, port, rate_bps, _queue_frames(port), len(frame))
    if sent_at is None:
        return _drop(world, fabric, port, frame, "queue full")
    if isinstance(verdict, Deliver):
        quality = Quality(delay_ns=quality.delay_ns)
    _remember(fabric, port)
    copies = [Copy(sent_at + quality.delay_ns, frame)]
    if not quality.is_harmless:
        copies = _faulty(port, world.random("fabric", *port.key), copies[0].at, frame)
    if not copies:
        _drop(world, fabric, port, frame, "lost")
        return True
    arrivals = [(copy, receiver) for receiver in _receivers(fabric, port) for copy in copies]
    for copy, receiver in arrivals:
        if not copy.is_damaged:
            world.schedule(copy.at, receiver.rx_target, copy.frame)
        elif receiver.crc_target:
            world.schedule(copy.at, receiver.crc_target, copy.frame)
    # Captures look afterwards, when the sequence tells this frame from what a rewind keeps.
    _tap(world, fabric, port, world.now, Direction.OUTBOUND, frame)
    for copy, receiver in arrivals:
        _tap_arrival(world, fabric, receiver, copy)
    return True


@dataclass(frozen=True, slots=True)
class Copy:
    """A frame on its way; one whose check sequence will not fit is damaged."""

    at: Time
    frame: bytes
    is_damaged: bool = False


def _receivers(fabric: Fabric, port: Port) -> list[Port]:
    return [other for other in peers(fabric, port) if other.is_up and other.sees_link]


def _remember(fabric: Fabric, port: Port) -> None:
    """Let the next frames of this port go the direct way, if a delay, or a rate and a delay, is
    all that happens to them and nobody looks."""
    receivers = _receivers(fabric, port)
    keys = [port.key, *(receiver.key for receiver in receivers)]
    is_watched = any(key in fabric.taps for key in keys) or port.key in fabric.rules
    if len(receivers) != 1 or not port.quality.is_harmless or is_watched:
        return
    delay_ns, target = port.quality.delay_ns, receivers[0].rx_target
    rate_bps = _rate_bps(fabric, port)
    if rate_bps is None:
        fabric.direct[port.key] = (delay_ns, target)
    else:
        queue = _queue_frames(port)
        fabric.paced[port.key] = Paced(port, rate_bps, queue, delay_ns, target)


def _verdict(fabric: Fabric, port: Port, frame: bytes) -> Verdict:
    rules = fabric.rules.get(port.key)
    return Pass() if rules is None else decide(rules, fabric.hits[port.key], frame, port.linktype)


def _drop(world: World, fabric: Fabric, port: Port, frame: bytes, reason: str) -> bool:
    fabric.drops[port.key, reason] = fabric.drops.get((port.key, reason), 0) + 1
    _tap(world, fabric, port, world.now, Direction.OUTBOUND, frame, f"dropped: {reason}")
    return False


def _tap(
    world: World,
    fabric: Fabric,
    port: Port,
    at: Time,
    direction: Direction,
    frame: bytes,
    comment: str = "",
) -> None:
    for capture in fabric.taps.get(port.key, ()):
        seen = Captured(at, world.now, world.sequence, port.key, direction, frame, comment)
        capture.frames.append(seen)


def _tap_arrival(world: World, fabric: Fabric, receiver: Port, copy: Copy) -> None:
    comment = DAMAGED if copy.is_damaged else ""
    _tap(world, fabric, receiver, copy.at, Direction.INBOUND, copy.frame, comment)


def _sent_at(
    now: Time, port: Port, rate_bps: int, queue_frames: int, length_bytes: int
) -> Time | None:
    """When the last bit will have left the port; None if the queue is full."""
    departures = port.departures
    while departures and departures[0] <= now:
        departures.popleft()
    if len(departures) > queue_frames:
        return None
    start = port.busy_until if port.busy_until > now else now
    port.busy_until = start + length_bytes * 8 * SECOND // rate_bps
    departures.append(port.busy_until)
    return port.busy_until


def _faulty(port: Port, rng: Random, at: Time, frame: bytes) -> list[Copy]:
    """Arrival time and bytes of each copy that arrives, where an unharmed one would at `at`.  Drawn
    once a frame: on a shared segment all receivers get the same."""
    quality, copy = port.quality, Copy(at, frame)
    if quality.loss and rng.random() < quality.loss:
        return []
    if quality.corrupt and rng.random() < quality.corrupt:
        copy = Copy(at, _flip_one_bit(frame, rng), is_damaged=True)
    if quality.jitter_ns:
        at = max(at + rng.randint(0, quality.jitter_ns), port.last_arrival)
    if quality.reorder and rng.random() < quality.reorder:
        at += quality.reorder_ns
    else:
        port.last_arrival = at
    copy = replace(copy, at=at)
    if quality.duplicate and rng.random() < quality.duplicate:
        return [copy, copy]
    return [copy]


def _flip_one_bit(frame: bytes, rng: Random) -> bytes:
    if not frame:
        return frame
    bit = rng.randrange(8 * len(frame))
    changed = bytearray(frame)
    changed[bit >> 3] ^= 0x80 >> (bit & 7)
    return bytes(changed)
