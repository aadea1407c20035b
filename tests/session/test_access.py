"""What somebody sees who sits down at a line: `access/NAME.cfg`, keys, screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iosemu.session.session import Session
from tests.session.keys import typed
from tests.session.rig import Rig
from tests.session.test_terminal import screen_of

CASES = sorted(Path(__file__).with_name("access").glob("*.keys"))
WAIT = "<wait>"


@pytest.fixture
def rig() -> Rig:
    return Rig().boot()


@pytest.mark.goal("P4")
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_who_sits_down_sees_this(case: Path, rig: Rig) -> None:
    rig.configure("R1", *case.with_suffix(".cfg").read_text().splitlines())
    rig.run(3 * 10**9)
    number = len(rig.windows) + 1
    if case.stem.startswith("vty"):
        window = rig.vty("R1")
    else:
        window = rig.open(Session.console(number, "R1"))
    for line in case.read_text().splitlines():
        rig.type(window, b"" if line == WAIT else typed(line), seconds=3)
    golden = case.with_suffix(".screen")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(screen_of(window))
    assert screen_of(window) == golden.read_text()
