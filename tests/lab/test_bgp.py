"""The lab of next-hop tracking: how long a path with a dead next hop lives, in virtual time."""

from __future__ import annotations

import re

import pytest

import iosemu
from iosemu.kernel.time import MILLISECOND, SECOND, Time

LOST = re.compile(r"RT: delete route to 4\.4\.4\.4 via 192\.168\.124\.4, eigrp metric")
REPAIRED = re.compile(r"RT: add 44\.44\.44\.44/32 via 3\.3\.3\.3, bgp metric \[20/0\]")
DOWN = re.compile(r"%BGP-5-ADJCHANGE: neighbor 4\.4\.4\.4 Down (.*)")
FAILED = "Success rate is 0 percent (0/5)"
ONLY_HOSTS = (
    "ip prefix-list onlyloops seq 5 permit 0.0.0.0/0 ge 32",
    "route-map SAT permit 10",
    "match ip address prefix-list onlyloops",
    "exit",
)
DEFAULT = "ip route 0.0.0.0 0.0.0.0 192.168.124.10"


@pytest.fixture
def lab() -> iosemu.Lab:
    """R1 has two paths, that of R4 is best, and routing is debugged."""
    played = iosemu.load("bgp-nht")
    played.boot()
    played.run_for(140)
    assert "* 4.4.4.4, from 4.4.4.4" in played.devices["R1"].cli("show ip route 44.44.44.44")
    played.devices["R1"].cli("debug ip routing")
    return played


def configure(lab: iosemu.Lab, name: str, *lines: str) -> None:
    for line in ("configure terminal", *lines, "end"):
        said = lab.devices[name].cli(line)
        assert "%" not in said or line == "end", (line, said)


def shut_loopback(lab: iosemu.Lab) -> None:
    configure(lab, "R4", "interface Loopback0", "shutdown")


def when(lab: iosemu.Lab, pattern: re.Pattern[str], since: int) -> Time | None:
    """When R1 first logged such a line from this number on."""
    for entry in lab.devices["R1"].log_since(since):
        if pattern.search(entry.text):
            return entry.at
    return None


def gap_ms(lab: iosemu.Lab, since: int) -> float:
    """From the loss of the next hop to the repair."""
    lost, repaired = when(lab, LOST, since), when(lab, REPAIRED, since)
    assert lost is not None
    assert repaired is not None
    return (repaired - lost) / MILLISECOND


@pytest.mark.goal("B40")
def test_the_shorter_as_path_is_best_and_its_next_hop_has_the_metric_of_the_igp(
    lab: iosemu.Lab,
) -> None:
    said = lab.devices["R1"].cli("show ip bgp 44.44.44.44")
    assert "(2 available, best #" in said
    assert re.search(r"\n  4\r?\n    4\.4\.4\.4 \(metric 10880\) from 4\.4\.4\.4", said)
    assert re.search(r"\n  3 4\r?\n    3\.3\.3\.3 \(metric 10880\) from 3\.3\.3\.3", said)


@pytest.mark.goal("B42", "C43")
@pytest.mark.parametrize(
    ("lines", "delay_ms"), [((), 5000), (("bgp nexthop trigger delay 2",), 2000)]
)
def test_next_hop_tracking_repairs_after_its_delay(
    lab: iosemu.Lab, lines: tuple[str, ...], delay_ms: int
) -> None:
    configure(lab, "R1", "router bgp 1", *lines)
    lab.run_for(10)
    since = lab.devices["R1"].logged
    shut_loopback(lab)
    lab.run_for(10)
    assert delay_ms <= gap_ms(lab, since) <= delay_ms + 10


@pytest.mark.goal("B41", "C42")
@pytest.mark.parametrize("wait_s", [0, 17, 40])
def test_without_it_the_scanner_repairs_within_a_minute(lab: iosemu.Lab, wait_s: int) -> None:
    configure(lab, "R1", "router bgp 1", "no bgp nexthop trigger enable")
    lab.run_for(wait_s)
    since = lab.devices["R1"].logged
    shut_loopback(lab)
    lab.run_for(70)
    assert 0 < gap_ms(lab, since) <= 60_000


