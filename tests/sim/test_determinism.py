"""A lab is a function of its inputs: however it is played, the same things happen."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from iosemu.kernel.digest import first_difference
from iosemu.lab.lab import Lab

from .scenario import WAYS, straight, trace

LABS = ["hello", "switch"]
CHECKOUT = Path(__file__).resolve().parents[2]


@cache
def reference(name: str) -> Lab:
    """The scenario played straight in this process."""
    return straight(name)


@pytest.mark.goal("N2")
@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_seed_changes_nothing(name: str, seed: str) -> None:
    command = [sys.executable, "-m", "tests.sim.scenario", name, "straight"]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    )
    lab = reference(name)
    assert done.stdout.split() == [lab.digest, lab.state_digest()]


@pytest.mark.goal("N2", "N4")
@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("way", ["straight", "forked", "rewound"])
def test_however_it_is_played_the_same_happens(name: str, way: str) -> None:
    lab, expected = WAYS[way](name), reference(name)
    if way == "straight":
        assert first_difference(trace(expected), trace(lab)) is None
    assert (lab.digest, lab.state_digest()) == (expected.digest, expected.state_digest())


def test_the_digest_sees_every_input() -> None:
    lab = straight("hello")
    assert lab.digest == reference("hello").digest
    lab["R1"].cli("show clock")
    other = straight("hello")
    other["R1"].cli("show  clock")
    assert lab.digest != other.digest
