"""Events a second of the kernel, and frames a second over a chain of links.

Each pending event, when handled, schedules one more with a 64-byte frame as payload, at a random
time within the next 10 virtual seconds, so the number pending stays the same.  "bare": what the
digest would take is thrown away.  Run with `pytest tests/bench --benchmark-only`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from iosemu.fabric import Fabric, add_link, handlers, transmit
from iosemu.kernel import snapshot
from iosemu.kernel.rng import Random
from iosemu.kernel.runner import Runner
from iosemu.kernel.time import SECOND
from iosemu.kernel.world import World

from .figures import rate

SPAN_NS = 10 * SECOND
EVENTS = 200_000


def churning_world(pending: int, *, bare: bool) -> tuple[World, Runner]:
    world, rng = World(), Random.named(1, "delays")
    delays = [rng.randrange(SPAN_NS) + 1 for _ in range(1 << 14)]
    frames = [bytes([n]) * 64 for n in range(256)]
    schedule, handled = world.schedule, 0

    def handle(target: Any, payload: Any) -> None:
        nonlocal handled
        handled += 1
        schedule(world.now + delays[handled & 0x3FFF], target, frames[handled & 0xFF])

    targets = [("device", f"R{n}") for n in range(100)]
    for number in range(pending):
        schedule(delays[number & 0x3FFF], targets[number % 100], frames[number & 0xFF])
    if bare:
        world.digest.pending = deque(maxlen=0)  # type: ignore[assignment]
    return world, Runner(world, {"device": handle})


@pytest.mark.parametrize("bare", [True, False], ids=["bare", "digest"])
@pytest.mark.parametrize("pending", [1_000, 100_000])
def test_events_a_second(benchmark: Any, pending: int, bare: bool) -> None:
    world, runner = churning_world(pending, bare=bare)
    step = SPAN_NS * EVENTS // pending // 2
    runner.run(step // 10)

    def run() -> None:
        runner.run(world.now + step)

    before = world.sequence
    benchmark.pedantic(run, rounds=5, iterations=1)
    events = world.sequence - before
    rate(benchmark, "events/s", events / 5)
    assert world.queue.first_time() is not None


def test_rearmed_timers_a_second(benchmark: Any) -> None:
    """1,000 hold timers moved 100,000 times, as keepalives do; few of them ever fire."""
    world = World()
    runner = Runner(world, {"device": lambda target, fired: None})
    keys = [("hold", n) for n in range(1000)]
    target = ("device", "R1")

    def run() -> None:
        for moment in range(100):
            at = world.now + 40 * SECOND
            for key in keys:
                world.set_timer(target, key, at + moment)
            runner.run(world.now + SECOND)

    benchmark.pedantic(run, rounds=5, iterations=1)
    rate(benchmark, "moves/s", 100_000)
    assert len(world.queue) == 1000


def test_frames_over_eight_links_a_second(benchmark: Any) -> None:
    """The share of the fabric in the 8-hop chain: each station passes a frame on at once."""
    world = World()
    fabric = world.parts["fabric"] = Fabric()
    for hop in range(8):
        add_link(fabric, [(f"S{hop}", "right"), (f"S{hop + 1}", "left")])
    frame, arrived = bytes(114), 0

    def receive(target: Any, payload: bytes) -> None:
        nonlocal arrived
        if target[1] == "S8":
            arrived += 1
        else:
            transmit(world, target[1], "right", payload)

    nothing: Callable[[Any, Any], None] = lambda target, up: None  # noqa: E731
    runner = Runner(world, {"rx": receive, "carrier": nothing, **handlers(world)})

    def run() -> None:
        for _ in range(10_000):
            transmit(world, "S0", "right", frame)
            runner.run(world.now + 20_000)
        runner.run(world.now + SECOND)

    benchmark.pedantic(run, rounds=3, iterations=1)
    rate(benchmark, "packets/s", 10_000)
    assert arrived == (10_000 if benchmark.stats is None else 30_000), "three runs when timed"


def test_snapshot_of_a_hundred_thousand_events(benchmark: Any) -> None:
    world, _ = churning_world(100_000, bare=False)
    data = benchmark.pedantic(snapshot.dumps, (world,), rounds=3, iterations=1)
    benchmark.extra_info["bytes"] = len(data)
    assert len(snapshot.loads(data).queue) == 100_000
