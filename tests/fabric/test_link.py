"""What links do to frames, exact by seed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.fabric import (
    LAN,
    Quality,
    add_link,
    add_port,
    carrier,
    impair,
    set_link,
    set_port,
)
from iosemu.kernel import snapshot
from iosemu.kernel.time import MICROSECOND, MILLISECOND, SECOND

from .wire import Wire

FRAME = bytes(range(100))
ENDS = [("R1", "e0"), ("R2", "e0")]


def cable(quality: Quality = LAN, seed: int = 1) -> Wire:
    wire = Wire(seed)
    add_link(wire.fabric, ENDS, quality)
    return wire


def test_a_plain_link_carries_bytes_after_its_delay_in_both_directions() -> None:
    wire = cable()
    assert wire.send("R1:e0", FRAME)
    assert wire.send("R2:e0", b"back")
    wire.run(SECOND)
    assert wire.heard == [
        (500 * MICROSECOND, "R2:e0", FRAME),
        (500 * MICROSECOND, "R1:e0", b"back"),
    ]


def test_a_frame_on_a_plain_link_costs_one_event() -> None:
    wire = cable()
    wire.send("R1:e0", FRAME)
    before = wire.world.sequence
    for _ in range(10):
        wire.send("R1:e0", FRAME)
    assert wire.world.sequence == before + 10
    wire.run(SECOND)
    assert wire.world.digest.total() == 11


def test_a_shared_segment_reaches_all_others() -> None:
    wire = Wire()
    add_link(wire.fabric, [("R1", "e0"), ("R2", "e0"), ("R3", "e0")])
    wire.send("R2:e0", FRAME)
    set_port(wire.world, "R3", "e0", False)
    wire.send("R2:e0", FRAME)
    wire.run(SECOND)
    assert [port for _, port, _ in wire.heard] == ["R1:e0", "R3:e0", "R1:e0"]


def test_a_port_with_nothing_attached_is_up_and_swallows_frames() -> None:
    wire = Wire()
    add_port(wire.fabric, "R1", "e3")
    assert carrier(wire.world, "R1", "e3")
    assert wire.send("R1:e3", FRAME)
    wire.run(SECOND)
    assert wire.heard == []


def test_a_port_shut_at_one_end_is_not_seen_by_the_other() -> None:
    wire = cable()
    wire.send("R1:e0", FRAME)
    wire.run(SECOND)
    set_port(wire.world, "R1", "e0", False)
    assert not carrier(wire.world, "R1", "e0")
    assert carrier(wire.world, "R2", "e0")
    assert not wire.send("R1:e0", FRAME)
    assert wire.send("R2:e0", FRAME)
    wire.run(2 * SECOND)
    assert wire.carrier == [(SECOND, "R1:e0", False)]
    assert len(wire.heard) == 1
    set_port(wire.world, "R1", "e0", True)
    assert wire.send("R2:e0", FRAME)
    wire.run(3 * SECOND)
    assert wire.carrier[1:] == [(2 * SECOND, "R1:e0", True)]
    assert len(wire.heard) == 2


def test_a_cut_link_is_seen_by_both_ends_and_mends() -> None:
    wire = cable()
    set_link(wire.world, 0, False)
    set_link(wire.world, 0, False)
    assert not wire.send("R1:e0", FRAME)
    wire.run(SECOND)
    assert wire.carrier == [(0, "R1:e0", False), (0, "R2:e0", False)]
    set_link(wire.world, 0, True)
    assert wire.send("R1:e0", FRAME)
    wire.run(2 * SECOND)
    assert wire.carrier[2:] == [(SECOND, "R1:e0", True), (SECOND, "R2:e0", True)]
    assert wire.frames("R2:e0") == [FRAME]


def test_a_link_cut_for_one_end_is_seen_by_that_end_only_and_carries_nothing() -> None:
    wire = cable()
    set_link(wire.world, 0, False, [("R1", "e0")])
    assert not wire.send("R1:e0", FRAME)
    assert wire.send("R2:e0", FRAME)
    wire.run(SECOND)
    assert wire.carrier == [(0, "R1:e0", False)]
    assert carrier(wire.world, "R2", "e0")
    assert wire.heard == []


def test_a_port_shut_while_the_link_is_cut_sees_it_only_when_both_are_up() -> None:
    wire = cable()
    set_link(wire.world, 0, False)
    set_port(wire.world, "R1", "e0", False)
    set_link(wire.world, 0, True)
    assert not carrier(wire.world, "R1", "e0")
    set_port(wire.world, "R1", "e0", True)
    assert carrier(wire.world, "R1", "e0")


def test_directions_have_their_own_quality() -> None:
    wire = cable()
    impair(wire.world, 0, Quality(delay_ns=20 * MILLISECOND), [("R1", "e0")])
    wire.send("R1:e0", FRAME)
    wire.send("R2:e0", FRAME)
    wire.run(SECOND)
    assert [(at, port) for at, port, _ in wire.heard] == [
        (500 * MICROSECOND, "R1:e0"),
        (20 * MILLISECOND, "R2:e0"),
    ]


def test_a_rate_spaces_frames_and_a_full_queue_refuses_them() -> None:
    wire = cable(Quality(delay_ns=0, rate_bps=8000, queue_frames=2))
    assert [wire.send("R1:e0", FRAME) for _ in range(5)] == [True, True, True, False, False]
    wire.run(150 * MILLISECOND)
    assert wire.send("R1:e0", FRAME)
    wire.run(SECOND)
    assert [at for at, _, _ in wire.heard] == [
        100 * MILLISECOND,
        200 * MILLISECOND,
        300 * MILLISECOND,
        400 * MILLISECOND,
    ]
    assert wire.fabric.drops == {(("R1", "e0"), "queue full"): 2}


def test_a_rate_leaves_an_idle_link_idle() -> None:
    wire = cable(Quality(delay_ns=5, rate_bps=8000))
    wire.run(SECOND)
    wire.send("R1:e0", FRAME)
    wire.run(2 * SECOND)
    assert wire.heard[0][0] == SECOND + 100 * MILLISECOND + 5


@pytest.mark.parametrize("seed", range(3))
def test_loss_takes_its_share(seed: int) -> None:
    wire = cable(Quality(loss=0.1), seed)
    for _ in range(10_000):
        assert wire.send("R1:e0", FRAME)
    wire.run(SECOND)
    lost = wire.fabric.drops[("R1", "e0"), "lost"]
    assert len(wire.heard) + lost == 10_000
    # Binomial: 1000 expected, standard deviation 30.
    assert abs(lost - 1000) < 120


def test_duplicates_take_their_share() -> None:
    wire = cable(Quality(duplicate=0.2))
    for number in range(5_000):
        wire.send("R1:e0", number.to_bytes(4, "big"))
    wire.run(SECOND)
    assert abs(len(wire.heard) - 6_000) < 120
    assert len(set(wire.frames("R2:e0"))) == 5_000


def test_corruption_flips_one_bit_in_its_share() -> None:
    wire = cable(Quality(corrupt=0.5))
    for _ in range(1_000):
        wire.send("R1:e0", FRAME)
    wire.run(SECOND)
    flips = [
        (int.from_bytes(frame, "big") ^ int.from_bytes(FRAME, "big")).bit_count()
        for frame in wire.frames("R2:e0")
    ]
    assert set(flips) == {0, 1}
    assert abs(sum(flips) - 500) < 65
    assert len(set(wire.frames("R2:e0"))) > 300


def test_jitter_delays_and_never_overtakes() -> None:
    wire = cable(Quality(delay_ns=MILLISECOND, jitter_ns=10 * MILLISECOND))
    for number in range(1_000):
        wire.send("R1:e0", number.to_bytes(4, "big"))
        wire.run(wire.world.now + MILLISECOND)
    wire.run(2 * SECOND)
    assert wire.frames("R2:e0") == [n.to_bytes(4, "big") for n in range(1_000)]
    delays = {at - n * MILLISECOND for n, (at, _, _) in enumerate(wire.heard)}
    assert min(delays) >= MILLISECOND
    assert max(delays) <= 11 * MILLISECOND
    assert len(delays) > 100


def test_reordered_frames_come_late_and_later_ones_pass() -> None:
    wire = cable(Quality(delay_ns=MILLISECOND, reorder=0.1, reorder_ns=5 * MILLISECOND))
    for number in range(1_000):
        wire.send("R1:e0", number.to_bytes(4, "big"))
        wire.run(wire.world.now + MILLISECOND)
    wire.run(2 * SECOND)
    numbers = [int.from_bytes(frame, "big") for frame in wire.frames("R2:e0")]
    assert sorted(numbers) == list(range(1_000))
    late = sum(1 for before, after in pairwise(numbers) if after < before)
    assert 50 < late < 150
    assert {at - n * MILLISECOND for n, (at, _, _) in zip(numbers, wire.heard, strict=True)} == {
        MILLISECOND,
        6 * MILLISECOND,
    }


def test_equal_seeds_give_equal_faults_and_other_seeds_others() -> None:
    bad = Quality(loss=0.2, duplicate=0.1, corrupt=0.1, reorder=0.1, jitter_ns=MILLISECOND)

    def heard(seed: int) -> list[tuple[int, str, bytes]]:
        wire = cable(bad, seed)
        for _ in range(200):
            wire.send("R1:e0", FRAME)
            wire.send("R2:e0", FRAME)
        wire.run(SECOND)
        return wire.heard

    assert heard(1) == heard(1)
    assert heard(1) != heard(2)


def test_faults_of_one_port_do_not_touch_the_stream_of_another() -> None:
    alone, busy = cable(Quality(loss=0.5)), cable(Quality(loss=0.5))
    for number in range(100):
        alone.send("R1:e0", bytes([number]))
        busy.send("R1:e0", bytes([number]))
        busy.send("R2:e0", bytes([number]))
    alone.run(SECOND)
    busy.run(SECOND)
    assert alone.frames("R2:e0") == busy.frames("R2:e0")


def test_a_snapshot_with_frames_on_the_way_changes_nothing() -> None:
    bad = Quality(rate_bps=100_000, loss=0.2, jitter_ns=MILLISECOND, duplicate=0.2)

    def fill(wire: Wire) -> None:
        for number in range(50):
            wire.send("R1:e0", bytes([number]) * 50)

    straight = cable(bad)
    fill(straight)
    straight.run(20 * MILLISECOND)
    cut = Wire()
    cut.enter(snapshot.loads(snapshot.dumps(straight.world)))
    for wire in (straight, cut):
        fill(wire)
        wire.run(2 * SECOND)
    assert cut.world.digest.hexdigest() == straight.world.digest.hexdigest()
    assert snapshot.state_digest(cut.world) == snapshot.state_digest(straight.world)
    assert cut.heard == straight.heard[-len(cut.heard) :]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_without_faults_every_frame_arrives_once_in_order(data: st.DataObject) -> None:
    rate_bps = data.draw(st.none() | st.integers(8_000, 10**9))
    delay_ns = data.draw(st.integers(0, SECOND))
    wire = cable(Quality(delay_ns=delay_ns, rate_bps=rate_bps))
    frames = data.draw(st.lists(st.binary(min_size=1, max_size=40), max_size=20))
    for frame in frames:
        wire.send("R1:e0", frame)
        wire.run(wire.world.now + data.draw(st.integers(0, MILLISECOND)))
    wire.run(10 * SECOND)
    assert wire.frames("R2:e0") == frames
