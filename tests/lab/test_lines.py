"""Several terminals on one router: con 0 and virtual terminals, through the Python API."""

from __future__ import annotations

import pytest

import iosemu
from iosemu import Lab, LinesBusy
from tests.features.samples import sample, unpadded


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    lab["R1"].configure("line vty 0 4\npassword cisco\nlogging synchronous")
    return lab


def test_a_vty_asks_for_its_password_from_the_first_byte_on(lab: Lab) -> None:
    vty = lab["R1"].vty()
    assert vty.read() == "\r\n\r\nUser Access Verification\r\n\r\nPassword: "
    vty.send("cisco\r")
    assert vty.read() == "\r\nR1>"
    vty.send("exit\r")
    assert vty.is_over
    vty.send("show clock\r")
    assert vty.read() == "exit\r\n"


def test_lines_are_taken_in_order_until_all_are_busy(lab: Lab) -> None:
    r1 = lab["R1"]
    held = [r1.vty() for _ in range(5)]
    with pytest.raises(LinesBusy, match="R1: all lines are busy"):
        r1.vty()
    held[2].send("cisco\rexit\r")
    again = r1.vty()
    again.send("cisco\rshow users\r")
    assert "*  4 vty 2 " in again.read()
    held[0].hang_up()
    assert r1.vty(0).prompt == "Password: "
    with pytest.raises(LinesBusy):
        r1.vty(1)


def test_a_line_without_transport_lets_nobody_in(lab: Lab) -> None:
    lab["R1"].configure("line vty 0 4\ntransport input none")
    with pytest.raises(LinesBusy):
        lab["R1"].vty()


def test_sessions_have_their_own_modes_widths_and_histories(lab: Lab) -> None:
    r1 = lab["R1"]
    one, other = r1.vty(), r1.console()
    one.send("cisco\rterminal width 100\r")
    other.send("\renable\rconfigure terminal\rinterface Ethernet0/0\r")
    assert (one.prompt, other.prompt) == ("R1>", "R1(config-if)#")
    one.read()
    one.send("show terminal\r")
    assert "Length: 24 lines, Width: 100 columns" in one.read()
    one.send("q\x10\x10")
    assert one.read().endswith("terminal width 100")
    assert lab["R1"].cli("show history").startswith("  ")


@pytest.mark.goal("K19")
def test_a_vty_sees_the_log_only_after_terminal_monitor(lab: Lab) -> None:
    r1 = lab["R1"]
    vty = r1.vty()
    vty.send("cisco\rshow ve")
    vty.read()
    r1.configure("interface Ethernet0/3\nno shutdown")
    lab.run_for(5)
    assert vty.read() == ""
    vty.send("\x15terminal monitor\rshow ve")
    vty.read()
    r1.configure("interface Ethernet0/3\nshutdown")
    lab.run_for(5)
    seen = vty.read()
    assert "%LINK-5-CHANGED: Interface Ethernet0/3, changed state to administratively down" in seen
    assert seen.endswith("\r\nR1>show ve")
    vty.send("\x15terminal no monitor\r")
    vty.read()
    r1.configure("interface Ethernet0/3\nno shutdown")
    lab.run_for(5)
    assert vty.read() == ""


