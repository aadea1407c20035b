"""Telnet from router to router over the simulated network, as users see it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pyte
import pytest

import iosemu
from iosemu.kernel.digest import first_difference
from iosemu.lab.console import Console
from iosemu.lab.lab import Lab
from iosemu.session.session import Kind

TSHARK = shutil.which("tshark")
ESCAPE = "\x1e"
OPEN_R2 = "Trying 10.0.12.2 ... Open\n"


@pytest.fixture
def lab() -> Lab:
    """Everybody knows his neighbors' addresses, so that no first packet is lost."""
    lab = iosemu.load("telnet")
    lab.boot()
    lab.run_for(10)
    for target in ("10.0.11.1", "10.0.12.2", "10.0.23.3"):
        lab["HOST1"].cli(f"ping {target}")
    return lab


def console(lab: Lab, device: str = "HOST1") -> Console:
    """A user at con 0 in privileged exec, with nothing to read."""
    at = lab[device].console()
    at.send("\renable\rterminal length 0\r")
    lab.run_for(1)
    at.read()
    return at


def typed(lab: Lab, at: Console, keys: str, *, seconds: float = 2) -> str:
    """Keys, some time, and what they made the terminal print."""
    at.send(keys)
    lab.run_for(seconds)
    return at.read().replace("\r\n", "\n")


def callers(lab: Lab, device: str) -> list[str]:
    """The virtual terminals in use, as `show users` names them."""
    return [
        s.name
        for s in lab.switchboard.sessions.values()
        if s.device == device and s.kind is Kind.VTY and not s.is_over
    ]


# -- the dialogues ----


@pytest.mark.goal("X15")
def test_a_line_without_password_lets_nobody_in(lab: Lab) -> None:
    assert lab["HOST1"].cli("telnet 10.0.23.3") == (
        "Trying 10.0.23.3 ... Open\n\n\nPassword required, but none set\n\n"
        "[Connection to 10.0.23.3 closed by foreign host]"
    )
    assert lab["HOST1"].prompt == "HOST1#"
    assert callers(lab, "R3") == []


def test_a_password_is_asked_for_three_times(lab: Lab) -> None:
    host = console(lab)
    assert typed(lab, host, "r1\r").endswith(
        "Trying r1 (10.0.11.1)... Open\n\n\nUser Access Verification\n\nPassword: "
    )
    assert typed(lab, host, "one\r") == "\nPassword: "
    assert typed(lab, host, "two\r") == "\nPassword: "
    assert typed(lab, host, "three\r") == (
        "\n% Bad passwords\n\n[Connection to r1 closed by foreign host]\nHOST1#"
    )


def test_what_cannot_be_reached_is_said_in_the_words_of_ios(lab: Lab) -> None:
    lab["HOST1"].configure("no ip route 0.0.0.0 0.0.0.0 10.0.11.1")
    host = console(lab)
    assert typed(lab, host, "telnet 10.9.9.9\r").endswith(
        "Trying 10.9.9.9 ... \n% Destination unreachable; gateway or host down\n\nHOST1#"
    )
    refused = "\n% Connection refused by remote host\n\nHOST1#"
    assert typed(lab, host, "telnet 10.0.11.1 bgp\r").endswith(
        "Trying 10.0.11.1, 179 ... " + refused
    )
    lab["R1"].configure("line vty 0 4\n transport input none")
    assert typed(lab, host, "connect r1 23\r").endswith("Trying r1 (10.0.11.1)... " + refused)
    assert typed(lab, host, "telnet 10.0.11.99\r").endswith("Trying 10.0.11.99 ... ")
    assert typed(lab, host, "", seconds=60).endswith(
        "\n% Connection timed out; remote host not responding\n\nHOST1#"
    )
    unknown = "% Unknown command or computer name, or unable to find computer address\n"
    assert unknown in typed(lab, host, "nowhere\r")
    assert unknown in typed(lab, host, "telnet nowhere\r")


def test_a_name_of_two_addresses_is_tried_at_both(lab: Lab) -> None:
    lab["HOST1"].configure("ip host two 10.0.11.99 10.0.12.2\nip tcp synwait-time 5")
    assert lab["HOST1"].cli("two") == (
        "Trying two (10.0.11.99)... \n% Connection timed out; remote host not responding\n"
        "Trying two (10.0.12.2)... Open\n"
    )
    assert lab["HOST1"].prompt == "R2#"


