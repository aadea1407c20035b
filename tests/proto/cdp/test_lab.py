"""Neighbors of running labs: found, kept, said goodbye to, and lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import iosemu


@pytest.fixture
def lab() -> iosemu.Lab:
    """The lab `hello`, booted and quiet."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    return lab


def neighbors(lab: iosemu.Lab, device: str, *more: str) -> list[str]:
    """The rows of the table, without the holdtime."""
    lines = lab[device].cli(" ".join(["show cdp neighbors", *more])).splitlines()
    rows = lines[lines.index(next(line for line in lines if line.startswith("Device ID"))) + 1 :]
    assert rows[-2:] == ["", f"Total cdp entries displayed : {len(rows) - 2}"]
    return [f"{row[:35]}{row[38:]}" for row in rows[:-2]]


R2 = "R2               Eth 0/0                         R B   Linux Uni Eth 0/0"


def test_neighbors_are_known_within_seconds_of_the_boot(lab: iosemu.Lab) -> None:
    assert neighbors(lab, "R1") == [
        R2,
        "R3               Eth 0/1                         R B   Linux Uni Eth 0/1",
        "HOST1            Eth 0/2                         R B   Linux Uni Eth 0/0",
    ]
    assert neighbors(lab, "R1", "e0/0") == [R2]


def test_a_day_later_they_still_are(lab: iosemu.Lab) -> None:
    before = neighbors(lab, "R1")
    lab.run_for(86_400)
    assert neighbors(lab, "R1") == before
    assert "Chksum error: 0" in lab["R1"].cli("show cdp traffic")


def test_a_shutdown_takes_the_neighbor_away_at_once_and_a_cut_after_the_holdtime(
    lab: iosemu.Lab,
) -> None:
    lab["R2"].configure("interface e0/0\n shutdown")
    lab.run_for(0.1)
    assert R2 not in neighbors(lab, "R1")
    lab["R2"].configure("interface e0/0\n no shutdown")
    lab.run_for(5)
    assert R2 in neighbors(lab, "R1")
    heard = lab.now
    lab.link("R1:e0/0").down()
    lab.run_for(110)
    assert R2 in neighbors(lab, "R1")
    lab.run_until(lambda lab: R2 not in neighbors(lab, "R1"), timeout=80)
    assert 170 <= lab.now - heard <= 181


def test_a_neighbor_that_reloads_is_held_and_then_heard_again(lab: iosemu.Lab) -> None:
    lab["R2"].cli("reload")
    lab["R2"].cli("")
    lab.run_for(20)
    assert R2 in neighbors(lab, "R1")
    lab.run_for(40)
    assert R2 in neighbors(lab, "R1")
    left = re.search(r"Holdtime : (\d+) sec", lab["R1"].cli("show cdp entry R2"))
    # It said nothing when it went down; half a minute later it was heard anew.
    assert left is not None
    assert 150 <= int(left[1]) <= 154


def test_cdp_is_turned_off_and_on(lab: iosemu.Lab) -> None:
    r1, r2 = lab["R1"], lab["R2"]
    r2.configure("interface e0/0\n no cdp enable")
    lab.run_for(1)
    assert R2 not in neighbors(lab, "R1")
    assert "interface Ethernet0/0\n no cdp enable" not in r1.cli("show running-config")
    assert " no cdp enable" in r2.cli("show running-config interface e0/0").splitlines()
    r2.configure("interface e0/0\n cdp enable")
    lab.run_for(1)
    assert R2 in neighbors(lab, "R1")
    r2.configure("no cdp run")
    assert r2.cli("show cdp neighbors") == "% CDP is not enabled"
    assert r2.cli("show cdp") == "% CDP is not enabled"
    refused = r2.configure("interface e0/0\n cdp enable")
    assert "% Cannot enable CDP on this interface, since CDP is not running" in refused
    lab.run_for(1)
    assert R2 not in neighbors(lab, "R1")


