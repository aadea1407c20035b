"""A small program for the kernel: stations that gossip in a ring, with timers, random streams, a
set and a cache in their state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from iosemu.kernel import snapshot
from iosemu.kernel.cache import Cache
from iosemu.kernel.runner import Runner
from iosemu.kernel.time import MILLISECOND, SECOND, TimerFired
from iosemu.kernel.world import World

STATIONS = 5


@dataclass(frozen=True, slots=True)
class Gossip:
    """A payload that is a value, but neither bytes nor a number."""

    origin: str
    hops: int


@dataclass(slots=True)
class Station:
    name: str
    heard: dict[str, int] = field(default_factory=dict)
    origins: set[str] = field(default_factory=set)
    lengths: Cache[str, int] = field(default_factory=Cache)


def new_world(seed: int = 7) -> World:
    world = World(seed=seed)
    names = [f"S{n}" for n in range(STATIONS)]
    world.parts["stations"] = {name: Station(name) for name in names}
    for number, name in enumerate(names):
        world.set_timer(("station", name), ("hello", number), world.random(name).randrange(SECOND))
    return world


def runner_of(world: World) -> Runner:
    stations: dict[str, Station] = world.parts["stations"]

    def neighbor(name: str) -> tuple[str, str]:
        return ("station", f"S{(int(name[1:]) + 1) % STATIONS}")

    def handle(target: Any, payload: Any) -> None:
        station = stations[target[1]]
        station.lengths[repr(payload)] = len(repr(payload))
        rng = world.random(station.name)
        delay = rng.randint(1, 50) * MILLISECOND
        match payload:
            case TimerFired(("hello", number)):
                world.set_timer(target, ("hold",), world.now + 3 * SECOND)
                world.set_timer(target, ("hello", number), world.now + SECOND + delay)
                world.schedule(world.now + delay, neighbor(station.name), Gossip(station.name, 3))
                world.schedule(world.now + delay, neighbor(station.name), rng.randbytes(40))
            case Gossip(origin, hops):
                station.origins.add(origin)
                station.heard[origin] = station.heard.get(origin, 0) + 1
                world.record("log", target, f"heard of {origin}")
                if hops:
                    left = Gossip(origin, hops - 1)
                    world.schedule(world.now + delay, neighbor(station.name), left)
            case bytes():
                if payload[0] < 20:
                    world.stop_timer(target, ("hold",))
            case int():
                station.heard["input"] = payload

    return Runner(world, {"station": handle})


def run(seconds: float) -> World:
    world = new_world()
    runner_of(world).run(round(seconds * SECOND))
    return world


def main(seconds: float) -> None:
    """Print both digests."""
    finished = run(seconds)
    print(finished.digest.hexdigest(), snapshot.state_digest(finished))
