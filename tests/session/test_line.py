"""The line editor alone: keys in, screen out.  Goldens in `line/*.keys` and `line/*.screen`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iosemu.session.line import Key, Line
from tests.session.keys import typed
from tests.session.screen import Screen

CASES = sorted(Path(__file__).with_name("line").glob("*.keys"))
ENDS = {Key.ENTER, Key.END, Key.ABORT}


def play(data: bytes, *, width: int = 80) -> tuple[Screen, list[str]]:
    """Type into a line that answers every end of line with what it got."""
    line, screen, entered = Line(width=width), Screen(), []
    screen.write(line.ask("R1#"))
    for byte in data:
        printed, pressed = line.press(byte)
        screen.write(printed)
        if pressed is None:
            continue
        if pressed.key in ENDS:
            entered.append(pressed.text)
            line.remember(pressed.text)
            screen.write(f"[{pressed.key.name} {pressed.text}]\r\n" + line.ask("R1#"))
        elif pressed.key in (Key.HELP, Key.TAB):
            screen.write(f"[{pressed.key.name} {pressed.text}]\r\n" + line.redraw())
    return screen, entered


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_keys_give_the_screen(case: Path) -> None:
    width = 40 if case.stem.startswith("wide") else 80
    screen, _ = play(typed(case.read_text()), width=width)
    golden = case.with_suffix(".screen")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(screen.text())
    assert screen.text() == golden.read_text()


def test_every_end_of_line_ends_it_once() -> None:
    _, entered = play(b"a\rb\nc\r\nd\r\0e\r\r\nf\n")
    assert entered == ["a", "b", "c", "d", "e", "", "f"]


def test_a_pasted_block_loses_nothing() -> None:
    lines = [f"line {n} with some text" for n in range(10_000)]
    _, entered = play("\r\n".join([*lines, ""]).encode())
    assert entered == lines


def test_a_blank_of_a_web_page_is_a_blank() -> None:
    assert play("a\u00a0b".encode() + b"\xa0c\r")[1] == ["a b c"]


def test_a_password_is_not_shown() -> None:
    line = Line()
    line.ask("Password: ", echo=False)
    printed = [line.press(byte) for byte in b"se?cret\r"]
    assert "".join(text for text, _ in printed) == "\r\n"
    assert printed[-1][1] is not None
    assert printed[-1][1].text == "se?cret"


@given(st.binary(max_size=200), st.sampled_from([0, 30, 80, 132]))
def test_whatever_is_typed_one_row_shows_it(data: bytes, width: int) -> None:
    """Only allowed bytes come out, and the row always shows the prompt and the text's window."""
    line, screen = Line(width=width), Screen()
    screen.write(line.ask("R1#"))
    for byte in data:
        printed, pressed = line.press(byte)
        screen.write(printed)
        if pressed is not None and pressed.key in ENDS:
            line.remember(pressed.text)
            screen.write(line.ask("R1#"))
        elif pressed is not None and pressed.key is not Key.ESCAPE:
            screen.write(line.redraw())
        row = "".join(screen.rows[-1])
        assert row.rstrip(" ") == ("R1#" + line.shown).rstrip(" ")
        assert screen.column == 3 + line.column
        assert not width or len(row.rstrip(" ")) < max(width, 26)
        assert line.text[line.left + 1 :].startswith(line.shown[1:-1])


@given(st.lists(st.sampled_from(["show ip ", "x", "route", "\x02", "\x01", "\x7f", "\r", "\x10"])))
def test_characters_typed_at_once_are_those_typed_one_by_one(parts: list[str]) -> None:
    one, other, screens = Line(width=30), Line(width=30), (Screen(), Screen())
    for line, screen in zip((one, other), screens, strict=True):
        screen.write(line.ask("R1#"))
    for part in parts:
        at_once = one.append(part) if part.isprintable() else None
        if at_once is None:
            at_once = "".join(one.press(ord(key))[0] for key in part)
        screens[0].write(at_once)
        screens[1].write("".join(other.press(ord(key))[0] for key in part))
        for line, screen in zip((one, other), screens, strict=True):
            if part == "\r":
                screen.write(line.ask("R1#"))
    assert one == other
    assert screens[0].text() == screens[1].text()
