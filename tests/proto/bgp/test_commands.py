"""Configured lines at work between routers, and what `clear` and `debug` do to them."""

from __future__ import annotations

import pytest

import iosemu


@pytest.fixture
def lab() -> iosemu.Lab:
    """Three routers in a triangle, of which R1 and R2 speak BGP over 10.0.12.0/24."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    return lab


def texts(router: iosemu.Router, start: int = 0) -> list[str]:
    """The lines of the log from one on, without their time."""
    return [line.text.split(": ", 1)[1].rstrip() for line in router.log[start:]]


FIRST = """\
router bgp 1
 bgp log-neighbor-changes
 network 10.0.13.0 mask 255.255.255.0
 neighbor 10.0.12.2 remote-as 2"""
SECOND = "router bgp 2\n neighbor 10.0.12.1 remote-as 1"


def pair(lab: iosemu.Lab) -> tuple[iosemu.Router, iosemu.Router]:
    """R1 of AS 1 and R2 of AS 2, with their tables told."""
    r1, r2 = lab["R1"], lab["R2"]
    r1.configure(FIRST)
    r2.configure(SECOND)
    lab.run_for(150)
    return r1, r2


def test_a_member_of_the_confederation_sees_no_local_as(lab: iosemu.Lab) -> None:
    r1, _ = pair(lab)
    r1.configure("router bgp 1\n bgp confederation identifier 100\n bgp confederation peers 2\n")
    lab.run_for(5)
    assert "neighbor is 10.0.12.2,  remote AS 2, external link" in r1.cli("show ip bgp neighbors")


@pytest.mark.goal("C40")
def test_a_process_announces_its_network(lab: iosemu.Lab) -> None:
    r1, r2 = pair(lab)
    assert "%BGP-5-ADJCHANGE: neighbor 10.0.12.2 Up" in texts(r1)
    assert FIRST in r1.cli("show running-config | section bgp")
    (row,) = [line for line in r2.cli("show ip bgp").splitlines() if "10.0.13.0" in line]
    assert row == " *>  10.0.13.0/24     10.0.12.1                0             0 1 i"
    assert "B        10.0.13.0/24 [20/0] via 10.0.12.1" in r2.cli("show ip route bgp")
    r1.configure(
        "router bgp 1\n no bgp log-neighbor-changes\n no network 10.0.13.0 mask 255.255.255.0"
    )
    lab.run_for(60)
    assert "10.0.13.0" not in r2.cli("show ip bgp")
    count = len(r1.log)
    r1.cli("clear ip bgp *")
    lab.run_for(60)
    assert not any("ADJCHANGE" in text for text in texts(r1, count))


def test_a_soft_reset_inbound_asks_for_the_table_again(lab: iosemu.Lab) -> None:
    _, r2 = pair(lab)
    assert r2.cli("debug ip bgp updates in") == (
        "BGP updates debugging is on (inbound) for address family: IPv4 Unicast"
    )
    count = len(r2.log)
    assert r2.cli("clear ip bgp 10.0.12.1 soft in") == ""
    lab.run_for(1)
    said = texts(r2, count)
    assert "BGP(0): 10.0.12.1 rcvd 10.0.13.0/24...duplicate ignored" in said
    assert not any("ADJCHANGE" in text for text in said)


def test_a_soft_reset_inbound_judges_anew_what_is_kept(lab: iosemu.Lab) -> None:
    r1, r2 = pair(lab)
    r2.configure("router bgp 2\n neighbor 10.0.12.1 soft-reconfiguration inbound")
    r2.cli("clear ip bgp * soft in")
    lab.run_for(5)
    r1.cli("debug ip bgp updates out")
    r2.configure("router bgp 2\n neighbor 10.0.12.1 weight 77")
    count = len(r1.log)
    r2.cli("clear bgp ipv4 unicast 1 in")
    lab.run_for(5)
    (row,) = [line for line in r2.cli("show ip bgp").splitlines() if "10.0.13.0" in line]
    assert row == " *>  10.0.13.0/24     10.0.12.1                0            77 1 i"
    assert texts(r1, count) == []


def test_a_soft_reset_outbound_tells_the_table_again(lab: iosemu.Lab) -> None:
    r1, _ = pair(lab)
    r1.cli("debug ip bgp updates")
    count = len(r1.log)
    r1.cli("clear ip bgp external soft out")
    lab.run_for(5)
    assert any("10.0.12.2 send UPDATE (format) 10.0.13.0/24" in text for text in texts(r1, count))


@pytest.mark.parametrize(
    "line",
    [
        "clear ip bgp *",
        "clear ip bgp 10.0.12.2",
        "clear ip bgp 2",
        "clear ip bgp 0.2",
        "clear ip bgp external",
        "clear ip bgp ipv4 unicast *",
        "clear bgp ipv4 unicast 10.0.12.2",
    ],
)
def test_a_hard_reset_ends_the_sessions_that_are_meant(lab: iosemu.Lab, line: str) -> None:
    r1, _ = pair(lab)
    count = len(r1.log)
    if line == "clear ip bgp 0.2":
        assert "Invalid input" in r1.cli(line)
        return
    assert r1.cli(line) == ""
    lab.run_for(60)
    said = texts(r1, count)
    assert said[0] == "%BGP-5-ADJCHANGE: neighbor 10.0.12.2 Down User reset"
    assert said[-1] == "%BGP-5-ADJCHANGE: neighbor 10.0.12.2 Up"


def test_nobody_is_cleared_who_is_not_there(lab: iosemu.Lab) -> None:
    assert lab["R1"].cli("clear ip bgp *") == "% BGP not active"
    r1, _ = pair(lab)
    count = len(r1.log)
    assert r1.cli("clear ip bgp 10.9.9.9") == '%BGP: Unknown neighbor - "10.9.9.9"'
    assert r1.cli("clear ip bgp peer-group PG") == '%BGP: Unknown neighbor - "PG"'
    assert r1.cli("clear ip bgp ipv6 unicast *") == ""
    assert r1.cli("clear ip bgp dampening") == ""
    lab.run_for(5)
    assert texts(r1, count) == []


def test_debugs_of_a_neighbor_leave_the_others_out(lab: iosemu.Lab) -> None:
    r1, r2 = pair(lab)
    r2.cli("debug ip bgp 10.9.9.9 updates")
    r1.cli("debug ip bgp keepalives")
    assert r2.cli("show debugging").splitlines()[1:3] == [
        "  BGP updates debugging is on (inbound) for neighbor 10.9.9.9"
        " for address family: IPv4 Unicast",
        "  BGP updates debugging is on (outbound) for neighbor 10.9.9.9"
        " for address family: IPv4 Unicast",
    ]
    count = len(r2.log)
    r1.cli("clear ip bgp * soft out")
    lab.run_for(70)
    assert texts(r2, count) == []
    assert r2.cli("undebug ip bgp updates") == "BGP updates debugging is off"
    assert r2.cli("show debugging") == ""
    assert any("sending KEEPALIVE" in text for text in texts(r1))


LISTENER = """\
router bgp 100
 bgp log-neighbor-changes
 bgp listen range 10.0.0.0/16 peer-group PEERS
 bgp listen limit {limit}
 network 192.168.1.0
 neighbor PEERS peer-group
 neighbor PEERS remote-as 100
 neighbor PEERS password CISCO
 neighbor PEERS route-reflector-client"""


@pytest.mark.goal("C50", "C51")
def test_a_listen_range_makes_neighbors_of_its_group(lab: iosemu.Lab) -> None:
    r1, r2, r3 = lab["R1"], lab["R2"], lab["R3"]
    r1.configure(LISTENER.format(limit=2))
    for number, router in ((2, r2), (3, r3)):
        router.configure(
            f"router bgp 100\n network {number}.{number}.{number}.{number} mask 255.255.255.255\n"
            f" neighbor 10.0.1{number}.1 remote-as 100\n neighbor 10.0.1{number}.1 password CISCO"
        )
    lab.run_for(200)
    said = texts(r1)
    assert "%BGP-5-ADJCHANGE: neighbor *10.0.12.2 Up" in said
    assert "%BGP-5-ADJCHANGE: neighbor *10.0.13.3 Up" in said
    for router in (r2, r3):
        assert "192.168.1.0" in router.cli("show ip bgp")
    # What one client tells, the other is told: the group makes clients of both.
    assert "2.2.2.2/32" in r3.cli("show ip bgp")
    assert "3.3.3.3/32" in r2.cli("show ip bgp")


@pytest.mark.goal("C50")
def test_a_listen_limit_is_kept(lab: iosemu.Lab) -> None:
    r1, r2, r3 = lab["R1"], lab["R2"], lab["R3"]
    r1.configure(LISTENER.format(limit=1))
    for number, router in ((2, r2), (3, r3)):
        router.configure(
            f"router bgp 100\n neighbor 10.0.1{number}.1 remote-as 100\n"
            f" neighbor 10.0.1{number}.1 password CISCO"
        )
    lab.run_for(200)
    assert sum("Up" in text and "ADJCHANGE" in text for text in texts(r1)) == 1


@pytest.mark.goal("C52")
def test_a_password_must_be_that_of_the_other_end(lab: iosemu.Lab) -> None:
    r1, r2 = lab["R1"], lab["R2"]
    r1.configure(f"{FIRST}\n neighbor 10.0.12.2 password CISCO")
    r2.configure(f"{SECOND}\n neighbor 10.0.12.1 password OTHER")
    lab.run_for(120)
    assert not any("ADJCHANGE" in text for text in texts(r1))
    assert any("%TCP-6-BADAUTH: Invalid MD5 digest from 10.0.12.2" in t for t in texts(r1))
    r2.configure("router bgp 2\n neighbor 10.0.12.1 password CISCO")
    lab.run_for(120)
    assert "%BGP-5-ADJCHANGE: neighbor 10.0.12.2 Up" in texts(r1)
