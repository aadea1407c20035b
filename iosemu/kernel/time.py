"""The unit of time, and the input a timer makes.  May be imported by every package."""

from __future__ import annotations

from collections.abc import Hashable

from iosemu.values import dataclass

Time = int
"""Nanoseconds since the lab started; durations too."""

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

TimerKey = tuple[Hashable, ...]
"""Name of a timer: a tuple that starts with a word, as ("hold", neighbor)."""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer of this name ran out."""

    key: TimerKey
