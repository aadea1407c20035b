"""The digest chain: one hash over everything that happened, always on.

Records are collected as the runner meets them and packed a few thousand at a time, column by
column, because a call for each event would cost more than the event.  Each full block of
`BLOCK` records extends the chain; blocks are cut by count, so how often `run` was called, a
snapshot or the interpreter's hash seed do not matter.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import zip_longest
from operator import itemgetter
from typing import Any, NamedTuple
from zlib import crc32

from iosemu.kernel.cache import Cache
from iosemu.kernel.queue import Entry, Target
from iosemu.kernel.time import MINUTE, SECOND, Time, TimerFired

BLOCK = 4096
"""Records in one block of the chain."""

DIGEST_BYTES = 16
_MEMO_LIMIT = 1 << 16


class Record(NamedTuple):
    """Something worth comparing that is no event: console bytes, a log line."""

    kind: str
    data: bytes


class Happening(NamedTuple):
    """One record of a trace, for comparing two runs."""

    time: Time
    sequence: int
    target: Target
    kind: str
    data: bytes | str

    def __str__(self) -> str:
        return (
            f"{self.time / SECOND:.9f} s #{self.sequence} {'/'.join(map(str, self.target))}"
            f" {self.kind} {self.data!r}"
        )


class _TargetCodes(Cache[Target, int]):
    """crc32 of the text of each target met so far."""

    __slots__ = ()

    def __missing__(self, target: Target) -> int:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        code = self[target] = crc32(repr(target).encode())
        return code


class _TimerCodes(Cache[Any, int]):
    """crc32 of the text of each timer key met so far."""

    __slots__ = ()

    def __missing__(self, key: Any) -> int:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        code = self[key] = crc32(repr(key).encode(), _kind_code("TimerFired"))
        return code


def _kind_code(kind: str) -> int:
    return crc32(kind.encode())


_BYTES_KIND = _kind_code("bytes")
_LITTLE = sys.byteorder == "little"


@dataclass(slots=True)
class Digest:
    """The chain so far, the records not yet in it, and the value at the end of each minute.

    `pending`: records as the runner appended them, in order of time.  The four columns: records
    packed but short of a block.  `minutes`: (minute, digest of all before its end), only minutes
    in which something happened.  `trace`: when a list, every record is also kept in it.
    """

    chain: bytes = bytes(DIGEST_BYTES)
    count: int = 0
    pending: list[Entry] = field(default_factory=list)
    times: array[int] = field(default_factory=lambda: array("q"))
    sequences: array[int] = field(default_factory=lambda: array("q"))
    targets: array[int] = field(default_factory=lambda: array("I"))
    words: array[int] = field(default_factory=lambda: array("I"))
    minute_end: Time = MINUTE
    minutes: list[tuple[int, bytes]] = field(default_factory=list)
    trace: list[Happening] | None = None
    target_codes: Cache[Target, int] = field(default_factory=_TargetCodes)
    timer_codes: Cache[Any, int] = field(default_factory=_TimerCodes)

    def pack(self) -> None:
        """Move the pending records into the columns, and full blocks into the chain."""
        pending = self.pending
        while pending and pending[-1][0] >= self.minute_end:
            cut = bisect_left(pending, self.minute_end, key=itemgetter(0))
            self._absorb(pending[:cut])
            del pending[:cut]
            if self.count + len(self.times):
                self.minutes.append((self.minute_end // MINUTE - 1, self._value()))
            self.minute_end = (pending[0][0] // MINUTE + 1) * MINUTE
        self._absorb(pending)
        pending.clear()

    def total(self) -> int:
        """How many records there were so far."""
        return self.count + len(self.times) + len(self.pending)

    def value(self) -> bytes:
        """The digest of all records so far."""
        self.pack()
        return self._value()

    def hexdigest(self) -> str:
        """`value` as text."""
        return self.value().hex()

    def canonical_state(self) -> tuple[Any, ...]:
        """For `state_digest`: what was packed when is no state, nor is a trace."""
        value = self.value()
        return (value, self.minutes)

    def _value(self) -> bytes:
        return _extend(self.chain, self._columns(len(self.times)))

    def _columns(self, count: int) -> list[array[int]]:
        return [c[:count] for c in (self.times, self.sequences, self.targets, self.words)]

    def _absorb(self, records: list[Entry]) -> None:
        if not records:
            return
        if self.trace is not None:
            self.trace.extend(map(_happening, records))
        times, sequences, targets, payloads = zip(*records, strict=True)
        other = self._word
        self.times.extend(times)
        self.sequences.extend(sequences)
        self.targets.extend(map(self.target_codes.__getitem__, targets))
        self.words.extend(
            [crc32(p, _BYTES_KIND) if type(p) is bytes else other(p) for p in payloads]
        )
        while len(self.times) >= BLOCK:
            self.chain = _extend(self.chain, self._columns(BLOCK))
            self.count += BLOCK
            for column in (self.times, self.sequences, self.targets, self.words):
                del column[:BLOCK]

    def _word(self, payload: Any) -> int:
        if type(payload) is TimerFired:
            return self.timer_codes[payload.key]
        kind, data = _described(payload)
        return crc32(data if type(data) is bytes else str(data).encode(), _kind_code(kind))


def _extend(chain: bytes, columns: Iterable[array[int]]) -> bytes:
    hasher = blake2b(chain, digest_size=DIGEST_BYTES)
    for column in columns:
        if not _LITTLE:
            column.byteswap()
        hasher.update(column.tobytes())
    return hasher.digest()


def _described(payload: Any) -> tuple[str, bytes | str]:
    """Kind and content of a payload; the text of a frozen value is the same on every machine."""
    match payload:
        case bytes():
            return "bytes", payload
        case Record(kind, data):
            return kind, data
        case TimerFired(key):
            return "TimerFired", repr(key)
        case _:
            return type(payload).__name__, repr(payload)


def _happening(entry: Entry) -> Happening:
    return Happening(entry[0], entry[1], entry[2], *_described(entry[3]))


class Difference(NamedTuple):
    """The first place where two traces part; None stands for a trace that ended."""

    position: int
    left: Happening | None
    right: Happening | None

    def __str__(self) -> str:
        return f"event {self.position} differs:\n  {self.left}\n  {self.right}"


def first_difference(left: Iterable[Happening], right: Iterable[Happening]) -> Difference | None:
    """Where two traces first differ, with the time of either event; None if they are equal."""
    for index, (a, b) in enumerate(zip_longest(left, right)):
        if a != b:
            return Difference(index, a, b)
    return None


def first_different_minute(
    left: Iterable[tuple[int, bytes]], right: Iterable[tuple[int, bytes]]
) -> int | None:
    """The first minute whose digests differ between two runs, None if there is none."""
    for a, b in zip_longest(left, right):
        if a != b:
            return min(m for m in (a and a[0], b and b[0]) if m is not None)
    return None
