"""EIGRP networks: until all know all, when nothing happens any more, and what a router weighs.

Run with `pytest tests/bench/test_eigrp.py --benchmark-only -s`.
"""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from iosemu import Lab
from iosemu.lab.loader import load as load_topology
from tests.sim.eigrp_net import Net, grid, is_converged, ring

from .figures import rate

SHAPES = {
    "ring of 10": ring(10),
    "ring of 30": ring(30),
    "ring of 60": ring(60),
    "ring of 100": ring(100),
    "grid of 9": grid(3),
    "grid of 30": grid(5, 6),
    "grid of 60": grid(6, 10),
    "grid of 100": grid(10),
}
STEP_S, LIMIT_S = 0.5, 60
QUIET_S = 100


def booted(net: Net, folder: Path) -> Lab:
    lab = Lab(load_topology(net.write(folder)))
    lab.boot()
    return lab


def converge(lab: Lab, net: Net) -> None:
    while not is_converged(lab, net):
        assert lab.now < LIMIT_S
        lab.run_for(STEP_S)


@pytest.mark.parametrize("shape", SHAPES)
def test_from_boot_to_all_loopbacks(benchmark: Any, tmp_path: Path, shape: str) -> None:
    net = SHAPES[shape]
    lab = booted(net, tmp_path / "lab")
    benchmark.pedantic(lambda: converge(lab, net), rounds=1, iterations=1)
    rate(benchmark, "routers converged/s", net.size)
    if benchmark.stats is not None:
        print(f"{shape}: {benchmark.stats.stats.min:.2f} s wall, {lab.now:.1f} s virtual")


@pytest.mark.parametrize("shape", ["ring of 30", "grid of 100"])
def test_virtual_seconds_of_a_quiet_network(benchmark: Any, tmp_path: Path, shape: str) -> None:
    net = SHAPES[shape]
    lab = booted(net, tmp_path / "lab")
    converge(lab, net)
    lab.run_for(30)
    before = lab.now
    benchmark.pedantic(lambda: lab.run_for(QUIET_S), rounds=1, iterations=1)
    assert lab.now == before + QUIET_S
    rate(benchmark, f"virtual s/s of a {shape}", QUIET_S)


@pytest.mark.parametrize("shape", ["ring of 30", "grid of 30"])
def test_memory_of_a_router(tmp_path: Path, shape: str) -> None:
    """A megabyte a router is the limit; a lab of one router is what all have in common."""
    net = SHAPES[shape]
    # Grammar and modules are there before anything is measured.
    booted(ring(3), tmp_path / "first")
    tracemalloc.start()
    lab = booted(net, tmp_path / "lab")
    converge(lab, net)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"\n{shape}: {size / net.size / 1000:,.0f} kB a router")
    assert size / net.size < 1_000_000
