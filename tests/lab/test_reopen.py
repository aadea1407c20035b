"""Opening what was left by another lab, another version or another machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from iosemu.data import labs
from iosemu.kernel.journal import format_line, parse

ROOT = Path(__file__).parents[2]
BEGIN = "R1\n\nenable\nconfigure terminal\nhostname KEPT\nend\n\x1drun 5m\nquit\n"
LOOK = "time\nR1\n\n\x1dquit\n"


def iosemu(
    *arguments: str, state: Path, typed: str = "", seed: str = "0", cwd: Path = ROOT
) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "iosemu", *arguments],
        cwd=cwd,
        env={
            **os.environ,
            "XDG_STATE_HOME": str(state),
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": seed,
        },
        input=typed.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in done.stdout + done.stderr
    return done.returncode, (done.stdout + done.stderr).decode().replace("\r\n", "\n")


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab folder that may be changed, left with something done in it."""
    folder = shutil.copytree(labs() / "hello", tmp_path / "hello")
    assert iosemu("run", str(folder), state=tmp_path, typed=BEGIN)[0] == 0
    return folder


def instance_of(lab: Path) -> Path:
    return next((lab.parent / "iosemu" / "labs").iterdir())


def test_an_unchanged_lab_says_nothing(lab: Path) -> None:
    code, out = iosemu("run", str(lab), state=lab.parent, typed=LOOK)
    assert code == 0
    assert "KEPT#" in out
    assert "\n-- " not in out


def test_a_change_that_makes_no_difference_is_told_and_the_lab_goes_on(lab: Path) -> None:
    (lab / "README.md").write_text("changed")
    code, out = iosemu("run", str(lab), state=lab.parent, typed=LOOK)
    assert code == 0
    assert "-- the lab folder changed since this lab was left: it is played again\n" in out
    assert "another way" not in out
    assert "time 00:05:05.000" in out
    assert "KEPT#" in out


def test_another_configuration_goes_another_way_and_starts_from_what_was_saved(lab: Path) -> None:
    config = lab / "configs" / "R2.cfg"
    config.write_text(config.read_text().replace("hostname R2", "hostname OTHER"))
    code, out = iosemu("run", str(lab), state=lab.parent, typed=LOOK)
    assert code == 0
    assert "-- the replay goes another way in minute 0\n" in out
    assert "-- it starts over from the configurations it was left with;" in out
    assert "KEPT>" in out
    assert (instance_of(lab) / "journal-1").exists()
    code, out = iosemu("run", str(lab), state=lab.parent, typed="R1\n\nenable\n\x1dquit\n")
    assert "KEPT#" in out
    assert "\n-- " not in out


def test_another_version_is_named_and_a_replay_that_breaks_falls_back(lab: Path) -> None:
    folder = instance_of(lab)
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps({**meta, "version": "0.0.1"}))
    entries, _ = parse((folder / "journal").read_bytes())
    last = entries[-1]
    lines = [*map(format_line, entries[:-1])]
    changed = type(last)(
        last.number, last.parent, last.time, last.sequence + 7, last.source, last.kind, last.args
    )
    (folder / "journal").write_bytes(b"".join([*lines, format_line(changed)]))
    code, out = iosemu("run", str(lab), state=lab.parent, typed=LOOK)
    assert code == 0
    assert "-- iosemu changed since this lab was left: it is played again\n" in out
    assert f"-- the replay goes another way in minute {last.time // 60_000_000_000}\n" in out
    assert "KEPT>" in out


@pytest.mark.goal("N13")
def test_a_bug_report_is_small_and_plays_the_same_elsewhere(lab: Path) -> None:
    report = lab.parent / "report"
    code, out = iosemu("report", str(lab), str(report), state=lab.parent)
    assert code == 0
    digest = out.split()[-1]
    assert sum(file.stat().st_size for file in report.rglob("*") if file.is_file()) < 32_768
    there = lab.parent / "elsewhere"
    there.mkdir()
    shutil.move(report, there / "bug")
    shutil.rmtree(lab)
    code, out = iosemu("reproduce", "bug", state=there / "state", seed="4711", cwd=there)
    assert (code, out) == (0, f"bug: the same happens; digest {digest}\n")
    config = there / "bug" / "lab" / "configs" / "R3.cfg"
    config.write_text(config.read_text().replace("hostname R3", "hostname OTHER"))
    code, out = iosemu("reproduce", "bug", state=there / "state", cwd=there)
    assert code == 1
    assert "bug: goes another way in minute 0" in out


def test_a_report_that_is_none_is_a_usage_error(lab: Path) -> None:
    assert iosemu("reproduce", "nowhere", state=lab.parent)[0] == 2
    (lab / "digest.json").write_text("{}")
    assert iosemu("reproduce", str(lab), state=lab.parent)[0] == 2
    assert iosemu("report", str(lab), str(lab), state=lab.parent)[0] == 2
