"""Time ranges of a router by name."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Absolute:
    """From and until when; times in minutes of the day, None: open."""

    start: int | None = None
    start_day: int | None = None
    start_month: str | None = None
    start_year: int | None = None
    end: int | None = None
    end_day: int | None = None
    end_month: str | None = None
    end_year: int | None = None


GroupKey = tuple[str, int, int]
"""daily, weekdays or weekend; first and last minute of the day."""
PeriodKey = tuple[tuple[str, ...], int, str | None, int]
"""Days, first minute, the day it lasts to (None: the same), last minute."""


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Active within `absolute`, and there whenever one of the periods is on, if it has any."""

    absolute: Absolute | None = None
    groups: Entries[GroupKey, bool] = field(default_factory=Entries)
    periods: Entries[PeriodKey, bool] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class TimeRangesConfig:
    """All of them."""

    SLOT: ClassVar[str] = "time_range"
    ranges: Entries[str, TimeRange] = field(default_factory=Entries)
