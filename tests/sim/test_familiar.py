"""Hellos that are sent and heard without being looked at leave the state of those that are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from iosemu import Lab
from iosemu.kernel.snapshot import state_digest
from iosemu.lab.loader import load

from .eigrp_net import ring

QUIET_S = 20


def booted(folder: Path) -> Lab:
    lab = Lab(load(ring(3).write(folder)))
    lab.boot()
    lab.run_for(10)
    return lab


def forget(lab: Lab) -> None:
    """Empty what may be rebuilt."""
    lab.world.texts.clear()
    for router in lab.routers.values():
        router.device.stack.forget_headers()
        for interface in router.device.stack.interfaces.values():
            assert not (interface.heard)
            assert not (interface.said)


def test_what_is_remembered_of_hellos_is_no_state(tmp_path: Path) -> None:
    kept, forgetful = booted(tmp_path / "kept"), booted(tmp_path / "forgetful")
    for _ in range(QUIET_S * 4):
        kept.run_for(0.25)
        forgetful.run_for(0.25)
        forget(forgetful)
    ports = [i for r in kept.routers.values() for i in r.device.stack.interfaces.values()]
    assert any(port.heard for port in ports)
    assert any(port.said for port in ports)
    assert kept.digest == forgetful.digest
    assert state_digest(kept.world) == state_digest(forgetful.world)


@pytest.mark.parametrize(
    "lines",
    [
        ["ip access-list extended NONE", " deny eigrp any any", " permit ip any any"],
        ["router eigrp 100", " shutdown"],
    ],
    ids=["access list", "process"],
)
def test_a_hello_is_looked_at_again_after_a_change(tmp_path: Path, lines: list[str]) -> None:
    lab = booted(tmp_path / "lab")
    router = next(iter(lab.routers.values()))
    neighbors = router.device.engines["eigrp"].state.processes
    ports = [p for process in neighbors.values() for p in process.ports]
    assert ports
    assert all(process.neighbors for process in neighbors.values())
    if lines[0].startswith("ip"):
        lines = [*lines, *(f"interface {p}\n ip access-group NONE in" for p in ports)]
    else:
        number = next(iter(neighbors)).autonomous_system
        lines = [f"router eigrp {number}", *lines[1:]]
    printed = router.configure("\n".join(lines))
    assert not any("%" in line for line in printed), printed
    lab.run_for(QUIET_S)
    assert not any(process.neighbors for process in neighbors.values())