def test_the_escape_ends_waiting_for_an_answer(lab: Lab) -> None:
    host = console(lab)
    typed(lab, host, "telnet 10.0.11.99\r")
    assert typed(lab, host, ESCAPE).endswith("HOST1#")
    assert typed(lab, host, "where\r").endswith("% No connections open\nHOST1#")


@pytest.mark.goal("P4")
def test_transports_and_access_classes_of_the_lines(lab: Lab) -> None:
    host = lab["HOST1"]
    host.configure("line con 0\n transport preferred none")
    at = console(lab)
    assert "% Invalid input detected" in typed(lab, at, "10.0.12.2\r")
    lab["R2"].configure("access-list 7 permit 10.0.12.1\nline vty 0 4\n access-class 7 in")
    assert "% Connection refused by remote host" in host.cli("telnet 10.0.12.2")
    lab["R2"].configure("access-list 7 deny any")
    assert "% Connection refused by remote host" in host.cli("telnet 10.0.12.2")
    assert "deny   any (1 match)" in lab["R2"].cli("show access-lists 7")
    assert lab["R1"].cli("telnet 10.0.12.2") == OPEN_R2
    lab["R3"].configure("access-list 8 deny 10.0.12.2\naccess-list 8 permit any")
    host.configure("access-list 8 deny 10.0.12.2\naccess-list 8 permit any")
    host.configure("line con 0\n access-class 8 out")
    denied = "% Connections to that host not permitted from this terminal"
    assert denied in typed(lab, at, "telnet 10.0.12.2\r")
    host.configure("line con 0\n transport output none")
    denied = "% telnet connections not permitted from this terminal"
    assert denied in typed(lab, at, "telnet 10.0.11.1\r")


def test_a_sixth_caller_is_refused_until_a_line_is_free(lab: Lab) -> None:
    host = console(lab)
    for number in range(5):
        assert "Open" in typed(lab, host, f"telnet 10.0.12.2\r{ESCAPE}x")
        assert callers(lab, "R2")[-1] == f"vty {number}"
    assert "% Connection refused by remote host" in typed(lab, host, "telnet 10.0.12.2\r")
    assert "Closing connection" in typed(lab, host, "disconnect 3\r\r")
    assert callers(lab, "R2") == ["vty 0", "vty 1", "vty 3", "vty 4"]
    assert typed(lab, host, "10.0.12.2\r").endswith("Open\n\nR2#")
    assert "vty 2" in callers(lab, "R2")


# -- several connections ----


def test_suspend_list_resume_and_disconnect(lab: Lab) -> None:
    host = console(lab)
    typed(lab, host, "telnet 10.0.12.2\r")
    assert typed(lab, host, "show clock") == "show clock"
    assert typed(lab, host, ESCAPE + "x") == "\nHOST1#"
    typed(lab, host, f"r1\r{ESCAPE}x")
    assert typed(lab, host, "show sessions\r", seconds=1) == (
        "show sessions\n"
        "Conn Host                Address             Byte  Idle Conn Name\n"
        "   1 10.0.12.2           10.0.12.2              0     0 10.0.12.2\n"
        "*  2 r1                  10.0.11.1             42     0 r1\n"
        "\nHOST1#"
    )
    assert typed(lab, host, "show users\r").split("\n")[2:4] == [
        "*  0 con 0                10.0.12.2            00:00:00",
        "                          r1                   00:00:00",
    ]
    assert typed(lab, host, "1\r").endswith("[Resuming connection 1 to 10.0.12.2 ... ]\n")
    assert "UTC" in typed(lab, host, "\r")
    assert typed(lab, host, ESCAPE + "x") == "\nHOST1#"
    assert typed(lab, host, "\r").endswith("[Resuming connection 1 to 10.0.12.2 ... ]\n")
    typed(lab, host, ESCAPE + "x")
    assert typed(lab, host, "disconnect 9\r").endswith("% 9 is not an open connection\nHOST1#")
    assert typed(lab, host, "disconnect 2\r").endswith("Closing connection to r1 [confirm]")
    assert typed(lab, host, "\r") == "\nHOST1#"
    assert typed(lab, host, "exit\r").endswith("(You have open connections) [confirm]")
    assert "Closing: 10.0.12.2 !" in typed(lab, host, "\r")
    assert callers(lab, "R2") == callers(lab, "R1") == []


def test_what_comes_while_suspended_waits(lab: Lab) -> None:
    host = console(lab)
    typed(lab, host, "telnet 10.0.12.2\r")
    typed(lab, host, "terminal length 0\r")
    typed(lab, host, f"show running-config\r{ESCAPE}x", seconds=5)
    row = typed(lab, host, "where\r").split("\n")[2]
    waiting = int(row.split()[4])
    assert waiting > 500
    shown = typed(lab, host, "\r")
    assert shown.count("\nend\n") == 1
    assert shown.endswith("R2#")


