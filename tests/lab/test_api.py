"""The public Python API, as a script uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import iosemu
from iosemu import Lab, LabFileError, Timeout
from iosemu.data import labs


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    return lab


def test_importing_the_package_loads_nothing_of_it() -> None:
    code = "import iosemu, sys; print([m for m in sys.modules if m.startswith('iosemu.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("given", ["hello", labs() / "hello", labs() / "hello/hello.clab.yml"])
def test_a_lab_is_a_name_a_folder_or_a_file(given: str | Path) -> None:
    assert list(iosemu.load(given).devices) == ["R1", "R2", "R3", "HOST1", "HOST2"]


def test_a_lab_that_is_wrong_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(LabFileError, match="there is no such lab"):
        iosemu.load(tmp_path / "nothing")


def test_time_runs_as_told(lab: Lab) -> None:
    assert lab.now == 10
    lab.run_for(0.25)
    assert lab.now == 10.25


def test_cli_returns_what_ios_printed(lab: Lab) -> None:
    r1 = lab["R1"]
    assert r1.prompt == "R1#"
    assert r1.cli("show ip interface brief | include Loopback") == (
        "Loopback0                  1.1.1.1         YES NVRAM  up                    up"
    )
    assert r1.cli("show zoo") == ("        ^\n% Invalid input detected at '^' marker.\n")


@pytest.mark.goal("X13")
def test_commands_that_take_time_advance_the_lab(lab: Lab) -> None:
    before = lab.now
    assert lab["R1"].cli("ping 10.0.99.9 repeat 2 timeout 1") == (
        "Type escape sequence to abort.\n"
        "Sending 2, 100-byte ICMP Echos to 10.0.99.9, timeout is 1 seconds:\n"
        "..\n"
        "Success rate is 0 percent (0/2)"
    )
    assert lab.now == before + 2


@pytest.mark.goal("X13")
def test_ping_from_host_to_host(lab: Lab) -> None:
    lab["HOST1"].cli("ping 192.168.3.10")
    assert lab["HOST1"].cli("ping 192.168.3.10 repeat 80 source e0/0") == (
        "Type escape sequence to abort.\n"
        "Sending 80, 100-byte ICMP Echos to 192.168.3.10, timeout is 2 seconds:\n"
        "Packet sent with a source address of 192.168.1.10 \n" + "!" * 70 + "\n" + "!" * 10 + "\n"
        "Success rate is 100 percent (80/80), round-trip min/avg/max = 3/3/3 ms"
    )


@pytest.mark.goal("X16")
def test_traceroute_shows_every_router_and_the_rate_limit(lab: Lab) -> None:
    lab["HOST1"].cli("ping 192.168.3.10")
    assert lab["HOST1"].cli("traceroute 192.168.3.10") == (
        "Type escape sequence to abort.\n"
        "Tracing the route to 192.168.3.10\n"
        "VRF info: (vrf in name/id, vrf out name/id)\n"
        "  1 192.168.1.1 1 msec 1 msec 1 msec\n"
        "  2 10.0.13.3 2 msec 2 msec 2 msec\n"
        "  3 192.168.3.10 3 msec *  3 msec"
    )


def test_modes_and_dialogs_last_from_line_to_line(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.cli("configure terminal")
    r1.cli("interface e0/3")
    assert r1.prompt == "R1(config-if)#"
    r1.cli("end")
    r1.cli("ping")
    assert r1.prompt == "Protocol [ip]: "
    r1.cli("")
    assert r1.prompt == "Target IP address: "
    assert r1.cli("nobody") == "% Bad IP address"
    assert r1.prompt == "R1#"


def test_question_marks_are_asked_and_leave_nothing_typed(lab: Lab) -> None:
    r1 = lab["R1"]
    assert "Ping destination address or hostname" in r1.cli("ping ?")
    assert r1.cli("show clock").startswith("*00:00:10")


def test_configure_is_a_paste_and_returns_what_was_said(lab: Lab) -> None:
    r1 = lab["R1"]
    assert r1.configure("interface lo9\n ip address 9.9.9.9 255.255.255.255") == ""
    assert "C        9.9.9.9 is directly connected, Loopback9" in r1.cli("show ip route")
    assert "Invalid input" in r1.configure("no such command\ninterface lo8")
    assert "Loopback8" in r1.cli("show ip interface brief")
    assert r1.prompt == "R1#"


@pytest.mark.goal("K20")
def test_the_log_has_virtual_times(lab: Lab) -> None:
    lab["R1"].configure("interface e0/1\n shutdown")
    lab.run_for(5)
    shut, line_down = lab["R1"].log[-2:]
    assert shut.text.endswith(
        "%LINK-5-CHANGED: Interface Ethernet0/1, changed state to administratively down"
    )
    assert shut.text.startswith("*Mar  1 00:00:12.000: ")
    assert (shut.at, line_down.at) == (12_000_000_000, 13_000_000_000)


def test_run_until_a_condition_holds(lab: Lab) -> None:
    lab["R1"].configure("interface e0/1\n shutdown")
    lab.run_until(lambda lab: "administratively" in lab["R1"].log[-1].text, timeout=60)
    assert lab.now == 12
    with pytest.raises(Timeout, match="did not hold within 5 s"):
        lab.run_until(lambda lab: False, timeout=5)
    assert lab.now == 17


def test_settle_waits_for_quiet_routing(lab: Lab) -> None:
    lab.settle()
    assert lab.settle() == 0
    lab["R1"].configure("no ip route 3.3.3.3 255.255.255.255 10.0.13.3")
    assert lab.settle(quiet=20) == 20


def test_a_command_that_never_ends_times_out_with_its_output(lab: Lab) -> None:
    with pytest.raises(Timeout) as late:
        lab["R1"].cli("ping 10.0.99.9 repeat 1000", timeout=5)
    assert late.value.output.endswith("timeout is 2 seconds:\n..")
    assert lab["R1"].prompt == "R1#"


def test_a_cut_link_moves_traffic_to_the_floating_route(lab: Lab) -> None:
    link = lab.link("R1:e0/1", "R3:e0/1")
    assert link.ends == ("R1:Ethernet0/1", "R3:Ethernet0/1")
    link.down()
    lab.run_for(1)
    assert "S     192.168.3.0/24 [10/0] via 10.0.12.2" in lab["R1"].cli("show ip route static")
    assert "!!" in lab["HOST1"].cli("ping 192.168.3.10 repeat 10")
    link.up()
    lab.run_for(3)
    assert "S     192.168.3.0/24 [1/0] via 10.0.13.3" in lab["R1"].cli("show ip route static")


def test_an_impaired_link_loses_and_delays(lab: Lab) -> None:
    link = lab.link("HOST1:e0/0")
    lab["HOST1"].cli("ping 192.168.1.1")
    link.impair(delay_ms=20)
    assert "min/avg/max = 40/40/40 ms" in lab["HOST1"].cli("ping 192.168.1.1")
    link.impair(loss=1.0, end="R1:e0/2")
    assert "(0/2)" in lab["HOST1"].cli("ping 192.168.1.1 repeat 2")
    link.repair()
    assert "min/avg/max = 1/1/1 ms" in lab["HOST1"].cli("ping 192.168.1.1")


def test_names_that_do_not_exist_are_told(lab: Lab) -> None:
    with pytest.raises(KeyError, match="no device 'R9'; there are R1, R2"):
        lab["R9"]
    with pytest.raises(KeyError, match="no port 'R1:e7/0'"):
        lab.link("R1:e7/0")
    with pytest.raises(KeyError, match="nothing is attached to R1:e0/3"):
        lab.link("R1:e0/3")
    with pytest.raises(KeyError, match="no link between R1:e0/0 and R3:e0/0"):
        lab.link("R1:e0/0", "R3:e0/0")


def test_a_twin_lives_a_life_of_its_own(lab: Lab) -> None:
    saved = lab.snapshot()
    twin = iosemu.restore(saved)
    assert twin.digest == lab.digest
    twin["R1"].configure("hostname OTHER")
    assert (twin["R1"].prompt, lab["R1"].prompt) == ("OTHER#", "R1#")
    lab.run_for(30)
    third = iosemu.restore(saved)
    assert third["R1"].prompt == "R1#"
    third = iosemu.restore(saved)
    third["R1"].prompt  # noqa: B018 -- asking opens the hidden terminal, as above
    third.run_for(30)
    assert third.state_digest() == lab.state_digest()


@pytest.mark.goal("N4")
def test_rewinding_gives_the_state_of_the_first_visit(lab: Lab) -> None:
    lab["R1"].configure("interface lo9\n ip address 9.9.9.9 255.255.255.255")
    there, before = lab.now, lab.state_digest()
    lab["R1"].configure("no interface lo9")
    lab.run_for(100)
    lab["HOST1"].cli("ping 192.168.3.10")
    lab.rewind(to=there)
    assert (lab.now, lab.state_digest()) == (there, before)
    assert "Loopback9" in lab["R1"].cli("show ip interface brief")


def test_rewinding_to_an_instant_nobody_looked_at_drops_what_was_typed_in_it() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    lab["R1"].configure("hostname LATER")
    lab.run_for(10)
    lab.rewind(to=10)
    assert lab["R1"].prompt == "R1#"


def test_there_is_no_rewinding_forward_or_before_the_lab(lab: Lab) -> None:
    with pytest.raises(ValueError, match="cannot rewind to 11 s: now is 10 s"):
        lab.rewind(to=11)
    twin = iosemu.restore(lab.snapshot())
    with pytest.raises(ValueError, match="does not reach back to 3 s"):
        twin.rewind(to=3)


def test_a_capture_has_the_bytes_and_changes_nothing(lab: Lab, tmp_path: Path) -> None:
    twin = iosemu.restore(lab.snapshot())
    cap = lab.capture("R1:e0/2")
    for each in (lab, twin):
        each["HOST1"].cli("ping 192.168.1.1")
    assert lab.digest == twin.digest
    echoes = [seen.frame for seen in cap.frames if seen.frame[23] == 1]
    # Four requests and four replies: the first request was lost for want of a MAC address.
    assert [len(frame) for frame in echoes] == [114] * 8
    cap.save(tmp_path / "x.pcapng")
    assert (tmp_path / "x.pcapng").read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"


def test_a_rewind_takes_from_a_capture_what_has_not_happened_yet(lab: Lab) -> None:
    cap = lab.capture("R1:e0/2")
    lab["HOST1"].cli("ping 192.168.1.1")
    seen, at = list(cap.frames), lab.now
    lab.run_for(1)
    lab["HOST1"].cli("ping 192.168.1.1")
    assert len(cap.frames) > len(seen)
    lab.rewind(to=at)
    assert cap.frames == seen
    lab["HOST1"].cli("ping 192.168.1.1")
    assert len(cap.frames) == len(seen) + 10


@pytest.mark.goal("N13")
def test_the_journal_alone_gives_the_lab_again(lab: Lab) -> None:
    lab["HOST1"].cli("ping 192.168.3.10")
    lab.link("R1:e0/1").down()
    lab.run_for(20)
    again = iosemu.load("hello")
    again.replay(lab.journal.dump(), until=lab.now)
    assert (again.digest, again.state_digest()) == (lab.digest, lab.state_digest())


def test_the_console_is_con_0_with_its_log_lines(lab: Lab) -> None:
    console = lab["R1"].console()
    console.send("\r")
    assert "R1>" in console.read()
    console.send("enable\r")
    assert console.prompt == "R1#"
    lab["R1"].configure("interface e0/1\n shutdown")
    lab.run_for(5)
    assert "%LINK-5-CHANGED: Interface Ethernet0/1" in console.read()


def test_a_device_boots_from_its_nvram(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure("hostname SAVED")
    r1.cli("write memory")
    r1.configure("hostname LOST")
    r1.cli("reload")
    assert r1.prompt == "System configuration has been modified. Save? [yes/no]: "
    r1.cli("no")
    assert r1.prompt == "Proceed with reload? [confirm]"
    at = lab.now
    assert r1.cli("") == ""
    assert lab.now == at
    assert r1.prompt == "SAVED#"
    assert lab.now == at + 30
    lab.run_for(5)
    assert r1.cli("ping 10.0.12.2").count("!") >= 3