def test_timers_are_set_and_shown(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("cdp timer 10\ncdp holdtime 40\nno cdp advertise-v2\nno cdp log mismatch duplex")
    assert r1.cli("show cdp").splitlines() == [
        "Global CDP information:",
        "\tSending CDP packets every 10 seconds",
        "\tSending a holdtime value of 40 seconds",
        "\tSending CDPv2 advertisements is not  enabled",
    ]
    lines = r1.cli("show running-config").splitlines()
    start = lines.index("no cdp log mismatch duplex")
    assert lines[start : start + 4] == [
        "no cdp log mismatch duplex",
        "cdp timer 10",
        "cdp holdtime 40",
        "no cdp advertise-v2",
    ]
    lab.run_for(11)
    detail = lab["R2"].cli("show cdp entry R1")
    assert "advertisement version: 1" in detail
    assert "Duplex" not in detail
    ports = r1.cli("show cdp interface e0/0").splitlines()
    assert ports == [
        "Ethernet0/0 is up, line protocol is up",
        "  Encapsulation ARPA",
        "  Sending CDP packets every 10 seconds",
        "  Holdtime is 40 seconds",
    ]
    assert r1.cli("show cdp interface").splitlines()[-3:] == [
        " cdp enabled interfaces : 4",
        " interfaces up          : 3",
        " interfaces down        : 1",
    ]


def test_a_mismatch_of_duplex_is_logged_by_both_ends(lab: iosemu.Lab) -> None:
    lab["R1"].configure("interface e0/0\n duplex full")
    lab.run_for(70)
    for device, mine, other in (("R1", "half", "R2"), ("R2", "full", "R1")):
        said = [line.text for line in lab[device].log if "DUPLEX" in line.text]
        assert said
        assert said[0].endswith(
            "%CDP-4-DUPLEX_MISMATCH: duplex mismatch discovered on Ethernet0/0"
            f" (not {mine} duplex), with {other} Ethernet0/0 ({mine} duplex)."
        )


def test_table_and_counters_are_cleared(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert "Total packets output: 9, Input: " in r1.cli("show cdp traffic")
    r1.cli("clear cdp counters")
    r1.cli("clear cdp table")
    assert "Total packets output: 0, Input: 0" in r1.cli("show cdp traffic")
    assert neighbors(lab, "R1") == []
    lab.run_for(61)
    assert len(neighbors(lab, "R1")) == 3


def test_debug_shows_packets(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("debug cdp packets") == "CDP packet info debugging is on"
    assert "CDP:\n  CDP packet info debugging is on" in r1.cli("show debugging")
    lab.run_for(60)
    texts = [line.text.split(": ", 1)[1] for line in r1.log if "CDP-PA" in line.text]
    assert "CDP-PA: version 2 packet sent out on Ethernet0/1" in texts
    received = "CDP-PA: Packet received from R3 on interface Ethernet0/1"
    assert f"{received}\n**Entry found in cache**" in texts


def test_debug_shows_neighbors_that_go_and_ports_that_come(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("debug cdp adjacency") == "CDP neighbor info debugging is on"
    lab.link("R1:Ethernet0/1", "R3:Ethernet0/1").down()
    lab.run_for(200)
    lab.link("R1:Ethernet0/1", "R3:Ethernet0/1").up()
    lab.run_for(5)
    assert [line.text.split(": ", 1)[1] for line in r1.log if "CDP-AD" in line.text] == [
        "CDP-AD: Interface Ethernet0/1 going down",
        "CDP-AD: Deleted table entry for R3, interface Ethernet0/1",
        "CDP-AD: Interface Ethernet0/1 coming up",
    ]


def test_a_switch_floods_and_tags_do_not_matter() -> None:
    """Behind a bridge all routers of the segment see each other, trunk ports or not."""
    lab = iosemu.load("switch")
    lab.boot()
    lab.run_for(10)
    names = sorted(lab.devices)
    for name in names:
        seen = {row.split()[0] for row in neighbors(lab, name)}
        assert seen == set(names) - {name}


def test_a_port_with_a_native_subinterface_hears_too(tmp_path: Path) -> None:
    (tmp_path / "t.clab.yml").write_text(
        "name: t\ntopology:\n  nodes:\n    A: {kind: cisco_iol, startup-config: A.cfg}\n"
        "    B: {kind: cisco_iol, startup-config: B.cfg}\n"
        '  links:\n    - endpoints: ["A:e0/0", "B:e0/0"]\n'
    )
    for name, host in (("A", 1), ("B", 2)):
        (tmp_path / f"{name}.cfg").write_text(
            f"hostname {name}\nip domain name example.com\ninterface e0/0\ninterface e0/0.1\n"
            f" encapsulation dot1Q 1 native\n ip address 10.0.1.{host} 255.255.255.0\nend\n"
        )
    lab = iosemu.load(tmp_path)
    lab.boot()
    lab.run_for(10)
    assert neighbors(lab, "A")[0].startswith("B.example.com    Eth 0/0 ")
    detail = lab["A"].cli("show cdp neighbors detail").splitlines()
    assert detail[1:4] == [
        "Device ID: B.example.com",
        "Entry address(es): ",
        "  IP address: 10.0.1.2",
    ]
    assert "!!!!" in lab["A"].cli("ping 10.0.1.2")


def test_a_lab_that_is_rewound_hears_the_same(lab: iosemu.Lab) -> None:
    lab.run_for(200)
    digest = lab.digest
    at = lab.now
    lab.run_for(100)
    lab.rewind(at - 65)
    lab.run_for(65)
    assert lab.digest == digest
