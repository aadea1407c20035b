"""`iosemu run` at a real terminal: lab prompt, raw keys, virtual time in step with the clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pexpect")
pytest.importorskip("pyte")

from .glass import Window

LAB = r"^hello>$"


@pytest.fixture
def user(tmp_path: Path) -> Iterator[Window]:
    window = Window(tmp_path, "run", "hello")
    window.wait(LAB)
    yield window
    window.kill()


def connect(user: Window, device: str) -> None:
    user.line(device)
    user.wait("Press RETURN to get started")
    user.type("\r")
    user.wait(f"^{device}>$")


def test_a_user_pings_and_comes_back_to_the_lab(user: Window) -> None:
    connect(user, "R1")
    user.line("ping 10.0.13.3")
    user.wait("Success rate is")
    user.wait("^R1>$")
    user.type("\x1d")
    user.wait(LAB)
    user.line("R1")
    user.wait(r"^hello> R1\n+R1>$")
    user.type("\x1ex")
    user.wait(LAB)
    user.line("quit")
    assert user.end() == 0


def test_a_device_gets_raw_keys(user: Window) -> None:
    connect(user, "R1")
    user.type("sho\t")
    user.wait("^R1>show$")
    user.type("?")
    user.wait("^  version ")
    user.type("\x15enable\r")
    user.wait("^R1#$")
    user.line("configure terminal")
    user.wait(r"^R1\(config\)#$")
    user.type("\x1a")
    user.wait("%SYS-5-CONFIG_I")


def test_the_escape_sequence_ends_a_ping_in_real_time(user: Window) -> None:
    connect(user, "R1")
    user.line("ping 10.99.99.99 repeat 1000")
    user.wait("timeout is 2 seconds:")
    user.type("\x1e")
    user.wait("^R1>$")


def test_a_long_run_shows_how_far_it_is_and_stops_on_control_c(user: Window) -> None:
    user.line("lab run 10000d")
    user.wait(r"^ *\d+%  time \d.*Ctrl-C stops")
    user.type("\x03")
    user.wait(r"^time \d.*, speed 1$")
    user.wait(LAB)
    assert "Ctrl-C stops" not in user.text


def test_the_end_of_input_leaves_the_lab(user: Window) -> None:
    user.type("\x04")
    assert user.end() == 0


def test_control_c_drops_the_line(user: Window) -> None:
    user.type("reset\x03")
    user.wait(LAB)
    user.line("time")
    user.wait("^time 00:00:0")


def test_the_toolbar_shows_lab_time_speed_and_devices(user: Window) -> None:
    user.wait(r"^ hello  00:00:\d\d\.\d+  x1   R1 R2 R3 HOST1 HOST2$")
    user.line("speed 100")
    user.wait(r"x100 ")
    user.wait(r"^ hello  00:0[1-9]")
    user.line("pause")
    user.wait(r"^ hello  00:.*  paused   R1")


def test_commands_devices_and_ends_are_completed(user: Window) -> None:
    user.type("dev\t")
    user.wait("^hello> devices$")
    user.type("\x15link r1:\t")
    user.wait(r"^hello> link R1:Ethernet0/$")
    user.type("2 h\t")
    user.wait(r"^hello> link R1:Ethernet0/2 HOST1$")
    user.type(" dow\t\r")
    user.wait("R1:Ethernet0/2 - HOST1:Ethernet0/0 down")
    user.type("R\t")
    user.wait("Go to its console")


def test_what_was_typed_is_in_the_history_of_the_next_session(user: Window, tmp_path: Path) -> None:
    user.line("links")
    user.wait("R1:Ethernet0/0 - R2")
    user.line("quit")
    assert user.end() == 0
    again = Window(tmp_path, "run", "hello")
    try:
        again.wait(LAB)
        again.type("\x1b[A\x1b[A")
        again.wait("^hello> links$")
    finally:
        again.kill()


def test_messages_are_shown_above_the_prompt_as_they_come(user: Window) -> None:
    user.line("messages on")
    user.wait(rf"messages on\n{LAB[1:]}|{LAB}")
    user.line("link R1 R2 down")
    user.wait(r"^00:00:\d\d\.\d{3} R[12]: \*Mar.*LINEPROTO-5-UPDOWN.*\n(.*\n)*hello>$")


def test_a_virtual_terminal_takes_the_size_of_the_window(user: Window) -> None:
    connect(user, "R1")
    user.type("enable\rconfigure terminal\rline vty 0 4\rno login\rend\r\x1d")
    user.wait(LAB)
    user.line("connect R1 vty 3")
    user.wait("vty 3\n(.*\n)*R1>$")
    user.line("show terminal | include Length")
    user.wait("^Length: 30 lines, Width: 100 columns$")
    user.resize(20, 60)
    user.type("\x0c")
    user.wait("^R1>$")
    user.line("show terminal | include Length")
    user.wait("^Length: 20 lines, Width: 60 columns$")
    user.type("\x1d")
    user.wait(LAB)
    user.line("connect R1 vty 3")
    user.wait("^R1>$")


def test_lines_typed_ahead_reach_the_lab_prompt(user: Window) -> None:
    connect(user, "R2")
    user.type("\x1dlab time\rdevi")
    user.wait("^time 00:00:")
    user.wait("^hello> devi$")


def test_without_an_argument_a_lab_is_picked(tmp_path: Path) -> None:
    window = Window(tmp_path)
    try:
        found = window.wait(r"^ +(\d+)  hello (.*\n)*Lab \(number, name or path\):$")
        window.line("nothing")
        window.wait("^no lab 'nothing'$(.*\n)*Lab .*:$")
        window.line(found[1])
        window.wait(LAB)
    finally:
        window.kill()


def seconds(user: Window, line: str) -> tuple[float, str]:
    """What the lab says of the time after a line on a cleared glass, and what follows it."""
    user.type("\x0c")
    user.wait(r"\A\s*hello>$")
    user.line(line)
    found = user.wait(r"^time (?:(\d+)d)?(\d+):(\d\d):(\d\d\.\d{3}), (.*)\n(?:.*\n)*?hello>$")
    day, hour, minute, second, rest = found.groups()
    return ((int(day or 0) * 24 + int(hour)) * 60 + int(minute)) * 60 + float(second), rest


@pytest.mark.goal("N3")
def test_virtual_time_is_commanded_from_the_lab_prompt(user: Window) -> None:
    started, _ = seconds(user, "pause")
    assert seconds(user, "time") == (started, "speed 1, paused")
    at, _ = seconds(user, "clock advance 24h")
    assert at == started + 86_400
    user.line("link R1 R2 down")
    user.wait("^R1:Ethernet0/0 - R2:Ethernet0/0 down$")
    stepped, rest = seconds(user, "step")
    assert at <= stepped < at + 60
    assert rest == "speed 1, paused"
    seen, _ = seconds(user, "until changed state to down")
    assert at < seen < at + 60
    user.wait(r"^R[12]: \*Mar  2 .*LINEPROTO-5-UPDOWN")
    user.line("until no such line")
    user.type("\x03")
    user.wait("% no log line matched 'no such line'")
    user.line("until (")
    user.wait(r"% '\(' is no regular expression")
    before, rest = seconds(user, "speed 600")
    assert rest == "speed 600"
    assert any(seconds(user, "time")[0] >= before + 60 for _ in range(200))
    after, _ = seconds(user, "pause")
    user.line("lab back 1h")
    user.wait("^-- rewound to .* --$")
    assert seconds(user, "time")[0] == pytest.approx(after - 3600, abs=0.002)


def test_keys_typed_during_a_long_run_are_not_lost(user: Window) -> None:
    user.type("run 2d\rtime\rtime\r")
    user.wait(r"(^time 2d.*\n(.*\n)*?){3}hello>$")


def test_a_router_that_reloads_does_not_prompt(user: Window) -> None:
    connect(user, "R2")
    user.type("enable\rreload\r")
    user.wait(r"Proceed with reload\? \[confirm\]$")
    user.type("\r")
    user.type("\x1d")
    user.wait(LAB)
    after = user.text.split("[confirm]")[1]
    assert "Router" not in after
    assert "#" not in after
    user.type("run 40\rR2\r")
    user.wait("Press RETURN to get started.(.*\n)*.*Press RETURN to get started.")
