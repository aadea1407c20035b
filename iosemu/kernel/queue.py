"""The pending events, in order of (time, sequence).

One binary heap would cost twice the time once tens of thousands of timers wait.  So only events of
the present slice of time (2**26 ns, 67 ms) are kept in a heap; later ones lie unsorted in one list
a slice, and a slice becomes the heap when its time comes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any

from iosemu.kernel.time import Time

Target = tuple[Any, ...]
"""Whom an event is for; the first item is the kind, as ("device", "R1")."""

Entry = tuple[Time, int, Target, Any]
"""(time, sequence, target, payload); the sequence is unique, so payloads are never compared."""

SLICE_BITS = 26


@dataclass(slots=True)
class Queue:
    """`near` holds every event before `edge` as a heap, `far` the others by slice number, `slices`
    the numbers of those as a heap."""

    near: list[Entry] = field(default_factory=list)
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
        """Make the next slice the heap; `near` must be empty.  False: nothing is left."""
        if not self.slices:
            return False
        number = heappop(self.slices)
        self.near.extend(self.far.pop(number))
        heapify(self.near)
        self.edge = number + 1 << SLICE_BITS
        return True

    def first_time(self) -> Time | None:
        """Time of the earliest entry, None if there is none.  A stopped timer counts as one."""
        if self.near or self.refill():
            return self.near[0][0]
        return None

    def entries(self) -> list[Entry]:
        """Everything that waits, in order."""
        rest = [entry for waiting in self.far.values() for entry in waiting]
        return sorted(self.near + rest)

    def canonical_state(self) -> list[Entry]:
        """For `state_digest`: how entries are spread over the slices is no state."""
        return self.entries()

    def __len__(self) -> int:
        return len(self.near) + sum(map(len, self.far.values()))
