"""Durations the way IOS prints them.  May be imported by every package."""

from __future__ import annotations

from iosemu.kernel.time import DAY, HOUR, MINUTE, SECOND, Time

WEEK = 7 * DAY
YEAR = 52 * WEEK


def age(elapsed: Time | None) -> str:
    """The eight-column age of a table: 00:00:07, 1d02h, 1w6d, 1y10w; "never" for None."""
    if elapsed is None:
        return "never"
    if elapsed < DAY:
        return (
            f"{elapsed // HOUR:02d}:{elapsed % HOUR // MINUTE:02d}:{elapsed % MINUTE // SECOND:02d}"
        )
    if elapsed < WEEK:
        return f"{elapsed // DAY}d{elapsed % DAY // HOUR:02d}h"
    if elapsed < YEAR:
        return f"{elapsed // WEEK}w{elapsed % WEEK // DAY}d"
    return f"{elapsed // YEAR}y{elapsed % YEAR // WEEK:02d}w"


def uptime(elapsed: Time) -> str:
    """The sentence of `show version`: "2 hours, 3 minutes"; minutes are always there."""
    parts = [
        (elapsed // YEAR, "year"),
        (elapsed % YEAR // WEEK, "week"),
        (elapsed % WEEK // DAY, "day"),
        (elapsed % DAY // HOUR, "hour"),
        (elapsed % HOUR // MINUTE, "minute"),
    ]
    said = [p for p in parts if p[0] or p[1] == "minute"]
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in said)
