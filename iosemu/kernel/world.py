"""All state of a lab.  Knows time, events and random streams; what a lab is made of is in `parts`,
which the packages above own."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappush
from typing import Any

from iosemu.kernel.cache import Cache
from iosemu.kernel.digest import Digest
from iosemu.kernel.queue import Entry, Queue, Target
from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time, TimerFired, TimerKey

_REMEMBERED_TEXTS = 65536


@dataclass(slots=True)
class Timer:
    """A running or stopped timer that an entry of the queue belongs to.

    Moving a deadline back leaves the entry where it is (`entry_at`); the entry finds the timer
    moved and goes on to the new deadline.  `sequence` is that of the last set, so timers of one
    instant fire in the order they were set.
    """

    fired: TimerFired
    deadline: Time | None
    text: str
    sequence: int
    entry_at: Time
    entry_sequence: int


@dataclass(slots=True)
class World:
    """Everything that a snapshot holds.

    seed: of all random streams.  epoch_s: date of time zero, seconds since 1970.  now: ns since the
    lab started.  sequence: of the last event scheduled.  parts: state of the other packages.
    """

    seed: int = 0
    epoch_s: int = 0
    now: Time = 0
    sequence: int = 0
    queue: Queue = field(default_factory=Queue)
    timers: dict[Target, dict[TimerKey, Timer]] = field(default_factory=dict)
    streams: dict[tuple[str, ...], Random] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    digest: Digest = field(default_factory=Digest)
    texts: Cache[TimerKey, str] = field(default_factory=Cache)
    """How timers of these names are written in the digest; equal names are written alike."""

    def schedule(self, at: Time, target: Target, payload: Any) -> None:
        """Have `payload`, a frozen value, handled at `at`; of one instant, in order of calls."""
        assert at >= self.now, "an event in the past"
        self.sequence = sequence = self.sequence + 1
        queue = self.queue
        if at < queue.edge:
            heappush(queue.near, (at, sequence, target, payload))
        else:
            queue.push_far((at, sequence, target, payload))

    def set_timer(self, target: Target, key: TimerKey, at: Time) -> None:
        """Have `TimerFired(key)` handled at time `at`; a running timer of this key is moved."""
        assert at >= self.now, "a timer in the past"
        self.sequence = sequence = self.sequence + 1
        keys = self.timers.get(target)
        if keys is None:
            keys = self.timers[target] = {}
        timer = keys.get(key)
        if timer is None:
            text = self.texts.get(key)
            if text is None:
                if len(self.texts) >= _REMEMBERED_TEXTS:
                    self.texts.clear()
                text = self.texts[key] = repr(key)
            timer = keys[key] = Timer(TimerFired(key), at, text, sequence, at, sequence)
        else:
            timer.deadline, timer.sequence = at, sequence
            if timer.entry_at <= at:
                return
            timer.entry_at, timer.entry_sequence = at, sequence
        self.queue.push((at, sequence, target, timer))

    def stop_timer(self, target: Target, key: TimerKey) -> None:
        """Forget a timer; stopping one that does not run changes nothing."""
        timer = self.timers.get(target, {}).get(key)
        if timer is not None:
            timer.deadline = None

    def deadline(self, target: Target, key: TimerKey) -> Time | None:
        """When a timer will fire, None if it does not run."""
        timer = self.timers.get(target, {}).get(key)
        return None if timer is None else timer.deadline

    def expire(self, entry: Entry) -> TimerFired | None:
        """What the entry of a timer, just taken from the queue, means: the timer's input if it is
        due, else None, after sending the entry on to where the deadline has moved."""
        _, sequence, target, timer = entry
        if timer.entry_sequence != sequence:
            return None
        deadline: Time | None = timer.deadline
        if deadline is not None and timer.sequence != sequence:
            timer.entry_at, timer.entry_sequence = deadline, timer.sequence
            self.queue.push((deadline, timer.sequence, target, timer))
            return None
        del self.timers[target][timer.fired.key]
        return None if deadline is None else timer.fired

    def random(self, *names: str) -> Random:
        """The random stream of this purpose, as `random("R1", "ospf")`."""
        stream = self.streams.get(names)
        if stream is None:
            stream = self.streams[names] = Random.named(self.seed, *names)
        return stream

    def record(self, kind: str, target: Target, data: bytes | str) -> None:
        """Put into the digest what is no event: console bytes, a log line."""
        self.digest.pending.append((self.now, self.sequence, target, (kind, data)))
