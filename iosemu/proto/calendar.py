"""Dates, time zones and summer time: pure arithmetic, no state and no wall clock."""

from __future__ import annotations

from typing import NamedTuple

from iosemu.values import dataclass

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_S = 86_400
LAST = 5
"""The last week of a month, as `WeekMoment.week`."""


class TimeOfDay(NamedTuple):
    """A date and time of day."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    millisecond: int
    weekday: int
    """0 is Monday."""


def time_of_day(milliseconds: int) -> TimeOfDay:
    """The date and time so long after 1970-01-01 00:00."""
    seconds, millisecond = divmod(milliseconds, 1000)
    days, second = divmod(seconds, DAY_S)
    year, month, day = date_of(days)
    hour, second = divmod(second, 3600)
    minute, second = divmod(second, 60)
    return TimeOfDay(year, month, day, hour, minute, second, millisecond, weekday_of(days))


def weekday_of(days: int) -> int:
    """0 is Monday; 1970-01-01 was a Thursday."""
    return (days + 3) % 7


def date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01 (Gregorian).

    Counts from March 1 of the year 0, so that a leap day ends a year; 146097 days are 400 years.
    """
    era, of_era = divmod(days + 719_468, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    return year_of_era + era * 400 + (month <= 2), month, day


def days_of(year: int, month: int, day: int) -> int:
    """The inverse of `date_of`."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


# -- zones ----


@dataclass(frozen=True, slots=True)
class WeekMoment:
    """Every year: the week 1..4 or `LAST` of a month, a weekday (0 is Monday), minutes of a day."""

    week: int
    weekday: int
    month: int
    minutes: int

    def of_year(self, year: int) -> int:
        """Seconds of local time since 1970."""
        first = days_of(year, self.month, 1)
        day = first + (self.weekday - weekday_of(first)) % 7 + 7 * (self.week - 1)
        if date_of(day)[1] != self.month:
            day -= 7
        return day * DAY_S + self.minutes * 60


@dataclass(frozen=True, slots=True)
class DateMoment:
    """Once: a date, and minutes of that day."""

    year: int
    month: int
    day: int
    minutes: int

    def of_year(self, year: int) -> int:
        """Seconds of local time since 1970, whatever the year."""
        return days_of(self.year, self.month, self.day) * DAY_S + self.minutes * 60


@dataclass(frozen=True, slots=True)
class SummerTime:
    """Summer time: it begins in standard time and ends in summer time."""

    name: str
    offset_s: int
    start: WeekMoment | DateMoment
    end: WeekMoment | DateMoment

    def bounds(self, year: int) -> tuple[int, int]:
        """Begin and end in a year, both in seconds of standard time since 1970."""
        return self.start.of_year(year), self.end.of_year(year) - self.offset_s

    def holds(self, standard_s: int) -> bool:
        """Whether it is summer at this standard time."""
        start, end = self.bounds(date_of(standard_s // DAY_S)[0])
        if start <= end or isinstance(self.start, DateMoment):
            return start <= standard_s < end
        # South of the equator the year begins in summer.
        return standard_s >= start or standard_s < end


@dataclass(frozen=True, slots=True)
class Zone:
    """Where a clock is: a name, its offset from UTC, and its summer time if it has one."""

    name: str = "UTC"
    offset_s: int = 0
    summer: SummerTime | None = None

    def at(self, utc_s: int) -> tuple[str, int]:
        """The name of the time in use at an instant, and its offset from UTC in seconds."""
        if self.summer is not None and self.summer.holds(utc_s + self.offset_s):
            return self.summer.name, self.offset_s + self.summer.offset_s
        return self.name, self.offset_s
