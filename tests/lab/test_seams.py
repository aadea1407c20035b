"""Where things meet: lists, debugs, telnet and explain over serial lines of both encapsulations."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import iosemu
from iosemu import Lab
from iosemu.lab.explained import Outcome

TSHARK = shutil.which("tshark")
MIXED = Path(__file__).parents[1] / "sim" / "mixed"


@pytest.fixture
def lab() -> Lab:
    """HOST1 - Ethernet - R1 - HDLC (and a line without addresses) - R2 - PPP - R3."""
    made = iosemu.load(MIXED)
    made.boot()
    made.run_for(15)
    made["HOST1"].cli("ping 10.0.11.1")
    return made


def log(lab: Lab, device: str, text: str) -> list[str]:
    """The log lines with a text, without their stamps."""
    history = lab.routers[device].device.history
    return [line.text.split(": ", 1)[1] for line in history if text in line.text]


def test_a_list_on_a_line_denies_counts_answers_and_logs(lab: Lab) -> None:
    """A datagram by a serial line has no link address to log."""
    assert "U.U.U" in lab["R1"].cli("ping 10.0.23.2 timeout 1")
    rows = lab["R2"].cli("show ip access-lists LINE").splitlines()
    assert rows[1].strip() == "10 deny icmp host 10.0.12.1 host 10.0.23.2 log (5 matches)"
    assert log(lab, "R2", "IPACCESSLOG")[0].strip() == (
        "%SEC-6-IPACCESSLOGDP: list LINE denied icmp 10.0.12.1 -> 10.0.23.2 (8/0), 1 packet"
    )
    lab["R2"].configure("ip access-list extended LINE\n 5 deny icmp any host 10.0.23.3 log-input")
    lab["R1"].cli("ping 10.0.23.3 repeat 1 timeout 1")
    assert "denied icmp 10.0.12.1 (Serial1/0 ) -> 10.0.23.3 (8/0)" in " ".join(
        log(lab, "R2", "10.0.23.3")
    ).replace("*HDLC*", "")


def test_explain_names_the_line_of_the_list_at_the_line(lab: Lab) -> None:
    found = lab.explain("R1", "10.0.23.2")
    assert (found.router, found.last.stage) == ("R2", "access-list in")
    said = [str(line) for line in found.last.lines]
    assert any("deny   icmp host 10.0.12.1 host 10.0.23.2 log" in line for line in said), said
    assert "'ip access-group LINE in' of 'interface Serial1/0'" in said
    good = lab.explain("HOST1", "10.0.23.3")
    assert (good.outcome, good.router) == (Outcome.DELIVERED, "R3")


def test_debug_ip_packet_shows_a_packet_from_line_to_line(lab: Lab) -> None:
    """What the switching path of CEF forwards is not seen, what the process does is."""
    for name in ("s1/0", "s1/1"):
        lab["R2"].configure(f"interface {name}\n no ip route-cache")
    lab["R2"].cli("debug ip packet")
    lab["R1"].cli("ping 10.0.23.3 repeat 1")
    seen = log(lab, "R2", "IP: s=10.0.12.1")
    onward = "s=10.0.12.1 (Serial1/0), d=10.0.23.3 (Serial1/1), g=10.0.23.3, len 100, forward"
    assert any(onward in line for line in seen), seen


@pytest.mark.goal("K23")
def test_telnet_of_a_host_over_hdlc_and_ppp_meets_the_access_class(lab: Lab) -> None:
    assert "0.0.0.0/0 [1/0] via 10.0.11.1" in lab["HOST1"].cli("show ip route")
    assert "!!!!!" in lab["HOST1"].cli("ping 10.0.23.3")
    host = lab["HOST1"].console()
    host.send("\renable\rtelnet 10.0.23.3\r")
    lab.run_for(5)
    assert host.read().endswith("Trying 10.0.23.3 ... Open\r\n\r\nR3#")
    host.send("show users\r")
    lab.run_for(5)
    assert "10.0.11.10" in host.read()
    rows = lab["R3"].cli("show access-lists 1")
    assert re.search(r"permit 10.0.11.0, wildcard bits 0.0.0.255 \(1 match\)", rows), rows
    assert "refused" in lab["R1"].cli("telnet 3.3.3.3")
    assert log(lab, "R1", "list HOSTS permitted tcp 10.0.11.10(")


def test_traffic_counts_what_went_over_the_lines(lab: Lab) -> None:
    lab["R3"].cli("clear ip traffic")
    lab["R1"].cli("ping 3.3.3.3 repeat 7")
    text = lab["R3"].cli("show ip traffic")
    assert "Rcvd:  7 total, 7 local destination" in text
    assert "Sent:  7 generated, 0 forwarded" in text
    assert "7 echo, 0 echo reply" in text
    assert "7 echo reply" in text
    assert "Rcvd: 0 requests, 0 replies, 0 reverse, 0 other" in text


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_reads_telnet_in_both_kinds_of_frames(lab: Lab, tmp_path: Path) -> None:
    assert TSHARK is not None
    ends = {"eth": "R1:e0/0", "chdlc": "R1:s1/0", "ppp": "R3:s1/0"}
    captures = {framing: lab.capture(end) for framing, end in ends.items()}
    host = lab["HOST1"].console()
    host.send("\renable\rtelnet 10.0.23.3\rshow ip interface brief\rexit\r")
    lab.run_for(20)
    for framing, captured in captures.items():
        file = tmp_path / f"{framing}.pcapng"
        captured.save(file)
        assert count(file, "_ws.malformed || _ws.expert.severity == error") == 0
        assert count(file, f"{framing} && telnet") > 6
        assert count(file, f"{framing} && tcp.flags.fin == 1") > 1
        assert count(file, f"!{framing}") == 0


def count(file: Path, display: str) -> int:
    checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    command = [TSHARK or "", "-r", str(file), *checks, "-Y", display]
    seen = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return len(seen.stdout.splitlines())
