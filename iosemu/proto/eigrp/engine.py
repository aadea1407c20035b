"""EIGRP as an engine: all processes of one router."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.tree import Config
from iosemu.features.acl.config import AclsConfig
from iosemu.features.interface.config import InterfacesConfig
from iosemu.features.key_chain.config import KeyChainsConfig
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMapsConfig
from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    Action,
    Close,
    Configured,
    Datagram,
    IcmpError,
    Input,
    InterfaceChanged,
    IpProtocol,
    Open,
    Published,
    Requested,
    RouteChanged,
    Subscribe,
    TimerFired,
    Unwatch,
    Watch,
)
from iosemu.proto.parts import CLOCK, DEBUGS, VERSION
from iosemu.proto.shows import ProtocolsQuery
from iosemu.rib.route import RefreshRoutes, RouteFilter
from iosemu.wire.eigrp import PROTOCOL

from . import neighbor, output, process, redistribute, table, trace
from .answers import answer, listed
from .config import EigrpConfig
from .input import hear, on_active_time, on_datagram
from .read import processes
from .requests import Request, on_request
from .settings import ProcessKey
from .state import NeighborKey, State
from .turn import Turn
from .views import Query

SOCKET = IpProtocol(PROTOCOL)


@dataclass(slots=True)
class EigrpEngine:
    """One router's EIGRP."""

    SLOTS: ClassVar[tuple[type, ...]] = (
        EigrpConfig,
        InterfacesConfig,
        KeyChainsConfig,
        AclsConfig,
        PrefixListsConfig,
        RouteMapsConfig,
    )

    state: State = field(default_factory=State)
    is_started: bool = False

    def hear(self, now: Time, event: Datagram) -> bool:
        """The hello that a neighbor always says only keeps it."""
        return len(self.state.processes) == 1 and hear(self.state, now, event)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Datagram(vrf=vrf):
                return self._each(now, vrf, event)
            case TimerFired():
                return self._on_timer(now, event)
            case RouteChanged():
                return self._on_route(now, event)
            case IcmpError():
                # A static neighbor that does not speak EIGRP says so; the hold time decides.
                return []
            case InterfaceChanged():
                return self._on_interface(now, event)
            case Configured(_, new):
                return self._on_configured(now, new)
            case Requested(RefreshRoutes(prefix)):
                return self._refresh(now, prefix)
            case Requested(what):
                return self._on_request(now, what)
            case Published(topic, value):
                return self._on_published(topic, value)
            case _:
                raise AssertionError(event)

    def seed(self, random: Random) -> None:
        self.state.random = random

    def busy(self) -> bool:
        """Something is unacknowledged, unsent or active."""
        return any(
            p.outbox.is_due
            or any(n.queue or not n.is_up for n in p.neighbors.values())
            or any(d.is_active for d in p.topology.values())
            for p in self.state.processes.values()
        )

    def view(self, query: Hashable) -> Any:
        match query:
            case Query():
                return answer(self.state, query)
            case ProtocolsQuery(now):
                return listed(self.state, now)
            case _:
                raise AssertionError(query)

    def _turn(self, now: Time, key: ProcessKey) -> Turn:
        return Turn(now, self.state, self.state.processes[key])

    def _each(self, now: Time, vrf: str, event: Datagram) -> list[Action]:
        actions: list[Action] = []
        for key in self.state.processes:
            if key.vrf == vrf:
                turn = self._turn(now, key)
                on_datagram(turn, event)
                actions += turn.actions
        return actions

    def _on_timer(self, now: Time, timer: TimerFired) -> list[Action]:
        if timer.key[0] == "hello":
            said = process.say_again(self.state, now, timer)
            if said:
                return said
        name, key, *rest = timer.key
        assert isinstance(key, ProcessKey)
        if key not in self.state.processes:
            return []
        turn = self._turn(now, key)
        match name, *rest:
            case "hello", str(port):
                process.on_hello_due(turn, port)
            case "hold", str(port), IPv4Address() as address:
                neighbor.on_hold(turn, NeighborKey(port, address))
            case "retransmit", str(port), IPv4Address() as address:
                neighbor.on_retransmit(turn, NeighborKey(port, address))
            case "flush", *_:
                output.flush(turn)
            case "active", IPv4Prefix() as prefix:
                on_active_time(turn, prefix)
            case _:
                raise AssertionError(timer)
        return turn.actions

    def _on_interface(self, now: Time, event: InterfaceChanged) -> list[Action]:
        if event.new is None:
            self.state.interfaces.pop(event.name, None)
        else:
            self.state.interfaces[event.name] = event.new
        actions: list[Action] = []
        for key in self.state.processes:
            turn = self._turn(now, key)
            process.interface_changed(turn, event.name, event.old)
            actions += turn.actions
        return actions

    def _on_route(self, now: Time, event: RouteChanged) -> list[Action]:
        assert isinstance(event.prefix, IPv4Prefix), "it watches the tables of IPv4"
        foreign = self.state.foreign.setdefault(event.vrf, {})
        if event.best is None:
            foreign.pop(event.prefix, None)
        else:
            foreign[event.prefix] = event.best
        actions: list[Action] = []
        for key in self.state.processes:
            if key.vrf == event.vrf:
                turn = self._turn(now, key)
                redistribute.on_route(turn, event.prefix)
                actions += turn.actions
        return actions

    def _on_configured(self, now: Time, config: Config) -> list[Action]:
        state = self.state
        state.config = config
        actions: list[Action] = []
        if not self.is_started:
            self.is_started = True
            actions += [Subscribe(VERSION), Subscribe(CLOCK), Subscribe(DEBUGS)]
        wanted = processes(config)
        for key in [key for key in state.processes if key not in wanted]:
            turn = self._turn(now, key)
            process.stop(turn)
            actions += turn.actions
            del state.processes[key]
        for key, settings in wanted.items():
            is_new = key not in state.processes
            if is_new:
                state.processes[key] = process.start(state, now, key, settings)
            turn = self._turn(now, key)
            process.reconfigure(turn, settings, is_new=is_new)
            actions += turn.actions
        return self._sockets() + actions + self._watches()

    def _watches(self) -> list[Action]:
        """Watch the routes of every VRF that has a process; a process alone does not want to hear
        of its own."""
        wanted: dict[str, RouteFilter] = {}
        for key in self.state.processes:
            is_alone = key.vrf not in wanted
            wanted[key.vrf] = RouteFilter(key.vrf, besides=key.owner if is_alone else None)
        held, self.state.watches = self.state.watches, tuple(wanted.values())
        for vrf in [vrf for vrf in self.state.foreign if vrf not in wanted]:
            del self.state.foreign[vrf]
        return [
            *(Unwatch(one) for one in held if one not in self.state.watches),
            *(Watch(one) for one in self.state.watches if one not in held),
        ]

    def _refresh(self, now: Time, prefix: IPv4Prefix | None) -> list[Action]:
        """`clear ip route`: withdraw and offer again."""
        actions: list[Action] = []
        for key, process_ in self.state.processes.items():
            turn = self._turn(now, key)
            for destination in process_.topology.values():
                if prefix in (None, destination.prefix):
                    table.refresh(turn, destination)
            actions += turn.actions
        return actions

    def _on_request(self, now: Time, what: Request) -> list[Action]:
        """What a command wants of all processes, or of one."""
        actions: list[Action] = []
        for key in list(self.state.processes):
            if what.autonomous_system in (None, key.autonomous_system):
                turn = self._turn(now, key)
                on_request(turn, what)
                actions += turn.actions
        return actions

    def _sockets(self) -> list[Action]:
        """Listen in every VRF that has a process."""
        wanted = tuple(dict.fromkeys(key.vrf for key in self.state.processes))
        held, self.state.is_open = self.state.is_open, wanted
        closed: list[Action] = [Close(SOCKET, vrf) for vrf in held if vrf not in wanted]
        return closed + [Open(SOCKET, vrf) for vrf in wanted if vrf not in held]

    def _on_published(self, topic: str, value: Any) -> list[Action]:
        if topic == VERSION:
            self.state.version = value
        elif topic == DEBUGS:
            self.state.debugs = {flag: how for flag, how in value if flag in trace.FLAGS}
        else:
            assert topic == CLOCK, topic
            self.state.clock_ns = value
        return []
