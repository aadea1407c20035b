"""Whatever is typed at EIGRP, in whatever order, nothing breaks and the routers come to rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from iosemu.kernel.rng import Random

from .case import Player, parse

LINES = 40
SHAPES = ("triangle", "triangle named R1", "lan", "triangle R2 12.4 named R3", "square named R2")


def typed() -> list[str]:
    """Everything the cases configure, without the router it was for."""
    found: dict[str, None] = {}
    for path in sorted((Path(__file__).parent / "cases").glob("*.txt")):
        for step, _ in parse(path.read_text())[1]:
            head, _, lines = step.partition(": ")
            if lines and head[0] == "R":
                found[lines] = None
    return list(found)


@pytest.mark.parametrize("seed", range(12))
def test_random_lines_come_to_rest(seed: int, tmp_path: Path) -> None:
    random = Random.named(seed, "eigrp lines")
    player, lines = Player(tmp_path), typed()
    player.play(SHAPES[seed % len(SHAPES)])
    lab = player.lab
    assert lab is not None
    for _ in range(LINES):
        player.play(f"{random.choice(sorted(lab.routers))}: {random.choice(lines)}")
        player.play(f"run {random.choice((0, 0.01, 0.1, 1, 6))}")
    lab.run_for(400)
    for name, router in lab.routers.items():
        restarts = [line for line in router.device.history if "peer restarted" in line.text]
        assert len(restarts) < LINES, name
        engine = router.device.engines["eigrp"]
        for process in engine.state.processes.values():  # type: ignore[attr-defined]
            active = [d.prefix for d in process.topology.values() if d.is_active]
            assert not active, (name, active)
            best = [d for d in process.topology.values() if d.successors]
            assert all(key in d.paths for d in best for key in d.successors), name
            assert not process.outbox.is_due, name
