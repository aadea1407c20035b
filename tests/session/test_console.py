"""The lab prompt in this process, over a lab in memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import iosemu
from iosemu.session import builtin
from iosemu.shell.complete import candidates
from iosemu.shell.console import Console


@pytest.fixture
def console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Console, bytearray]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    printed = bytearray()
    new = Console(lab, printed.extend, origin="hello")
    new.start()
    return new, printed


def typed(console: tuple[Console, bytearray], data: bytes) -> str:
    """What is printed for these keys."""
    new, printed = console
    printed.clear()
    new.guarded(lambda: new.feed(data))
    return printed.decode()


def test_a_name_in_any_case_connects_and_looking_changes_nothing(
    console: tuple[Console, bytearray],
) -> None:
    assert typed(console, b"r1\r").endswith("Press RETURN to get started.\r\n")
    assert typed(console, b"\rshow cl").endswith("R1>show cl")
    before = console[0].lab.state_digest()
    assert typed(console, b"\x1d") == "\r\nhello> "
    assert typed(console, b"connect R1\r").endswith("R1>show cl")
    assert console[0].lab.state_digest() == before


def test_the_escape_sequence_suspends_a_telnet_before_it_leaves_the_console(
    console: tuple[Console, bytearray],
) -> None:
    def after(data: bytes) -> str:
        console[0].feed(data)
        console[0].lab.run_for(5)
        text = console[1].decode()
        console[1].clear()
        return text

    console[0].lab["R2"].configure("line vty 0 4\n no login")
    after(b"R1\r\r10.0.12.2\r")
    assert after(b"\r").endswith("R2>")
    assert after(b"\x1ex").endswith("\r\nR1>")
    assert console[0].attached == "R1"
    assert after(b"\x1ex").endswith("hello> ")
    assert console[0].attached is None
    # A telnet within a telnet gets the second escape.
    console[0].lab["R3"].configure("line vty 0 4\n no login")
    after(b"R1\r1\r10.0.23.3\r")
    assert after(b"\r").endswith("R3>")
    assert after(b"\x1e\x1ex").endswith("\r\nR2>")
    assert after(b"\x1ex").endswith("\r\nR1>")


def test_the_lab_prompt_edits_completes_and_helps(console: tuple[Console, bytearray]) -> None:
    assert typed(console, b"dev\t").endswith("hello> devices ")
    typed(console, b"\x15")
    assert typed(console, b"r?").endswith("R1\r\nR2\r\nR3\r\nhello> r")
    typed(console, b"\x15devices\r")
    assert typed(console, b"\x10").endswith("devices")


def test_a_defect_of_ours_pauses_before_it_and_the_user_goes_on(
    console: tuple[Console, bytearray], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    typed(console, b"R1\r\r")
    console[0].lab.run_for(1)
    monkeypatch.setitem(builtin.BUILTIN, "exec.show.history", broken)
    out = typed(console, b"show history\r")
    assert "Traceback" not in out
    assert "-- internal error at 6.000000 s in lab: ZeroDivisionError: by nothing\r\n" in out
    report = Path(out.split("report in ")[1].split("\r\n")[0])
    assert "in broken" in report.read_text()
    assert out.endswith("hello> ")
    assert console[0].is_paused
    monkeypatch.undo()
    assert typed(console, b"R1\r\rshow privilege\r").endswith("Current privilege level is 1\r\nR1>")


def test_a_packet_is_explained_at_the_lab_prompt(console: tuple[Console, bytearray]) -> None:
    before = console[0].lab.digest
    out = typed(console, b"explain packet from HOST1 to 9.9.9.9 both ways\r")
    assert "'ip route 0.0.0.0 0.0.0.0 192.168.1.1'\r\n" in out
    assert "R1      Ethernet0/2  route          drop: no route" in out
    assert "=> dropped at R1\r\nthe ICMP error it causes\r\n" in out
    out = typed(console, b"lab explain packet R1 e0/2 192.168.1.10 3.3.3.3 udp 1024 53\r")
    assert "udp 192.168.1.10:1024 -> 3.3.3.3:53, 100 bytes, ttl 64\r\n" in out
    assert "nothing here listens on UDP port 53" in out
    out = typed(console, b"explain packet from HOST1 to 9.9.9.9 | json\r")
    found = json.loads(out[out.index("{") : out.rindex("}") + 1])
    assert (found["outcome"], found["steps"][-1]["reason"]) == ("dropped", "NO_ROUTE")
    assert console[0].lab.digest == before


def test_the_last_drops_are_explained_at_the_lab_prompt(
    console: tuple[Console, bytearray],
) -> None:
    assert "nothing was dropped\r\n" in typed(console, b"explain drops\r")
    console[0].lab["HOST1"].cli("ping 9.9.9.9 repeat 2")
    out = typed(console, b"explain drops\r")
    assert "R1      Ethernet0/2  icmp echo 192.168.1.10 -> 9.9.9.9" in out
    assert "HOST1" not in typed(console, b"explain drops r1\r")
    out = typed(console, b"explain drop 1\r")
    assert "no line and no protocol gives a route to 9.9.9.9\r\n" in out
    assert "% no drop 99; there are" in typed(console, b"explain drop 99\r")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "expected: explain packet from R1"),
        ("packet", "a device is missing"),
        ("packet from R7 to 1.1.1.1", "no device 'R7'"),
        ("packet from R1 1.1.1.1", "the word to is missing"),
        ("packet from R1 to 1.1.1", "'1.1.1' is no IPv4 address"),
        ("packet from R1 5.5.5.5 to 1.1.1.1", "5.5.5.5 is no address of R1"),
        ("packet from R1 to 1.1.1.1 frog", "'frog' is not understood"),
        ("packet from R1 to 1.1.1.1 size big", "'big' is no size"),
        ("packet from R1 to 1.1.1.1 | xml", "'xml' is unknown behind |"),
        ("drops R7", "no device 'R7'"),
    ],
)
def test_a_question_that_is_none_is_refused(
    console: tuple[Console, bytearray], words: str, said: str
) -> None:
    out = typed(console, f"explain {words}\r".encode())
    assert "% " in out
    assert said in out


def test_questions_are_completed(console: tuple[Console, bytearray]) -> None:
    lab = console[0].lab

    def words(text: str) -> list[str]:
        return [found.word for found in candidates(lab, text)]

    assert words("explain ") == ["packet", "drops", "drop"]
    assert words("explain packet f") == ["from"]
    assert words("explain packet from HOST1 ") == ["to", "192.168.1.10"]
    assert "3.3.3.3" in words("explain packet from HOST1 to 3")
    assert "both" in words("explain packet from HOST1 to 3.3.3.3 udp 53 ")
    assert words("tap R1:") == ["R1:Ethernet0/3"]


def test_a_paste_of_thousands_of_lines_at_once_loses_nothing(
    console: tuple[Console, bytearray],
) -> None:
    lines = [f"ip route 10.{n // 256}.{n % 256}.0 255.255.255.0 Null0" for n in range(2000)]
    typed(console, b"R1\r\renable\rterminal length 0\r")
    typed(console, "\r".join(["configure terminal", *lines, "end", ""]).encode())
    out = typed(console, b"show running-config | count Null0\r")
    assert "Number of lines which match regexp = 2000\r\n" in out


def test_a_user_connects_to_a_vty_and_comes_back_when_it_is_closed(
    console: tuple[Console, bytearray],
) -> None:
    console[0].lab["R1"].configure("line vty 0 4\npassword cisco")
    assert typed(console, b"connect R1 vty\r").endswith(
        "User Access Verification\r\n\r\nPassword: "
    )
    assert typed(console, b"cisco\rshow pri").endswith("R1>show pri")
    assert typed(console, b"\x1d") == "\r\nhello> "
    assert typed(console, b"connect R1 vty 0\r").endswith("R1>show pri")
    typed(console, b"\x1d")
    assert typed(console, b"connect R1 vty 3\r").endswith("Password: ")
    out = typed(console, b"cisco\rexit\r")
    assert out.endswith("[Connection to R1 closed by foreign host]\r\nhello> ")
    assert "no line 'aux'" in typed(console, b"connect R1 aux\r")


def test_a_busy_or_closed_line_is_told_at_the_lab_prompt(
    console: tuple[Console, bytearray],
) -> None:
    r1 = console[0].lab["R1"]
    r1.configure("line vty 0 4\npassword cisco")
    held = r1.vty(2)
    assert "% R1: all lines are busy" in typed(console, b"connect R1 vty 2\r")
    held.hang_up()
    r1.configure("line vty 0 4\nno password")
    out = typed(console, b"connect R1 vty 2\r")
    assert "Password required, but none set" in out
    assert out.endswith("hello> ")


def test_a_line_behind_a_device_is_typed_there(console: tuple[Console, bytearray]) -> None:
    new, _ = console
    printed = typed(console, b"r1 show clock\r")
    assert printed.endswith("\r\n*00:00:05.000 UTC Fri Mar 1 2002\r\nhello> ")
    assert "!!!!" in typed(console, b"R1 ping 192.168.1.10\r")
    assert new.lab.now > 5
    assert typed(console, b"R9 show clock\r").endswith("'R9'; try help\r\nhello> ")
    # The console knows nothing of it.
    assert typed(console, b"R1\r\r").endswith("\r\nR1>")


def test_help_fits_the_window_and_tells_of_one_command(console: tuple[Console, bytearray]) -> None:
    new, _ = console
    new.window = (60, 24)
    rows = typed(console, b"help\r").split("\r\n")
    assert [row for row in rows if len(row) > 60 and not row.startswith("  explain {")] == []
    assert {row.split()[0] for row in rows if row.startswith("  ") and row[2:3] != " "} >= {
        "link",
        "tap",
        "DEVICE",
    }
    assert typed(console, b"help link\r").split("\r\n")[1:-1] == [
        "  link A B {down | up | impair FAULT... | drop [FILTER]}",
        "                              Cut, mend or spoil the link",
        "                              between two ends",
    ]
    assert "% no command 'foo'; try help" in typed(console, b"help foo\r")


def test_going_back_too_far_says_how_far_there_is(console: tuple[Console, bytearray]) -> None:
    assert "% this lab has only run for 00:00:05.000" in typed(console, b"back 1h\r")
    assert console[0].failures == 1


def test_exit_at_the_lab_prompt_leaves(console: tuple[Console, bytearray]) -> None:
    typed(console, b"exit\r")
    assert console[0].is_over
