"""`debug ip routing`: the lines of a change, and a router that prints them."""

from __future__ import annotations

import pytest

import iosemu
import iosemu.lab.node
from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.device.route_debug import lines
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.rib.table import RouteChange


def route(owner: str, prefix: str, via: str, interface: str | None, *measure: int) -> Route:
    hop = NextHop(IPv4Address.parse(via), interface)
    key = RouteKey("default", IPv4Prefix.parse(prefix), owner)
    return Route(key, (hop,), measure[0], "", owner.split()[0], measure[1])


def test_a_lost_route_is_told_as_a_device_tells_it() -> None:
    lost = route("eigrp", "4.4.4.4/32", "192.168.124.4", "GigabitEthernet1.124", 90, 10880)
    assert list(lines(RouteChange("default", lost.prefix, lost, None))) == [
        "RT: delete route to 4.4.4.4 via 192.168.124.4, eigrp metric [90/10880]",
        "RT: no routes to 4.4.4.4, delayed flush",
        "RT: delete subnet route to 4.4.4.4/32",
    ]


def test_a_better_source_displaces_a_route() -> None:
    old = route("eigrp", "44.44.44.44/32", "192.168.124.4", "GigabitEthernet1.124", 90, 10880)
    new = route("bgp", "44.44.44.44/32", "3.3.3.3", None, 20, 0)
    told = list(lines(RouteChange("default", new.prefix, old, new)))
    assert told[0].splitlines()[0] == "RT: updating bgp 44.44.44.44/32 (0x0)  :"
    assert told[0].splitlines()[1].startswith("    via 3.3.3.3   0 10485")
    assert told[1:] == [
        "RT: closer admin distance for 44.44.44.44, flushing 1 routes",
        "RT: add 44.44.44.44/32 via 3.3.3.3, bgp metric [20/0]",
    ]


def test_another_best_path_of_bgp_displaces_the_old_one() -> None:
    old = route("bgp 1", "44.44.44.44/32", "4.4.4.4", None, 20, 0)
    new = route("bgp 1", "44.44.44.44/32", "3.3.3.3", None, 20, 0)
    assert list(lines(RouteChange("default", new.prefix, old, new))) == [
        "RT: updating bgp 44.44.44.44/32 (0x0)  :\n    via 3.3.3.3   0 1048577\n",
        "RT: closer admin distance for 44.44.44.44, flushing 1 routes",
        "RT: add 44.44.44.44/32 via 3.3.3.3, bgp metric [20/0]",
    ]


@pytest.fixture
def lab() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    return lab


def test_a_router_tells_what_changes_in_its_table(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("debug ip routing").strip() == "IP routing debugging is on"
    start = len(r1.log)
    r1.configure("ip route 172.16.0.0 255.255.0.0 10.0.12.2")
    r1.configure("no ip route 172.16.0.0 255.255.0.0 10.0.12.2")
    told = [line.text.split(": ", 1)[1] for line in r1.log[start:] if line.is_debug]
    assert told == [
        "RT: updating static 172.16.0.0/16 (0x0)  :\n    via 10.0.12.2   0 1048578\n",
        "RT: add 172.16.0.0/16 via 10.0.12.2, static metric [1/0]",
        "RT: delete route to 172.16.0.0 via 10.0.12.2, static metric [1/0]",
        "RT: no routes to 172.16.0.0, delayed flush",
        "RT: delete network route to 172.16.0.0/16",
    ]


def test_a_floating_route_takes_over(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("debug ip routing")
    start = len(r1.log)
    lab.link("R1:e0/1", "R3:e0/1").down()
    lab.run_for(5)
    told = [line.text.split(": ", 1)[1] for line in r1.log[start:] if line.is_debug]
    assert "RT: del 192.168.3.0 via 10.0.13.3, static metric [1/0]" in told
    assert "RT: add 192.168.3.0/24 via 10.0.12.2, static metric [10/0]" in told
    r1.cli("undebug all")
    lab.link("R1:e0/1", "R3:e0/1").up()
    lab.run_for(5)
    assert not [line for line in r1.log[start:] if line.is_debug][len(told) :]


def told_since(r1: iosemu.lab.node.Node, start: int) -> list[str]:
    return [line.text.split(": ", 1)[1] for line in r1.log[start:] if line.is_debug]


def test_cleared_routes_are_told_as_they_go_and_come_back(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    before = r1.cli("show ip route")
    r1.cli("debug ip routing")
    start = len(r1.log)
    assert r1.cli("clear ip route 2.2.2.2") == ""
    assert told_since(r1, start) == [
        "RT: delete route to 2.2.2.2 via 10.0.12.2, static metric [1/0]",
        "RT: no routes to 2.2.2.2, delayed flush",
        "RT: delete subnet route to 2.2.2.2/32",
        "RT: updating static 2.2.2.2/32 (0x0)  :\n    via 10.0.12.2   0 1048578\n",
        "RT: add 2.2.2.2/32 via 10.0.12.2, static metric [1/0]",
    ]
    start = len(r1.log)
    r1.cli("clear ip route *")
    added = [text.split()[2] for text in told_since(r1, start) if text.startswith("RT: add")]
    assert sorted(added) == ["192.168.3.0/24", "2.2.2.2/32", "3.3.3.3/32"]
    assert r1.cli("show ip route") == before
    assert r1.cli("clear ip route 77.0.0.0 255.0.0.0") == "% Network not in table"


def test_a_list_chooses_the_routes_that_are_told_and_shown(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("access-list 7 permit 2.0.0.0 0.255.255.255")
    said = r1.cli("debug ip routing 7").strip()
    assert said == "IP routing debugging is on for access list 7"
    start = len(r1.log)
    r1.cli("clear ip route *")
    told = told_since(r1, start)
    assert told
    assert all("2.2.2.2" in text for text in told)
    shown = r1.cli("show ip route list 7").splitlines()
    assert shown[shown.index("Gateway of last resort is not set") + 2 :] == [
        "      2.0.0.0/32 is subnetted, 1 subnets",
        "S        2.2.2.2 [1/0] via 10.0.12.2",
    ]
    r1.cli("undebug ip routing")
    start = len(r1.log)
    r1.cli("clear ip route *")
    assert told_since(r1, start) == []
