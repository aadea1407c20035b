"""A distance-vector protocol in as few lines as the engine contract allows.

Every router tells its neighbors, on UDP port 520 and group 224.0.0.9, the prefixes it knows and how
far they are; split horizon, 16 is infinity.  It uses all kinds of inputs an engine can get.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.kernel.time import SECOND, Time, TimerFired
from iosemu.proto.base import (
    Action,
    Close,
    Configured,
    Datagram,
    Input,
    InterfaceChanged,
    Join,
    Leave,
    Open,
    RouteAdd,
    RouteChanged,
    RouteDelete,
    SendUdp,
    SetTimer,
    StopTimer,
    Udp,
    Unwatch,
    Watch,
)
from iosemu.rib.route import NextHop, Route, RouteFilter, RouteKey

GROUP, SOCKET, INFINITY = IPv4Address.parse("224.0.0.9"), Udp(520), 16
CONNECTED = RouteFilter(protocol="connected")


@dataclass(frozen=True, slots=True)
class ToyConfig:
    """`router toy [<1-60>]`; seconds between updates, None: off."""

    SLOT: ClassVar[str] = "toy"
    update_s: int | None = None


@dataclass(slots=True)
class ToyEngine:
    SLOTS: ClassVar[tuple[type, ...]] = (ToyConfig,)

    update_s: int | None = None
    up: dict[str, None] = field(default_factory=dict)
    own: dict[IPv4Prefix, None] = field(default_factory=dict)
    learned: dict[IPv4Prefix, tuple[int, IPv4Address, str]] = field(default_factory=dict)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(_, new):
                return self.on_configured(new.of(ToyConfig).update_s)
            case InterfaceChanged(name, _, state):
                return self.on_interface(name, state is not None and state.is_up)
            case RouteChanged(_, prefix, best):
                self.own.pop(prefix, None)
                self.own.update({prefix: None} if best is not None else {})
                return []
            case TimerFired(("update",)):
                return [SetTimer(("update",), (self.update_s or 1) * SECOND), *self.send_updates()]
            case TimerFired(("expire", IPv4Prefix() as prefix)):
                return self.forget(prefix)
            case Datagram():
                return self.on_update(event)
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return dict(self.learned)

    def on_configured(self, update_s: int | None) -> list[Action]:
        was, self.update_s = self.update_s, update_s
        if update_s is None:
            gone = [action for prefix in list(self.learned) for action in self.forget(prefix)]
            leave: list[Action] = [Leave(name, GROUP) for name in self.up]
            return [*leave, *gone, Unwatch(CONNECTED), Close(SOCKET), StopTimer(("update",))]
        join: list[Action] = [Join(name, GROUP) for name in self.up if was is None]
        return [Open(SOCKET), Watch(CONNECTED), *join, SetTimer(("update",), 0)]

    def on_interface(self, name: str, is_up: bool) -> list[Action]:
        if is_up:
            self.up[name] = None
            return [Join(name, GROUP)] if self.update_s is not None else []
        self.up.pop(name, None)
        lost = [prefix for prefix, (_, _, interface) in self.learned.items() if interface == name]
        return [Leave(name, GROUP), *(a for prefix in lost for a in self.forget(prefix))]

    def send_updates(self) -> list[Action]:
        return [
            SendUdp(GROUP, 520, 520, self.vector(name).encode(), interface=name, ttl=1)
            for name in self.up
            if not name.startswith("Loopback")
        ]

    def vector(self, interface: str) -> str:
        far = {p: hops for p, (hops, _, via) in self.learned.items() if via != interface}
        return " ".join(f"{p}={hops}" for p, hops in {**far, **dict.fromkeys(self.own, 0)}.items())

    def on_update(self, event: Datagram) -> list[Action]:
        actions: list[Action] = []
        told = dict(item.split("=") for item in event.payload.decode().split())
        for prefix, (_, neighbor, _) in list(self.learned.items()):
            if neighbor == event.source and str(prefix) not in told:
                actions += self.forget(prefix)
        for text, hops in told.items():
            actions += self.learn(IPv4Prefix.parse(text), int(hops) + 1, event)
        return actions

    def learn(self, prefix: IPv4Prefix, hops: int, event: Datagram) -> list[Action]:
        held = self.learned.get(prefix)
        if held is not None and held[0] < hops and held[1] != event.source:
            return []
        if prefix in self.own or (held is None and hops >= INFINITY):
            return []
        if hops >= INFINITY:
            return self.forget(prefix)
        if held is not None and held[0] == hops and held[1] != event.source:
            return []
        self.learned[prefix] = (hops, event.source, event.interface)
        key = RouteKey(event.vrf, prefix, "toy")
        hop = (NextHop(event.source, event.interface),)
        route = Route(key, hop, distance=120, code="R", protocol="toy", metric=hops)
        alive = SetTimer(("expire", prefix), 3 * (self.update_s or 1) * SECOND)
        return [RouteAdd(route), alive]

    def forget(self, prefix: IPv4Prefix) -> list[Action]:
        self.learned.pop(prefix, None)
        return [RouteDelete(RouteKey("default", prefix, "toy")), StopTimer(("expire", prefix))]