def test_a_reload_ends_virtual_terminals_and_frees_their_lines(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure("line con 0\nexec-timeout 0 0")
    r1.cli("write memory")
    vty = r1.vty()
    vty.send("cisco\r")
    r1.cli("reload")
    r1.cli("")
    lab.run_for(120)
    assert vty.is_over
    assert r1.vty().prompt == "Password: "


def test_clear_line_throws_a_user_out(lab: Lab) -> None:
    r1 = lab["R1"]
    vty, console = r1.vty(), r1.console()
    vty.send("cisco\r")
    console.send("\renable\rclear line vty 0\r")
    assert console.prompt == "[confirm]"
    console.send("\r")
    assert vty.is_over
    assert console.read().endswith("[confirm]\r\n [OK]\r\nR1#")
    console.send("clear line 0\r")
    assert "% Not allowed to clear current line" in console.read()


def test_an_idle_vty_is_closed_and_a_busy_one_is_not(lab: Lab) -> None:
    lab["R1"].configure("line vty 0 4\nexec-timeout 1 0")
    idle, busy, asked = lab["R1"].vty(), lab["R1"].vty(), lab["R1"].vty()
    for vty in (idle, busy):
        vty.send("cisco\r")
    lab.run_for(29)
    assert not asked.is_over
    lab.run_for(2)
    assert asked.read().endswith("% Password:  timeout expired!\r\n")
    assert asked.is_over
    busy.send("enable\r")
    lab.run_for(30)
    assert (idle.is_over, busy.is_over) == (True, False)
    lab.run_for(60)
    assert busy.is_over


def test_a_lab_with_lines_in_use_rewinds_and_forks(lab: Lab) -> None:
    vty = lab["R1"].vty()
    vty.send("ci")
    lab.run_for(1)
    digest, twin = lab.digest, iosemu.restore(lab.snapshot())
    for which in (lab, twin):
        which.type(vty.session, b"sco\rshow privilege\r")
        which.run_for(700)
    assert lab.digest == twin.digest
    assert lab.terminal(vty.session).session.is_over
    lab.rewind(11)
    assert lab.digest == digest
    assert vty.prompt == "Password: "


# -- shows against captures ----


@pytest.mark.goal("P6")
def test_show_users_has_the_columns_of_a_capture(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure("username arm secret x\nline vty 0 4\nlogin local\nlocation 1.2.3.4")
    for _ in range(3):
        vty = r1.vty()
        vty.send("arm\rx\r")
    vty.read()
    vty.send("show users\r")
    mine = [line for line in vty.read().split("\r\n") if "*" in line or "Line" in line]
    theirs = sample("show_users__1.txt")[:2]
    assert unpadded([mine[1].replace("  4 vty 2", " 10 vty 0")]) == unpadded([theirs[1]])
    assert mine[0] == theirs[0]


def test_show_users_all_has_every_line(lab: Lab) -> None:
    rows = lab["R1"].cli("show users all").splitlines()
    assert [row[:14].strip() for row in rows[1:8]] == [
        "0 con 0",
        "1 aux 0",
        *(f"{n + 2} vty {n}" for n in range(5)),
    ]
    assert rows[1].rstrip() == sample("show_users__2.txt")[1].rstrip()


def test_show_line_has_the_columns_of_a_capture(lab: Lab) -> None:
    for _ in range(3):
        lab["R1"].vty().send("cisco\r")
    mine = lab["R1"].cli("show line").splitlines()
    theirs = sample("show_line__1.txt")[4:]
    assert mine[0] == theirs[0]
    assert mine[2] == theirs[2]
    assert mine[3] == theirs[3].replace(" 3 ", " 1 ", 1)
    assert mine[6] == theirs[8].replace("10       0", " 0       0").replace("7 VTY", "5 VTY")


def test_show_terminal_has_the_lines_of_a_capture(lab: Lab) -> None:
    console = lab["R1"].console()
    lab["R1"].configure("line con 0\nexec-timeout 0 0\nstopbits 1")
    console.send("\rterminal length 0\rterminal width 0\rterminal history size 10\r")
    console.read()
    console.send("show terminal\r")
    mine = console.read().split("\r\n")[1:-1]
    theirs = sample("show_terminal__2.txt")
    # The capture's line has no timeout, no log, and other transports.
    changed = {4, 18, 24}
    for number, (one, other) in enumerate(zip(mine, theirs, strict=True)):
        if number not in changed:
            assert one.rstrip() == other.rstrip(), number


@pytest.mark.parametrize(("command", "sure"), [("show users", "line"), ("show aliases", "alias")])
def test_ntc_templates_accept(lab: Lab, command: str, sure: str) -> None:
    parse = pytest.importorskip("ntc_templates.parse")
    lab["R1"].console().send("\r")
    printed = lab["R1"].cli(command)
    rows = [row for row in parse.parse_output("cisco_ios", command, printed) if row[sure]]
    assert len(rows) == (8 if sure == "alias" else 1), rows