def test_the_end_of_a_suspended_connection_is_told_at_the_next_prompt(lab: Lab) -> None:
    host = console(lab)
    typed(lab, host, f"telnet 10.0.12.2\r{ESCAPE}x")
    lab["R2"].cli("clear line vty 0")
    lab["R2"].cli("")
    lab.run_for(2)
    assert host.read() == ""
    assert "[Connection to 10.0.12.2 closed by foreign host]" in typed(lab, host, "\r")
    assert typed(lab, host, "where\r").endswith("% No connections open\nHOST1#")


def test_a_telnet_within_a_telnet_on_the_glass(lab: Lab) -> None:
    glass = pyte.Screen(80, 30)
    stream = pyte.ByteStream(glass)
    number = lab.console("HOST1")
    lab.listen(number, stream.feed)
    for keys in (
        "\renable\r",
        "r1\r",
        "cisco\r",
        "10.0.12.2\r",
        "show priv\t\r",
        # The second escape is for R1, which suspends its telnet to R2.
        ESCAPE * 2 + "x",
        "where\r",
        ESCAPE + "x",
        "where\r",
        "1\r\r",
        "1\r\r",
        "exit\r",
        "exit\r",
    ):
        lab.type(number, keys.encode())
        lab.run_for(2)
    rows = [row.rstrip() for row in glass.display]
    text = "\n".join(rows)
    assert "R2#\nR1>where\n" in text
    assert "\n*  1 10.0.12.2           10.0.12.2              0     0 10.0.12.2\n\nR1>" in text
    assert "R1>\nHOST1#where\n" in text
    assert "\n*  1 r1                  10.0.11.1              0     0 r1\n\nHOST1#1\n" in text
    assert text.index("[Resuming connection 1 to r1 ... ]") < text.index(
        "[Resuming connection 1 to 10.0.12.2 ... ]"
    )
    assert rows[: len(text.rstrip().split("\n"))][-7:] == [
        "R2#exit",
        "",
        "[Connection to 10.0.12.2 closed by foreign host]",
        "R1>exit",
        "",
        "[Connection to r1 closed by foreign host]",
        "HOST1#",
    ]


def test_the_escape_character_helps_and_sends_commands(lab: Lab) -> None:
    host = console(lab)
    typed(lab, host, "telnet 10.0.12.2\r")
    assert "^^B  sends telnet BREAK" in typed(lab, host, ESCAPE + "?")
    assert typed(lab, host, ESCAPE + "t") == "\n[Yes]\n"
    typed(lab, host, "ping 10.0.12.77 repeat 1000\r", seconds=5)
    assert "Success rate is 0 percent" in typed(lab, host, ESCAPE + "c")
    assert typed(lab, host, "abc" + ESCAPE + "h") == "abc\b \b"
    assert typed(lab, host, "\x15terminal escape-character 3\r").endswith("R2#")
    assert typed(lab, host, "10.0.23.3\r").endswith("R2#")


def test_a_connection_may_have_a_name(lab: Lab) -> None:
    host = console(lab)
    assert typed(lab, host, "name-connection\r").endswith("% No connections open\nHOST1#")
    typed(lab, host, f"telnet 10.0.12.2\r{ESCAPE}x")
    said = typed(lab, host, "name-connection\r1\rblue\r")
    assert 'Connection 1 to 10.0.12.2 will be named "BLUE" [confirm]' in said
    typed(lab, host, "\r")
    assert " BLUE\n" in typed(lab, host, "where\r")
    assert "[Resuming connection 1 to 10.0.12.2 ... ]" in typed(lab, host, "resume blue\r")


def test_a_router_calls_itself_and_goes_round_in_circles(lab: Lab) -> None:
    r2 = lab["R2"]
    for number in range(5):
        assert r2.cli(("10.0.12.2", "10.0.23.2")[number % 2]).endswith("Open\n")
        assert r2.prompt == "R2#"
    assert "% Connection refused by remote host" in r2.cli("10.0.12.2")
    assert "*  6 vty 4                idle" in r2.cli("who")
    for _ in range(4):
        assert r2.cli("exit").endswith("closed by foreign host]")
    assert callers(lab, "R2") == ["vty 0"]


# -- the far line ----


