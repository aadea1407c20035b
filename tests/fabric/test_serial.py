"""Serial cables: carrier, clock, rate, queue, damage, captures."""

from __future__ import annotations

import pickle

from iosemu.fabric import (
    Cable,
    Quality,
    add_link,
    add_port,
    cable,
    carrier,
    impair,
    make_serial,
    queued,
    set_line,
    set_link,
    set_port,
)
from iosemu.fabric import capture as captures
from iosemu.fabric.topology import DEFAULT_CLOCK_BPS
from iosemu.kernel.time import MILLISECOND, SECOND

from .wire import Wire

A, B = ("R1", "s0"), ("R2", "s0")
FRAME = b"\x0f\x00\x08\x00" + bytes(96)


def line(clock_bps: int | None = 64_000) -> Wire:
    wire = Wire()
    for key in (A, B):
        add_port(wire.fabric, *key, is_serial=True)
    number = add_link(wire.fabric, [A, B], Quality(delay_ns=MILLISECOND))
    make_serial(wire.fabric, number, A)
    if clock_bps is not None:
        set_line(wire.world, *A, clock_bps, None)
    wire.run(0)
    wire.carrier.clear()
    return wire


def seen(wire: Wire) -> list[bool]:
    return [carrier(wire.world, *key) for key in (A, B)]


def test_a_cut_line_and_a_port_that_is_shut_are_seen_by_both_ends() -> None:
    wire = line()
    assert seen(wire) == [True, True]
    set_port(wire.world, *B, up=False)
    assert seen(wire) == [False, False]
    wire.run(1)
    assert [(port, up) for _, port, up in wire.carrier] == [("R2:s0", False), ("R1:s0", False)]
    set_port(wire.world, *B, up=True)
    set_link(wire.world, 0, up=False, ends=[A])
    assert seen(wire) == [False, False]
    set_link(wire.world, 0, up=True)
    assert seen(wire) == [True, True]


def test_a_port_without_a_cable_sees_nothing() -> None:
    wire = Wire()
    add_port(wire.fabric, *A, is_serial=True)
    assert not carrier(wire.world, *A)
    assert cable(wire.world, *A) is None


def test_the_dce_end_clocks_both_directions() -> None:
    wire = line(64_000)
    assert [cable(wire.world, *key) for key in (A, B)] == [
        Cable(True, 64_000),
        Cable(False, 64_000),
    ]
    for port in ("R1:s0", "R2:s0"):
        assert wire.send(port, FRAME)
    wire.run(SECOND)
    # 100 bytes at 64 kbit/s take 12.5 ms, and the way one more.
    assert [at for at, _, _ in wire.heard] == [13_500_000, 13_500_000]


def test_what_the_other_end_says_of_a_clock_does_not_matter() -> None:
    wire = line(64_000)
    set_line(wire.world, *B, 1_000, None)
    assert cable(wire.world, *B) == Cable(False, 64_000)
    wire.run(1)
    assert wire.carrier == []


def test_without_a_clock_nothing_moves_and_both_ends_are_told() -> None:
    wire = line()
    set_line(wire.world, *A, None, None)
    wire.run(1)
    assert len(wire.carrier) == 2
    assert cable(wire.world, *B) == Cable(False, None)
    for port in ("R1:s0", "R2:s0"):
        assert wire.send(port, FRAME) is False
    assert wire.fabric.drops == {(A, "no clock"): 1, (B, "no clock"): 1}


def test_a_new_cable_has_the_clock_of_modern_cards() -> None:
    assert cable(line(None).world, *A) == Cable(True, DEFAULT_CLOCK_BPS)


def test_forty_frames_wait_and_the_next_is_lost() -> None:
    for taps in (False, True):
        wire = line()
        if taps:
            captures.start(wire.world, [A])
        sent = [wire.send("R1:s0", FRAME) for _ in range(45)]
        assert sent == [True] * 41 + [False] * 4
        assert queued(wire.world, *A) == 40
        wire.run(SECOND)
        assert len(wire.frames("R2:s0")) == 41
        assert [at for at, _, _ in wire.heard] == [
            12_500_000 * n + MILLISECOND for n in range(1, 42)
        ]
        assert queued(wire.world, *A) == 0


def test_a_hold_queue_is_as_long_as_it_is_made() -> None:
    wire = line()
    set_line(wire.world, *A, 64_000, 5)
    assert [wire.send("R1:s0", FRAME) for _ in range(7)] == [True] * 6 + [False]


def test_the_quick_way_is_the_general_way() -> None:
    """A watched line takes the general way; arrivals and what a snapshot holds are the same."""
    plain, watched = line(), line()
    captures.start(watched.world, [A, B])
    for wire in (plain, watched):
        for n in range(60):
            wire.run(n * 7 * MILLISECOND)
            wire.send("R1:s0", FRAME[: 20 + n])
            wire.send("R2:s0", FRAME)
        wire.run(2 * SECOND)
    assert plain.heard == watched.heard
    assert plain.fabric.drops == watched.fabric.drops
    assert pickle.dumps(plain.fabric) == pickle.dumps(watched.fabric)


def test_a_damaged_frame_is_told_apart_from_a_good_one() -> None:
    wire = line()
    impair(wire.world, 0, Quality(delay_ns=MILLISECOND, corrupt=1.0), [A])
    crc: list[bytes] = []
    wire.runner.handlers["crc"] = lambda target, frame: crc.append(frame)
    wire.send("R1:s0", FRAME)
    wire.send("R2:s0", FRAME)
    wire.run(SECOND)
    assert wire.frames("R1:s0") == [FRAME]
    assert wire.frames("R2:s0") == []
    assert len(crc) == 1
    assert sum((a ^ b).bit_count() for a, b in zip(crc[0], FRAME, strict=True)) == 1
