"""Output modifiers."""

from __future__ import annotations

import pytest

from iosemu.cli.pipes import Pipe, PipeError, apply_pipes, split_pipes

LINES = """\
hostname R1
interface Ethernet0/0
 ip address 10.0.0.1 255.0.0.0
 shutdown
!
interface Ethernet0/1
 no ip address
!
router eigrp 100
 network 10.0.0.0
end""".splitlines()


def filtered(line: str) -> list[str]:
    command, pipes = split_pipes(f"show run {line}")
    assert command == "show run"
    return list(apply_pipes(LINES, pipes))


@pytest.mark.goal("K12")
@pytest.mark.parametrize("line", ["| include ip", "| i ip", "|i ip", "|include ip", "|  inc  ip"])
def test_include_with_and_without_blanks(line: str) -> None:
    assert filtered(line) == [LINES[2], LINES[6]]


@pytest.mark.goal("K12")
def test_section_takes_what_is_indented_below() -> None:
    assert filtered("| s Ethernet0/0") == LINES[1:4]
    assert filtered("| section router|0/1") == [*LINES[5:7], *LINES[8:10]]
    assert filtered("| sec no ip") == [LINES[6]]


def test_the_other_filters() -> None:
    assert filtered("| exclude ^ |!") == ["hostname R1", *LINES[1:2], LINES[5], LINES[8], "end"]
    assert filtered("| begin router") == LINES[8:]
    assert filtered("| count interface") == ["Number of lines which match regexp = 2"]


def test_filters_in_a_row() -> None:
    assert filtered("| s interface | e ! | i addr") == [LINES[2], LINES[6]]
    assert filtered("| begin router | count 1") == ["Number of lines which match regexp = 2"]


def test_a_bar_inside_a_pattern_is_an_alternative() -> None:
    assert split_pipes("show x | i a|b")[1] == (Pipe("include", "a|b"),)
    assert split_pipes("show x | i a | b")[1] == (Pipe("include", "a | b"),)
    assert split_pipes("show x | i a | json")[1] == (Pipe("include", "a"), Pipe("json"))
    assert split_pipes("show x") == ("show x", ())


def test_files_are_given_to_the_caller() -> None:
    written: list[tuple[str, str, list[str]]] = []

    def write(name: str, url: str, lines: list[str]) -> list[str]:
        written.append((name, url, lines))
        return lines if name == "tee" else []

    pipes = split_pipes("show x | i end | tee flash:a")[1]
    assert list(apply_pipes(LINES, pipes, write)) == ["end"]
    pipes = split_pipes("show x | redirect flash:b")[1]
    assert list(apply_pipes(LINES, pipes, write)) == []
    assert written == [("tee", "flash:a", ["end"]), ("redirect", "flash:b", LINES)]


@pytest.mark.parametrize(
    ("line", "kind", "offset"),
    [
        ("show x | foo", "invalid", 9),
        ("show x |", "incomplete", 0),
        ("show x | include", "incomplete", 0),
        ("show x |  re", "incomplete", 0),
    ],
)
def test_bad_modifiers(line: str, kind: str, offset: int) -> None:
    with pytest.raises(PipeError) as caught:
        split_pipes(line)
    assert (caught.value.kind, caught.value.offset) == (kind, offset)
