"""The pending events, in order of (time, sequence).

One binary heap would cost twice the time once tens of thousands of timers wait, most of it spent
waiting for memory.  So later events lie unsorted in one list for each slice of time (2**25 ns,
34 ms); a slice is sorted once, when its time comes, and only what is added to the present slice
goes through a heap.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from iosemu.kernel.time import Time
from iosemu.values import dataclass, field

Target = tuple[Any, ...]
"""Whom an event is for; the first item is the kind, as ("device", "R1")."""

Entry = tuple[Time, int, Target, Any]
"""(time, sequence, target, payload); the sequence is unique, so payloads are never compared."""

SLICE_BITS = 25


@dataclass(slots=True)
class Queue:
    """Every event before `edge` is in `near`, a heap, or in `ready`, sorted, the next one last.
    The others are in `far` by slice number, and `slices` has those numbers as a heap."""

    near: list[Entry] = field(default_factory=list)
    ready: list[Entry] = field(default_factory=list)
    edge: Time = 1 << SLICE_BITS
    far: dict[int, list[Entry]] = field(default_factory=dict)
    slices: list[int] = field(default_factory=list)

    def push(self, entry: Entry) -> None:
        """Add an event."""
        if entry[0] < self.edge:
            heappush(self.near, entry)
        else:
            self.push_far(entry)

    def push_far(self, entry: Entry) -> None:
        """Add an event that is known to lie at or after `edge`."""
        number = entry[0] >> SLICE_BITS
        waiting = self.far.get(number)
        if waiting is None:
            self.far[number] = [entry]
            heappush(self.slices, number)
        else:
            waiting.append(entry)

    def refill(self) -> bool:
        """Make the next slice ready; all before it must be gone.  False: nothing is left."""
        if not self.slices:
            return False
        number = heappop(self.slices)
        self.ready.extend(self.far.pop(number))
        self.ready.sort(reverse=True)
        self.edge = number + 1 << SLICE_BITS
        return True

    def first_time(self) -> Time | None:
        """Time of the earliest entry, None if there is none.  A stopped timer counts as one."""
        if not (self.near or self.ready or self.refill()):
            return None
        return min([*self.near[:1], *self.ready[-1:]])[0]

    def entries(self) -> list[Entry]:
        """Everything that waits, in order."""
        rest = [entry for waiting in self.far.values() for entry in waiting]
        return sorted(self.near + self.ready + rest)

    def canonical_state(self) -> list[Entry]:
        """For `state_digest`: how entries are spread over the slices is no state."""
        return self.entries()

    def __len__(self) -> int:
        return len(self.near) + len(self.ready) + sum(map(len, self.far.values()))
