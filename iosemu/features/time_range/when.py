"""Whether a time range is active at a local date and time.  Pure."""

from __future__ import annotations

from iosemu.proto.calendar import MONTHS, TimeOfDay, days_of

from .config import Absolute, TimeRange

_DAY_M = 1440
_WEEK_M = 7 * _DAY_M
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GROUPS = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7)}


def is_active(time_range: TimeRange, at: TimeOfDay) -> bool:
    """Both ends of a period belong to it: the last minute to its end."""
    if time_range.absolute is not None and not _holds(time_range.absolute, at):
        return False
    spans = [
        (_minute(day, start), end - start)
        for group, start, end in time_range.groups
        for day in _GROUPS[group]
    ]
    for days, start, end_day, end in time_range.periods:
        for name in days:
            day = DAYS.index(name)
            length = end - start if end_day is None else _minute(DAYS.index(end_day), end)
            if end_day is not None:
                length = (length - _minute(day, start)) % _WEEK_M
            spans.append((_minute(day, start), length))
    now = _minute(at.weekday, at.hour * 60 + at.minute)
    return not spans or any((now - start) % _WEEK_M <= length for start, length in spans)


def _minute(day: int, minute: int) -> int:
    return day * _DAY_M + minute


def _holds(absolute: Absolute, at: TimeOfDay) -> bool:
    now = days_of(at.year, at.month, at.day) * _DAY_M + at.hour * 60 + at.minute
    a = absolute
    first = _moment(a.start, a.start_day, a.start_month, a.start_year)
    last = _moment(a.end, a.end_day, a.end_month, a.end_year)
    return (first is None or first <= now) and (last is None or now <= last)


def _moment(minute: int | None, day: int | None, month: str | None, year: int | None) -> int | None:
    """Minutes since 1970; None for an open end."""
    if minute is None or day is None or month is None or year is None:
        return None
    return days_of(year, MONTHS.index(month[:3]) + 1, day) * _DAY_M + minute
