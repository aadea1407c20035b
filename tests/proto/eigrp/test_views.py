"""Shows, logs and clearing of EIGRP in labs that run it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import iosemu

from .labs import NAMED, triangle


@pytest.fixture
def lab(tmp_path: Path) -> iosemu.Lab:
    """The triangle, converged."""
    return triangle(tmp_path)


@pytest.fixture
def named(tmp_path: Path) -> iosemu.Lab:
    """The same in named mode."""
    return triangle(tmp_path, process=NAMED)


@pytest.fixture
def old(tmp_path: Path) -> iosemu.Lab:
    """The same of routers of 12.4."""
    return triangle(tmp_path, version="12.4")


def told_since(node: iosemu.lab.node.Node, start: int) -> list[str]:
    """Log and debug lines without their stamps."""
    return [line.text.split(": ", 1)[1] for line in node.log[start:]]


ENTRY = """\
EIGRP-IPv4 Topology Entry for AS(100)/ID(1.1.1.1) for 2.2.2.2/32
  State is Passive, Query origin flag is 1, 1 Successor(s), FD is 409600
  Descriptor Blocks:
  10.0.12.2 (Ethernet0/0), from 10.0.12.2, Send flag is 0x0
      Composite metric is (409600/128256), route is Internal
      Vector metric:
        Minimum bandwidth is 10000 Kbit
        Total delay is 6000 microseconds
        Reliability is 255/255
        Load is 1/255
        Minimum MTU is 1500
        Hop count is 1
        Originating router is 2.2.2.2"""


def test_the_topology_entry_of_a_prefix(lab: iosemu.Lab) -> None:
    said = lab["R1"].cli("show ip eigrp topology 2.2.2.2/32")
    assert said.startswith(ENTRY)
    assert lab["R1"].cli("show ip eigrp topology 2.2.2.2") == said
    assert lab["R1"].cli("show ip eigrp 100 topology 2.2.2.2 255.255.255.255") == said
    assert lab["R1"].cli("show ip eigrp topology 100 2.2.2.2/32") == said
    assert lab["R1"].cli("show ip eigrp 101 topology 2.2.2.2/32") == ""
    assert lab["R1"].cli("show ip eigrp topology 101 2.2.2.2/32") == ""
    assert lab["R1"].cli("show ip eigrp topology 9.0.0.0/8").splitlines() == [
        "EIGRP-IPv4 Topology Entry for AS(100)/ID(1.1.1.1)",
        "%Entry 9.0.0.0/8 not in topology table",
    ]


def test_only_all_links_shows_paths_that_are_not_feasible(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    row = "P 2.2.2.2/32, 1 successors, FD is 409600"
    best = "        via 10.0.12.2 (409600/128256), Ethernet0/0"
    other = "        via 10.0.13.3 (435200/409600), Ethernet0/1"
    plain = r1.cli("show ip eigrp topology").splitlines()
    at = plain.index(row)
    assert plain[at + 1] == best
    assert other not in plain
    every = r1.cli("show ip eigrp topology all-links").splitlines()
    assert r1.cli("show ip eigrp topology 100 all-links").splitlines() == every
    at = next(n for n, line in enumerate(every) if line.startswith(f"{row}, serno "))
    assert every[at + 1 : at + 3] == [best, other]
    assert "via" not in r1.cli("show ip eigrp topology zero-successors")


def test_a_route_that_waits_for_replies_is_shown_as_active(lab: iosemu.Lab) -> None:
    r1, r3 = lab["R1"], lab["R3"]
    lab.link("R1:e0/0").impair(loss=100)
    r3.configure("interface lo7\n shutdown")
    lab.run_for(1)
    active = r1.cli("show ip eigrp topology active").splitlines()
    assert active[4:] == [
        "A 7.7.7.7/32, 0 successors, FD is 409600, Q",
        "    1 replies, active 00:00:00, query-origin: Successor Origin",
        "        via 10.0.12.2 (435200/409600), r, Ethernet0/0",
    ]


def test_an_entry_of_the_routing_table_says_what_eigrp_knows(lab: iosemu.Lab) -> None:
    assert lab["R1"].cli("show ip route 3.3.3.3").splitlines() == [
        "Routing entry for 3.3.3.3/32",
        '  Known via "eigrp 100", distance 90, metric 409600, type internal',
        "  Redistributing via eigrp 100",
        "  Last update from 10.0.13.3 on Ethernet0/1, 00:00:27 ago",
        "  Routing Descriptor Blocks:",
        "  * 10.0.13.3, from 10.0.13.3, 00:00:27 ago, via Ethernet0/1",
        "      Route metric is 409600, traffic share count is 1",
        "      Total delay is 6000 microseconds, minimum bandwidth is 10000 Kbit",
        "      Reliability 255/255, minimum MTU 1500 bytes",
        "      Loading 1/255, Hops 1",
    ]


def test_a_named_process_counts_wide_and_says_so(named: iosemu.Lab) -> None:
    r1 = named["R1"]
    entry = r1.cli("show eigrp address-family ipv4 topology 2.2.2.2/32").splitlines()
    assert entry[:2] == [
        "EIGRP-IPv4 VR(LAB) Topology Entry for AS(100)/ID(1.1.1.1) for 2.2.2.2/32",
        "  State is Passive, Query origin flag is 1, 1 Successor(s), FD is 131153920,"
        " RIB is 1024640",
    ]
    assert "        Total delay is 1001250000 picoseconds" in entry
    neighbors = r1.cli("show ip eigrp neighbors").splitlines()
    assert neighbors[0] == "EIGRP-IPv4 VR(LAB) Address-Family Neighbors for AS(100)"
    assert r1.cli("show eigrp address-family ipv4 100 neighbors") == r1.cli(
        "show ip eigrp 100 neighbors"
    )
    protocols = r1.cli("show eigrp protocols").splitlines()
    assert protocols[:4] == [
        "EIGRP-IPv4 VR(LAB) Address-Family Protocol for AS(100)",
        "  Metric weight K1=1, K2=0, K3=1, K4=0, K5=0 K6=0",
        "  Metric rib-scale 128",
        "  Metric version 64bit",
    ]
    assert "Total delay is 1001 microseconds" in r1.cli("show ip route 2.2.2.2")


PROTOCOLS = """\
*** IP Routing is NSF aware ***

