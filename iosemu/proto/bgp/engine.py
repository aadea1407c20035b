"""BGP as an engine: the one process of a router."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from iosemu.config.tree import Config
from iosemu.features.acl.config import AclsConfig
from iosemu.features.as_path.config import AsPathsConfig
from iosemu.features.community.config import CommunitiesConfig
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMapsConfig
from iosemu.features.vrf.config import VrfsConfig
from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    Action,
    Configured,
    Input,
    InterfaceChanged,
    NextHopChanged,
    Published,
    Requested,
    RouteChanged,
    Subscribe,
    TcpAbort,
    TcpAsked,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpReady,
    TcpUp,
    TimerFired,
    UntrackNextHop,
)
from iosemu.proto.parts import CLOCK, DEBUGS, VERSION
from iosemu.proto.shows import ProtocolsQuery

from . import fallover, fsm, listen, read, reconcile, startup, tables, trace, trace_in, trace_out
from .config import BgpConfig
from .maximum import RESTART
from .peer import LinkKey, Phase, SessionKey
from .protocol_answers import protocol_views
from .requests import ResetSessions, reset_sessions
from .routing import NextHopKey
from .settings import PeerKey, ProcessSettings
from .shown import answer
from .soft import ClearDampening, SoftReset, clear_dampening, soft_reset
from .state import State
from .turn import Turn

FLAGS = (*trace.FLAGS, trace_in.FLAG, trace_out.FLAG)
"""Debug flags that BGP looks at."""


@dataclass(slots=True)
class BgpEngine:
    """One router's BGP."""

    SLOTS: ClassVar[tuple[type, ...]] = (
        BgpConfig,
        AclsConfig,
        PrefixListsConfig,
        RouteMapsConfig,
        AsPathsConfig,
        CommunitiesConfig,
        VrfsConfig,
    )

    state: State = field(default_factory=State)
    is_started: bool = False

    def step(self, now: Time, event: Input) -> list[Action]:
        turn = Turn(now, self.state)
        match event:
            case TcpData(conn, data):
                link = self.state.conns.get(conn)
                if link is not None:
                    fsm.on_data(turn, link, data)
            case TimerFired():
                self._on_timer(turn, event)
            case RouteChanged():
                if self.state.settings is not None:
                    tables.route_changed(turn, event)
            case NextHopChanged():
                self._on_next_hop(turn, event)
            case InterfaceChanged():
                self._on_interface(turn, event)
            case TcpAsked():
                listen.on_asked(turn, event)
            case TcpUp():
                listen.on_up(turn, event)
            case TcpReady(conn):
                self._on_ready(turn, conn)
            case TcpEnd(conn):
                link = self.state.conns.get(conn)
                if link is not None:
                    fsm.on_end(turn, link, None)
            case TcpDown():
                self._on_down(turn, event)
            case Configured(_, new):
                self._on_configured(turn, new)
            case Requested(what):
                self._on_request(turn, what)
            case Published(topic, value):
                self._on_published(topic, value)
            case _:
                raise AssertionError(event)
        return self._kept(turn)

    def seed(self, random: Random) -> None:
        self.state.random = random

    def busy(self) -> bool:
        """A connection is being opened, the process only listens yet, or there is news to tell."""
        return (
            self.state.is_read_only
            or tables.is_busy(self.state)
            or any(
                link.phase is not Phase.ESTABLISHED and link.conn is not None
                for peer in self.state.peers.values()
                for link in peer.links.values()
            )
        )

    def view(self, query: Hashable) -> Any:
        if isinstance(query, ProtocolsQuery):
            return protocol_views(self.state, query)
        return answer(self.state, query)

    def adopt(self, now: Time, settings: ProcessSettings | None) -> list[Action]:
        """Run on these settings from now on."""
        turn = Turn(now, self.state)
        reconcile.configure(turn, settings)
        return self._kept(turn)

    def _kept(self, turn: Turn) -> list[Action]:
        """The actions, once the tables are settled, but for the end of tracking what the other side
        needs."""
        tables.settle(turn)
        if not any(isinstance(action, UntrackNextHop) for action in turn.actions):
            return turn.actions
        return [
            action
            for action in turn.actions
            if not (isinstance(action, UntrackNextHop) and self._needs(action))
        ]

    def _needs(self, action: UntrackNextHop) -> bool:
        if PeerKey(action.vrf, action.address) in self.state.peers:
            return True
        return NextHopKey(action.vrf, action.address) in self.state.routing.next_hops

    def _on_timer(self, turn: Turn, timer: TimerFired) -> None:
        match timer.key:
            case ("hold", LinkKey() as link):
                fsm.on_hold(turn, link)
            case ("keepalive", LinkKey() as link):
                fsm.on_keepalive(turn, link)
            case ("open", SessionKey() as session):
                fsm.on_open_timer(turn, session)
            case ("delay", LinkKey() as link):
                fsm.on_delay(turn, link)
            case ("linger", int(conn)):
                turn.do(TcpAbort(conn))
            case ("reading",):
                startup.on_reading(turn)
            case ("quiet",):
                startup.check(turn)
            case (name, *_) if name in tables.TIMERS and self.state.settings is not None:
                tables.timer_fired(turn, timer)
                self._reopen(turn, timer)
            case _:
                assert self.state.settings is None, timer

    def _reopen(self, turn: Turn, timer: TimerFired) -> None:
        """A neighbor that told too many prefixes may come back."""
        if timer.key[0] == RESTART and isinstance(timer.key[1], PeerKey):
            peer = self.state.peers.get(timer.key[1])
            if peer is not None:
                fsm.start(turn, peer)

    def _on_next_hop(self, turn: Turn, event: NextHopChanged) -> None:
        if self.state.settings is not None:
            fallover.on_next_hop(turn, event)
            tables.next_hop_changed(turn, event)

    def _on_interface(self, turn: Turn, event: InterfaceChanged) -> None:
        if event.new is None:
            self.state.interfaces.pop(event.name, None)
        else:
            self.state.interfaces[event.name] = event.new
        if self.state.settings is not None:
            reconcile.interface_came(turn)
            fallover.on_interface(turn, event)
            tables.interface_changed(turn, event)

    def _on_ready(self, turn: Turn, conn: int) -> None:
        key = self.state.conns.get(conn)
        link = None if key is None else turn.link(key)
        if link is not None and link.phase is Phase.ESTABLISHED:
            session = turn.peer(link.key.peer).sessions[link.session]
            session.is_full = False
            tables.ready(turn, session)

    def _on_down(self, turn: Turn, event: TcpDown) -> None:
        turn.stop_timer("linger", event.conn)
        key = self.state.conns.get(event.conn) if event.token is None else event.token
        if isinstance(key, LinkKey):
            fsm.on_end(turn, key, event.reason)
        self.state.conns.pop(event.conn, None)

    def _on_configured(self, turn: Turn, config: Config) -> None:
        self.state.config = config
        if not self.is_started:
            self.is_started = True
            turn.actions += [Subscribe(VERSION), Subscribe(CLOCK), Subscribe(DEBUGS)]
        reconcile.configure(turn, read.process(config, self.state.configured))

    def _on_request(self, turn: Turn, what: object) -> None:
        if self.state.settings is None:
            return
        match what:
            case ResetSessions():
                reset_sessions(turn, what)
            case SoftReset():
                soft_reset(turn, what)
            case ClearDampening():
                clear_dampening(turn, what)
            case _:
                raise AssertionError(what)

    def _on_published(self, topic: str, value: Any) -> None:
        if topic == VERSION:
            self.state.version = value
        elif topic == DEBUGS:
            self.state.debugs = {flag: how for flag, how in value if flag in FLAGS}
        else:
            assert topic == CLOCK, topic
            self.state.clock_ns = value
