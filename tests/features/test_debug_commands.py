"""Debug flags and conditions in a running router."""

from __future__ import annotations

import pytest

import iosemu


@pytest.fixture
def lab() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    return lab


@pytest.mark.goal("P5")
def test_flags_are_shown_by_heading_and_turned_off_together(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("show debugging") == ""
    assert r1.cli("debug ip icmp") == "ICMP packet debugging is on"
    assert r1.cli("debug arp") == "ARP packet debugging is on"
    assert r1.cli("show debugging").splitlines() == [
        "Generic IP:",
        "  ICMP packet debugging is on",
        "ARP:",
        "  ARP packet debugging is on",
    ]
    assert r1.cli("undebug arp") == "ARP packet debugging is off"
    assert r1.cli("no debug ip icmp") == "ICMP packet debugging is off"
    r1.cli("debug arp")
    assert r1.cli("no debug all") == "All possible debugging has been turned off"
    r1.cli("debug arp")
    assert r1.cli("u all") == "All possible debugging has been turned off"
    assert r1.cli("show debugging") == ""


@pytest.mark.goal("P5")
def test_a_condition_lets_only_its_interface_speak(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("debug condition interface e0/0") == "Condition 1 set"
    assert r1.cli("debug condition interface e0/0") == "% Condition already set as condition 1"
    r1.cli("debug arp")
    before = len(r1.log)
    for target in ("10.0.12.77", "10.0.13.77"):
        r1.cli(f"ping {target} repeat 1")
    said = [line.text for line in r1.log[before:] if line.is_debug]
    assert any("Ethernet0/0" in text for text in said)
    assert not any("Ethernet0/1" in text for text in said)
    assert r1.cli("show debugging condition").splitlines() == [
        "",
        "Condition 1: interface Et0/0 (1 flags triggered)",
        "        Flags: Et0/0",
    ]


def test_the_last_condition_is_removed_only_when_confirmed(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("debug condition interface e0/0")
    r1.cli("debug condition interface e0/1")
    assert r1.cli("no debug condition 1") == "Condition 1 has been removed"
    r1.cli("undebug condition interface e0/1")
    assert r1.prompt.endswith("Proceed with removal? [yes/no]: ")
    assert r1.cli("no") == ""
    assert "interface Et0/1" in r1.cli("show debugging condition")
    r1.cli("no debug condition all")
    assert r1.cli("yes") == "Condition 2 has been removed"
    assert r1.cli("show debugging condition") == "% No conditions found"
    assert r1.cli("no debug condition 2") == "% Condition not found"
