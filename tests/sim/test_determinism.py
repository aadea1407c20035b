"""A lab is a function of its inputs: however it is played, the same things happen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pytest

from iosemu.kernel.digest import first_difference
from iosemu.lab.lab import Lab

from .scenario import WAYS, straight, trace

LABS = ["hello", "static", "switch", "pbr", "serial", "telnet", "mixed", "bgp-nht"]
"""The shipped ones, and one with serial lines, telnet and access lists at once."""
CHECKOUT = Path(__file__).resolve().parents[2]


@cache
def reference(name: str) -> Lab:
    """The scenario played straight in this process."""
    return straight(name)


@pytest.mark.goal("N2")
@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_seed_changes_nothing(name: str, seed: str) -> None:
    digests, *happened = played_under(name, seed)
    lab = reference(name)
    expected = [str(happening) for happening in trace(lab)]
    assert first_unlike(expected, happened) is None
    assert digests.split() == [lab.digest, lab.state_digest()]


def played_under(name: str, seed: str) -> list[str]:
    """The digests, then every happening on a row, of the scenario under a hash seed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.sim.scenario", name, "straight", "trace"],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def first_unlike(expected: Sequence[str], actual: Sequence[str]) -> str | None:
    """The first event that is different, with its time; None if there is none."""
    for a, b in zip_longest(expected, actual):
        if a != b:
            return f"first different event:\n  {a}\n  {b}"
    return None


@pytest.mark.goal("N2", "N4")
@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("way", ["straight", "forked", "rewound"])
def test_however_it_is_played_the_same_happens(name: str, way: str) -> None:
    lab, expected = WAYS[way](name), reference(name)
    assert first_difference(trace(expected), trace(lab)) is None
    assert (lab.digest, lab.state_digest()) == (expected.digest, expected.state_digest())


def test_the_digest_sees_every_input() -> None:
    lab = straight("hello")
    assert lab.digest == reference("hello").digest
    now = lab.now
    lab["R1"].cli("show clock")
    other = straight("hello")
    other["R1"].cli("show  clock")
    assert lab.digest != other.digest
    differs = first_difference(trace(lab), trace(other))
    assert differs is not None
    assert f"{now:.9f} s" in str(differs)
    assert "show  clock" in str(differs)
