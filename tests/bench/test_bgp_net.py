"""BGP networks: until all know all, and when nothing happens any more.

Run with `pytest tests/bench/test_bgp_net.py --benchmark-only -s`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iosemu import Lab
from iosemu.lab.loader import load as load_topology
from tests.sim.bgp_checks import block, table
from tests.sim.bgp_net import Kind, Net, Session

from .figures import rate

STEP_S, LIMIT_S, QUIET_S = 5, 1000, 100


def external_ring(size: int) -> Net:
    """Every router an AS of its own; the first announces a network."""
    segments = [(n, n % size + 1) for n in range(1, size + 1)]
    asns = {n: 1000 + n for n in range(1, size + 1)}
    sessions = [Session(on, Kind.EXTERNAL, i) for i, on in enumerate(segments)]
    return Net(asns, dict(asns), segments, sessions, networks={(1, 1)}, owned={(1, 1)})


def reflected_ring(size: int) -> Net:
    """One AS: the first two routers reflect for all others."""
    segments = [(n, n % size + 1) for n in range(1, size + 1)]
    asns = dict.fromkeys(range(1, size + 1), 100)
    sessions = [Session((1, 2), Kind.INTERNAL)]
    for n in range(3, size + 1):
        sessions += [Session((top, n), Kind.INTERNAL, None, (n,)) for top in (1, 2)]
    owned = {(n, n) for n in (size // 2, size)}
    return Net(asns, dict(asns), segments, sessions, networks=set(owned), owned=owned)


SHAPES = {"external ring": external_ring, "reflected ring": reflected_ring}


def converged(net: Net, folder: Path) -> Lab:
    lab = Lab(load_topology(net.write(folder)))
    lab.boot()
    lab.run_for(STEP_S)
    while not all(is_known(lab, n, prefix) for n in net.routers for prefix in net.prefixes):
        assert lab.now < LIMIT_S
        lab.run_for(STEP_S)
    return lab


def is_known(lab: Lab, router: int, prefix: int) -> bool:
    held = table(lab, router).nets.get(block(prefix))
    return held is not None and held.best is not None


@pytest.mark.parametrize("size", [10, 30, 60, 100])
@pytest.mark.parametrize("shape", SHAPES)
def test_from_boot_to_all_networks(benchmark: Any, tmp_path: Path, shape: str, size: int) -> None:
    net = SHAPES[shape](size)
    lab = benchmark.pedantic(lambda: converged(net, tmp_path / "lab"), rounds=1, iterations=1)
    rate(benchmark, "routers converged/s", size)
    print(f"{shape} of {size}: {lab.now:.0f} s virtual")


@pytest.mark.parametrize("shape", SHAPES)
def test_virtual_seconds_of_a_quiet_network(benchmark: Any, tmp_path: Path, shape: str) -> None:
    lab = converged(SHAPES[shape](30), tmp_path / "lab")
    benchmark.pedantic(lambda: lab.run_for(QUIET_S), rounds=1, iterations=1)
    rate(benchmark, f"virtual s/s of a {shape} of 30", QUIET_S)
