"""BGP engines on stacks that are joined by wires which take time."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any

from iosemu.address import IPv4Prefix
from iosemu.config.entries import Entries
from iosemu.kernel.rng import Random
from iosemu.kernel.time import SECOND
from iosemu.proto.base import (
    Action,
    Debug,
    Input,
    InterfaceChanged,
    Requested,
    RouteAdd,
    RouteDelete,
    SetTimer,
    StopTimer,
    Subscribe,
    Syslog,
    TimerFired,
    TrackNextHop,
    UntrackNextHop,
    Unwatch,
    Watch,
)
from iosemu.proto.bgp.engine import BgpEngine
from iosemu.proto.bgp.peer import Peer, Phase, Session
from iosemu.proto.bgp.requests import ResetSessions, Selection
from iosemu.proto.bgp.settings import (
    PeerKey,
    PeerKind,
    PeerSettings,
    ProcessSettings,
    TableKey,
    TableSettings,
)
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.rib.table import RouteChange
from iosemu.stack import add_route, delete_route, on_frame, on_timer, send
from iosemu.stack.routes import next_hop_news, track, untrack
from iosemu.wire.bgp_family import IPV4_UNICAST, Family
from tests.stack.net import Router, ip
from tests.stack.tcp.rig import Wire

OWNER = "bgp"


@dataclass
class Speaker(Router):
    """One router with BGP."""

    engine: BgpEngine = field(default_factory=BgpEngine)
    pending: deque[Input] = field(default_factory=deque)
    settings: ProcessSettings | None = None
    traced: list[str] = field(default_factory=list)

    # -- what the device does ----

    def deliver(self, owner: Hashable, event: Input) -> None:
        if owner == OWNER:
            self.pending.append(event)
        else:
            super().deliver(owner, event)

    def interface_changed(self, change: InterfaceChanged) -> None:
        self.changes.append(change)
        changes: list[RouteChange | None] = []
        for state, is_new in ((change.old, False), (change.new, True)):
            if state is None or not state.is_up:
                continue
            for address, length in state.addresses:
                key = RouteKey(state.vrf, IPv4Prefix.of(address, length), "connected")
                route = Route(key, (NextHop(None, state.name),), 0, "C", "connected")
                if is_new:
                    changes.append(add_route(self.stack, self.now, route))
                else:
                    changes.append(delete_route(self.stack, self.now, key))
        self.routes_changed(changes)
        self.pending.append(change)

    def routes_changed(self, changes: list[RouteChange | None]) -> None:
        news = next_hop_news(self.stack, [one for one in changes if one is not None])
        self.pending += [event for _, event in news]

    def drain(self) -> None:
        while self.pending:
            self.perform(self.engine.step(self.now, self.pending.popleft()))

    def perform(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case SetTimer(key, delay_ns):
                    self.net.timers[self.name, ("engine", *key)] = self.now + delay_ns
                case StopTimer(key):
                    self.net.timers.pop((self.name, ("engine", *key)), None)
                case Syslog(message):
                    self.log(message)
                case Debug(_, text):
                    self.traced.append(text)
                case TrackNextHop(address, vrf):
                    self.pending.append(track(self.stack, OWNER, vrf, address))
                case UntrackNextHop(address, vrf):
                    untrack(self.stack, OWNER, vrf, address)
                case RouteAdd(route):
                    self.routes_changed([add_route(self.stack, self.now, route)])
                case RouteDelete(key):
                    self.routes_changed([delete_route(self.stack, self.now, key)])
                case Subscribe() | Watch() | Unwatch():
                    pass
                case _:
                    send(self.stack, self, OWNER, action)  # type: ignore[arg-type]

    # -- what a test does ----

    def configure(self, settings: ProcessSettings | None) -> None:
        """Let BGP run on these settings."""
        self.settings = settings
        self.perform(self.engine.adopt(self.now, settings))
        self.drain()
        self.net.run()

    def change(self, address: str, **fields: Any) -> None:
        """Change the settings of one neighbor."""
        assert self.settings is not None
        held = self.settings.peers[key(address)]
        peers = self.settings.peers.put(held.key, replace(held, **fields))
        self.configure(replace(self.settings, peers=peers))

    def tell(self, event: Input) -> None:
        self.pending.append(event)
        self.drain()
        self.net.run()

    def route(self, prefix: str, hop: str | None) -> None:
        """A static route, or its end."""
        route_key = RouteKey("default", IPv4Prefix.parse(prefix), "static")
        if hop is None:
            self.routes_changed([delete_route(self.stack, self.now, route_key)])
        else:
            hops = (NextHop(ip(hop)),)
            route = Route(route_key, hops, 1, "S", "static")
            self.routes_changed([add_route(self.stack, self.now, route)])
        self.drain()
        self.net.run()

    # -- what a test looks at ----

    def peer(self, address: str) -> Peer:
        return self.engine.state.peers[key(address)]

    def session(self, address: str, number: int = 1) -> Session:
        return self.peer(address).sessions[number]

    def is_up(self, address: str) -> bool:
        held = self.engine.state.peers.get(key(address))
        return held is not None and held.phase is Phase.ESTABLISHED

    def log_lines(self) -> list[str]:
        """Log lines since the last call."""
        texts = [text for _, text in self.logs]
        self.logs.clear()
        return texts


@dataclass
class BgpNet(Wire):
    """Speakers and wires."""

    def speaker(self, name: str) -> Speaker:
        made = Speaker(self, name, len(self.routers) + 1)
        made.engine.seed(Random.named(1, name))
        self.routers[name] = made
        return made

    def step(self, until: int) -> bool:
        """Let the next thing happen, if it is due by then."""
        self.settle()
        frame = min(self.flying, default=None)
        timer = min(
            ((at, key) for key, at in self.timers.items()), default=None, key=lambda t: t[0]
        )
        if frame is not None and (timer is None or frame[0] <= timer[0]):
            if frame[0] > until:
                return False
            self.flying.remove(frame)
            self.now, _, name, interface, data = frame
            on_frame(self.routers[name].stack, self.routers[name], interface, data)
        elif timer is not None and timer[0] <= until:
            self.now, (name, timer_key) = timer
            del self.timers[name, timer_key]
            router = self.routers[name]
            if timer_key[0] == "engine":
                assert isinstance(router, Speaker)
                router.tell(TimerFired(timer_key[1:]))
            else:
                on_timer(router.stack, router, timer_key)
        else:
            return False
        self.settle()
        return True

    def settle(self) -> None:
        self.run()
        for router in self.routers.values():
            if isinstance(router, Speaker):
                router.drain()
        self.run()

    def until_up(self, speaker: Speaker, address: str, seconds: float = 60) -> float:
        """Wait for a neighbor; how many seconds it took."""
        start = self.now
        while not speaker.is_up(address):
            assert self.step(start + round(seconds * SECOND)), f"{address} does not come up"
        return (self.now - start) / SECOND


def key(address: str) -> PeerKey:
    return PeerKey("default", ip(address))


def neighbor(address: str, remote_as: int, asn: int, **fields: Any) -> PeerSettings:
    """What a neighbor is, of this AS or another, one hop away then."""
    is_internal = remote_as == asn
    kind = PeerKind.INTERNAL if is_internal else PeerKind.EXTERNAL
    made = {
        "families": (IPV4_UNICAST,),
        "ttl": 255 if is_internal else 1,
        "is_direct": not is_internal,
        **fields,
    }
    return PeerSettings(key(address), remote_as, asn, kind, **made)


def process(
    asn: int, router_id: str | None, *peers: PeerSettings, **fields: Any
) -> ProcessSettings:
    """A process with these neighbors."""
    families: dict[Family, None] = {}
    for peer in peers:
        families.update(dict.fromkeys(peer.families))
    return ProcessSettings(
        asn,
        None if router_id is None else ip(router_id),
        peers=entries({peer.key: peer for peer in peers}),
        tables=entries({TableKey(family): TableSettings() for family in families}),
        **fields,
    )


def entries(items: dict[Any, Any]) -> Entries[Any, Any]:
    made: Entries[Any, Any] = Entries()
    for name, value in items.items():
        made = made.put(name, value)
    return made


def pair() -> tuple[BgpNet, Speaker, Speaker]:
    """R1 10.0.1.1 with loopback 1.1.1.1, R2 10.0.1.2 with loopback 2.2.2.2."""
    net = BgpNet()
    one, two = net.speaker("R1"), net.speaker("R2")
    net.wire("R1:Ethernet0/0", "R2:Ethernet0/0")
    one.port("Ethernet0/0", "10.0.1.1/24")
    two.port("Ethernet0/0", "10.0.1.2/24")
    one.port("Loopback0", "1.1.1.1/32")
    two.port("Loopback0", "2.2.2.2/32")
    net.wait(10)
    one.route("2.2.2.2/32", "10.0.1.2")
    two.route("1.1.1.1/32", "10.0.1.1")
    net.wait(1)
    return net, one, two


def reset(speaker: Speaker, **selection: Any) -> None:
    """`clear ip bgp`."""
    speaker.tell(Requested(ResetSessions(Selection(**selection))))
