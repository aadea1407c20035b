"""Serial lines in a lab: states, logs, clocks, keepalives, PPP, captures, faults."""

from __future__ import annotations

import pickle
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import iosemu
from iosemu import Lab
from iosemu.lab.places import LabFileError

TSHARK = shutil.which("tshark")


@pytest.fixture
def lab() -> Lab:
    made = iosemu.load("serial")
    made.boot()
    made.run_for(15)
    return made


def state(lab: Lab, device: str, interface: str) -> str:
    """As "up/down"."""
    line = lab[device].cli(f"show interfaces {interface} | include line protocol")
    found = re.search(r"is (.*), line protocol is (.*)", line)
    assert found is not None, line
    return f"{found[1]}/{found[2]}"


def logged(lab: Lab, device: str, interface: str) -> list[tuple[float, str]]:
    """Time and end of the log lines of an interface since the lab started."""
    history = lab.routers[device].device.history
    lines = [(line.at / 1e9, line.text) for line in history]
    return [(at, text.split(": ", 2)[-1]) for at, text in lines if f"face {interface}," in text]


def after(lab: Lab, device: str, interface: str, start: float) -> list[tuple[float, str]]:
    return [
        (round(at - start, 1), text) for at, text in logged(lab, device, interface) if at > start
    ]


@pytest.mark.goal("C28")
def test_every_kind_of_interface_has_its_states(lab: Lab) -> None:
    for device, name in (("R1", "s1/0"), ("R2", "s1/1"), ("R3", "s1/0"), ("R1", "lo0")):
        assert state(lab, device, name) == "up/up"
    assert state(lab, "R1", "s1/2") == "administratively down/down"
    lab["R1"].configure("interface s1/2\n no shutdown")
    lab.run_for(5)
    assert state(lab, "R1", "s1/2") == "down/down"
    assert "!!!!!" in lab["R1"].cli("ping 3.3.3.3")


def test_a_shutdown_takes_the_carrier_of_the_other_end_with_the_timings_of_ios(lab: Lab) -> None:
    start = lab.now
    lab["R1"].configure("interface s1/0\n shutdown")
    assert state(lab, "R2", "s1/0") == "down/down"
    lab.run_for(10)
    down = "Interface Serial1/0, changed state to"
    assert after(lab, "R1", "Serial1/0", start) == [
        (2.0, f"{down} administratively down"),
        (3.0, f"Line protocol on {down} down"),
    ]
    assert after(lab, "R2", "Serial1/0", start) == [
        (2.0, f"{down} down"),
        (3.0, f"Line protocol on {down} down"),
    ]
    lab["R1"].configure("interface s1/0\n no shutdown")
    lab.run_for(10)
    assert [state(lab, device, "s1/0") for device in ("R1", "R2")] == ["up/up"] * 2


@pytest.mark.goal("P13")
def test_a_cut_line_is_seen_by_both_ends(lab: Lab) -> None:
    link = lab.link("R1:s1/0")
    link.down()
    lab.run_for(1)
    assert [state(lab, device, "s1/0") for device in ("R1", "R2")] == ["down/down"] * 2
    link.up()
    lab.run_for(1)
    assert [state(lab, device, "s1/0") for device in ("R1", "R2")] == ["down/down"] * 2
    lab.run_for(1)
    assert [state(lab, device, "s1/0") for device in ("R1", "R2")] == ["up/down"] * 2
    lab.run_for(1)
    assert [state(lab, device, "s1/0") for device in ("R1", "R2")] == ["up/up"] * 2
    text = lab["R1"].cli("show interfaces s1/0")
    assert "3 carrier transitions     DCD=up  DSR=up  DTR=up  RTS=up  CTS=up" in text