Routing Protocol is "eigrp 100"
  Outgoing update filter list for all interfaces is not set
  Incoming update filter list for all interfaces is not set
  Default networks flagged in outgoing updates
  Default networks accepted from incoming updates
  EIGRP-IPv4 Protocol for AS(100)
    Metric weight K1=1, K2=0, K3=1, K4=0, K5=0
    Soft SIA disabled
    NSF-aware route hold timer is 240
    Router-ID: 1.1.1.1
    Topology : 0 (base)\x20
      Active Timer: 3 min
      Distance: internal 90 external 170
      Maximum path: 4
      Maximum hopcount 100
      Maximum metric variance 1

  Automatic Summarization: disabled
  Maximum path: 4
  Routing for Networks:
    0.0.0.0
  Routing Information Sources:
    Gateway         Distance      Last Update
    10.0.12.2             90      00:00:27
    10.0.13.3             90      00:00:27
  Distance: internal 90 external 170
"""


def test_the_protocols_of_a_router(lab: iosemu.Lab) -> None:
    assert lab["R1"].cli("show ip protocols").rstrip("\n") == PROTOCOLS.rstrip("\n")
    lab["R1"].configure(
        "router eigrp 100\n no network 0.0.0.0\n network 10.0.0.0\n"
        " network 1.1.1.1 0.0.0.0\n passive-interface Loopback0\n maximum-paths 2\n variance 3"
    )
    said = lab["R1"].cli("show ip protocols")
    assert "      Maximum metric variance 3\n" in said
    assert (
        "  Maximum path: 2\n  Routing for Networks:\n    1.1.1.1/32\n    10.0.0.0\n"
        "  Passive Interface(s):\n    Loopback0\n"
    ) in said or (
        "  Maximum path: 2\n  Routing for Networks:\n    10.0.0.0\n    1.1.1.1/32\n"
        "  Passive Interface(s):\n    Loopback0\n"
    ) in said


def test_a_router_of_12_4_speaks_of_ip_eigrp(old: iosemu.Lab) -> None:
    r1 = old["R1"]
    assert r1.cli("show ip eigrp neighbors").splitlines()[0] == "IP-EIGRP neighbors for process 100"
    assert r1.cli("show ip eigrp interfaces").splitlines()[2:] == [
        "                        Xmit Queue   Mean   Pacing Time   Multicast    Pending",
        "Interface        Peers  Un/Reliable  SRTT   Un/Reliable   Flow Timer   Routes",
        "Et0/0              1        0/0         1       0/2           50           0",
        "Et0/1              1        0/0         1       0/2           50           0",
    ]
    assert "  EIGRP maximum hopcount 100\n" in r1.cli("show ip protocols")
    assert any(
        "%DUAL-5-NBRCHANGE: IP-EIGRP(0) 100: Neighbor 10.0.12.2 (Ethernet0/0) is up: new adjacency"
        in line.text
        for line in r1.log
    )


def test_neighbors_are_cleared(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    start = len(r1.log)
    name = "%DUAL-5-NBRCHANGE: EIGRP-IPv4 100: Neighbor 10.0.12.2 (Ethernet0/0)"
    assert r1.cli("clear ip eigrp neighbors e0/0") == ""
    lab.run_for(10)
    assert told_since(r1, start) == [
        f"{name} is down: manually cleared",
        f"{name} is up: new adjacency",
    ]
    start = len(r1.log)
    r1.cli("clear ip eigrp 100 neighbors 10.0.12.2 soft")
    lab.run_for(1)
    assert told_since(r1, start) == [f"{name} is resync: manually cleared"]
    assert len(r1.cli("show ip eigrp neighbors").splitlines()) == 5
    r1.cli("clear ip eigrp 7 neighbors")
    lab.run_for(1)
    assert len(told_since(r1, start)) == 1


@pytest.mark.goal("D1", "D2", "D3", "D4", "D5")
def test_a_lost_route_is_told_as_in_the_article(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("debug ip routing")
    start = len(r1.log)
    lab["R3"].configure("interface lo7\n shutdown")
    lab.run_for(5)
    assert [text for text in told_since(r1, start) if text.startswith("RT: ")] == [
        "RT: delete route to 7.7.7.7 via 10.0.13.3, eigrp metric [90/409600]",
        "RT: no routes to 7.7.7.7, delayed flush",
        "RT: delete subnet route to 7.7.7.7/32",
        "RT: updating eigrp 7.7.7.7/32 (0x0)  :\n    via 10.0.13.3 Et0/1  0 1048578\n",
        "RT: rib update return code: 5",
    ]


def test_a_route_that_goes_with_its_neighbor_is_not_offered_again(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("debug ip routing")
    r1.configure("interface e0/0\n shutdown")
    start = len(r1.log)
    r1.configure("interface e0/1\n shutdown")
    lab.run_for(5)
    said = told_since(r1, start)
    assert "RT: delete subnet route to 7.7.7.7/32" in said
    assert "RT: rib update return code: 5" not in said


def test_cleared_routes_come_back(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    before = r1.cli("show ip route eigrp")
    lab.run_for(5)
    r1.cli("clear ip route 3.3.3.3")
    assert "3.3.3.3 [90/409600] via 10.0.13.3, 00:00:00, Ethernet0/1" in r1.cli("show ip route")
    r1.cli("clear ip route *")
    after = r1.cli("show ip route eigrp")
    ages = re.compile(r"\d\d:\d\d:\d\d")
    assert ages.sub("", after) == ages.sub("", before)


def test_shows_are_the_same_after_a_rewind(lab: iosemu.Lab) -> None:
    lines = [f"show ip eigrp {what}" for what in ("neighbors detail", "topology", "events")]
    lines += ["show ip eigrp interfaces detail", "show ip eigrp traffic", "show ip eigrp timers"]
    here = lab.now
    before = [lab["R1"].cli(line) for line in lines]
    lab["R3"].configure("interface lo7\n shutdown")
    lab.run_for(30)
    assert [lab["R1"].cli(line) for line in lines] != before
    lab.rewind(here)
    assert [lab["R1"].cli(line) for line in lines] == before


def test_views_are_printed_as_json(lab: iosemu.Lab) -> None:
    said = lab["R1"].cli("show ip eigrp topology | json")
    assert '"via": "Connected"' in said


@pytest.mark.goal("X18")
def test_the_entry_of_the_article() -> None:
    lab = iosemu.load("pbr")
    lab.boot()
    lab.settle()
    said = lab["R2"].cli("show ip route 9.9.9.9").splitlines()
    assert said[:3] == [
        "Routing entry for 9.9.9.9/32",
        '  Known via "eigrp 100", distance 90, metric 2300416, type internal',
        "  Redistributing via eigrp 100",
    ]
    assert "      Total delay is 25100 microseconds, minimum bandwidth is 1544 Kbit" in said


def test_the_routing_table_of_12_4_is_told_as_by_a_device(old: iosemu.Lab) -> None:
    r1 = old["R1"]
    r1.cli("debug ip routing")
    start = len(r1.log)
    old["R3"].configure("interface lo7\n shutdown")
    old.run_for(2)
    old["R3"].configure("interface lo7\n no shutdown")
    old.run_for(2)
    assert told_since(r1, start) == [
        "RT: del 7.7.7.7/32 via 10.0.13.3, eigrp metric [90/409600]",
        "RT: delete subnet route to 7.7.7.7/32",
        "RT: NET-RED 7.7.7.7/32",
        "RT: add 7.7.7.7/32 via 10.0.13.3, eigrp metric [90/409600]",
        "RT: NET-RED 7.7.7.7/32",
    ]


def test_a_summary_and_external_routes_in_the_routing_table(lab: iosemu.Lab) -> None:
    r1, r2 = lab["R1"], lab["R2"]
    r1.configure(
        "ip route 77.0.0.0 255.0.0.0 Null0\nrouter eigrp 100\n redistribute static\n"
        "interface e0/0\n ip summary-address eigrp 100 10.0.0.0 255.0.0.0"
    )
    lab.run_for(10)
    table = r1.cli("show ip route").splitlines()
    assert any(
        line.startswith("D        10.0.0.0/8 is a summary, 00:00:") and line.endswith(", Null0")
        for line in table
    )
    entry = r1.cli("show ip route 10.0.0.0 255.0.0.0").splitlines()
    assert entry[1:5] == [
        '  Known via "eigrp 100", distance 5, metric 281600, type internal',
        "  Redistributing via eigrp 100",
        "  Routing Descriptor Blocks:",
        "  * directly connected, via Null0",
    ]
    assert "D EX  77.0.0.0/8 [170/281600] via 10.0.12.1" in r2.cli("show ip route")
    assert '  Known via "eigrp 100", distance 170, metric 281600, type external' in (
        r2.cli("show ip route 77.0.0.0")
    )
    assert "        via Rstatic (256/0)" in r1.cli("show ip eigrp topology")
    said = r2.cli("show ip eigrp topology 77.0.0.0/8").splitlines()
    assert said[-4:] == [
        "      External data:",
        "        AS number of route is 0",
        "        External protocol is Static, external metric is 0",
        "        Administrator tag is 0 (0x00000000)",
    ]
    protocols = r1.cli("show ip protocols")
    assert "  Redistributing: static\n" in protocols
    assert (
        "  Address Summarization:\n    10.0.0.0/8 for Et0/0\n      Summarizing with metric 281600\n"
    ) in protocols
