"""`iosemu run` at a real terminal: raw keys, virtual time at the pace of the wall clock."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def user(tmp_path: Path) -> Iterator[pexpect.spawn]:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "iosemu", "run", "hello"],
        cwd=ROOT,
        timeout=20,
        encoding="ascii",
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
    )
    child.delaybeforesend = None
    child.expect_exact("hello> ")
    yield child
    child.close(force=True)


def connect(user: pexpect.spawn, device: str) -> None:
    user.send(f"{device}\r")
    user.expect_exact("Press RETURN to get started.")
    user.send("\r")
    user.expect_exact(f"{device}>")


def test_a_user_pings_and_comes_back_to_the_lab(user: pexpect.spawn) -> None:
    connect(user, "R1")
    user.send("ping 10.0.13.3\r")
    user.expect_exact("Success rate is")
    user.expect_exact("R1>")
    user.send("\x1d")
    user.expect_exact("hello> ")
    user.send("R1\r")
    user.expect_exact("R1>")
    user.send("\x1ex")
    user.expect_exact("hello> ")
    user.send("quit\r")
    user.expect(pexpect.EOF)
    user.close()
    assert user.exitstatus == 0


def test_a_device_gets_raw_keys(user: pexpect.spawn) -> None:
    connect(user, "R1")
    user.send("sho\t")
    user.expect_exact("R1>show ")
    user.send("?")
    user.expect_exact("  clock ")
    user.expect_exact("R1>show ")
    user.send("\x15enable\r")
    user.expect_exact("R1#")
    user.send("configure terminal\r")
    user.expect_exact("R1(config)#")
    user.send("\x1a")
    user.expect_exact("R1#")
    user.expect_exact("%SYS-5-CONFIG_I")


def test_the_escape_sequence_ends_a_ping_in_real_time(user: pexpect.spawn) -> None:
    connect(user, "R1")
    user.send("ping 10.99.99.99 repeat 1000\r")
    user.expect_exact("timeout is 2 seconds:")
    user.send("\x1e")
    user.expect_exact("R1>")


def test_a_long_run_stops_on_control_c(user: pexpect.spawn) -> None:
    user.send("run 10000d\r")
    user.expect_exact("run 10000d\r\n")
    user.send("\x03")
    user.expect(r"time \d+:\d\d:\d\d|time \d+d")
    user.expect_exact("hello> ")


def test_the_end_of_input_leaves_the_lab(user: pexpect.spawn) -> None:
    user.send("\x04")
    user.expect(pexpect.EOF)
    user.close()
    assert user.exitstatus == 0


def said_time(user: pexpect.spawn) -> tuple[float, str]:
    """The virtual time and what follows it, of the next line of the lab that tells it."""
    user.expect(r"time (?:(\d+)d)?(\d+):(\d\d):(\d\d\.\d{3}), ([^\r]*)\r\n")
    day, hour, minute, second, rest = user.match.groups()
    user.expect_exact("hello> ")
    return ((int(day or 0) * 24 + int(hour)) * 60 + int(minute)) * 60 + float(second), rest


def ask(user: pexpect.spawn, line: str) -> tuple[float, str]:
    user.send(f"{line}\r")
    user.expect_exact(f"{line}\r\n")
    return said_time(user)


@pytest.mark.goal("N3")
def test_virtual_time_is_commanded_from_the_lab_prompt(user: pexpect.spawn) -> None:
    started, _ = ask(user, "pause")
    assert ask(user, "time") == (started, "speed 1, paused")
    at, _ = ask(user, "clock advance 24h")
    assert at == started + 86_400
    user.send("link R1 R2 down\r")
    user.expect_exact("hello> ")
    stepped, rest = ask(user, "step")
    assert at <= stepped < at + 60
    assert rest == "speed 1, paused"
    user.send("until changed state to down\r")
    user.expect(r"R[12]: \*Mar  2 [^\r]*changed state to down\r\n")
    seen, _ = said_time(user)
    assert at < seen < at + 60
    user.send("until no such line\r")
    user.send("\x03")
    user.expect_exact("% no log line matched 'no such line'")
    user.expect_exact("hello> ")
    user.send("until (\r")
    user.expect_exact("% '(' is no regular expression")
    before, rest = ask(user, "speed 600")
    assert rest == "speed 600"
    while ask(user, "time")[0] < before + 60:
        pass
    after, _ = ask(user, "pause")
    user.send("lab back 1h\r")
    user.expect(r"-- rewound to [^\r]* --\r\n")
    user.expect_exact("hello> ")
    assert ask(user, "time")[0] == pytest.approx(after - 3600, abs=0.002)


def test_keys_typed_during_a_long_run_are_not_lost(user: pexpect.spawn) -> None:
    user.send("run 2d\r")
    user.expect_exact("run 2d\r\n")
    user.send("time\rtime\r")
    for _ in range(3):
        said_time(user)


def test_a_router_that_reloads_does_not_prompt(user: pexpect.spawn) -> None:
    connect(user, "R2")
    user.send("enable\rreload\r")
    user.expect_exact("Proceed with reload? [confirm]")
    user.send("\r")
    user.send("\x1d")
    user.expect_exact("hello> ")
    assert "Router" not in user.before
    assert "#" not in user.before
    user.send("run 40\rR2\r")
    user.expect_exact("Press RETURN to get started.")
