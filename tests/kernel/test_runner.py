"""Order of events, timers, and where a run ends."""

from __future__ import annotations

from typing import Any

import pytest

from iosemu.kernel.runner import EventFailed, Runner
from iosemu.kernel.time import MINUTE, SECOND, TimerFired
from iosemu.kernel.world import World

R1 = ("device", "R1")
R2 = ("device", "R2")


class Log:
    """A world whose events are written down as (time, target, payload)."""

    def __init__(self) -> None:
        self.world = World(seed=1)
        self.seen: list[tuple[int, Any, Any]] = []
        self.runner = Runner(self.world, {"device": self.note})

    def note(self, target: Any, payload: Any) -> None:
        self.seen.append((self.world.now, target, payload))


def test_events_come_by_time_and_then_in_order_of_scheduling() -> None:
    log = Log()
    for at, name in ((5 * MINUTE, "late"), (7, "b"), (7, "c"), (3, "a"), (2 * SECOND, "d")):
        log.world.schedule(at, R1, name)
    log.runner.run(10 * MINUTE)
    assert [payload for _, _, payload in log.seen] == ["a", "b", "c", "d", "late"]
    assert [at for at, _, _ in log.seen] == [3, 7, 7, 2 * SECOND, 5 * MINUTE]
    assert log.world.now == 10 * MINUTE


def test_an_event_at_the_end_of_a_run_is_handled_and_one_after_it_is_not() -> None:
    log = Log()
    log.world.schedule(10, R1, "at")
    log.world.schedule(11, R1, "after")
    log.runner.run(10)
    assert [payload for _, _, payload in log.seen] == ["at"]
    assert log.world.now == 10
    log.runner.run(11)
    assert [payload for _, _, payload in log.seen] == ["at", "after"]


def test_an_event_scheduled_for_now_is_handled_in_the_same_instant() -> None:
    world = World()
    seen = []

    def chain(target: Any, depth: int) -> None:
        seen.append((world.now, depth))
        if depth:
            world.schedule(world.now, target, depth - 1)

    world.schedule(4, R1, 3)
    Runner(world, {"device": chain}).run(4)
    assert seen == [(4, 3), (4, 2), (4, 1), (4, 0)]


def test_stop_is_asked_between_instants_only_and_leaves_the_time_there() -> None:
    log = Log()
    for at in (1, 1, 2, 2, 3):
        log.world.schedule(at, R1, at)
    assert log.runner.run(100, stop=lambda: len(log.seen) >= 3)
    assert len(log.seen) == 4
    assert log.world.now == 2
    assert not log.runner.run(100, stop=lambda: False)
    assert len(log.seen) == 5
    assert log.world.now == 100


def test_a_condition_true_at_the_start_stops_after_what_is_due_now() -> None:
    log = Log()
    log.world.schedule(0, R1, "now")
    log.world.schedule(1, R1, "later")
    assert log.runner.run(100, stop=lambda: True)
    assert [payload for _, _, payload in log.seen] == ["now"]
    assert log.world.now == 0


def test_step_handles_one_instant() -> None:
    log = Log()
    log.world.set_timer(R1, ("stopped",), 1)
    log.world.stop_timer(R1, ("stopped",))
    for at in (2, 2, 3):
        log.world.schedule(at, R1, at)
    assert log.runner.step()
    assert [at for at, _, _ in log.seen] == [2, 2]
    assert log.runner.step()
    assert not log.runner.step()


def test_a_timer_fires_once_with_its_key() -> None:
    log = Log()
    log.world.set_timer(R1, ("hold", 7), 5)
    log.runner.run(20)
    assert log.seen == [(5, R1, TimerFired(("hold", 7)))]
    assert log.world.deadline(R1, ("hold", 7)) is None


@pytest.mark.parametrize(("first", "second"), [(10, 90), (90, 10), (10 * SECOND, 3), (3, MINUTE)])
def test_setting_a_timer_again_moves_it_either_way(first: int, second: int) -> None:
    log = Log()
    log.world.set_timer(R1, ("hold",), first)
    log.world.set_timer(R1, ("hold",), second)
    log.runner.run(2 * MINUTE)
    assert [at for at, _, _ in log.seen] == [second]


def test_a_stopped_timer_does_not_fire_and_can_be_set_again() -> None:
    log = Log()
    log.world.set_timer(R1, ("hold",), 5)
    log.world.stop_timer(R1, ("hold",))
    log.world.stop_timer(R1, ("never set",))
    assert log.world.deadline(R1, ("hold",)) is None
    log.world.set_timer(R1, ("hold",), 9)
    log.world.set_timer(R1, ("other",), 7)
    log.world.stop_timer(R1, ("other",))
    log.runner.run(20)
    assert [at for at, _, _ in log.seen] == [9]


def test_a_timer_set_again_and_again_keeps_one_entry_in_the_queue() -> None:
    log = Log()
    for n in range(1000):
        log.world.set_timer(R1, ("hold",), 100 + n)
    assert len(log.world.queue) == 1
    log.runner.run(2000)
    assert [at for at, _, _ in log.seen] == [1099]


def test_timers_of_one_instant_fire_in_the_order_they_were_last_set() -> None:
    log = Log()
    log.world.set_timer(R1, ("a",), 5)
    log.world.set_timer(R2, ("b",), 9)
    log.world.set_timer(R1, ("a",), 9)
    log.world.set_timer(R1, ("c",), 20)
    log.world.set_timer(R1, ("c",), 9)
    log.runner.run(30)
    keys = [payload.key[0] for _, _, payload in log.seen]
    assert keys == ["b", "a", "c"]


def test_a_defect_in_a_handler_names_its_event() -> None:
    world = World()

    def fail(target: Any, payload: Any) -> None:
        raise ZeroDivisionError

    world.schedule(3, R1, "boom")
    with pytest.raises(EventFailed) as failed:
        Runner(world, {"device": fail}).run(10)
    assert (failed.value.at, failed.value.target, failed.value.payload) == (3, R1, "boom")
    assert isinstance(failed.value.__cause__, ZeroDivisionError)


def test_nothing_can_be_scheduled_in_the_past() -> None:
    world = World()
    Runner(world, {}).run(10)
    with pytest.raises(AssertionError):
        world.schedule(9, R1, None)
    with pytest.raises(AssertionError):
        world.set_timer(R1, ("t",), 9)
