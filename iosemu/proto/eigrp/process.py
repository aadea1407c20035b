"""A process as it starts, changes with configuration and interfaces, and ends."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.kernel.time import SECOND, Time, TimerFired
from iosemu.proto.base import Action, InterfaceState, Join, Leave, RouteDelete, SetTimer
from iosemu.rib.classful import classful
from iosemu.wire.eigrp import GROUP, Digest

from . import dual, filters, neighbor, redistribute, summary, transport
from .messages import Reason
from .metric import Vector, composite, interface_delay
from .settings import InterfaceSettings, ProcessKey, ProcessSettings, Summary
from .state import Destination, Kind, Neighbor, Path, PathKey, Port, Process, State
from .turn import Turn

_SHORTEST_HELLO = 85
"""Percent of the interval after which the next hello may go out (captures: 4.2 to 5 seconds)."""


# -- the process ----


def start(state: State, now: Time, key: ProcessKey, settings: ProcessSettings) -> Process:
    """A process that does nothing yet."""
    router_id = settings.router_id or highest_address(state, key.vrf)
    return Process(key, settings, router_id, now)


def highest_address(state: State, vrf: str) -> IPv4Address:
    """The router ID nobody configured: the highest address of a loopback, else of any interface
    that is up, or will be: at boot none is yet."""
    addressed = [i for i in state.interfaces.values() if i.vrf == vrf and i.addresses]
    chosen = [i for i in addressed if i.is_up] or addressed
    loopbacks = [i for i in chosen if i.is_loopback]
    return max((i.addresses[0][0] for i in loopbacks or chosen), default=IPv4Address(0))


def stop(turn: Turn) -> None:
    """The process ends: neighbors are told, routes go."""
    for port in list(turn.process.ports.values()):
        close_port(turn, port, Reason.PROCESS, says_goodbye=True)
    for destination in turn.process.topology.values():
        if destination.offered is not None:
            turn.actions.append(RouteDelete(destination.offered.key))
        if destination.is_active:
            turn.stop_timer("active", destination.prefix)
    turn.stop_timer("flush")


def reconfigure(turn: Turn, settings: ProcessSettings, *, is_new: bool) -> None:
    """From one configuration to another."""
    process = turn.process
    old, process.settings = process.settings, settings
    old_lists, process.lists = process.lists, filters.named(turn.state.config, settings)
    imports = filters.named_imports(turn.state.config, settings)
    old_imports, process.import_lists = process.import_lists, imports
    if is_new:
        old_lists, old_imports = process.lists, imports
    elif old == settings:
        if old_imports != imports:
            redistribute.sync(turn)
        if old_lists != process.lists:
            resync_all(turn, Reason.ROUTE_CONFIGURATION)
        return
    for port in process.ports.values():
        port.hello.clear()
    if old.router_id != settings.router_id:
        process.router_id = settings.router_id or highest_address(turn.state, process.key.vrf)
    if (old.k, old.scale, old.stub, old.router_id) != (
        settings.k,
        settings.scale,
        settings.stub,
        settings.router_id,
    ):
        for held in list(process.neighbors.values()):
            neighbor.terminate(turn, held, Reason.ROUTE_CONFIGURATION)
    if old.neighbors != settings.neighbors:
        _follow_static(turn, old, settings)
    for name in list(turn.state.interfaces):
        follow_interface(turn, name)
    sync_connected(turn)
    if _choice(old) != _choice(settings):
        for destination in list(process.topology.values()):
            destination.chosen = ()
            dual.judge(turn, destination)
    if old.summary_metrics != settings.summary_metrics:
        summary.refresh_all(turn)
    if (_imports(old) != _imports(settings) and not is_new) or old_imports != imports:
        redistribute.sync(turn)
    if _judgment(old) != _judgment(settings) or old_lists != process.lists:
        resync_all(turn, Reason.ROUTE_CONFIGURATION)


def _choice(settings: ProcessSettings) -> tuple[object, ...]:
    """What decides between paths and what the routing table is told of them."""
    return (
        settings.variance,
        settings.maximum_paths,
        settings.traffic_share_minimum,
        settings.distance_internal,
        settings.distance_external,
        settings.source_distances,
        settings.rib_scale,
        settings.summary_metrics,
    )


def _imports(settings: ProcessSettings) -> tuple[object, ...]:
    """What decides which routes of others are taken in, and with which metric."""
    return (
        settings.redistributions,
        settings.default_metric,
        settings.is_shutdown,
        settings.router_id,
        settings.k,
    )


def _judgment(settings: ProcessSettings) -> tuple[object, ...]:
    """What decides which routes come in and go out, and how far they are."""
    return (
        settings.offsets,
        settings.filters,
        settings.default_in,
        settings.default_out,
        settings.maximum_hops,
    )


def _follow_static(turn: Turn, old: ProcessSettings, new: ProcessSettings) -> None:
    """Static neighbors take the place of those that were found by hellos to the group, and the
    other way round."""
    static = {name for name, _ in new.neighbors}
    for key, held in list(turn.process.neighbors.items()):
        is_static = (key.interface, key.address) in new.neighbors
        if held.is_static and not is_static:
            neighbor.terminate(turn, held, Reason.STATIC_REMOVED)
        elif key.interface in static and not held.is_static:
            neighbor.terminate(turn, held, Reason.STATIC_REPLACES)


def resync_all(turn: Turn, reason: Reason) -> None:
    """Routes in and out are judged anew: both sides tell each other everything again."""
    for port in turn.process.ports.values():
        neighbor.resync(turn, port, reason)


# -- interfaces ----


def follow_interface(turn: Turn, name: str) -> None:
    """An interface came, changed, went, or is configured otherwise."""
    process = turn.process
    state = turn.state.interfaces.get(name)
    port = process.ports.get(name)
    settings = process.settings.interface(name)
    if state is not None and process.settings.auto_summary:
        settings = replace(settings, summaries=settings.summaries + _automatic(turn, state))
    if state is None or not runs_on(process, state, settings):
        if port is not None:
            is_up = state is not None and state.is_up
            reason = Reason.PASSIVE if is_up else Reason.INTERFACE_DOWN
            close_port(turn, port, reason, says_goodbye=is_up)
        return
    if port is None:
        open_port(turn, name, settings)
    elif port.settings != settings:
        _change_port(turn, port, settings)


def _automatic(turn: Turn, state: InterfaceState) -> tuple[Summary, ...]:
    """`auto-summary`: the classful networks of which other interfaces have subnets, and this one
    none."""
    process = turn.process
    own = {classful(IPv4Prefix.of(*one)) for one in state.addresses}
    found = {
        classful(prefix): None
        for other in turn.state.interfaces.values()
        if other.is_up and other.vrf == process.key.vrf
        for address, length in other.addresses
        if process.settings.covers(address)
        and (prefix := IPv4Prefix.of(address, length)).length > classful(prefix).length
    }
    return tuple(Summary(prefix) for prefix in found if prefix not in own)


def runs_on(process: Process, state: InterfaceState, settings: InterfaceSettings) -> bool:
    """Whether hellos go out of an interface."""
    return (
        state.is_up
        and state.vrf == process.key.vrf
        and not state.is_loopback
        and not settings.is_passive
        and not settings.is_shutdown
        and not process.settings.is_shutdown
        and is_covered(process, state)
    )


def is_covered(process: Process, state: InterfaceState) -> bool:
    """Whether a network statement takes in an address of an interface."""
    return any(process.settings.covers(address) for address, _ in state.addresses)


def open_port(turn: Turn, name: str, settings: InterfaceSettings) -> None:
    """Hellos start."""
    process = turn.process
    process.ports[name] = port = Port(name, process.next_port, settings)
    process.next_port += 1
    turn.actions.append(Join(name, GROUP))
    transport.send_hello(turn, port)
    arm_hello(turn, port)
    summary.refresh_all(turn)


def close_port(turn: Turn, port: Port, reason: Reason, *, says_goodbye: bool) -> None:
    """Hellos end and the neighbors are gone."""
    if says_goodbye:
        transport.send_goodbye(turn, port)
    turn.stop_timer("hello", port.name)
    gone = [n for key, n in turn.process.neighbors.items() if key.interface == port.name]
    turn.actions.append(Leave(port.name, GROUP))
    for held in gone:
        neighbor.down(turn, held, reason)
    turn.process.ports.pop(port.name, None)
    summary.refresh_all(turn)


def arm_hello(turn: Turn, port: Port) -> None:
    """The next hello, up to 15 % early."""
    turn.set_timer(_draw_hello(turn.state, turn.now, port), "hello", port.name)


def _draw_hello(state: State, now: Time, port: Port) -> Time:
    percent = state.random.randint(_SHORTEST_HELLO, 100)
    delay_ns = port.settings.hello_s * SECOND * percent // 100
    port.hello_at = now + delay_ns
    return delay_ns


def say_again(state: State, now: Time, timer: TimerFired) -> list[Action]:
    """`on_hello_due`, if the hello is the same as ever: nothing happens but that it is sent.  Else
    nothing is done."""
    _, key, name = timer.key
    process = state.processes.get(key)  # type: ignore[call-overload]
    port = None if process is None else process.ports.get(name)
    if process is None or port is None:
        return []
    sends = transport.hellos_as_ever(state, process, port)
    if not sends:
        return []
    return [*sends, SetTimer(timer.key, _draw_hello(state, now, port))]


def on_hello_due(turn: Turn, name: str) -> None:
    """Say hello again."""
    port = turn.process.ports.get(name)
    if port is not None:
        transport.send_hello(turn, port)
        arm_hello(turn, port)


def _change_port(turn: Turn, port: Port, settings: InterfaceSettings) -> None:
    old, port.settings = port.settings, settings
    port.hello.clear()
    if old.hello_s != settings.hello_s:
        arm_hello(turn, port)
    if old.next_hop_self != settings.next_hop_self:
        retell(turn, port)
    changed = _authentication_change(old, settings)
    if changed is not None:
        for held in _on_port(turn, port):
            neighbor.down(turn, held, changed)
    if old.summaries != settings.summaries:
        summary.refresh_all(turn)
        neighbor.resync(turn, port, Reason.SUMMARY_CONFIGURED)
    if old.split_horizon != settings.split_horizon:
        neighbor.resync(turn, port, Reason.SPLIT_HORIZON)


def _authentication_change(old: InterfaceSettings, new: InterfaceSettings) -> Reason | None:
    """What of the authentication of an interface is new."""
    if new.authentication is Digest.SHA256 and old.password != new.password:
        return Reason.AUTHENTICATION_PASSWORD
    if old.authentication is not new.authentication:
        return Reason.AUTHENTICATION_MODE
    return Reason.KEY_CHAIN if old.key_chain != new.key_chain else None


def retell(turn: Turn, port: Port) -> None:
    """What is advertised at an interface may differ for every destination."""
    for destination in turn.process.topology.values():
        turn.process.outbox.updates[destination.prefix] = None
    turn.flush_soon()


def _on_port(turn: Turn, port: Port) -> list[Neighbor]:
    return [n for key, n in turn.process.neighbors.items() if key.interface == port.name]


def _choose_router_id(turn: Turn) -> None:
    """Until an interface is at work; afterwards the router ID stays."""
    process = turn.process
    vrf = process.key.vrf
    up = [i for i in turn.state.interfaces.values() if i.is_up and i.vrf == vrf and i.addresses]
    if not process.router_id or not up or any(i.is_loopback for i in up):
        process.router_id = highest_address(turn.state, vrf)


def interface_changed(turn: Turn, name: str, old: InterfaceState | None) -> None:
    """Bandwidth or delay of an interface changed: every path over it has another distance."""
    state = turn.state.interfaces.get(name)
    if not turn.process.ports and turn.process.settings.router_id is None:
        # A router that boots hears of its interfaces one by one.
        _choose_router_id(turn)
    names = turn.state.interfaces if turn.process.settings.auto_summary else (name,)
    for one in [name, *(other for other in names if other != name)]:
        follow_interface(turn, one)
    sync_connected(turn)
    port = turn.process.ports.get(name)
    if port is None or old is None or state is None:
        return
    if (old.bandwidth_kbps, old.delay_us) != (state.bandwidth_kbps, state.delay_us):
        _reprice(turn, name, old, state)


def _reprice(turn: Turn, name: str, old: InterfaceState, new: InterfaceState) -> None:
    """Take the interface's old share out of the delay of each path and put the new one in."""
    process, scale = turn.process, turn.scale
    less = interface_delay(scale, old.bandwidth_kbps, old.delay_us)
    more = interface_delay(scale, new.bandwidth_kbps, new.delay_us)
    for destination in list(process.topology.values()):
        for key, path in list(destination.paths.items()):
            if key.kind is not Kind.NEIGHBOR or key.source != name or path.vector.delay is None:
                continue
            vector = path.vector._replace(
                bandwidth_kbps=min(path.reported_vector.bandwidth_kbps, new.bandwidth_kbps),
                delay=path.vector.delay - less + more,
            )
            distance = composite(vector, process.settings.k, scale)
            changed = path._replace(vector=vector, distance=distance)
            dual.on_path(turn, destination, key, changed)


