"""Frames on links: what leaves a port, when it arrives and at whom, and who sees a cable go down.

A port shut by its owner is not seen by the other end, as on IOL; a cut link is, unless it is cut
towards one end only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from iosemu.fabric.capture import Captured, Direction
from iosemu.fabric.quality import Quality
from iosemu.fabric.rules import Deliver, Drop, Pass, Rule, Verdict, decide
from iosemu.fabric.switch import on_switch_event
from iosemu.fabric.topology import Fabric, Port, PortKey
from iosemu.kernel.queue import Target
from iosemu.kernel.rng import Random
from iosemu.kernel.time import SECOND, Time
from iosemu.kernel.world import World


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
        fabric.direct.clear()
        _tell_carrier(world, port)


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
            fabric.direct.clear()
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
    fabric.direct.clear()


def set_rules(world: World, device: str, interface: str, rules: Sequence[Rule]) -> None:
    """Replace the rules on what leaves a port; their counts start at zero."""
    fabric: Fabric = world.parts["fabric"]
    key = (device, interface)
    assert key in fabric.ports, f"no port {key}"
    fabric.rules.pop(key, None)
    fabric.hits.pop(key, None)
    if rules:
        fabric.rules[key], fabric.hits[key] = tuple(rules), [0] * len(rules)
    fabric.direct.clear()


def carrier(world: World, device: str, interface: str) -> bool:
    """Whether a port sees its link.  One with nothing attached does, as an unused IOL port."""
    port: Port = world.parts["fabric"].ports[device, interface]
    return port.is_up and port.sees_link


def handlers(world: World) -> dict[str, Callable[[Target, Any], None]]:
    """What a `Runner` needs for the fabric's own events."""
    return {
        "switch": lambda target, payload: on_switch_event(world, transmit, target, payload),
    }


def _tell_carrier(world: World, port: Port) -> None:
    world.schedule(world.now, port.carrier_target, port.is_up and port.sees_link)


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
    sent_at = _send_at_rate(world.now, port, len(frame))
    if sent_at is None:
        return _drop(world, fabric, port, frame, "queue full")
    if isinstance(verdict, Deliver):
        quality = Quality(delay_ns=quality.delay_ns)
    _remember(fabric, port)
    copies = [(sent_at + quality.delay_ns, frame)]
    if not quality.is_harmless:
        copies = _faulty(port, world.random("fabric", *port.key), copies[0][0], frame)
    if not copies:
        _drop(world, fabric, port, frame, "lost")
        return True
    arrivals = [(*copy, receiver) for receiver in _receivers(fabric, port) for copy in copies]
    for at, data, receiver in arrivals:
        world.schedule(at, receiver.rx_target, data)
    # Captures look afterwards, when the sequence tells this frame from what a rewind keeps.
    _tap(world, fabric, port, world.now, Direction.OUTBOUND, frame)
    for at, data, receiver in arrivals:
        _tap(world, fabric, receiver, at, Direction.INBOUND, data)
    return True


def _receivers(fabric: Fabric, port: Port) -> list[Port]:
    assert port.link is not None
    others = [fabric.ports[key] for key in fabric.links[port.link].ports if key != port.key]
    return [other for other in others if other.is_up and other.sees_link]


def _remember(fabric: Fabric, port: Port) -> None:
    """Let the next frames of this port go the direct way, if a delay is all that happens to them
    and nobody looks."""
    receivers = _receivers(fabric, port)
    keys = [port.key, *(receiver.key for receiver in receivers)]
    is_watched = any(key in fabric.taps for key in keys) or port.key in fabric.rules
    if len(receivers) == 1 and port.quality.is_plain and not is_watched:
        fabric.direct[port.key] = (port.quality.delay_ns, receivers[0].rx_target)


def _verdict(fabric: Fabric, port: Port, frame: bytes) -> Verdict:
    rules = fabric.rules.get(port.key)
    return Pass() if rules is None else decide(rules, fabric.hits[port.key], frame)


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


def _send_at_rate(now: Time, port: Port, length_bytes: int) -> Time | None:
    """When the last bit will have left the port; None if the queue is full."""
    rate_bps = port.quality.rate_bps
    if rate_bps is None:
        return now
    while port.departures and port.departures[0] <= now:
        port.departures.popleft()
    if len(port.departures) > port.quality.queue_frames:
        return None
    start = max(now, port.busy_until)
    port.busy_until = start + length_bytes * 8 * SECOND // rate_bps
    port.departures.append(port.busy_until)
    return port.busy_until


def _faulty(port: Port, rng: Random, at: Time, frame: bytes) -> list[tuple[Time, bytes]]:
    """Arrival time and bytes of each copy that arrives, where an unharmed one would at `at`.  Drawn
    once a frame: on a shared segment all receivers get the same."""
    quality, data = port.quality, frame
    if quality.loss and rng.random() < quality.loss:
        return []
    if quality.corrupt and rng.random() < quality.corrupt:
        data = _flip_one_bit(frame, rng)
    if quality.jitter_ns:
        at = max(at + rng.randint(0, quality.jitter_ns), port.last_arrival)
    if quality.reorder and rng.random() < quality.reorder:
        at += quality.reorder_ns
    else:
        port.last_arrival = at
    if quality.duplicate and rng.random() < quality.duplicate:
        return [(at, data), (at, data)]
    return [(at, data)]


def _flip_one_bit(frame: bytes, rng: Random) -> bytes:
    if not frame:
        return frame
    bit = rng.randrange(8 * len(frame))
    changed = bytearray(frame)
    changed[bit >> 3] ^= 0x80 >> (bit & 7)
    return bytes(changed)
