"""The raw text of the article through the paste doctor: prose, prompts, outputs and all."""

from __future__ import annotations

from pathlib import Path

import pytest

from iosemu.lab.program import bare_config, program
from iosemu.session.doctor import Checked, Status, commands_of, examine

from .test_blocks import blocks

LATER = """
    activate address address-family authentication authorization bgp class class-map
    crypto encr exit-address-family group identity ipv6 local match mode neighbor network
    passive peer policy-map priority profile rekey replay router sa server service-policy set
    """
"""First words of what is not built yet."""

LATER_PAIRS = frozenset(
    (
        *("no bgp", "no crypto", "no server"),
        # Below an interface that a policy map is needed for.
        "no shut",
        # Output of a command that is not built yet.
        "Key data:",
        # The second half of a command of which the first half is not built yet.
        "MYGDOIPSK address",
    )
)


@pytest.fixture(scope="module")
def lines(shared: Path) -> tuple[Checked, ...]:
    text = (shared / "source" / "blog.txt").read_text(encoding="utf-8")
    return examine(program().grammar, text, bare_config(program(), commands_of(text))).lines


def test_no_prose_is_taken_for_a_command(lines: tuple[Checked, ...]) -> None:
    covered = {n for block in blocks() for n in range(block.first, block.last + 1)}
    commands = [line for line in lines if line.is_line]
    assert len(commands) > 300
    assert [line for line in commands if line.number not in covered] == []


@pytest.mark.goal("N11")
def test_what_is_built_pastes_clean(lines: tuple[Checked, ...]) -> None:
    refused = [line for line in lines if line.status is Status.REFUSED]
    for line in refused:
        words = (line.typed or "").split()
        assert words[0] in LATER.split() or " ".join(words[:2]) in LATER_PAIRS, line


@pytest.mark.goal("N11")
def test_every_line_that_was_mended_says_how(lines: tuple[Checked, ...]) -> None:
    """A line is typed as it stands, or it says what was changed; nothing is skipped in silence."""
    mended = 0
    for line in lines:
        if line.status is Status.SKIPPED:
            assert line.reason or not line.text.replace("\u00a0", " ").strip(), line
            continue
        if line.typed is not None and line.typed.strip() != line.text.strip():
            assert line.changes, line
            mended += 1
    assert mended > 100


def test_lines_of_configuration_blocks_are_read_as_commands(lines: tuple[Checked, ...]) -> None:
    by_number = {line.number: line for line in lines}
    applied = [
        (line.typed or "").split()[0]
        for block in blocks()
        if block.command.startswith("(config")
        for number in range(block.first, block.last + 1)
        if (line := by_number[number]).status is Status.APPLIED
    ]
    assert {"int", "interface", "ip", "shut", "no"} <= set(applied)
    assert len(applied) >= 25


def test_notes_behind_commands_are_named(lines: tuple[Checked, ...]) -> None:
    by_number = {line.number: line for line in lines}
    assert by_number[1482].typed == "ip route 0.0.0.0 0.0.0.0 192.168.124.10"
    assert "left out the note '! Deliberately non-existent next-hop'" in by_number[1482].changes
    assert by_number[1365].typed == "int lo0"
