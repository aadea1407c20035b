"""Connected routes follow the interfaces."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.features.connected.engine import ConnectedEngine
from iosemu.proto.base import InterfaceChanged, InterfaceState, RouteAdd, RouteDelete
from iosemu.rib.route import NextHop

ETHERNET = InterfaceState(
    name="Ethernet0/0",
    vrf="default",
    is_up=True,
    addresses=((IPv4Address.parse("10.0.0.1"), 24),),
    mtu_bytes=1500,
    bandwidth_kbps=10_000,
    delay_us=1000,
)


def shown(actions: list[object]) -> list[str]:
    lines = []
    for action in actions:
        match action:
            case RouteAdd(route):
                hops = ",".join(str(hop.interface) for hop in route.next_hops)
                lines.append(f"{route.code} {route.prefix} {hops}")
            case RouteDelete(key):
                lines.append(f"- {key.prefix}")
    return lines


def test_an_interface_offers_its_network_and_its_address() -> None:
    engine = ConnectedEngine()
    up = engine.step(0, InterfaceChanged("Ethernet0/0", None, ETHERNET))
    assert shown(list(up)) == ["C 10.0.0.0/24 Ethernet0/0", "L 10.0.0.1/32 Ethernet0/0"]
    down = engine.step(0, InterfaceChanged("Ethernet0/0", ETHERNET, replace(ETHERNET, is_up=False)))
    assert shown(list(down)) == ["- 10.0.0.0/24", "- 10.0.0.1/32"]


def test_a_host_address_is_one_route() -> None:
    loopback = replace(ETHERNET, name="Loopback0", addresses=((IPv4Address.parse("1.1.1.1"), 32),))
    actions = ConnectedEngine().step(0, InterfaceChanged("Loopback0", None, loopback))
    assert shown(list(actions)) == ["C 1.1.1.1/32 Loopback0"]


def test_a_changed_address_moves_only_what_differs() -> None:
    engine = ConnectedEngine()
    engine.step(0, InterfaceChanged("Ethernet0/0", None, ETHERNET))
    moved = replace(ETHERNET, addresses=((IPv4Address.parse("10.0.0.7"), 24),))
    actions = engine.step(0, InterfaceChanged("Ethernet0/0", ETHERNET, moved))
    assert shown(list(actions)) == ["- 10.0.0.1/32", "L 10.0.0.7/32 Ethernet0/0"]


def test_two_interfaces_in_one_network_share_the_route() -> None:
    engine = ConnectedEngine()
    other = replace(ETHERNET, name="Ethernet0/1", addresses=((IPv4Address.parse("10.0.0.2"), 24),))
    engine.step(0, InterfaceChanged("Ethernet0/0", None, ETHERNET))
    both = engine.step(0, InterfaceChanged("Ethernet0/1", None, other))
    assert shown(list(both))[0] == "C 10.0.0.0/24 Ethernet0/0,Ethernet0/1"
    one = engine.step(0, InterfaceChanged("Ethernet0/0", ETHERNET, None))
    assert shown(list(one)) == ["C 10.0.0.0/24 Ethernet0/1", "- 10.0.0.1/32"]
    assert isinstance(one[0], RouteAdd)
    assert one[0].route.next_hops == (NextHop(interface="Ethernet0/1"),)
    assert one[0].route.key.prefix == IPv4Prefix.parse("10.0.0.0/24")