# -- connected ----


def sync_connected(turn: Turn) -> None:
    """Own subnets that a network statement takes in are destinations of their own."""
    process = turn.process
    wanted = dict(_connected(turn))
    held = {
        (destination.prefix, key): path
        for destination in process.topology.values()
        for key, path in destination.paths.items()
        if key.kind is Kind.CONNECTED
    }
    for prefix, key in held:
        if (prefix, key) not in wanted:
            dual.on_path(turn, process.topology[prefix], key, None)
    for (prefix, key), path in wanted.items():
        if held.get((prefix, key)) != path:
            destination = process.topology.get(prefix)
            if destination is None:
                destination = process.topology[prefix] = Destination(prefix)
            dual.on_path(turn, destination, key, path)


def _connected(turn: Turn) -> list[tuple[tuple[IPv4Prefix, PathKey], Path]]:
    process, scale = turn.process, turn.scale
    found = []
    for state in turn.state.interfaces.values():
        if not state.is_up or state.vrf != process.key.vrf or process.settings.is_shutdown:
            continue
        for address, length in state.addresses:
            if not process.settings.covers(address):
                continue
            delay = interface_delay(scale, state.bandwidth_kbps, state.delay_us)
            vector = Vector(state.bandwidth_kbps, delay, state.mtu_bytes)
            distance = composite(vector, process.settings.k, scale)
            key = PathKey(Kind.CONNECTED, state.name)
            path = Path(key, vector, distance, 0, process.router_id)
            found.append(((IPv4Prefix.of(address, length), key), path))
    return found
