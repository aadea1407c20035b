"""Frames on links: what leaves a port, when it arrives and at whom, and who sees a cable go down.

A port shut by its owner is not seen by the other end, as on IOL; a cut link is, unless it is cut
towards one end only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from iosemu.fabric.quality import Quality
from iosemu.fabric.switch import on_switch_event
from iosemu.fabric.topology import Fabric, Port, PortKey
from iosemu.kernel.queue import Target
from iosemu.kernel.rng import Random
from iosemu.kernel.time import SECOND, Time
from iosemu.kernel.world import World


def transmit(world: World, device: str, interface: str, frame: bytes) -> bool:
    """Put a frame on the link of a port.  False if it could not leave: the port or link is down, or
    the queue is full.  A port with nothing attached takes everything."""
    fabric: Fabric = world.parts["fabric"]
    direct = fabric.direct.get((device, interface))
    if direct is not None:
        world.schedule(world.now + direct[0], direct[1], frame)
        return True
    return _transmit(world, fabric, fabric.ports[device, interface], frame)


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
        return _drop(fabric, port, "down")
    if port.link is None:
        return True
    receivers = [
        other
        for key in fabric.links[port.link].ports
        if (other := fabric.ports[key]) is not port and other.is_up and other.sees_link
    ]
    if port.quality.is_plain:
        if len(fabric.links[port.link].ports) == 2 and receivers and port.key not in fabric.taps:
            fabric.direct[port.key] = (port.quality.delay_ns, receivers[0].rx_target)
        for other in receivers:
            world.schedule(world.now + port.quality.delay_ns, other.rx_target, frame)
        return True
    sent_at = _send_at_rate(world.now, port, len(frame))
    if sent_at is None:
        return _drop(fabric, port, "queue")
    rng = world.random("fabric", *port.key)
    for other in receivers:
        for at, data in _faulty(port, rng, sent_at, frame):
            world.schedule(at, other.rx_target, data)
    return True


def _drop(fabric: Fabric, port: Port, reason: str) -> bool:
    fabric.drops[port.key, reason] = fabric.drops.get((port.key, reason), 0) + 1
    return False


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


def _faulty(port: Port, rng: Random, sent_at: Time, frame: bytes) -> list[tuple[Time, bytes]]:
    """Arrival time and bytes of each copy that reaches a receiver."""
    quality = port.quality
    if quality.loss and rng.random() < quality.loss:
        return []
    data = frame
    if quality.corrupt and rng.random() < quality.corrupt:
        data = _flip_one_bit(frame, rng)
    at = sent_at + quality.delay_ns
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
    bit = rng.randrange(8 * len(frame))
    changed = bytearray(frame)
    changed[bit >> 3] ^= 0x80 >> (bit & 7)
    return bytes(changed)