def test_the_far_line_knows_the_caller_and_his_window(lab: Lab) -> None:
    vty = lab["R1"].vty()
    vty.send("cisco\r")
    lab.resize(vty.session, 132, 50)
    lab.run_for(1)
    typed(lab, vty, "telnet 10.0.12.2\r")
    shown = typed(lab, vty, "show terminal\r")
    assert 'Type: "VT100"' in shown
    assert "Length: 50 lines, Width: 132 columns" in shown
    lab.resize(vty.session, 100, 30)
    lab.run_for(1)
    shown = typed(lab, vty, " \r\rshow terminal\r")
    assert "Length: 30 lines, Width: 100 columns" in shown
    assert "*  2 vty 0                idle                 00:00:00   10.0.12.1" in typed(
        lab, vty, " \rshow users\r"
    ).split("\n")


@pytest.mark.goal("K19", "K20")
def test_log_lines_break_into_a_telnet_after_terminal_monitor(lab: Lab) -> None:
    host = console(lab)
    typed(lab, host, "telnet 10.0.12.2\r")
    lab["R2"].configure("hostname R2")
    lab.run_for(2)
    assert host.read() == ""
    typed(lab, host, "terminal monitor\r")
    shown = typed(lab, host, "configure terminal\rend\rshow cl")
    logged = "%SYS-5-CONFIG_I: Configured from console by vty0 (10.0.11.10)\n"
    assert re.search(r"R2#.*\n\*Mar  1 00:0\d:\d\d\.\d{3}: " + re.escape(logged), shown)
    assert "UTC" in typed(lab, host, "ock\r")


def test_timeouts_and_commands_of_the_line_end_the_session(lab: Lab) -> None:
    host, closed = console(lab), "[Connection to 10.0.12.2 closed by foreign host]\nHOST1#"
    lab["R2"].configure("line vty 0 4\n exec-timeout 0 30")
    typed(lab, host, "telnet 10.0.12.2\r")
    assert typed(lab, host, "", seconds=40).endswith(closed)
    lab["R2"].configure("line vty 0 4\n exec-timeout 0 0\n absolute-timeout 1")
    typed(lab, host, "telnet 10.0.12.2\r")
    assert typed(lab, host, "", seconds=70).endswith("*\n* Line timeout expired\n*\n\n" + closed)
    lab["R2"].configure("line vty 0 4\n no absolute-timeout\n autocommand show clock")
    assert "UTC" in (shown := typed(lab, host, "telnet 10.0.12.2\r"))
    assert shown.endswith(closed)
    lab["R2"].configure("line vty 0 4\n no autocommand")
    lab["HOST1"].configure("line con 0\n session-timeout 1")
    typed(lab, host, "telnet 10.0.12.2\r")
    assert "[Connection to 10.0.12.2 idle too long; timed out]\n" in typed(
        lab, host, "", seconds=70
    )
    assert callers(lab, "R2") == []


# -- over bad networks ----


