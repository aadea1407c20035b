"""What CDP sends: advertisements, built once and sent again while nothing changes."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import SECOND
from iosemu.proto.base import Action, Debug, Farewell, InterfaceState, SendFrame, SetTimer
from iosemu.wire.cdp import (
    GROUP,
    PROTOCOL,
    Address,
    Addresses,
    Cdp,
    Number,
    Text,
    Tlv,
    Type,
)

from .state import Port, State

PACKETS, ADJACENCY, EVENTS = "cdp packets", "cdp adjacency", "cdp events"
"""Debug flags."""
FAST_COUNT = 3
"""Advertisements of a port that came up, one second apart."""
FAST_NS = 1 * SECOND


def is_active(state: State, port: Port) -> bool:
    """Whether CDP speaks and listens on a port."""
    return state.is_running and port.is_enabled and port.state.is_up


def send_hello(state: State, name: str) -> list[Action]:
    """Advertise on a port, if CDP is active there."""
    port = state.ports[name]
    if state.chassis is None or not is_active(state, port):
        return []
    payload = state.encoded.get(name)
    if payload is None:
        payload = state.encoded[name] = advertisement(state, port, state.config.holdtime_s)
    if state.config.advertise_v2:
        state.counters.output_v2 += 1
    else:
        state.counters.output_v1 += 1
    said = Debug(PACKETS, f"CDP-PA: version {payload[0]} packet sent out on {name}")
    return [SendFrame(name, GROUP, PROTOCOL, payload), said]


def send_goodbye(state: State, name: str) -> list[Action]:
    """Take back what was advertised on a port that is still active."""
    port = state.ports[name]
    if state.chassis is None or not is_active(state, port):
        return []
    return [SendFrame(name, GROUP, PROTOCOL, advertisement(state, port, 0))]


def send_start(state: State, name: str) -> list[Action]:
    """A port became active: be known quickly, also if the other end is not there yet."""
    port = state.ports[name]
    if not is_active(state, port):
        return []
    port.fast_left = FAST_COUNT - 1
    return [*send_hello(state, name), SetTimer(("fast", name), FAST_NS)]


def farewell(state: State, name: str) -> Action:
    """What the port shall say when it is shut down."""
    port = state.ports[name]
    is_silent = state.chassis is None or not is_active(state, port)
    return Farewell(name, GROUP, PROTOCOL, None if is_silent else advertisement(state, port, 0))


def advertisement(state: State, port: Port, holdtime_s: int) -> bytes:
    """The bytes of an advertisement; fields in the order in which IOS sends them."""
    assert state.chassis is not None
    addresses = tuple(map(Address.of, own_addresses(state, port.state)))
    tlvs: tuple[Tlv, ...] = (
        Text(Type.DEVICE_ID, state.name),
        Text(Type.VERSION, state.chassis.software),
        Text(Type.PLATFORM, state.chassis.platform),
        Addresses(Type.ADDRESSES, addresses),
        Text(Type.PORT_ID, port.state.name),
        Number(Type.CAPABILITIES, state.chassis.capabilities),
    )
    if not state.config.advertise_v2:
        return Cdp(1, holdtime_s, tlvs).emit()
    newer: tuple[Tlv, ...] = (Addresses(Type.MANAGEMENT_ADDRESSES, addresses),)
    if port.state.serial is None:
        newer = (Number(Type.DUPLEX, int(port.is_full_duplex)), *newer)
    return Cdp(2, holdtime_s, tlvs + newer).emit()


def own_addresses(state: State, port: InterfaceState) -> list[IPv4Address]:
    """The primary address of a port; of one without, that of its first sub-interface with one."""
    candidates = [port]
    candidates += (s for s in state.subinterfaces.values() if parent(s.name) == port.name)
    found = [s.addresses[0][0] for s in candidates if s.is_up and s.addresses][:1]
    borrowed = None if port.serial is None else port.serial.address
    return found or ([] if borrowed is None else [borrowed])


def parent(name: str) -> str:
    """The port a sub-interface belongs to."""
    return name.partition(".")[0]
