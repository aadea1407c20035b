"""The digest chain: one hash over everything that happened, always on.

The runner only appends each event to a list; a block of `BLOCK` records at a time is packed with
`marshal` (version 2: no references, so equal values give equal bytes on every machine), and the
chain takes the block's crc32 with blake2b.  A call for each event would cost more than the event.
Blocks are cut by count, so how often `run` was called, a snapshot or the interpreter's hash seed
do not matter.
"""

from __future__ import annotations

import marshal
from bisect import bisect_left
from collections.abc import Iterable
from hashlib import blake2b
from itertools import zip_longest
from operator import itemgetter
from typing import Any, NamedTuple
from zlib import crc32

from iosemu.kernel.queue import Entry, Target
from iosemu.kernel.time import MINUTE, SECOND, Time
from iosemu.values import dataclass, field

BLOCK = 256
"""Records in one block of the chain: what stays in the processor's cache."""

DIGEST_BYTES = 16
_MARSHAL_VERSION = 2


class Happening(NamedTuple):
    """One record: an event as it was handled, or something else worth comparing (console bytes, a
    log line).  `data` is the payload, or the text of one that is neither number, text nor bytes."""

    time: Time
    sequence: int
    target: Target
    data: Any

    def __str__(self) -> str:
        target = "/".join(map(str, self.target))
        return f"{self.time / SECOND:.9f} s #{self.sequence} {target} {self.data!r}"


@dataclass(slots=True)
class Digest:
    """The chain so far, the records not yet in it, and the value at the end of each minute.

    `pending`: records in order of time.  `minutes`: (minute, digest of all before its end), only
    minutes in which something happened; `minute_total`: how many records there were at the last.
    `minute_end`: end of the present one.  `trace`: when a list, every record is also kept in it.
    """

    chain: bytes = bytes(DIGEST_BYTES)
    count: int = 0
    pending: list[Entry] = field(default_factory=list)
    minute_end: Time = MINUTE
    minute_total: int = 0
    minutes: list[tuple[int, bytes]] = field(default_factory=list)
    trace: list[Happening] | None = None

    def pack(self) -> None:
        """Move full blocks of the pending records into the chain."""
        pending = self.pending
        while len(pending) >= BLOCK:
            block = pending[:BLOCK]
            while block[-1][0] >= self.minute_end:
                self._end_minute(block)
            self.chain = _extend(self.chain, block)
            self.count += BLOCK
            if self.trace is not None:
                self.trace.extend(map(_happening, block))
            del pending[:BLOCK]

    def total(self) -> int:
        """How many records there were so far."""
        return self.count + len(self.pending)

    def value(self) -> bytes:
        """The digest of all records so far."""
        self.pack()
        return _extend(self.chain, self.pending)

    def hexdigest(self) -> str:
        """`value` as text."""
        return self.value().hex()

    def all_minutes(self, now: Time) -> list[tuple[int, bytes]]:
        """`minutes`, with those that ended by `now` although their block is not full."""
        self.pack()
        while self.pending and self.minute_end <= now:
            self._end_minute(self.pending)
        return self.minutes

    def happenings(self) -> list[Happening]:
        """The trace up to now; only if `trace` was set to a list at the start."""
        assert self.trace is not None, "no trace was asked for"
        self.pack()
        return self.trace + list(map(_happening, self.pending))

    def canonical_state(self) -> tuple[int, bytes]:
        """For `state_digest`: which blocks are packed is no state, nor is a trace."""
        return (self.total(), self.value())

    def _end_minute(self, block: list[Entry]) -> None:
        cut = bisect_left(block, self.minute_end, key=itemgetter(0))
        if self.count + cut > self.minute_total:
            self.minutes.append((self.minute_end // MINUTE - 1, _extend(self.chain, block[:cut])))
            self.minute_total = self.count + cut
        following = block[cut][0] if cut < len(block) else self.minute_end
        self.minute_end = (following // MINUTE + 1) * MINUTE


def _extend(chain: bytes, block: list[Entry]) -> bytes:
    try:
        packed = marshal.dumps(block, _MARSHAL_VERSION)
    except ValueError:
        packed = marshal.dumps([_plain(entry) for entry in block], _MARSHAL_VERSION)
    check = crc32(packed).to_bytes(4, "little")
    return blake2b(chain + check, digest_size=DIGEST_BYTES).digest()


def _plain(entry: Entry) -> Entry:
    """The entry itself if it packs, else with the text of its payload, then also of its target.

    A frozen value has the same text on every machine; an entry's bytes never depend on its
    neighbors in the block.
    """
    try:
        marshal.dumps(entry, _MARSHAL_VERSION)
        return entry
    except ValueError:
        at, sequence, target, payload = entry
    represent: object = type(payload).__repr__
    assert represent is not object.__repr__, f"no value: {payload!r} for {target}"
    named = (at, sequence, target, f"{type(payload).__name__} {payload!r}")
    try:
        marshal.dumps(named, _MARSHAL_VERSION)
        return named
    except ValueError:
        return (at, sequence, (repr(target),), named[3])


def _happening(entry: Entry) -> Happening:
    return Happening(*_plain(entry))


class Difference(NamedTuple):
    """The first place where two traces part; None stands for a trace that ended."""

    position: int
    left: Happening | None
    right: Happening | None

    def __str__(self) -> str:
        return f"event {self.position} differs:\n  {self.left}\n  {self.right}"


def first_difference(left: Iterable[Happening], right: Iterable[Happening]) -> Difference | None:
    """Where two traces first differ, with the time of either event; None if they are equal."""
    for position, (a, b) in enumerate(zip_longest(left, right)):
        if a != b:
            return Difference(position, a, b)
    return None


def first_different_minute(
    left: Iterable[tuple[int, bytes]], right: Iterable[tuple[int, bytes]]
) -> int | None:
    """The first minute whose digests differ between two runs, None if there is none."""
    for a, b in zip_longest(left, right):
        if a != b:
            return min(minute for minute, _ in (pair for pair in (a, b) if pair))
    return None
