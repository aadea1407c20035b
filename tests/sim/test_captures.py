"""Every frame of the labs as tshark sees it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import iosemu

TARGETS = {"hello": "192.168.3.10", "serial": "3.3.3.3", "switch": "10.0.20.3", "pbr": "9.9.9.9"}
CUT = {"serial": "R1:Serial1/0", "pbr": "R2:Serial4/0"}
TSHARK = shutil.which("tshark")
WRONG = "_ws.malformed || _ws.short || _ws.expert.severity == error || eth.fcs.status == 0"


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
@pytest.mark.parametrize("name", TARGETS)
def test_tshark_finds_nothing_malformed(name: str, tmp_path: Path) -> None:
    assert TSHARK is not None
    lab = iosemu.load(name)
    captured = lab.capture()
    lab.boot()
    lab.run_for(10)
    target = TARGETS[name]
    for device in lab.devices.values():
        for line in (
            f"ping {target} repeat 20",
            f"ping {target} size 4000",
            f"traceroute {target}",
        ):
            device.cli(line)
    cut = lab.link(CUT.get(name, f"{next(iter(lab.devices))}:Ethernet0/0"))
    cut.down()
    lab.run_for(60)
    cut.up()
    lab.run_for(60)
    file = tmp_path / "lab.pcapng"
    captured.save(file)
    checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]
    command = [TSHARK, "-r", str(file), *checks]
    wrong = subprocess.run(
        [*command, "-Y", WRONG], capture_output=True, text=True, check=True, timeout=120
    )
    assert wrong.stdout == ""
    frames = subprocess.run(
        [*command, "-Y", "icmp"], capture_output=True, text=True, check=True, timeout=120
    )
    assert len(frames.stdout.splitlines()) > 100
    neighbors = subprocess.run(
        [*command, "-Y", "cdp.checksum.status == 1 && cdp.deviceid"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert len(neighbors.stdout.splitlines()) > 10


def test_a_capture_of_all_ports_sees_both_ends() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    captured = lab.capture("HOST1:e0/0", "R1:e0/2")
    lab["HOST1"].cli("ping 192.168.1.1 repeat 1")
    frames = [(seen.port[0], seen.direction.name) for seen in captured.frames]
    assert frames == [
        ("HOST1", "OUTBOUND"),
        ("R1", "INBOUND"),
        ("R1", "OUTBOUND"),
        ("HOST1", "INBOUND"),
    ]


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_reads_every_eigrp_packet_over_ethernet_and_hdlc(tmp_path: Path) -> None:
    assert TSHARK is not None
    lab = iosemu.load("pbr")
    captured = lab.capture()
    lab.boot()
    lab.settle()
    lab["R3"].configure("interface s2/0\n ip summary-address eigrp 100 0.0.0.0 0.0.0.0")
    for port in ("s4/1", "s4/2", "s4/3"):
        lab["R2"].configure(f"interface {port}\n shutdown")
        lab.settle()
        lab["R2"].configure(f"interface {port}\n no shutdown")
    lab.settle()
    file = tmp_path / "lab.pcapng"
    captured.save(file)
    fields = ["frame.encap_type", "eigrp.opcode", "_ws.expert.message"]
    shown = subprocess.run(
        [TSHARK, "-r", str(file), "-Y", "eigrp || ip.proto == 88", "-T", "fields"]
        + [word for field in fields for word in ("-e", field)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert len(rows) > 500
    # Of Ethernet and of HDLC, each with updates, queries, replies and hellos.
    assert {(row[0], row[1]) for row in rows} == {(e, o) for e in ("1", "28") for o in "1345"}
    # It has no objection but to the hop limit that EIGRP is meant to have.
    assert {row[2] for row in rows} <= {"", '"Time To Live" only 1'}
