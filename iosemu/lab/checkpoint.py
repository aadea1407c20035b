"""Worlds to go back to: when one is taken, which are kept, which one a rewind starts from.

A checkpoint is a cache of a replay.  Losing one costs time, never a result; taking one changes
nothing in the world.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from iosemu.kernel import snapshot
from iosemu.kernel.journal import Journal, JournalEntry
from iosemu.kernel.time import MINUTE, SECOND, Time
from iosemu.kernel.world import World

SPACING_NS = 10 * SECOND
YOUNG_NS = MINUTE
EVENTS_APART = 20_000
CHEAP_BYTES = 256 << 10
"""A checkpoint of this size is taken without asking what it costs."""
BYTES_PER_EVENT = 128
"""To write so many more takes about as long as to replay an event."""
BYTES_PER_BLOCK = 20
"""How much a checkpoint grows with each block of memory that came into use."""
NOISE_BLOCKS = 200_000
"""So many may have come from elsewhere: modules, caches, another lab of this process."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Which moment a checkpoint holds: its time, and the journal's head then (0: empty)."""

    at: Time
    entry: int


class Storage(Protocol):
    """Where the bytes of checkpoints lie."""

    def put(self, mark: Mark, data: bytes) -> None: ...

    def get(self, mark: Mark) -> bytes | None:
        """The bytes, None if they are missing or were not written here."""
        ...

    def delete(self, mark: Mark) -> None: ...

    def sizes(self) -> dict[Mark, int]:
        """Every checkpoint that is kept, with its size in bytes."""
        ...


class Memory:
    """Checkpoints of a lab without an instance folder."""

    def __init__(self) -> None:
        self._held: dict[Mark, bytes] = {}

    def put(self, mark: Mark, data: bytes) -> None:
        self._held[mark] = data

    def get(self, mark: Mark) -> bytes | None:
        return self._held.get(mark)

    def delete(self, mark: Mark) -> None:
        del self._held[mark]

    def sizes(self) -> dict[Mark, int]:
        return {mark: len(data) for mark, data in self._held.items()}


class Checkpoints:
    """The checkpoints of one lab, of all branches of its journal."""

    def __init__(
        self, storage: Storage | None = None, *, most: int = 64, most_bytes: int = 256 << 20
    ) -> None:
        """Keep at most `most` checkpoints and `most_bytes` of them; the first and the newest are
        always kept."""
        self.storage: Storage = storage or Memory()
        self._sizes = self.storage.sizes()
        self._most, self._most_bytes = most, most_bytes
        self._last_at: Time = 0
        self._last_total = self._last_bytes = self._last_blocks = 0

    def take(self, world: World, journal: Journal, data: bytes | None = None) -> Mark:
        """Keep the world as it is now, at the journal's head; no event of this instant may be
        pending.  The journal is synced first: what a checkpoint contains must not get lost.
        `data`: the snapshot that the world was just made from, if it was."""
        journal.sync()
        return self._take(world, journal.head, data)

    def take_first(self, world: World) -> Mark:
        """Keep a new world, in which nothing of the journal has acted yet."""
        return self._take(world, 0)

    def _take(self, world: World, head: int, data: bytes | None = None) -> Mark:
        mark = Mark(world.now, head)
        data = data or snapshot.dumps(world)
        self.storage.put(mark, data)
        self._sizes[mark] = len(data)
        self._start_from(world, data)
        self._thin(mark)
        return mark

    def next_at(self, now: Time) -> Time:
        """Until when to run before asking `is_due` again."""
        return self._last_at + ((now - self._last_at) // SPACING_NS + 1) * SPACING_NS

    def is_due(self, world: World, last_input_at: Time) -> bool:
        """Whether to take one: not before 10 virtual seconds, a big one not before a replay would
        cost what it does, and while nobody is there (no input in the last minute) only when a
        replay would have become long."""
        if world.now - self._last_at < SPACING_NS:
            return False
        grown = world.digest.total() - self._last_total
        is_young = world.now - last_input_at <= YOUNG_NS
        if not is_young and grown < EVENTS_APART:
            return False
        return grown >= max(0, self._expected_bytes() - CHEAP_BYTES) // BYTES_PER_EVENT

    def marks(self) -> list[Mark]:
        """All that are kept, oldest first."""
        return sorted(self._sizes)

    def newest(self, path: Sequence[JournalEntry], at: Time) -> tuple[Mark, World] | None:
        """The newest world at or before `at` on the branch whose entries are `path`; None if there
        is none.  What is run next continues from it."""
        for mark in reversed(self.marks()):
            if mark.at <= at and is_on(path, mark):
                data = self.storage.get(mark)
                if data is None:
                    self._forget(mark)
                    continue
                world = snapshot.loads(data)
                self._start_from(world, data)
                return mark, world
        return None

    def clear(self) -> None:
        """Delete all."""
        for mark in self.marks():
            self.storage.delete(mark)
        self._sizes.clear()
        self._last_at = self._last_total = self._last_bytes = self._last_blocks = 0

    def _start_from(self, world: World, data: bytes) -> None:
        """What comes now comes after this checkpoint."""
        self._last_at, self._last_total = world.now, world.digest.total()
        self._last_bytes, self._last_blocks = len(data), sys.getallocatedblocks()

    def _expected_bytes(self) -> int:
        """About what the next one will take: the last, and what the world has grown since, as a
        router does that is told a full table."""
        grown = sys.getallocatedblocks() - self._last_blocks - NOISE_BLOCKS
        return self._last_bytes + max(0, grown) * BYTES_PER_BLOCK

    def _thin(self, newest: Mark) -> None:
        while len(self._sizes) > self._most or sum(self._sizes.values()) > self._most_bytes:
            mark = least_useful(self.marks(), newest)
            if mark is None:
                return
            self.storage.delete(mark)
            self._forget(mark)

    def _forget(self, mark: Mark) -> None:
        del self._sizes[mark]


def is_on(path: Sequence[JournalEntry], mark: Mark) -> bool:
    """Whether a branch passed through the moment of a checkpoint: it has the entry, and nothing
    was done between the entry and the checkpoint."""
    if mark.entry == 0:
        following = path[0] if path else None
    else:
        position = next((n for n, e in enumerate(path) if e.number == mark.entry), None)
        if position is None:
            return False
        following = path[position + 1] if position + 1 < len(path) else None
    return following is None or following.time >= mark.at


def least_useful(marks: Sequence[Mark], newest: Mark) -> Mark | None:
    """The mark to delete: the one whose loss leaves the smallest gap for its distance from now, so
    that spacing grows with age.  Never the first or the newest; None if there are no others."""
    inner = [
        (after.at - before.at) / (abs(newest.at - mark.at) + SECOND)
        for before, mark, after in zip(marks, marks[1:], marks[2:], strict=False)
    ]
    candidates = [
        (gap, mark) for gap, mark in zip(inner, marks[1:], strict=False) if mark != newest
    ]
    return min(candidates)[1] if candidates else None