@pytest.mark.goal("B41")
def test_until_then_the_dead_next_hop_is_best_and_nothing_arrives(lab: iosemu.Lab) -> None:
    configure(lab, "R1", "router bgp 1", "no bgp nexthop trigger enable")
    scans = 60 - lab.now % 60
    lab.run_for(scans + 5)
    shut_loopback(lab)
    lab.run_for(1)
    assert FAILED in lab.devices["R1"].cli("ping 44.44.44.44")
    said = lab.devices["R1"].cli("show ip bgp 44.44.44.44 bestpath")
    assert "4.4.4.4 (metric 10880) from 4.4.4.4" in said
    lab.run_for(60)
    assert "100 percent (5/5)" in lab.devices["R1"].cli("ping 44.44.44.44")


@pytest.mark.goal("B43", "C44")
def test_a_default_route_hides_the_loss_unless_only_hosts_count(lab: iosemu.Lab) -> None:
    configure(lab, "R1", DEFAULT)
    since = lab.devices["R1"].logged
    shut_loopback(lab)
    lab.run_for(70)
    assert when(lab, REPAIRED, since) is None
    configure(lab, "R4", "interface Loopback0", "no shutdown")
    lab.run_for(60)
    configure(lab, "R1", *ONLY_HOSTS, "router bgp 1", "bgp nexthop route-map SAT")
    lab.run_for(30)
    since = lab.devices["R1"].logged
    shut_loopback(lab)
    lab.run_for(10)
    assert 5000 <= gap_ms(lab, since) <= 5010


@pytest.mark.goal("B44", "C45")
def test_fall_over_goes_by_the_route_that_its_route_map_permits(lab: iosemu.Lab) -> None:
    configure(lab, "R1", DEFAULT, *ONLY_HOSTS, "router bgp 1", "neighbor 4.4.4.4 fall-over")
    since = lab.devices["R1"].logged
    shut_loopback(lab)
    lab.run_for(20)
    assert when(lab, DOWN, since) is None
    configure(lab, "R4", "interface Loopback0", "no shutdown")
    lab.run_for(20)
    configure(lab, "R1", "router bgp 1", "neighbor 4.4.4.4 fall-over route-map SAT")
    since = lab.devices["R1"].logged
    shut_loopback(lab)
    lab.run_for(1)
    lost, down = when(lab, LOST, since), when(lab, DOWN, since)
    assert lost is not None
    assert down is not None
    assert down - lost <= 5 * MILLISECOND
    assert "3.3.3.3" in lab.devices["R1"].cli("show ip bgp summary | include Established|00:0")


@pytest.mark.goal("B45")
def test_without_it_the_session_lives_to_its_hold_time(lab: iosemu.Lab) -> None:
    since = lab.devices["R1"].logged
    shut_loopback(lab)
    start = lab.now * SECOND
    lab.run_for(240)
    down = when(lab, DOWN, since)
    assert down is not None
    # The last message of R4 came up to a keepalive interval before.
    assert 118 * SECOND <= down - start <= 181 * SECOND
    reasons = [DOWN.search(entry.text) for entry in lab.devices["R1"].log_since(since)]
    # Both ends wait as long; who is first says so to the other.
    assert [found[1].rpartition(" ")[0] for found in reasons if found] == ["BGP Notification"]


def test_explain_names_the_neighbor_that_a_bgp_route_leads_to(lab: iosemu.Lab) -> None:
    first = lab.explain("R1", "44.44.44.44", source="1.1.1.1").steps[0]
    assert first.text.startswith("eBGP route of 1 AS hop, 44.44.44.44/32")
    assert [str(line) for line in first.lines] == [
        "'neighbor 4.4.4.4 remote-as 4' of 'router bgp 1'"
    ]
