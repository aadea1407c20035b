"""What happens to CDP: frames, timers, configuration, interfaces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from iosemu.config.tree import Config, slot_of
from iosemu.features.interface.config import InterfaceConfig, InterfacesConfig
from iosemu.features.ip.config import IpConfig
from iosemu.features.system.config import SystemConfig
from iosemu.kernel.time import SECOND, Time
from iosemu.proto.base import (
    Action,
    Close,
    Debug,
    InterfaceState,
    LinkFrame,
    LinkFrames,
    Open,
    SetTimer,
    StopTimer,
    Subscribe,
    Syslog,
)
from iosemu.proto.parts import CHASSIS
from iosemu.values import dataclass
from iosemu.wire.base import WireError
from iosemu.wire.cdp import CHECKSUM_OFFSET, HEADER_BYTES, PROTOCOL, Cdp, Type

from .config import CdpConfig, CdpInterfaceConfig
from .messages import DuplexMismatch
from .output import (
    ADJACENCY,
    EVENTS,
    FAST_NS,
    PACKETS,
    farewell,
    is_active,
    parent,
    send_goodbye,
    send_hello,
    send_start,
)
from .state import Counters, Neighbor, NeighborKey, Port, State

SOCKET = LinkFrames(PROTOCOL)
HALF_DUPLEX = ("Ethernet",)
"""Families that are half duplex unless configured."""
PORTS = ("Ethernet", "FastEthernet", "GigabitEthernet", "TenGigabitEthernet", "Serial")
"""Families CDP runs on."""


@dataclass(frozen=True, slots=True)
class ClearTable:
    """`clear cdp table`."""


@dataclass(frozen=True, slots=True)
class ClearCounters:
    """`clear cdp counters`."""


# -- frames ----


def on_frame(state: State, now: Time, event: LinkFrame) -> list[Action]:
    """An advertisement arrived; most are the same as the last one of a neighbor."""
    port = state.ports.get(event.interface)
    if port is None or not is_active(state, port):
        return []
    payload = event.payload
    for neighbor in port.neighbors.values():
        if neighbor.payload == payload:
            return heard(state, now, port, neighbor, "found")
    try:
        packet = Cdp.parse(payload)
    except WireError as error:
        count_error(state.counters, error.offset)
        return [Debug(EVENTS, trouble(error.offset, event.interface))]
    device = packet.text(Type.DEVICE_ID)
    if device is None or packet.version not in (1, 2):
        state.counters.invalid += 1
        return []
    key = (device, packet.text(Type.PORT_ID) or "")
    if not packet.holdtime_s:
        count_input(state.counters, packet.version)
        return forget(port, key)
    duplex = packet.number(Type.DUPLEX)
    is_full = None if duplex is None else bool(duplex)
    found = "found" if key in port.neighbors else "NOT found"
    neighbor = Neighbor(key, payload, packet.version, packet.holdtime_s, is_full, now)
    port.neighbors[key] = neighbor
    return heard(state, now, port, neighbor, found)


def heard(state: State, now: Time, port: Port, neighbor: Neighbor, found: str) -> list[Action]:
    """Keep a neighbor for its holdtime from now.  `found`: whether it was known."""
    count_input(state.counters, neighbor.version)
    neighbor.heard_at = now
    name, key = port.state.name, neighbor.key
    said = f"CDP-PA: Packet received from {key[0]} on interface {name}\n**Entry {found} in cache**"
    actions: list[Action] = [
        SetTimer(("hold", name, *key), neighbor.holdtime_s * SECOND),
        Debug(PACKETS, said),
    ]
    is_full = neighbor.is_full_duplex
    has_duplex = port.state.serial is None
    if (
        has_duplex
        and is_full is not None
        and is_full != port.is_full_duplex
        and state.config.log_mismatch_duplex
    ):
        actions.append(Syslog(DuplexMismatch(name, *key, is_full)))
    return actions


def count_input(counters: Counters, version: int) -> None:
    if version == 1:
        counters.input_v1 += 1
    else:
        counters.input_v2 += 1


def count_error(counters: Counters, offset: int) -> None:
    """Count what could not be read, by where it went wrong."""
    if offset == CHECKSUM_OFFSET:
        counters.checksum_errors += 1
    elif offset < HEADER_BYTES:
        counters.header_errors += 1
    else:
        counters.invalid += 1


def trouble(offset: int, name: str) -> str:
    """What is said of a packet that could not be read, by where it went wrong."""
    if offset == CHECKSUM_OFFSET:
        return f"CDP-EV: Packet with bad checksum received on interface {name}"
    if offset < HEADER_BYTES:
        return "CDP-EV: Bad version number in header"
    return f"CDP-EV: Bad packet received on interface {name}"


def forget(port: Port, key: NeighborKey) -> list[Action]:
    """Drop a neighbor that says goodbye."""
    if key not in port.neighbors:
        return []
    return [StopTimer(("hold", port.state.name, *key)), *deleted(port, key)]


def deleted(port: Port, key: NeighborKey) -> list[Action]:
    """Take a neighbor that is known out of the table."""
    del port.neighbors[key]
    said = f"CDP-AD: Deleted table entry for {key[0]}, interface {port.state.name}"
    return [Debug(ADJACENCY, said)]


# -- timers ----


def on_hello(state: State) -> list[Action]:
    """Advertise on all ports."""
    actions: list[Action] = [SetTimer(("hello",), state.config.timer_s * SECOND)]
    for name in state.ports:
        actions += send_hello(state, name)
    return actions


def on_fast(state: State, name: str) -> list[Action]:
    """One more of the first advertisements of a port."""
    port = state.ports.get(name)
    if port is None or not is_active(state, port):
        return []
    port.fast_left -= 1
    again: list[Action] = [SetTimer(("fast", name), FAST_NS)] if port.fast_left else []
    return send_hello(state, name) + again


def on_hold(state: State, name: str, key: NeighborKey) -> list[Action]:
    """A neighbor was not heard for its holdtime."""
    port = state.ports.get(name)
    return deleted(port, key) if port is not None and key in port.neighbors else []


# -- the router ----


def on_configured(state: State, old: Config, new: Config) -> list[Action]:
    """Bring ports and timers to what is configured now; goodbyes go out first."""
    config, name = new.of(CdpConfig), device_id(new)
    is_global = not state.is_started or (config, name) != (state.config, state.name)
    names = list(state.ports) if is_global else changed_ports(state, old, new)
    if not names and not is_global:
        return []
    actions: list[Action] = [] if state.is_started else [Subscribe(CHASSIS)]
    wanted = {n: wanted_of(new, n) for n in names}
    was_active = {n: is_active(state, state.ports[n]) for n in names}
    for n in names:
        if not (config.run and wanted[n][0]):
            actions += send_goodbye(state, n) + forget_all(state.ports[n])
    actions += restart(state, config)
    state.config, state.name, state.is_started = config, name, True
    for n in names:
        port = state.ports[n]
        port.is_enabled, port.is_full_duplex = wanted[n]
        state.encoded.pop(n, None)
        if not was_active[n]:
            actions += send_start(state, n)
    return actions + farewells(state, names)


def changed_ports(state: State, old: Config, new: Config) -> list[str]:
    """Ports of whose configuration CDP sees something else now."""
    before, after = old.of(InterfacesConfig).by_name, new.of(InterfacesConfig).by_name
    if before is after:
        return []
    changed = [name for name in after.changed_keys(before) if name in state.ports]
    ports = state.ports
    return [
        name
        for name in changed
        if wanted_of(new, name) != (ports[name].is_enabled, ports[name].is_full_duplex)
    ]


def restart(state: State, config: CdpConfig) -> list[Action]:
    """Listen and tick while CDP runs."""
    was_running, state.is_running = state.is_running, config.run
    if not config.run:
        return [Close(SOCKET), StopTimer(("hello",))] if was_running else []
    actions: list[Action] = [] if was_running else [Open(SOCKET)]
    if not was_running or config.timer_s != state.config.timer_s:
        actions.append(SetTimer(("hello",), config.timer_s * SECOND))
    return actions


def on_interface(state: State, name: str, new: InterfaceState | None) -> list[Action]:
    """A port came up or went down, or its address changed.  What was heard on it is kept until its
    holdtime ends."""
    if parent(name) != name:
        return on_subinterface(state, name, new)
    if new is None or family(name) not in PORTS:
        return []
    port = state.ports.get(name)
    if port is None:
        state.ports[name] = Port(new, is_full_duplex=family(name) not in HALF_DUPLEX)
        return []
    was_active = is_active(state, port)
    port.state = new
    state.encoded.pop(name, None)
    if not is_active(state, port):
        going = Debug(ADJACENCY, f"CDP-AD: Interface {name} going down")
        return [going, *farewells(state, [name])] if was_active else []
    coming = Debug(ADJACENCY, f"CDP-AD: Interface {name} coming up")
    start = [] if was_active else [coming, *send_start(state, name)]
    return start + farewells(state, [name])


def on_subinterface(state: State, name: str, new: InterfaceState | None) -> list[Action]:
    """The address of a sub-interface may stand for its port's."""
    if new is None:
        state.subinterfaces.pop(name, None)
    else:
        state.subinterfaces[name] = new
    main = parent(name)
    state.encoded.pop(main, None)
    return farewells(state, [main]) if main in state.ports else []


