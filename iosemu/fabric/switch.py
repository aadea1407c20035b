"""A learning switch (`kind: bridge` in a lab file): IEEE 802.1D learning and ageing, one table for
each VLAN.  Tags are read and passed on unchanged; every port carries every VLAN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from iosemu.fabric.topology import Fabric, Learned, Switch
from iosemu.kernel.queue import Target
from iosemu.kernel.world import World

Transmit = Callable[[World, str, str, bytes], bool]

DOT1Q = b"\x81\x00"
_HEADER_BYTES = 14


def on_switch_event(world: World, transmit: Transmit, target: Target, payload: Any) -> None:
    """A frame (bytes) or a change of carrier (bool) at a port."""
    fabric: Fabric = world.parts["fabric"]
    _, name, port = target
    switch = fabric.switches[name]
    if isinstance(payload, bytes):
        for out in forward(switch, world.now, port, payload):
            transmit(world, name, out, payload)
    elif not payload:
        forget_port(switch, port)


def forward(switch: Switch, now: int, port: str, frame: bytes) -> tuple[str, ...]:
    """Learn the source and tell the ports a frame goes out of."""
    if len(frame) < _HEADER_BYTES:
        return ()
    vlan = vlan_of(frame)
    source = frame[6:12]
    if not source[0] & 1:
        learn(switch, now, (vlan, source), port)
    if not frame[0] & 1:
        known = switch.table.get((vlan, frame[0:6]))
        if known is not None and now - known.seen_at <= switch.age_ns:
            return () if known.port == port else (known.port,)
    return tuple(other for other in switch.ports if other != port)


def learn(switch: Switch, now: int, address: tuple[int, bytes], port: str) -> None:
    """Note where an address is.  A full table forgets what is too old; if nothing is, it learns
    nothing new."""
    known = switch.table.get(address)
    if known is not None:
        known.port, known.seen_at = port, now
        return
    if len(switch.table) >= switch.capacity:
        for old in [a for a, seen in switch.table.items() if now - seen.seen_at > switch.age_ns]:
            del switch.table[old]
    if len(switch.table) < switch.capacity:
        switch.table[address] = Learned(port, now)


def vlan_of(frame: bytes) -> int:
    """VLAN of an 802.1Q tag, 0 for an untagged or priority-tagged frame."""
    if frame[12:14] == DOT1Q and len(frame) >= 16:
        return int.from_bytes(frame[14:16], "big") & 0x0FFF
    return 0


def forget_port(switch: Switch, port: str) -> None:
    """Drop what was learned on a port whose link went down."""
    for key in [key for key, learned in switch.table.items() if learned.port == port]:
        del switch.table[key]
