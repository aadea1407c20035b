"""Every case of `cases/` comes out as it is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .case import Player, parse, printed

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path, tmp_path: Path) -> None:
    text = path.read_text()
    title, steps = parse(text)
    player = Player(tmp_path)
    played = [(step, player.play(step)) for step, _ in steps]
    found = printed(title, played)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found)
    assert found == text


def test_there_are_cases() -> None:
    assert len(CASES) >= 40