def test_without_the_clock_of_its_dce_a_line_is_up_and_its_protocol_down(lab: Lab) -> None:
    assert "V.35 DCE cable, received clockrate 64000" in lab["R1"].cli("show controllers s1/0")
    assert "V.35 DTE cable, received clockrate 64000" in lab["R2"].cli("show controllers s1/0")
    lab["R2"].configure("interface s1/0\n no clock rate")
    lab.run_for(1)
    assert state(lab, "R2", "s1/0") == "up/up"
    lab["R1"].configure("interface s1/0\n no clock rate")
    lab.run_for(1)
    assert [state(lab, device, "s1/0") for device in ("R1", "R2")] == ["up/down"] * 2
    assert "no clock rate" in lab["R1"].cli("show running-config interface s1/0")
    lab["R1"].configure("interface s1/0\n clock rate 2000000")
    lab.run_for(1)
    assert [state(lab, device, "s1/0") for device in ("R1", "R2")] == ["up/up"] * 2
    assert "clock rate" not in lab["R1"].cli("show running-config interface s1/0")
    assert "V.35 DTE cable, received clockrate 2000000" in lab["R2"].cli("show controllers s1/0")


@pytest.mark.parametrize(("bps", "ms"), [(64_000, 27), (128_000, 14), (8_000_000, 1)])
def test_a_ping_takes_as_long_as_the_clock_says(lab: Lab, bps: int, ms: int) -> None:
    lab["R1"].configure(f"interface s1/0\n clock rate {bps}")
    lab.run_for(1)
    text = lab["R1"].cli("ping 10.0.12.2")
    assert f"min/avg/max = {ms}/{ms}/{ms} ms" in text


def test_a_mismatch_of_encapsulations_keeps_the_protocol_down(lab: Lab) -> None:
    lab["R2"].configure("interface s1/1\n encapsulation hdlc")
    lab.run_for(120)
    assert [state(lab, "R2", "s1/1"), state(lab, "R3", "s1/0")] == ["up/down"] * 2
    lab["R3"].configure("interface s1/0\n encapsulation hdlc")
    lab.run_for(30)
    assert [state(lab, "R2", "s1/1"), state(lab, "R3", "s1/0")] == ["up/up"] * 2
    assert "!!!!!" in lab["R2"].cli("ping 10.0.23.3")
    assert "10.0.23.3/32" not in lab["R2"].cli("show ip route")


def test_lost_keepalives_take_hdlc_down_and_keepalives_can_be_left_out(lab: Lab) -> None:
    lab.link("R1:s1/0").impair(loss=1.0)
    lab.run_for(45)
    assert [state(lab, device, "s1/0") for device in ("R1", "R2")] == ["up/down"] * 2
    lab["R1"].configure("interface s1/0\n no keepalive")
    lab.run_for(1)
    assert state(lab, "R1", "s1/0") == "up/up"
    assert "Keepalive not set" in lab["R1"].cli("show interfaces s1/0")
    lab["R1"].configure("interface s1/0\n keepalive 5")
    lab.run_for(60)
    assert state(lab, "R1", "s1/0") == "up/down"
    assert "Keepalive set (5 sec)" in lab["R1"].cli("show interfaces s1/0")
    lab.link("R1:s1/0").repair()
    lab["R1"].configure("interface s1/0\n keepalive 10")
    lab.run_for(60)
    assert [state(lab, device, "s1/0") for device in ("R1", "R2")] == ["up/up"] * 2


def test_ppp_installs_the_route_to_its_other_end_and_takes_it_away(lab: Lab) -> None:
    assert "C        10.0.23.3/32 is directly connected, Serial1/1" in lab["R2"].cli(
        "show ip route"
    )
    assert "Open: IPCP, CDPCP, crc 16" in lab["R2"].cli("show interfaces s1/1")
    lab["R3"].configure("interface s1/0\n no ip address")
    lab.run_for(5)
    assert "Open: CDPCP, crc 16" in lab["R2"].cli("show interfaces s1/1")
    assert "10.0.23.3/32" not in lab["R2"].cli("show ip route")
    assert "....." in lab["R2"].cli("ping 10.0.23.3 timeout 1")


def test_cdp_speaks_over_hdlc_and_over_ppp(lab: Lab) -> None:
    lab.run_for(60)
    rows = lab["R2"].cli("show cdp neighbors | include Ser").splitlines()
    assert [(row.split()[0], row.split()[2]) for row in rows] == [
        ("R1", "1/0"),
        ("R3", "1/1"),
        ("R1", "1/2"),
    ]


