"""The digest depends on what happened and on nothing else."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iosemu.kernel import snapshot
from iosemu.kernel.digest import BLOCK, Digest, first_difference, first_different_minute
from iosemu.kernel.time import MINUTE, SECOND
from iosemu.kernel.world import World

from .toy import new_world, run, runner_of

ROOT = Path(__file__).parents[2]


@pytest.mark.goal("N2")
@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_digests_are_equal_under_every_hash_seed(hash_seed: str) -> None:
    here = run(90)
    done = subprocess.run(
        [sys.executable, "-c", "from tests.kernel.toy import main; main(90)"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [here.digest.hexdigest(), snapshot.state_digest(here)]


def test_how_a_run_is_cut_does_not_matter() -> None:
    straight = run(100)
    cut = new_world()
    runner = runner_of(cut)
    for tenth in range(1, 1001):
        runner.run(tenth * SECOND // 10)
        if tenth % 7 == 0:
            cut.digest.value()
            cut.digest.all_minutes(cut.now)
    assert cut.digest.hexdigest() == straight.digest.hexdigest()
    assert snapshot.state_digest(cut) == snapshot.state_digest(straight)
    assert cut.digest.all_minutes(cut.now) == straight.digest.all_minutes(straight.now)


def test_a_stop_condition_does_not_matter() -> None:
    straight, asked = run(30), new_world()
    runner = runner_of(asked)
    wanted = [0]
    while runner.run(30 * SECOND, stop=lambda: asked.digest.total() >= wanted[0]):
        wanted[0] += 10
    assert wanted[0] > 200
    assert asked.digest.hexdigest() == straight.digest.hexdigest()
    assert snapshot.state_digest(asked) == snapshot.state_digest(straight)


def test_a_snapshot_in_the_middle_changes_nothing() -> None:
    straight, first = run(60), run(21.1)
    restored = snapshot.loads(snapshot.dumps(first))
    assert snapshot.state_digest(restored) == snapshot.state_digest(first)
    runner_of(restored).run(60 * SECOND)
    assert restored.digest.hexdigest() == straight.digest.hexdigest()
    assert snapshot.state_digest(restored) == snapshot.state_digest(straight)


def test_the_first_different_event_is_found_with_its_time() -> None:
    left, right = new_world(), new_world()
    left.digest.trace, right.digest.trace = [], []
    runner_of(left).run(40 * SECOND)
    other = runner_of(right)
    other.run(25 * SECOND)
    right.schedule(right.now + 5, ("station", "S2"), 1)
    other.run(40 * SECOND)
    assert left.digest.hexdigest() != right.digest.hexdigest()
    found = first_difference(left.digest.happenings(), right.digest.happenings())
    assert found is not None
    assert found.right is not None
    assert found.right.time == 25 * SECOND + 5
    assert "25.000000005 s" in str(found)
    assert "station/S2" in str(found)


def test_equal_traces_have_no_difference_and_a_shorter_one_has() -> None:
    worlds = [new_world(), new_world()]
    for world in worlds:
        world.digest.trace = []
        runner_of(world).run(10 * SECOND)
    one, other = (world.digest.happenings() for world in worlds)
    assert first_difference(one, other) is None
    shorter = first_difference(one, other[:-1])
    assert shorter is not None
    assert shorter.right is None
    assert shorter.left == one[-1]


def test_minutes_name_the_first_that_differs() -> None:
    worlds = [new_world(), new_world()]
    for number, world in enumerate(worlds):
        runner = runner_of(world)
        runner.run(150 * SECOND)
        world.schedule(world.now + 1, ("station", "S0"), number)
        runner.run(5 * MINUTE)
    one, other = (world.digest.all_minutes(world.now) for world in worlds)
    assert [minute for minute, _ in one] == [0, 1, 2, 3, 4]
    assert first_different_minute(one, other) == 2
    assert first_different_minute(one, one) is None
    assert first_different_minute(one, one[:3]) == 3


def test_minutes_without_events_are_left_out() -> None:
    world = World()
    for minute in (0, 7, 7, 9):
        world.schedule(minute * MINUTE + 3, ("station", "S0"), minute)
    world.parts["stations"] = new_world().parts["stations"]
    runner_of(world).run(20 * MINUTE)
    assert [minute for minute, _ in world.digest.all_minutes(world.now)] == [0, 7, 9]


@pytest.mark.parametrize("change", range(5))
def test_every_field_of_a_record_counts(change: int) -> None:
    same = (5, 1, ("device", "R1"), b"frame")
    others = [
        (6, 1, ("device", "R1"), b"frame"),
        (5, 2, ("device", "R1"), b"frame"),
        (5, 1, ("device", "R2"), b"frame"),
        (5, 1, ("device", "R1"), b"fram!"),
        (5, 1, ("device", "R1"), "frame"),
    ]
    one, other = Digest(), Digest()
    one.pending.append(same)
    other.pending.append(others[change])
    assert one.value() != other.value()


def test_a_payload_that_is_no_value_is_found_out() -> None:
    digest = Digest()
    digest.pending.append((1, 1, ("device", "R1"), object()))
    with pytest.raises(AssertionError, match="no value"):
        digest.value()


def test_console_bytes_and_log_lines_count() -> None:
    digests = set()
    for kind, data in (("console", b"R1#"), ("console", b"R1>"), ("log", "R1#"), ("log", "")):
        world = World()
        world.record(kind, ("device", "R1"), data)
        digests.add(world.digest.hexdigest())
    assert len(digests) == 4


def test_equal_texts_pack_to_equal_bytes_whether_interned_or_shared() -> None:
    interned, built = sys.intern("Ethernet0"), "".join(["Ether", "net0"])
    assert interned is not built
    block = [(1 << 40, 2, ("rx", interned), interned), (1 << 40, 2, ("rx", interned), interned)]
    apart = [(1 << 40, 2, ("rx", built), "".join(["Ethernet", "0"])), (1 << 40, 2, *block[0][2:])]
    assert marshal.dumps(block, 2) == marshal.dumps(apart, 2)


@given(st.lists(st.integers(0, 3 * MINUTE), max_size=2 * BLOCK), st.integers(1, 700))
def test_the_value_does_not_depend_on_when_it_is_packed(times: list[int], step: int) -> None:
    records = [(at, n, ("device", "R1"), n) for n, at in enumerate(sorted(times))]
    whole, pieces = Digest(), Digest()
    whole.pending.extend(records)
    for start in range(0, len(records), step):
        pieces.pending.extend(records[start : start + step])
        pieces.pack()
    assert pieces.value() == whole.value()
    assert pieces.all_minutes(3 * MINUTE) == whole.all_minutes(3 * MINUTE)
