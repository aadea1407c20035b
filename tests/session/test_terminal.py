"""A terminal on a router of the hello lab: keys in `terminal/*.keys`, the screen after them."""

from __future__ import annotations

import os
import pickle
from itertools import pairwise
from pathlib import Path

import pytest

from iosemu.session.session import Session
from tests.session.keys import typed
from tests.session.rig import Rig, Window

CASES = sorted(Path(__file__).with_name("terminal").glob("*.keys"))
GOALS = {
    "prompts": ("K1",),
    "abbreviations": ("K10",),
    "interfaces": ("K11",),
    "pipes": ("K12",),
    "do": ("K13",),
    "no-and-end": ("K14",),
    "climb": ("K15",),
    "help": ("K16",),
    "notes": ("K17",),
    "paste": ("K18",),
    "log-breaks-in": ("K19",),
    "log-stamp": ("K20",),
}


@pytest.fixture
def rig() -> Rig:
    return Rig().boot()


def screen_of(window: Window) -> str:
    """The rows; blanks at their ends are not to be seen."""
    return "\n".join("".join(row).rstrip() for row in window.screen.rows) + "\n"


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, marks=pytest.mark.goal(*GOALS.get(c.stem, ()))) for c in CASES],
    ids=lambda path: path.stem,
)
def test_keys_give_the_screen(case: Path, rig: Rig) -> None:
    console = rig.console("R1")
    for line in case.read_text().splitlines():
        rig.type(console, typed(line), seconds=3)
    golden = case.with_suffix(".screen")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(screen_of(console))
    assert screen_of(console) == golden.read_text()


def test_a_console_asks_for_return_and_starts_unprivileged(rig: Rig) -> None:
    console = rig.open(Session.console(1, "R1"))
    assert console.raw.endswith(
        "R1 con0 is now available\r\n\r\n\r\nPress RETURN to get started.\r\n"
    )
    rig.type(console, b"x\r")
    assert console.raw.endswith("\r\n\r\nR1>")
    rig.type(console, b"exit\r")
    assert console.raw.endswith("Press RETURN to get started.\r\n")


def test_a_paste_in_one_write_is_served_in_order_without_loss(rig: Rig) -> None:
    console = rig.console("R1")
    lines = ["configure terminal"]
    for number in range(300):
        lines += [f"interface Loopback{number + 100}", f" description line {number}"]
    lines += ["end", "ping 10.0.12.2", "show running-config | include line "]
    rig.type(console, "\n".join([*lines, ""]).encode(), seconds=30)
    printed = console.raw.split("show running-config | include line ")[1]
    assert printed.count(" description line ") == 300
    assert all(
        console.raw.index(a) < console.raw.index(b)
        for a, b in pairwise(lines)
        if a.startswith("interface") and b.startswith(" desc")
    )
    echo = console.raw.index("show running-config | include line ")
    assert console.raw.index("Success rate") < echo


def test_type_ahead_waits_for_the_job(rig: Rig) -> None:
    console = rig.console("R1")
    console.terminal.feed(b"ping 10.99.99.99\rshow clock\r")
    assert not console.terminal.waiting
    assert "show clock" not in console.raw
    rig.run(11 * 10**9)
    assert console.raw.index("Success rate is 0 percent (0/5)") < console.raw.index("show clock")
    assert console.terminal.waiting


def test_the_escape_sequence_ends_a_job(rig: Rig) -> None:
    console = rig.console("R1")
    rig.type(console, b"ping 10.99.99.99 repeat 1000\r", seconds=5)
    assert not console.terminal.waiting
    rig.type(console, b"\x1e", seconds=0)
    assert console.terminal.waiting
    assert console.raw.endswith("R1#")


def test_only_plain_bytes_come_out(rig: Rig) -> None:
    console = rig.console("R1")
    rig.type(console, bytes(range(256)) + b"\r\x03show version\rshow ip route\r", seconds=20)
    assert set(console.raw) <= {chr(n) for n in range(0x20, 0x7F)} | set("\r\n\b\a")
    assert "\n" not in console.raw.replace("\r\n", "")


def test_the_hidden_line_is_privileged_and_shows_no_log(rig: Rig) -> None:
    window = rig.hidden("R1")
    assert window.raw == "R1#"
    rig.type(window, b"configure terminal\rinterface e0/0\rshutdown\rend\r", seconds=5)
    assert "%" not in window.raw
    assert window.terminal.session.device == "R1"


def test_a_session_pickles_in_the_middle_of_a_dialog(rig: Rig) -> None:
    console = rig.console("R1")
    rig.type(console, b"copy running-config startup-config\rsta", seconds=0)
    assert console.terminal.prompt == "Destination filename [startup-config]? "
    again: Session = pickle.loads(pickle.dumps(console.terminal.session))
    assert again == console.terminal.session
    rig.type(console, b"\x15\r")
    assert console.raw.endswith("[OK]\r\nR1#")


def test_more_stops_at_the_length_of_the_screen(rig: Rig) -> None:
    console = rig.console("R1")
    rig.type(console, b"terminal length 10\r")
    start = len(console.raw)
    rig.type(console, b"show running-config\r")
    shown = console.raw[start:]
    assert shown.endswith("\r\n --More-- ")
    assert shown.count("\r\n") == 1 + 9
    rig.type(console, b"\r")
    assert console.raw.endswith("\r\n --More-- ")
    assert console.raw[start:].count("\r\n") == 1 + 10
    rig.type(console, b" ")
    assert console.raw[start:].count("\r\n") == 1 + 19
    rig.type(console, b"q")
    assert console.raw.endswith("\bR1#")
    assert screen_of(console).splitlines()[-1] == "R1#"


def test_a_pipe_writes_to_flash(rig: Rig) -> None:
    console = rig.console("R1")
    rig.type(console, b"show clock | redirect flash:now\rshow clock | append flash:now\r")
    files = rig.routers["R1"].device.files
    assert files.flash["now"].count(b"\n") == 2