def test_an_unnumbered_line_borrows_and_follows(lab: Lab) -> None:
    assert "1.1.1.1" in lab["R1"].cli("show ip interface brief | include Serial1/1")
    lab["R1"].configure("interface lo0\n ip address 11.1.1.1 255.255.255.255")
    assert "Using address of Loopback0 (11.1.1.1)" in lab["R1"].cli("show interfaces s1/1")
    lab["R2"].configure("ip route 11.1.1.1 255.255.255.255 s1/2")
    assert "!!!!!" in lab["R1"].cli("ping 2.2.2.2")
    said = lab["R1"].configure("interface s1/1\n ip unnumbered s1/2")
    assert "Cannot use" not in said
    lab["R1"].configure("interface s1/1\n ip address 10.9.9.1 255.255.255.0")
    assert "unnumbered" not in lab["R1"].cli("show running-config interface s1/1")


def test_damaged_frames_are_crc_errors_and_lower_the_reliability(lab: Lab) -> None:
    lab.link("R1:s1/0").impair(corrupt=0.5, end="R1:s1/0")
    lab["R1"].cli("ping 10.0.12.2 repeat 60 timeout 0")
    lab.run_for(10)
    text = lab["R2"].cli("show interfaces s1/0")
    found = re.search(r"(\d+) input errors, (\d+) CRC", text)
    assert found is not None
    assert found[1] == found[2]
    assert 15 < int(found[1]) < 50
    reliability = re.search(r"reliability (\d+)/255", text)
    assert reliability is not None
    assert 60 < int(reliability[1]) < 220
    assert "0 input errors, 0 CRC" in lab["R1"].cli("show interfaces s1/0")


def test_the_output_queue_of_a_slow_line_drops_what_is_too_much(lab: Lab) -> None:
    lab["R1"].configure("interface s1/0\n clock rate 9600\n hold-queue 10 out")
    lab["R1"].cli("ping 10.0.12.2 repeat 30 timeout 0 size 1000")
    text = lab["R1"].cli("show interfaces s1/0")
    queue = re.search(r"Output queue: (\d+)/10 \(size/max\)", text)
    drops = re.search(r"Total output drops: (\d+)", text)
    assert queue is not None
    assert drops is not None
    assert int(queue[1]) > 3
    assert int(drops[1]) > 10


def test_what_runs_over_serial_lines_is_the_same_after_a_snapshot(lab: Lab) -> None:
    twin = iosemu.load("serial")
    twin.boot()
    twin.run_for(15)
    for each in (lab, twin):
        each.run_for(20)
        if each is twin:
            each.enter(pickle.loads(pickle.dumps(each.world, 5)))
        each["R1"].cli("ping 3.3.3.3 repeat 20")
        each.run_for(100)
    assert lab.digest == twin.digest


