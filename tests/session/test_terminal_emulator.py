"""What a user sees at 80 x 24: the console of a router under a terminal emulator."""

from __future__ import annotations

from itertools import pairwise

import pytest

import iosemu
from iosemu import Lab
from iosemu.lab.console import Console

pyte = pytest.importorskip("pyte")
COLUMNS, ROWS = 80, 24


class Glass:
    """A console and the emulator that shows it."""

    def __init__(self, lab: Lab, device: str) -> None:
        self.lab, self.console = lab, Console(lab, lab.console(device))
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)

    def type(self, keys: str, seconds: float = 0.5) -> None:
        self.console.send(keys)
        self.run(seconds)

    def run(self, seconds: float) -> None:
        self.lab.run_for(seconds)
        self._stream.feed(self.console.read().encode("ascii"))

    @property
    def rows(self) -> list[str]:
        return [row.rstrip() for row in self.screen.display]

    @property
    def row(self) -> str:
        """The row the cursor is on."""
        return self.rows[self.screen.cursor.y]


@pytest.fixture
def glass() -> Glass:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    glass = Glass(lab, "R1")
    glass.type("\renable\r")
    return glass


@pytest.mark.goal("P2")
def test_a_page_fills_the_screen_and_no_line_is_lost(glass: Glass) -> None:
    expected = glass.lab["R1"].cli("show running-config").split("\n")
    glass.type("show running-config\r")
    assert glass.rows[0] == expected[0]
    assert glass.rows[22] == expected[22]
    assert glass.rows[23] == " --More--"
    seen = glass.rows[:23]
    while glass.rows[23] == " --More--":
        glass.type(" ")
        new = glass.rows[:23]
        overlap = next(n for n in range(24) if seen[len(seen) - 23 + n :] == new[: 23 - n])
        seen += new[23 - overlap :]
    assert seen[: len(expected)] == [line.rstrip() for line in expected]
    assert glass.rows[23] == "R1#"


def test_enter_shows_one_more_line_and_the_rest_can_be_dropped(glass: Glass) -> None:
    glass.type("show running-config\r")
    before = glass.rows
    glass.type("\r")
    assert glass.rows[:22] == before[1:23]
    assert glass.rows[23] == " --More--"
    glass.type("q")
    assert glass.rows[:23] == [*before[1:23], glass.rows[22]]
    assert glass.row == "R1#"
    assert glass.screen.cursor.x == 3


def test_a_search_at_more_begins_a_page_with_the_line_found(glass: Glass) -> None:
    glass.type("show running-config\r/Ethernet0/2\r")
    assert glass.rows[:2] == ["filtering...", "interface Ethernet0/2"]
    assert glass.rows[23] == " --More--"


def test_a_line_wider_than_the_screen_stays_on_one_row(glass: Glass) -> None:
    glass.type("configure terminal\r")
    above = glass.rows[: glass.screen.cursor.y]
    text = "".join(f" word{n:03d}" for n in range(40))
    for number, key in enumerate("description" + text):
        glass.type(key, 0)
        assert glass.rows[: len(above)] == above
        assert glass.screen.cursor.y == len(above)
        assert glass.row.startswith("R1(config)#$" if number > 67 else "R1(config)#d")
        assert len(glass.row) < COLUMNS
    assert glass.row.endswith("word038 word039")
    glass.type("\x01", 0)
    assert glass.row.startswith("R1(config)#description word000")
    assert glass.row.endswith("$")
    assert glass.screen.cursor.x == 11


def test_the_edge_makes_the_line_jump_about_twenty_columns(glass: Glass) -> None:
    columns = []
    for key in "x" * 120:
        glass.type(key, 0)
        columns.append(glass.screen.cursor.x)
    jumps = [b - a for a, b in pairwise(columns) if b < a]
    assert jumps == [-19] * len(jumps)
    assert len(jumps) >= 2


@pytest.mark.goal("K19")
@pytest.mark.parametrize("synchronous", [True, False])
def test_a_log_line_breaks_into_what_is_typed(glass: Glass, synchronous: bool) -> None:
    word = "" if synchronous else "no "
    glass.lab["R1"].configure(f"line con 0\n{word}logging synchronous")
    glass.run(1)
    glass.type("\r\x0cshow ip rou", 0)
    glass.lab["R1"].configure("interface Loopback77")
    glass.run(2)
    log = [row for row in glass.rows if "Loopback77" in row]
    assert len(log) == 1
    assert glass.row == ("R1#show ip rou" if synchronous else "")
    glass.type("te 1.1.1.1\r")
    rows = glass.rows
    assert any(row.endswith("te 1.1.1.1") for row in rows)
    assert "Routing entry for 1.1.1.1/32" in rows


def test_help_leaves_the_line_as_it_was(glass: Glass) -> None:
    glass.type("show pri?", 0)
    assert "privilege" in " ".join(glass.rows)
    assert glass.row == "R1#show pri"
    glass.type("\t", 0)
    assert glass.row == "R1#show privilege"
    glass.type("\r", 0)
    assert "Current privilege level is 15" in glass.rows


def test_a_password_leaves_nothing_on_the_screen(glass: Glass) -> None:
    glass.lab["R1"].configure("enable secret sesame")
    glass.type("disable\renable\rsesa?me\x7f\x7f\x7fme\r")
    assert not any("sesa" in row for row in glass.rows)
    assert "Password:" in glass.rows
    glass.type("sesame\r")
    assert glass.row == "R1#"
