"""Static routes: recursion, floating distances, interfaces, several next hops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.static.config import StaticConfig, StaticKey, StaticRoute
from iosemu.features.static.engine import StaticEngine
from iosemu.proto.base import (
    Action,
    Configured,
    Input,
    InterfaceChanged,
    InterfaceState,
    NextHopChanged,
    Published,
    RouteAdd,
    RouteDelete,
    Subscribe,
    Syslog,
    TrackNextHop,
    UntrackNextHop,
    heading,
)
from iosemu.rib.route import NextHop, Route, RouteKey


def key(prefix: str, via: str) -> StaticKey:
    """`via`: an address, an interface, or both with a blank between."""
    parsed = IPv4Prefix.parse(prefix)
    words = via.split()
    address = IPv4Address.parse(words[-1]) if words[-1][0].isdecimal() else None
    interface = words[0] if not words[0][0].isdecimal() else None
    return StaticKey(parsed.network, parsed.mask, interface, address)


def config(*lines: tuple[str, str, int], **options: Any) -> Config:
    routes: Entries[StaticKey, StaticRoute] = Entries()
    for prefix, via, distance in lines:
        routes = routes.put(key(prefix, via), StaticRoute(distance, **options))
    return with_slot(Config(), StaticConfig(routes))


class Router:
    """An engine and its configuration."""

    def __init__(self) -> None:
        self.engine, self.config = StaticEngine(), Config()

    def configure(self, *lines: tuple[str, str, int], **options: Any) -> list[Action]:
        old, self.config = self.config, config(*lines, **options)
        return self.engine.step(0, Configured(old, self.config))

    def told(self, event: Input) -> list[Action]:
        return self.engine.step(0, event)

    def resolve(self, address: str, over: str | None, code: str = "C") -> list[Action]:
        route = None
        if over is not None:
            held = RouteKey("default", IPv4Prefix.parse(over), "any")
            route = Route(held, (NextHop(interface="Ethernet0/0"),), 0, code, "connected")
        changed = NextHopChanged("default", IPv4Address.parse(address), route)
        return self.engine.step(0, changed)

    def interface(self, name: str, *, is_up: bool) -> list[Action]:
        state = InterfaceState(name, "default", is_up, (), 1500, 10_000, 1000)
        return self.engine.step(0, InterfaceChanged(name, None, state))


def shown(actions: Sequence[Action]) -> list[str]:
    lines = []
    for action in actions:
        match action:
            case RouteAdd(route):
                hops = ", ".join(
                    " ".join(str(part) for part in (h.interface, h.address) if part)
                    for h in route.next_hops
                )
                lines.append(f"{route.prefix} [{route.distance}/0] {hops}")
            case RouteDelete(gone):
                lines.append(f"- {gone.prefix}")
            case TrackNextHop(address):
                lines.append(f"track {address}")
            case UntrackNextHop(address):
                lines.append(f"untrack {address}")
            case Subscribe(topic):
                lines.append(f"subscribe {topic}")
            case Syslog(message):
                lines.append(f"%{heading(message).mnemonic}: {message.text()}")
    return lines


def test_a_next_hop_is_tracked_and_the_route_offered_when_it_resolves() -> None:
    router = Router()
    assert shown(router.configure(("9.0.0.0/8", "10.0.0.2", 1))) == ["track 10.0.0.2"]
    up = router.resolve("10.0.0.2", "10.0.0.0/24")
    assert shown(up) == ["9.0.0.0/8 [1/0] 10.0.0.2"]
    assert shown(router.resolve("10.0.0.2", None)) == ["- 9.0.0.0/8"]
    assert shown(router.configure()) == ["untrack 10.0.0.2"]


def test_a_larger_distance_floats() -> None:
    router = Router()
    router.configure(("0.0.0.0/0", "10.0.0.2", 1), ("0.0.0.0/0", "10.0.1.2", 200))
    both = [*router.resolve("10.0.1.2", "10.0.1.0/24"), *router.resolve("10.0.0.2", "10.0.0.0/24")]
    assert shown(both) == ["0.0.0.0/0 [200/0] 10.0.1.2", "0.0.0.0/0 [1/0] 10.0.0.2"]
    assert shown(router.resolve("10.0.0.2", None)) == ["0.0.0.0/0 [200/0] 10.0.1.2"]


def test_equal_distances_share_one_route_with_the_newest_way_first() -> None:
    router = Router()
    router.configure(("9.9.9.9/32", "10.0.0.2", 1), ("9.9.9.9/32", "10.0.1.2", 1))
    router.resolve("10.0.0.2", "10.0.0.0/24")
    both = router.resolve("10.0.1.2", "10.0.1.0/24")
    assert shown(both) == ["9.9.9.9/32 [1/0] 10.0.1.2, 10.0.0.2"]
    router.resolve("10.0.1.2", None)
    back = router.resolve("10.0.1.2", "10.0.1.0/24")
    assert shown(back) == ["9.9.9.9/32 [1/0] 10.0.1.2, 10.0.0.2"]
    router.resolve("10.0.0.2", None)
    back = router.resolve("10.0.0.2", "10.0.0.0/24")
    assert shown(back) == ["9.9.9.9/32 [1/0] 10.0.0.2, 10.0.1.2"]


def test_no_more_than_thirty_two_ways_are_used() -> None:
    router = Router()
    names = [f"Ethernet{n}/0" for n in range(40)]
    for name in names:
        router.interface(name, is_up=True)
    (added,) = router.configure(*(("9.0.0.0/8", name, 1) for name in names))
    assert isinstance(added, RouteAdd)
    assert [hop.interface for hop in added.route.next_hops] == names[31::-1]


def test_an_interface_route_follows_the_interface() -> None:
    router = Router()
    router.interface("Ethernet0/0", is_up=True)
    up = router.configure(("9.0.0.0/8", "Ethernet0/0", 1), ("8.0.0.0/8", "Ethernet0/0 10.0.0.2", 1))
    assert shown(up) == ["9.0.0.0/8 [1/0] Ethernet0/0", "8.0.0.0/8 [1/0] Ethernet0/0 10.0.0.2"]
    down = router.interface("Ethernet0/0", is_up=False)
    assert shown(down) == ["- 9.0.0.0/8", "- 8.0.0.0/8"]


def test_null0_is_always_usable() -> None:
    assert shown(Router().configure(("9.0.0.0/8", "Null0", 1))) == ["9.0.0.0/8 [1/0] Null0"]


def test_a_route_never_resolves_over_itself() -> None:
    router = Router()
    router.configure(("10.0.0.0/8", "10.1.1.1", 1))
    assert router.resolve("10.1.1.1", "0.0.0.0/0") == []
    assert shown(router.resolve("10.1.1.1", "10.1.0.0/16")) == ["10.0.0.0/8 [1/0] 10.1.1.1"]


def test_a_permanent_route_stays_once_it_is_in() -> None:
    router = Router()
    router.configure(("9.0.0.0/8", "10.0.0.2", 1), permanent=True)
    router.resolve("10.0.0.2", "10.0.0.0/24")
    assert router.resolve("10.0.0.2", None) == []
    assert shown(router.configure())[-1] == "- 9.0.0.0/8"


def test_changed_options_replace_the_route_and_keep_the_tracking() -> None:
    router = Router()
    router.configure(("9.0.0.0/8", "10.0.0.2", 1))
    router.resolve("10.0.0.2", "10.0.0.0/24")
    assert shown(router.configure(("9.0.0.0/8", "10.0.0.2", 50))) == ["9.0.0.0/8 [50/0] 10.0.0.2"]


def test_a_line_follows_its_tracked_object_and_is_not_used_without_it() -> None:
    router = Router()
    router.interface("Ethernet0/0", is_up=True)
    line = ("9.0.0.0/8", "Ethernet0/0", 1)
    there = ["9.0.0.0/8 [1/0] Ethernet0/0"]
    assert shown(router.configure(line, track=7)) == ["subscribe track 7"]
    assert shown(router.told(Published("track 7", True))) == there
    assert shown(router.told(Published("track 7", False))) == ["- 9.0.0.0/8"]
    assert shown(router.told(Published("track 7", True))) == there
    router.told(Published("track 7", False))
    assert shown(router.configure(line)) == there
    assert router.told(Published("track 7", True)) == []


def test_a_multicast_line_forwards_nothing() -> None:
    assert router_with_null(multicast=True) == []


def router_with_null(**options: Any) -> list[str]:
    return shown(Router().configure(("9.0.0.0/8", "Null0", 1), **options))


def test_two_routes_that_come_to_resolve_over_each_other_are_told_once() -> None:
    router = Router()
    router.configure(("20.0.0.0/8", "30.0.0.1", 1), ("30.0.0.0/8", "20.0.0.1", 1))
    first = router.resolve("30.0.0.1", "0.0.0.0/0", "S*")
    assert shown(first) == ["20.0.0.0/8 [1/0] 30.0.0.1"]
    one, other = first[0], None
    assert isinstance(one, RouteAdd)
    second = router.told(NextHopChanged("default", IPv4Address.parse("20.0.0.1"), one.route))
    assert shown(second) == ["30.0.0.0/8 [1/0] 20.0.0.1"]
    other = second[0]
    assert isinstance(other, RouteAdd)
    looped = router.told(NextHopChanged("default", IPv4Address.parse("30.0.0.1"), other.route))
    assert shown(looped) == ["%RIB_LOOP: Resolution loop formed by routes in RIB"]
    again = router.told(NextHopChanged("default", IPv4Address.parse("30.0.0.1"), other.route))
    assert again == []
