"""Every transcript of every shipped lab replays, and would notice any changed word."""

from __future__ import annotations

from pathlib import Path

import pytest

import iosemu
from iosemu.data import labs
from iosemu.session.transcript.compare import Verdict
from iosemu.session.transcript.guard import survivors
from iosemu.session.transcript.read import read
from iosemu.session.transcript.run import run

TRANSCRIPTS = sorted(labs().glob("*/transcripts/*.txt"))


@pytest.mark.parametrize("file", TRANSCRIPTS, ids=lambda f: f"{f.parent.parent.name}/{f.stem}")
def test_the_transcript_replays_and_every_word_counts(file: Path) -> None:
    lab = iosemu.load(file.parent.parent)
    lab.boot()
    lab.run_for(5)
    result = run(read(file.read_text(), file.name), lab)
    assert [str(line) for line in result.lines if line.verdict is Verdict.DIFFERS] == []
    assert [str(lost) for lost in survivors(result)] == []
