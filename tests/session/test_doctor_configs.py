"""Real configurations, line by line: nothing breaks, and how much of what is claimed is taken."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from iosemu.cli.nvgen import running_lines
from iosemu.lab.program import bare_config, program
from iosemu.session.doctor import (
    Checked,
    Examination,
    Status,
    commands_of,
    examine,
    release_of,
)

from .claims import is_claimed

TAKEN_AT_LEAST, INERT_AT_MOST = 0.95, 0.15


def configurations(shared: Path) -> list[Path]:
    """All real configurations there are; at least the number that is known."""
    found = sorted((shared / "configs").glob("*.cfg"))
    found += sorted((shared / "real-networks").glob("*/configs/*/*.txt"))
    assert len(found) >= 29
    return found


@cache
def examined(file: Path) -> Examination:
    return checked(file.read_text(encoding="utf-8"))


def checked(text: str, release: str | None = None) -> Examination:
    version = release or release_of(text) or "15.4"
    config = bare_config(program(), commands_of(text))
    return examine(program().grammar, text, config, version=version)


def test_every_line_of_every_configuration_is_told_of(shared: Path) -> None:
    for file in configurations(shared):
        lines = examined(file).lines
        given = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        assert [line.number for line in lines] == list(range(1, len(given) + 1)), file
        assert [line.text for line in lines] == given, file
        for line in lines:
            if line.status is Status.REFUSED:
                assert line.output, (file, line)
            if line.status is Status.SKIPPED:
                assert line.reason or not line.text.strip(), (file, line)


def test_no_command_of_a_real_configuration_is_taken_for_a_remark(shared: Path) -> None:
    for file in configurations(shared):
        for line in examined(file).lines:
            assert line.reason != "remark", (file, line)
            assert not any("note" in change for change in line.changes), (file, line)


def test_claimed_lines_are_taken_and_few_are_inert(shared: Path) -> None:
    counts: Counter[Status] = Counter()
    missing: Counter[tuple[str, str]] = Counter()
    for file in configurations(shared):
        for line in filter(is_claimed, examined(file).lines):
            counts[line.status] += 1
            if line.status is Status.REFUSED:
                missing[line.below, (line.typed or "").strip()] += 1
    claimed = counts.total()
    assert claimed > 1300
    taken = (counts[Status.APPLIED] + counts[Status.INERT]) / claimed
    assert taken >= TAKEN_AT_LEAST, missing.most_common(20)
    assert counts[Status.INERT] / claimed <= INERT_AT_MOST


def test_what_was_accepted_is_printed_and_pasted_and_printed_the_same(shared: Path) -> None:
    for file in configurations(shared):
        found = examined(file)
        release = release_of(file.read_text(encoding="utf-8")) or "15.4"
        first = printed(found, release)
        again = checked("\n".join(first), release)
        refused = [line for line in again.lines if line.status is Status.REFUSED]
        assert refused == [], file
        assert printed(again, release) == first, file


def printed(found: Examination, release: str) -> list[str]:
    return running_lines(program().grammar, found.config, version=release)


@pytest.mark.parametrize("word", ["interface", "line", "hostname", "service"])
def test_the_claims_hold_of_lines_as_they_are_read(word: str) -> None:
    assert is_claimed(Checked(1, "", Status.APPLIED, typed=f"no {word} x", below=""))