def on_chassis(state: State, chassis: Any) -> list[Action]:
    """The device says what it is."""
    state.chassis = chassis
    state.encoded.clear()
    actions: list[Action] = []
    for name in state.ports:
        actions += send_start(state, name)
    return actions + farewells(state, state.ports)


def on_requested(state: State, what: Any) -> list[Action]:
    """A command clears something."""
    match what:
        case ClearTable():
            return [a for port in state.ports.values() for a in forget_all(port)]
        case ClearCounters():
            state.counters = Counters()
            return []
        case _:
            raise AssertionError(what)


def forget_all(port: Port) -> list[Action]:
    """Drop all neighbors of a port."""
    return [action for key in list(port.neighbors) for action in forget(port, key)]


def farewells(state: State, names: Iterable[str]) -> list[Action]:
    """Renew what ports say when they are shut down."""
    return [farewell(state, name) for name in names]


def wanted_of(config: Config, name: str) -> tuple[bool, bool]:
    """Whether CDP is enabled on an interface, and whether it is full duplex."""
    interface: InterfaceConfig = config.of(InterfacesConfig).by_name.get(name, InterfaceConfig())
    is_enabled = slot_of(interface, CdpInterfaceConfig).enable
    if interface.duplex in ("half", "full"):
        return is_enabled, interface.duplex == "full"
    return is_enabled, family(name) not in HALF_DUPLEX


def device_id(config: Config) -> str:
    """The host name, with the domain name if there is one."""
    host, domain = config.of(SystemConfig).hostname, config.of(IpConfig).domain_name
    return f"{host}.{domain}" if domain else host


def family(name: str) -> str:
    """The letters of an interface name."""
    return name.rstrip("0123456789/.:")
