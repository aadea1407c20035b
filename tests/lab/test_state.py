"""A lab that is kept on disk goes on where it was left, however it ended."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

import iosemu
from iosemu.kernel.rng import Random
from iosemu.kernel.time import SECOND
from iosemu.lab.instance import InstanceLocked

PAIR = """\
name: pair
topology:
  nodes:
    R1: {kind: cisco_iol}
    R2: {kind: cisco_iol}
  links:
    - endpoints: ["R1:e0/0", "R2:e0/0"]
"""


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    folder = tmp_path / "pair"
    folder.mkdir()
    (folder / "pair.clab.yml").write_text(PAIR)
    return folder


def test_opening_again_goes_on(pair: Path, tmp_path: Path) -> None:
    with iosemu.load(pair, state=tmp_path) as lab:
        lab.boot()
        lab.run_for(10)
        lab["R1"].configure("hostname KEPT")
        lab.run_for(25)
        left = (lab.now, lab.digest, lab.state_digest())
    with iosemu.load(pair, state=tmp_path) as lab:
        assert (lab.now, lab.digest, lab.state_digest()) == left
        assert lab["R1"].prompt == "KEPT#"
        lab.rewind(to=9)
        assert lab["R1"].prompt == "Router#"
    with iosemu.load(pair, state=tmp_path, fresh=True) as lab:
        assert lab.now == 0


def test_the_lab_folder_is_only_read(pair: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in pair.rglob("*")}
    with iosemu.load(pair, state=tmp_path) as lab:
        lab.boot()
        lab.run_for(5)
        lab["R1"].cli("write memory")
    assert {path: path.read_bytes() for path in pair.rglob("*")} == before


def test_one_process_at_a_time(pair: Path, tmp_path: Path) -> None:
    with iosemu.load(pair, state=tmp_path), pytest.raises(InstanceLocked):
        iosemu.load(pair, state=tmp_path)


def test_a_changed_lab_folder_is_played_again_from_the_journal(pair: Path, tmp_path: Path) -> None:
    with iosemu.load(pair, state=tmp_path) as lab:
        lab.boot()
        lab.run_for(10)
        lab["R1"].configure("hostname KEPT")
    (pair / "README.md").write_text("A remark.\n")
    with iosemu.load(pair, state=tmp_path) as lab:
        assert lab["R1"].prompt == "KEPT#"


def test_a_defect_is_caught_just_before_it_and_reported(pair: Path, tmp_path: Path) -> None:
    with iosemu.load(pair, state=tmp_path) as lab:
        lab.boot()
        lab.run_for(10)
        lab["R1"].configure("hostname KEPT")
        lab.world.schedule(lab.world.now + SECOND, ("device", "R1"), "no such event")
        crash = lab.guard(lambda: lab.run_for(30))
        assert crash is not None
        assert (crash.at, crash.target) == (11 * SECOND, ("device", "R1"))
        # The lab is usable, and as it was; what was put into it from behind is gone.
        assert lab.now < 11
        assert lab["R1"].prompt == "KEPT#"
        assert lab.guard(lambda: lab.run_for(30)) is None
        assert "no such event" in next(tmp_path.rglob("crash-1.txt")).read_text()


def _type_for_ever(pair: Path, state: Path, acknowledge: int) -> None:
    """In a child: configure one interface after the other and acknowledge each."""
    lab = iosemu.load(pair, state=state)
    if lab.now == 0:
        lab.boot()
    lab.run_for(3)
    first = len(lab["R1"].cli("show ip interface brief | include Loopback").splitlines())
    for number in range(first, first + 1000):
        lab["R1"].configure(f"interface Loopback{number}")
        os.write(acknowledge, bytes([number % 256]))


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    pair: Path, tmp_path: Path
) -> None:
    moments = Random.named(7, "kill")
    promised = 0
    for _ in range(100):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            try:
                _type_for_ever(pair, tmp_path, write)
            finally:
                os._exit(1)
        os.close(write)
        count = 1 + moments.randrange(3)
        acknowledged = b""
        while len(acknowledged) < count and (part := os.read(read, 1)):
            acknowledged += part
        os.kill(child, signal.SIGKILL)
        while part := os.read(read, 4096):
            acknowledged += part
        os.close(read)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        assert len(acknowledged) >= count
        promised += len(acknowledged)
    with iosemu.load(pair, state=tmp_path) as lab:
        kept = lab["R1"].cli("show ip interface brief | include Loopback").splitlines()
    assert len(kept) >= promised
