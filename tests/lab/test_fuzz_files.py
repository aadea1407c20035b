"""Spoiled lab files and transcripts: an error with its place, never anything else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from iosemu.data import labs
from iosemu.kernel.rng import Random
from iosemu.lab.loader import load
from iosemu.lab.places import LabFileError, Problem
from iosemu.session.transcript.read import TranscriptError, read
from iosemu.shell import app

SCRAPS = (
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        "- ",
        "\n",
        "\t",
        "'",
        '"',
        "&a",
        "*a",
        "!!python/object:x",
        "|",
        "%",
    ),
    *(
        "null",
        "true",
        "~",
        "-1",
        "1e999",
        "0x1F",
        "[[[[",
        "{a: b}",
        "? x",
        "---",
        "...",
        "\0",
        "\u00e9",
    ),
    *("99999999999999999999", "kind: toaster", "kind: bridge", "startup-config: /etc/passwd"),
    *(
        "endpoints: []",
        'endpoints: ["R1:e0/0", "R1:e0/0"]',
        "<<: *x",
        "R1:",
        "  ",
        ".inf",
        "2001-01-01",
    ),
)


def spoiled(rng: Random, text: str) -> str:
    """A text with lines moved or lost, or scraps put in."""
    lines = text.split("\n")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        line = lines[at]
        match rng.randrange(7):
            case 0:
                del lines[at : at + rng.randint(1, 3)]
            case 1:
                lines.insert(rng.randrange(len(lines) + 1), line)
            case 2:
                lines[at] = rng.choice([" ", "  ", "\t"]) + line
            case 3:
                lines[at] = line.lstrip()
            case 4:
                cut = rng.randrange(len(line) + 1)
                lines[at] = line[:cut] + rng.choice(SCRAPS) + line[cut:]
            case 5:
                cut = rng.randrange(len(line) + 1)
                lines[at] = line[:cut] + line[cut + rng.randint(1, 4) :]
            case _:
                lines[at] = line.partition(":")[0] + ": " + rng.choice(SCRAPS)
        lines = lines or [""]
    return "\n".join(lines)


def problems_of(file: Path) -> tuple[Problem, ...]:
    """What loading says; nothing if the file is good."""
    try:
        load(file)
    except LabFileError as error:
        assert error.problems, "an error without a problem"  # noqa: PT017
        return error.problems
    return ()


@pytest.mark.parametrize("name", ["hello", "switch"])
def test_a_spoiled_lab_file_loads_or_says_where_it_is_wrong(name: str, tmp_path: Path) -> None:
    shutil.copytree(labs() / name, tmp_path / name)
    file = tmp_path / name / f"{name}.clab.yml"
    good, rng, wrong = file.read_text(), Random.named(1, "lab file", name), 0
    for _ in range(1000):
        file.write_text(spoiled(rng, good))
        problems = problems_of(file)
        wrong += bool(problems)
        for problem in problems:
            assert Path(problem.file).parent.is_relative_to(tmp_path / name)
            assert problem.text
            assert problem.line >= 1
            assert problem.column >= 1
    assert wrong > 500


def test_the_command_says_it_with_2_and_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(labs() / "hello", tmp_path / "hello")
    file = tmp_path / "hello" / "hello.clab.yml"
    good, rng, wrong = file.read_text(), Random.named(2, "lab file"), 0
    while wrong < 50:
        file.write_text(spoiled(rng, good))
        problems = problems_of(file)
        if problems:
            wrong += 1
            assert app.main(["run", str(file)]) == 2
            printed = capsys.readouterr()
            assert printed.err.splitlines() == [str(problem) for problem in problems]
            assert printed.out == ""
    assert not (tmp_path / "state").exists()


def test_a_spoiled_transcript_is_read_or_says_where_it_is_wrong() -> None:
    rng, wrong = Random.named(3, "transcript"), 0
    scraps = (
        "[",
        "]",
        "[wait",
        "[wait 1h]",
        "[until (]",
        "[until x]",
        "R1#",
        "R1(config)#",
        "{",
        "<<",
    )
    for file in sorted(labs().glob("*/transcripts/*.txt")):
        good = file.read_text()
        for _ in range(1500):
            text = spoiled(rng, good)
            if rng.randrange(2):
                at = rng.randrange(len(text))
                text = text[:at] + rng.choice(scraps) + text[at:]
            try:
                read(text, "t.txt")
            except TranscriptError as error:
                wrong += 1
                name, line, column, *_ = str(error).split(":")
                assert name == "t.txt"
                assert 1 <= int(line) <= text.count("\n") + 1
                assert int(column) >= 1
    assert wrong > 50


def test_a_line_of_a_megabyte_in_any_file_does_not_hang(tmp_path: Path) -> None:
    shutil.copytree(labs() / "hello", tmp_path / "hello")
    file = tmp_path / "hello" / "hello.clab.yml"
    file.write_text(file.read_text() + "x" * 1_000_000)
    with pytest.raises(LabFileError):
        load(file)
    read("[lab hello]\nR1#" + "x" * 1_000_000 + "\n" + "y" * 1_000_000 + "\n", "t.txt")
    with pytest.raises(TranscriptError):
        read("[wait " + "x" * 1_000_000 + "]\n", "t.txt")
