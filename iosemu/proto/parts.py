"""Parts of a device's state that commands of any feature read: `x.part(Clock)`.

Each is a slotted dataclass that the device fills.  Knows no feature and no engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from iosemu.kernel.time import DAY, SECOND, Time

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SECONDS_OF_DAY = DAY // SECOND


@dataclass(slots=True)
class Identity:
    """What the device is.  `hardware`: the model's name; `version`: IOS release, as "15.4"."""

    node: str
    hardware: str
    version: str
    booted_at: Time = 0
    boots: int = 0
    reload_reason: str = "Unknown reason"


@dataclass(slots=True)
class Files:
    """Files of the device by name, without the "flash:" or "nvram:".

    folders: directories of flash by path.  written_s: when each file or directory of flash was
    written, in seconds since 1970 on the device's clock.
    """

    flash: dict[str, bytes] = field(default_factory=dict)
    nvram: dict[str, bytes] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    written_s: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Debugs:
    """Debug flags that are on, each with its own condition (True without)."""

    flags: dict[str, object] = field(default_factory=dict)


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


@dataclass(slots=True)
class Clock:
    """The device's clock: seconds of the epoch at lab start, and how far `clock set` moved it."""

    epoch_s: int
    offset_ns: Time = 0
    is_set: bool = False

    def seconds(self, now: Time) -> int:
        """An instant as whole seconds since 1970."""
        return (self.epoch_s * SECOND + self.offset_ns + now) // SECOND

    def at(self, now: Time) -> TimeOfDay:
        """The date and time of an instant."""
        milliseconds = (self.epoch_s * SECOND + self.offset_ns + now) // 1_000_000
        seconds, millisecond = divmod(milliseconds, 1000)
        days, second = divmod(seconds, _SECONDS_OF_DAY)
        year, month, day = date_of(days)
        hour, second = divmod(second, 3600)
        minute, second = divmod(second, 60)
        # 1970-01-01 was a Thursday.
        return TimeOfDay(year, month, day, hour, minute, second, millisecond, (days + 3) % 7)

    @property
    def mark(self) -> str:
        """What stands before a stamp: `*` while nobody has set the clock."""
        return "" if self.is_set else "*"


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


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log or of a debug, as printed; continuation lines follow in `text`."""

    at: Time
    severity: int
    text: str
    is_debug: bool = False


@dataclass(frozen=True, slots=True)
class StampStyle:
    """What stands before a line: the date and time, or the uptime."""

    uptime: bool = False
    msec: bool = True
    year: bool = False
    show_timezone: bool = False


@dataclass(slots=True)
class LogSettings:
    """What the configuration says about the log, for the device to obey.

    Levels are severities 0..7, None: that destination is off.  A stamp None: none is printed.
    """

    log_stamp: StampStyle | None = StampStyle()
    debug_stamp: StampStyle | None = StampStyle()
    buffer_level: int | None = 7
    buffer_bytes: int = 8192
    console_level: int | None = 7
    monitor_level: int | None = 7


@dataclass(slots=True)
class LogBuffer:
    """What `show logging` shows: the newest lines that fit, with their total length."""

    lines: list[LogLine] = field(default_factory=list)
    used_bytes: int = 0
    logged: int = 0
    """Messages ever put into the buffer."""

    def put(self, line: LogLine, size_bytes: int) -> None:
        """Add a line, dropping the oldest while there is no room."""
        self.lines.append(line)
        self.used_bytes += len(line.text) + 1
        self.logged += 1
        drop = 0
        while self.used_bytes > size_bytes and drop < len(self.lines) - 1:
            self.used_bytes -= len(self.lines[drop].text) + 1
            drop += 1
        del self.lines[:drop]

    def clear(self) -> None:
        """`clear logging`."""
        self.lines.clear()
        self.used_bytes = 0