def paste(count: int) -> list[str]:
    lines = ["configure terminal"]
    for number in range(count // 2):
        lines += [f"interface Loopback{number}", f" description number {number}"]
    return [*lines, "end"]


def test_a_paste_of_2000_lines_arrives_whole(lab: Lab) -> None:
    host = console(lab)
    typed(lab, host, "telnet 10.0.12.2\r")
    shown = typed(lab, host, "\r".join([*paste(2000), ""]), seconds=60)
    assert "%" not in shown
    held = lab["R2"].cli("show running-config | count description number")
    assert "= 1000" in held


def test_a_lossy_link_loses_no_key(lab: Lab) -> None:
    lab.link("R1:e0/1").impair(loss=0.1, duplicate=0.05, reorder=0.05, jitter_ms=3)
    host = console(lab)
    typed(lab, host, "telnet 10.0.12.2\r", seconds=30)
    shown = typed(lab, host, "\r".join([*paste(200), ""]), seconds=300)
    assert "%" not in shown
    assert "= 100" in lab["R2"].cli("show running-config | count description number")
    assert shown.count("description number") == 100


def test_a_host_that_reboots_is_gone_at_the_next_key(lab: Lab) -> None:
    host = console(lab)
    typed(lab, host, "telnet 10.0.12.2\r")
    r2 = lab["R2"].console()
    r2.send("\renable\rreload\r\r")
    lab.run_for(60)
    assert callers(lab, "R2") == []
    host.read()
    # The reset that answers waits for an address to be resolved, so it takes another try.
    assert typed(lab, host, "\r", seconds=10).endswith(
        "[Connection to 10.0.12.2 closed by foreign host]\nHOST1#"
    )


def test_a_caller_that_reboots_leaves_no_line_behind(lab: Lab) -> None:
    lab["R2"].configure("line vty 0 4\n exec-timeout 1 40")
    host = console(lab)
    typed(lab, host, "telnet 10.0.12.2\r")
    link = lab.link("HOST1:e0/0")
    link.down()
    host.send(f"{ESCAPE}xreload\r\r")
    lab.run_for(60)
    link.up()
    lab.run_for(5)
    assert callers(lab, "R2") == ["vty 0"]
    # R2 has nobody to tell until it speaks; then a reset is the answer.
    lab.run_for(120)
    assert callers(lab, "R2") == []
    assert "ESTAB" not in lab["R2"].cli("show tcp brief")


# -- one function of its inputs ----


def begin() -> Lab:
    """A telnet within a telnet, one more suspended, a word half typed, bytes on the wire."""
    lab = iosemu.load("telnet")
    lab.world.digest.trace = []
    lab.boot()
    lab.run_for(10)
    lab.link("R1:e0/1").impair(loss=0.05, jitter_ms=2)
    host = lab.console("HOST1")
    for keys in ("\renable\r", f"telnet 10.0.12.2\r{ESCAPE}x", "r1\r", "cisco\r", "10.0.12.2\r"):
        lab.type(host, keys.encode())
        lab.run_for(20)
    lab.type(host, b"show running-config\r sho" + ESCAPE.encode())
    lab.run_for(0.0021)
    return lab


def finish(lab: Lab) -> Lab:
    host = lab.console("HOST1")
    for keys in (
        ESCAPE + "x",
        "disconnect\r\r",
        f"{ESCAPE}x1\r\r",
        "exit\r",
        "1\rshow tcp brief\r",
    ):
        lab.type(host, keys.encode())
        lab.run_for(20)
    return lab


@pytest.mark.goal("N2", "N4")
def test_a_snapshot_or_a_rewind_in_the_middle_changes_nothing() -> None:
    straight = finish(begin())
    assert sum("Open" in str(h) for h in straight.world.digest.happenings()) >= 3
    middle = begin()
    assert len(callers(middle, "R2")) == 2
    forked = finish(iosemu.restore(middle.snapshot()))
    at, before = middle.now, middle.state_digest()
    middle.type(middle.console("HOST1"), b"xexit\r\r")
    middle.run_for(33)
    middle.rewind(at)
    assert middle.state_digest() == before
    rewound = finish(middle)
    for other in (forked, rewound):
        happened = straight.world.digest.happenings(), other.world.digest.happenings()
        assert first_difference(*happened) is None
        assert (other.digest, other.state_digest()) == (straight.digest, straight.state_digest())


# -- what tshark sees ----


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_reads_the_options_and_finds_nothing_wrong(lab: Lab, tmp_path: Path) -> None:
    lab["HOST1"].cli("ping 10.0.23.3")
    captured = lab.capture("HOST1:e0/0")
    lab["HOST1"].cli("telnet 10.0.23.3")
    lab.run_for(5)
    failed = len([f for f in captured.frames if f.frame[12:14] == b"\x08\x00"])
    lab["HOST1"].cli("telnet 10.0.12.2")
    lab["HOST1"].cli("show version")
    lab["HOST1"].cli("exit")
    lab.run_for(5)
    captured.save(tmp_path / "telnet.pcapng")

    def seen(*arguments: str) -> list[str]:
        command = [str(TSHARK), "-r", str(tmp_path / "telnet.pcapng"), *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return run.stdout.splitlines()

    wrong = "_ws.malformed || _ws.short || _ws.expert.severity == error"
    assert seen("-o", "tcp.check_checksum:TRUE", "-Y", wrong) == []
    commands = seen("-Y", "telnet.cmd", "-T", "fields", "-e", "telnet.cmd")
    # WILL ECHO, WILL SGA, DO TTYPE, DO NAWS; then one answer a segment, and the size.
    assert commands[:6] == ["251,251,253,253", "253", "253", "251", "251", "250,240"]
    assert any("80" in size for size in seen("-T", "fields", "-e", "telnet.naws_subopt.width"))
    assert seen("-Y", 'telnet.data contains "Password required"')
    # SYN to FIN of a refused session: the article counts 21 and 19 packets, an honest exchange of
    # the same words takes these.
    there = seen("-Y", "tcp.stream == 0 && ip.src == 10.0.11.10")
    back = seen("-Y", "tcp.stream == 0 && ip.dst == 10.0.11.10")
    assert len(there) + len(back) == failed
    assert 9 <= len(there) <= 21
    assert 5 <= len(back) <= 19
