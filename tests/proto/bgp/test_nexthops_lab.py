"""Next-hop tracking on whole routers: the network of the post, by calls instead of a transcript."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.address import IPv4Address
from iosemu.kernel.time import SECOND
from iosemu.rib.fib import Kind

FAR = "44.44.44.44"
LOST = [
    "RT: delete route to 4.4.4.4 via 192.168.124.4, eigrp metric [90/10880]",
    "RT: no routes to 4.4.4.4, delayed flush",
    "RT: delete subnet route to 4.4.4.4/32",
    "RT: updating eigrp 4.4.4.4/32 (0x0)  :\n    via 192.168.124.4 Gi1.124  0 1048578\n",
    "RT: rib update return code: 5",
]
REPAIRED = [
    "RT: updating bgp 44.44.44.44/32 (0x0)  :\n    via 3.3.3.3   0 1048577\n",
    "RT: closer admin distance for 44.44.44.44, flushing 1 routes",
    "RT: add 44.44.44.44/32 via 3.3.3.3, bgp metric [20/0]",
]
SAT = """ip route 0.0.0.0 0.0.0.0 192.168.124.10
ip prefix-list onlyloops seq 5 permit 0.0.0.0/0 ge 32
route-map SAT permit 10
 match ip address prefix-list onlyloops
"""


@pytest.fixture
def lab() -> iosemu.Lab:
    """Converged; R1 says what happens in its routing table."""
    lab = iosemu.load("bgp-nht")
    lab.boot()
    lab.run_for(120)
    lab["R1"].cli("debug ip routing")
    return lab


def told(lab: iosemu.Lab, start: int) -> list[tuple[int, str]]:
    """When which lines of debug output came."""
    lines = lab["R1"].log[start:]
    return [(line.at, line.text.split(": ", 1)[1]) for line in lines if line.is_debug]


def lose(lab: iosemu.Lab, seconds: float) -> list[tuple[int, str]]:
    """R4's loopback goes down, and what R1 says in that time."""
    start = len(lab["R1"].log)
    lab["R4"].configure("interface Loopback0\n shutdown")
    lab.run_for(seconds)
    return told(lab, start)


def repair_s(lines: list[tuple[int, str]]) -> float:
    """From the loss of the next hop to the other path, by the lines of both."""
    assert [text for _, text in lines] == LOST + REPAIRED
    return (lines[len(LOST)][0] - lines[0][0]) / SECOND


def reaches(lab: iosemu.Lab) -> bool:
    return "!!!!!" in lab["R1"].cli(f"ping {FAR}")


@pytest.mark.goal("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "X22")
def test_a_dead_next_hop_is_left_five_seconds_later(lab: iosemu.Lab) -> None:
    assert 5.0 <= repair_s(lose(lab, 20)) <= 5.010
    assert reaches(lab)


def test_meanwhile_the_route_stays_and_packets_are_dropped(lab: iosemu.Lab) -> None:
    lose(lab, 1)
    r1 = lab["R1"]
    assert "via 4.4.4.4" in r1.cli("show ip route bgp")
    vrf = lab.routers["R1"].device.stack.vrf("default")
    assert vrf.fib.lookup(IPv4Address.parse(FAR)).kind is Kind.DROP


@pytest.mark.goal("C43")
def test_the_delay_can_be_set(lab: iosemu.Lab) -> None:
    lab["R1"].configure("router bgp 1\n bgp nexthop trigger delay 2")
    lab.run_for(10)
    assert 2.0 <= repair_s(lose(lab, 20)) <= 2.010


@pytest.mark.goal("C42")
def test_without_the_trigger_the_scanner_notices_within_its_minute(lab: iosemu.Lab) -> None:
    lab["R1"].configure("router bgp 1\n no bgp nexthop trigger enable")
    lab.run_for(10)
    lines = lose(lab, 61)
    repair = repair_s(lines)
    assert 10 < repair <= 60
    # It runs every minute from the start of the process, which is that of the router.
    started = lab.routers["R1"].device.engines["bgp"].state.started_at
    assert (lines[-1][0] - started) % (60 * SECOND) == 0


@pytest.mark.goal("C44", "C46", "C47")
def test_selective_address_tracking_does_not_believe_in_the_default_route(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure(SAT)
    lab.run_for(10)
    lines = lose(lab, 30)
    # With the default route the next hop is still reachable, says the routing table.
    assert [text for _, text in lines] == LOST
    assert not reaches(lab)
    lab["R4"].configure("interface Loopback0\n no shutdown")
    r1.configure("router bgp 1\n bgp nexthop trigger delay 2\n bgp nexthop route-map SAT")
    lab.run_for(30)
    assert 2.0 <= repair_s(lose(lab, 20)) <= 2.010
    assert reaches(lab)


def test_a_returning_next_hop_takes_its_place_back(lab: iosemu.Lab) -> None:
    lose(lab, 20)
    lab["R4"].configure("interface Loopback0\n no shutdown")
    lab.run_for(30)
    # The path by R4 is shorter.
    assert "via 4.4.4.4" in lab["R1"].cli("show ip route bgp")


def test_a_rewind_between_loss_and_walk_changes_nothing(lab: iosemu.Lab) -> None:
    lose(lab, 3)
    middle = lab.now
    lab.run_for(30)
    straight = lab.state_digest()
    lab.rewind(middle)
    assert "via 4.4.4.4" in lab["R1"].cli("show ip route bgp")
    lab.rewind(middle)
    lab.run_for(30)
    assert lab.state_digest() == straight
