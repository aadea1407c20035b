"""Debug lines and events of EIGRP, and that they cost nothing while nobody wants them."""

from __future__ import annotations

from pathlib import Path

import pytest

import iosemu
import iosemu.proto.eigrp.trace

from .labs import triangle


@pytest.fixture
def lab(tmp_path: Path) -> iosemu.Lab:
    """The triangle, converged."""
    return triangle(tmp_path)


def debugged(lab: iosemu.Lab, name: str, *, start: int) -> list[str]:
    """Debug lines without their stamps."""
    return [line.text.split(": ", 1)[1] for line in lab[name].log[start:] if line.is_debug]


def test_packets_are_told_as_by_a_device(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("debug eigrp packets hello").splitlines() == [
        "EIGRP Packet debugging is on",
        "    (HELLO)",
    ]
    start = len(r1.log)
    lab.run_for(5)
    said = debugged(lab, "R1", start=start)
    queues = "interfaceQ 0/0 iidbQ un/rely 0/0"
    rows = [said[n : n + 2] for n in range(0, len(said), 2)]
    assert [
        "EIGRP: Sending HELLO on Et0/0 - paklen 20",
        f"  AS 100, Flags 0x0:(NULL), Seq 0/0 {queues}",
    ] in rows
    assert [
        "EIGRP: Received HELLO on Et0/0 - paklen 20 nbr 10.0.12.2",
        f"  AS 100, Flags 0x0:(NULL), Seq 0/0 {queues} peerQ un/rely 0/0",
    ] in rows
    assert all("HELLO" in first for first, _ in rows)


def test_packets_of_12_4_are_told_as_by_a_device(tmp_path: Path) -> None:
    lab = triangle(tmp_path, version="12.4")
    r1 = lab["R1"]
    r1.cli("debug eigrp packets hello")
    start = len(r1.log)
    lab.run_for(5)
    said = debugged(lab, "R1", start=start)
    assert "EIGRP: Sending HELLO on Ethernet0/0" in said
    assert "EIGRP: Received HELLO on Ethernet0/0 nbr 10.0.12.2" in said
    assert "  AS 100, Flags 0x0, Seq 0/0 idbQ 0/0 iidbQ un/rely 0/0 peerQ un/rely 0/0" in said


def test_terse_leaves_hellos_out_and_kinds_add_up(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert "HELLO" not in r1.cli("debug eigrp packets terse")
    start = len(r1.log)
    lab.run_for(10)
    assert debugged(lab, "R1", start=start) == []
    lab["R3"].configure("interface lo7\n shutdown")
    lab.run_for(1)
    said = debugged(lab, "R1", start=start)
    assert any(text.startswith("EIGRP: Received QUERY on Et0/1 - paklen 45") for text in said)
    assert any(text.startswith("EIGRP: Sending REPLY on Et0/1 - paklen 45") for text in said)
    assert (
        "(HELLO)" in r1.cli("undebug eigrp packets terse") or r1.cli("show debugging").strip() == ""
    )
    assert "(UPDATE, HELLO)" in r1.cli("debug eigrp packets update hello")
    assert "(HELLO)" in r1.cli("no debug eigrp packets update")
    assert r1.cli("undebug eigrp packets").strip() == "EIGRP Packet debugging is off"


def test_a_retransmission_says_how_often_it_was_tried(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    lab.link("R1:e0/0").impair(loss=100)
    r1.cli("debug eigrp packets update")
    start = len(r1.log)
    r1.configure("interface lo9\n ip address 9.9.9.9 255.255.255.255")
    lab.run_for(3)
    said = debugged(lab, "R1", start=start)
    assert any(
        text.startswith("EIGRP: Sending UPDATE on Et0/0 - paklen 45 nbr 10.0.12.2, retry 1, RTO ")
        and text.endswith(" tid 0")
        for text in said
    )


def test_the_machine_is_told_step_by_step(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("debug eigrp fsm").strip() == "EIGRP FSM Events/Actions debugging is on"
    start = len(r1.log)
    lab["R3"].configure("interface lo7\n shutdown")
    lab.run_for(1)
    infinity = "72057594037927935"
    assert debugged(lab, "R1", start=start)[:5] == [
        f"DUAL: AS(100) rcvquery: 7.7.7.7/32 via 10.0.13.3 metric {infinity}/{infinity} for tid 0",
        "DUAL: AS(100) Find FS for dest 7.7.7.7/32. FD is 409600, RD is 409600 for tid 0",
        f"DUAL: AS(100) \t10.0.12.2 metric 435200/409600 not found Dmin is {infinity} for tid 0",
        "DUAL: AS(100) Dest 7.7.7.7/32 entering active state for tid 0",
        "DUAL: AS(100) Set reply-status table. Count is 1 for tid 0",
    ]


def test_routes_are_told_with_their_metrics(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    lab["R3"].configure("interface lo7\n shutdown")
    lab.run_for(1)
    said = r1.cli("debug ip eigrp neighbor 100 10.0.13.3").strip()
    assert said == "EIGRP-IPv4 Neighbor target enabled on AS 100 for 10.0.13.3"
    start = len(r1.log)
    lab["R3"].configure("interface lo7\n no shutdown")
    lab.run_for(1)
    said_since = debugged(lab, "R1", start=start)
    assert said_since[:2] == [
        "EIGRP-IPv4(100): Processing incoming UPDATE packet",
        "EIGRP-IPv4(100): Int 7.7.7.7/32 M 409600 - 256000 153600 SM 128256 - 256 128000",
    ]
    assert not any("435200" in text for text in said_since)


def test_neighbors_are_told_as_they_come_and_go(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("debug eigrp neighbors")
    start = len(r1.log)
    r1.cli("clear ip eigrp neighbors 10.0.12.2")
    lab.run_for(5)
    assert debugged(lab, "R1", start=start) == [
        "EIGRP: Neighbor 10.0.12.2 went down on Ethernet0/0",
        "EIGRP: New peer 10.0.12.2",
        "EIGRP: Add Peer: Total 2 (2/0/0/0/0)",
    ]


def test_texts_are_made_only_while_they_are_wanted(
    lab: iosemu.Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    r1 = lab["R1"]
    asked: list[str] = []
    for name in ("sent", "received", "heard", "searched", "active", "replied", "installed"):
        monkeypatch.setattr(
            iosemu.proto.eigrp.trace, name, lambda *_, name=name, **__: asked.append(name)
        )
    lab["R3"].configure("interface lo7\n shutdown")
    lab.run_for(20)
    assert asked == []
    r1.cli("debug eigrp packets")
    lab.run_for(10)
    assert set(asked) == {"sent", "received"}
    r1.cli("undebug all")
    asked.clear()
    lab.run_for(20)
    assert asked == []


def test_a_reload_turns_debugging_off(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("debug eigrp packets")
    r1.cli("write memory")
    r1.cli("reload")
    r1.cli("")
    lab.run_for(60)
    start = len(r1.log)
    lab.run_for(20)
    assert debugged(lab, "R1", start=start) == []
    assert "10.0.12.2" in r1.cli("show ip eigrp neighbors")


def test_events_are_remembered_the_newest_first(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("clear ip eigrp events") == ""
    assert r1.cli("show ip eigrp events").splitlines() == ["Event information for AS 100:"]
    lab["R3"].configure("interface lo7\n shutdown")
    lab.run_for(1)
    rows = r1.cli("show ip eigrp events").splitlines()[1:]
    assert [row[:4].rstrip() for row in rows] == [str(n + 1) for n in range(len(rows))]
    texts = [row[5:].split(" ", 1)[1] for row in rows]
    for text in (
        "Rcv query dest/nh: 7.7.7.7/32 10.0.13.3",
        "Active net/peers: 7.7.7.7/32 1",
        "Rcv reply dest/nh: 7.7.7.7/32 10.0.12.2",
        "Free reply status: 7.7.7.7/32",
        "Metric set: 7.7.7.7/32 metric(Infinity)",
        "NDB delete: 7.7.7.7/32 1",
    ):
        assert text in texts
    assert texts.index("NDB delete: 7.7.7.7/32 1") < texts.index("Active net/peers: 7.7.7.7/32 1")
    assert all(row[5:].startswith("00:00:3") for row in rows)
