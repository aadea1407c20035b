"""A real configuration of 5,000 lines: how fast it is applied, checked and printed.

Run with `pytest tests/bench/test_configs.py --benchmark-only -s`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iosemu.cli.nvgen import running_lines
from iosemu.lab.program import bare_config, program
from iosemu.session.doctor import Examination, Status, commands_of, examine

from .figures import rate

LINES = 5_000
RELEASE = "16.4"


@pytest.fixture(scope="module")
def text(shared: Path) -> str:
    """The real configurations one behind the other, as often as it takes."""
    files = sorted((shared / "configs").glob("*.cfg"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 2_900
    return "\n".join((lines * 2)[:LINES])


def check(text: str) -> Examination:
    config = bare_config(program(), commands_of(text))
    return examine(program().grammar, text, config, version=RELEASE)


def test_lines_of_a_real_configuration_checked_a_second(benchmark: Any, text: str) -> None:
    found = benchmark(check, text)
    assert len(found.lines) == LINES
    rate(benchmark, "lines/s", LINES)


def test_accepted_lines_of_a_real_configuration_applied_a_second(benchmark: Any, text: str) -> None:
    accepted = check(text).accepted()
    found = benchmark(check, accepted)
    assert found.count(Status.REFUSED) == 0
    rate(benchmark, "lines/s", len(found.lines))


def test_running_configuration_of_a_real_configuration(benchmark: Any, text: str) -> None:
    config = check(text).config
    lines = benchmark(lambda: running_lines(program().grammar, config, version=RELEASE))
    assert len(lines) > 300
    rate(benchmark, "lines/s", len(lines))
