"""Commands that users type out of habit."""

from __future__ import annotations

import re

import pytest

import iosemu
from iosemu import Lab


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    return lab


def test_ssh_is_refused_where_nobody_serves_it(lab: Lab) -> None:
    r1 = lab["R1"]
    assert "% Connection refused by remote host" in r1.cli("ssh -l bob 10.0.12.2")
    assert "% No user specified nor available for SSH client" in r1.cli("ssh 10.0.12.2")
    unreachable = r1.cli("ssh -l bob 99.0.12.2", timeout=60)
    assert "% Destination unreachable; gateway or host down" in unreachable
    assert "unable to find computer address" in r1.cli("ssh -l bob nobody", timeout=60)
    r1.configure("line con 0\n transport output telnet")
    r1.configure("line vty 0 4\n transport output telnet")
    assert "ssh connections not permitted" in r1.cli("ssh -l bob 10.0.12.2")


def test_a_line_is_shown_by_its_number_or_name(lab: Lab) -> None:
    r1 = lab["R1"]
    vty = r1.cli("show line vty 3")
    assert vty == r1.cli("show line 5")
    assert vty.splitlines()[3] == 'Line 5, Location: "", Type: ""'
    assert "Modem state: Idle" in vty
    r1.configure("line vty 3\n exec-timeout 3 0\n location attic")
    vty = r1.cli("show line vty 3")
    assert 'Line 5, Location: "attic", Type: ""' in vty
    assert re.search(r"^ +00:03:00 +never", vty, re.MULTILINE)
    assert "Line 0," in r1.cli("show line console 0")
    assert r1.cli("show line 99").strip() == "% Invalid line number"


def test_the_old_name_of_the_startup_configuration(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.cli("write memory")
    assert r1.cli("show configuration") == r1.cli("show startup-config")


def test_aliases_are_the_addresses_that_are_answered_for(lab: Lab) -> None:
    r1 = lab["R1"]
    before = r1.cli("show ip aliases").splitlines()
    assert before[0] == "Address Type             IP Address      Port"
    assert "Interface                10.0.12.1" in before
    r1.configure("interface Ethernet0/0\n shutdown\narp 10.9.9.9 aabb.cc00.0900 arpa alias")
    after = r1.cli("show ip aliases").splitlines()
    assert len(after) == len(before)
    assert "Static                   10.9.9.9" in after


def test_the_memory_of_processes_adds_up(lab: Lab) -> None:
    text = lab["R1"].cli("show processes memory sorted").splitlines()
    used = int(re.search(r"Used: +(\d+)", text[0]).group(1))  # type: ignore[union-attr]
    holding = [int(line.split()[4]) for line in text if re.match(r" +\d+ +0 ", line)]
    assert sum(holding) == used == int(text[-1].split()[0])
    assert holding == sorted(holding, reverse=True)


def test_an_idle_processor_has_an_empty_graph(lab: Lab) -> None:
    text = lab["R1"].cli("show processes cpu history")
    assert "CPU% per second (last 60 seconds)" in text
    assert "   0....5....1....1....2....2....3....3....4....4....5....5....6" in text
    rows = [line for line in text.splitlines() if re.match(r"[ 1]\d0", line)]
    assert len(rows) == 30
    assert all(row[3:].strip() == "" for row in rows)


@pytest.fixture
def six() -> Lab:
    lab = iosemu.load("ipv6")
    lab.boot()
    lab.run_for(5)
    return lab


def test_routes_of_ipv6_are_counted_by_source_and_length(six: Lab) -> None:
    text = six["R1"].cli("show ipv6 route summary").splitlines()
    counted = {row[0]: int(row[1]) for line in text[3:8] if (row := line.split())[1:]}
    assert f"- {counted['Total']} entries" in text[0]
    assert counted["Total"] == counted["connected"] + counted["local"] + counted["static"] > 0
    assert sum(map(int, re.findall(r"/\d+: (\d+)", text[-1]))) == counted["Total"]


def test_clearing_the_routes_of_ipv6_makes_them_new(six: Lab) -> None:
    r1 = six["R1"]
    r1.cli("clear ipv6 route *")
    assert "Last updated 00:00:00 ago" in r1.cli("show ipv6 route 2001:DB8:23::/64")


def test_the_forwarding_table_of_ipv6(six: Lab) -> None:
    r1 = six["R1"]
    text = r1.cli("show ipv6 cef")
    assert "2001:DB8:23::/64\n  nexthop FE80::2 Ethernet0/0\n" in text
    assert "2001:DB8:1::1/128\n  receive for Loopback0\n" in text
    assert "FF00::/8\n  multicast" in text
    assert r1.cli("show ipv6 cef 2001:DB8:23::9").splitlines() == [
        "2001:DB8:23::/64",
        "  nexthop FE80::2 Ethernet0/0",
    ]
    assert "%Prefix not found" in r1.cli("show ipv6 cef 2001:DB8:99::/64")
    r1.configure("no ipv6 unicast-routing")
    assert "%IPv6 CEF not running" in r1.cli("show ipv6 cef")