@pytest.mark.goal("P13")
@pytest.mark.parametrize(
    ("fault", "worse"),
    [
        ({"loss": 0.5}, lambda line: line.percent < 90),
        ({"delay_ms": 50}, lambda line: line.average > 70),
        ({"jitter_ms": 80}, lambda line: line.largest > line.smallest + 10),
        ({"rate_kbps": 16}, lambda line: line.average > 60),
        ({"corrupt": 0.5}, lambda line: line.percent < 90),
        ({"duplicate": 1.0}, lambda line: line.percent == 100),
        ({"reorder": 1.0}, lambda line: line.percent == 100),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "seen",
)
def test_each_fault_does_what_it_says_and_in_its_direction_only(fault, worse) -> None:
    lab = iosemu.load("serial")
    lab.boot()
    lab.run_for(15)
    lab.link("R1:s1/0").impair(end="R2:s1/0", **fault)
    received = lab.routers["R2"].device.stack.interfaces["Serial1/0"].received
    before = received.packets
    seen = Line(lab["R1"].cli("ping 10.0.12.2 repeat 40 timeout 1"))
    assert worse(seen)
    assert received.packets - before >= 40


class Line:
    """What a ping said."""

    def __init__(self, text: str) -> None:
        rate = re.search(r"Success rate is (\d+)", text)
        assert rate is not None, text
        self.percent = int(rate[1])
        times = re.search(r"= (\d+)/(\d+)/(\d+) ms", text)
        self.smallest, self.average, self.largest = map(int, times.groups()) if times else (0, 0, 0)


@pytest.mark.goal("P13")
def test_a_filter_drops_every_third_echo_in_one_direction_and_nothing_else(lab: Lab) -> None:
    link = lab.link("R1:s1/0")
    link.drop("icmp and src host 10.0.12.1", every=3, end="R1:s1/0")
    assert "!!.!!.!!." in lab["R1"].cli("ping 10.0.12.2 repeat 9 timeout 1")
    lab.run_for(60)
    assert state(lab, "R2", "s1/0") == "up/up"
    assert lab.fabric.drops == {(("R1", "Serial1/0"), "filter icmp and src host 10.0.12.1"): 3}
    link.repair()
    assert "!!!!!!!!!" in lab["R1"].cli("ping 10.0.12.2 repeat 9 timeout 1")
    with pytest.raises(ValueError, match="no filter"):
        link.drop("imcp")


@pytest.mark.goal("P13")
def test_drops_are_kept_by_the_journal(lab: Lab) -> None:
    lab.link("R1:s1/0").drop("icmp", count=2, end="R1:s1/0")
    first = lab["R1"].cli("ping 10.0.12.2 timeout 1")
    assert "..!!!" in first
    digest, now = lab.digest, lab.now
    lab.rewind(now - 0.001)
    lab.run_for(0.001)
    assert lab.now == now
    assert lab.digest == digest


@pytest.mark.goal("P12")
@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_captures_of_a_link_and_of_a_port_hold_both_kinds_of_frames(
    lab: Lab, tmp_path: Path
) -> None:
    assert TSHARK is not None
    link, port = lab.capture("R2:s1/1", "R3:s1/0"), lab.capture("R2:s1/1")
    lab["R2"].configure("interface s1/1\n encapsulation hdlc")
    lab["R3"].configure("interface s1/0\n encapsulation hdlc")
    lab.run_for(30)
    lab["R2"].cli("ping 10.0.23.3")
    lab["R2"].configure("interface s1/1\n encapsulation ppp")
    lab["R3"].configure("interface s1/0\n encapsulation ppp")
    lab.run_for(30)
    lab["R2"].cli("ping 10.0.23.3")
    file = tmp_path / "line.pcapng"
    link.save(file)

    def count(display: str) -> int:
        command = [TSHARK or "", "-r", str(file), "-Y", display]
        seen = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return len(seen.stdout.splitlines())

    assert count("_ws.malformed || _ws.expert.severity == error") == 0
    assert count("chdlc && icmp") == 20
    assert count("ppp && icmp") == 20
    assert count("slarp") > 4
    assert count("lcp.opt.magic_number") > 2
    assert count("ipcp.opt.ip_address == 10.0.23.3") > 2
    assert count("cdp") > 2
    assert len(port.frames) < len(link.frames)
    assert {seen.port for seen in port.frames} == {("R2", "Serial1/1")}


# -- topology files ----


def topology(*links: str) -> str:
    nodes = "".join(f"    {name}: {{kind: cisco_iol}}\n" for name in ("R1", "R2"))
    return f"name: t\ntopology:\n  nodes:\n{nodes}  links:\n" + "".join(
        f"    - {link}\n" for link in links
    )


def problems(tmp_path: Path, *links: str) -> str:
    file = tmp_path / "t.clab.yml"
    file.write_text(topology(*links))
    with pytest.raises(LabFileError) as caught:
        iosemu.load(file)
    return str(caught.value)


def test_a_serial_port_fits_a_serial_port_only(tmp_path: Path) -> None:
    said = problems(tmp_path, 'endpoints: ["R1:s1/0", "R2:e0/0"]')
    assert "a serial interface is linked to one that is not serial" in said


def test_the_dce_is_one_of_the_ends(tmp_path: Path) -> None:
    said = problems(tmp_path, '{endpoints: ["R1:s1/0", "R2:s1/0"], labels: {iosemu.dce: R9}}')
    assert "iosemu.dce is 'R9'; expected R1 or R2" in said
    said = problems(tmp_path, '{endpoints: ["R1:e0/0", "R2:e0/0"], labels: {iosemu.dce: R1}}')
    assert "iosemu.dce is of serial links only" in said
