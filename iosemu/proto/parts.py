"""Parts of a device's state that commands of any feature read: `x.part(Clock)`.

Each is a slotted dataclass that the device fills.  Knows no feature and no engine.
"""

from __future__ import annotations

from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.values import dataclass, field

from .calendar import MONTHS as MONTHS
from .calendar import WEEKDAYS as WEEKDAYS
from .calendar import TimeOfDay as TimeOfDay
from .calendar import Zone, time_of_day
from .calendar import date_of as date_of
from .calendar import days_of as days_of

DAY_MS = 24 * 3600 * 1000


@dataclass(slots=True)
class Identity:
    """What the device is.  `hardware`: the model's name; `version`: IOS release, as "15.4"."""

    node: str
    hardware: str
    version: str
    booted_at: Time = 0
    boots: int = 0
    reload_reason: str = "Unknown reason"


CHASSIS = "chassis"
"""Topic: the `Chassis` of the device, published when it boots."""
CLOCK = "clock"
"""Topic: the device's clock at the start of the lab, in ns since 1970 (UTC); changed by `clock
set`."""
DEBUGS = "debugs"
"""Topic: the debug flags that are on, as (flag, condition) pairs; told when they change."""
VERSION = "version"
"""Topic: the IOS release, as "15.4"."""


@dataclass(frozen=True, slots=True)
class Chassis:
    """How the device describes itself to neighbors.  `software`: lines of text.  `capabilities`:
    bits as CDP numbers them."""

    platform: str
    software: str
    capabilities: int


@dataclass(slots=True)
class Files:
    """Files of the device by name, without the "flash:" or "nvram:".

    folders: directories of flash by path.  written_s: when each file or directory of flash was
    written, in seconds since 1970 on the device's clock.  register: the configuration register for
    the next boot, None: the model's own; booted_register: the one of this boot.
    """

    flash: dict[str, bytes] = field(default_factory=dict)
    nvram: dict[str, bytes] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    written_s: dict[str, int] = field(default_factory=dict)
    register: int | None = None
    booted_register: int | None = None


@dataclass(slots=True)
class Debugs:
    """Debug flags that are on, each with its own condition (True without).

    conditions: number -> interface; while there are any, lines of other interfaces are not printed.
    """

    flags: dict[str, object] = field(default_factory=dict)
    conditions: dict[int, str] = field(default_factory=dict)

    def wants(self, flag: str, interface: str | None) -> bool:
        """Whether a line of this flag, about this interface if any, is to be printed."""
        if flag not in self.flags:
            return False
        return not self.conditions or interface is None or interface in self.conditions.values()


@dataclass(slots=True)
class Clock:
    """The device's clock: seconds of the epoch at lab start, and how far `clock set` moved it."""

    epoch_s: int
    offset_ns: Time = 0
    is_set: bool = False
    zone: Zone = field(default_factory=Zone)

    @property
    def start_ns(self) -> Time:
        """What it showed at the start of the lab, in ns since 1970."""
        return self.epoch_s * SECOND + self.offset_ns

    def seconds(self, now: Time) -> int:
        """An instant as whole seconds since 1970."""
        return (self.epoch_s * SECOND + self.offset_ns + now) // SECOND

    def at(self, now: Time) -> TimeOfDay:
        """The date and time of an instant in UTC."""
        return time_of_day(self._milliseconds(now))

    def local(self, now: Time) -> tuple[TimeOfDay, str]:
        """The date and time of an instant where the device is, and the name of that time."""
        milliseconds = self._milliseconds(now)
        name, offset_s = self.zone.at(milliseconds // 1000)
        return time_of_day(milliseconds + offset_s * 1000), name

    def day_ms(self, now: Time) -> int:
        """Milliseconds of the day in UTC; the highest of 32 bits is set while the clock is not
        (RFC 791 3.1, timestamp option)."""
        return self._milliseconds(now) % DAY_MS | (0 if self.is_set else 1 << 31)

    def _milliseconds(self, now: Time) -> int:
        return (self.epoch_s * SECOND + self.offset_ns + now) // MILLISECOND

    @property
    def mark(self) -> str:
        """What stands before a stamp: `*` while nobody has set the clock."""
        return "" if self.is_set else "*"


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
    localtime: bool = False


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
    trap_level: int | None = 6
    has_servers: bool = False
    """Whether the engine "logging" wants the lines of the trap level."""
    has_counts: bool = False
    has_sequence: bool = False


@dataclass(slots=True)
class LogCounts:
    """How many messages each destination got since boot.

    sequence: all of them.  by_message: (facility, severity, mnemonic) -> (how often, when last),
    kept while `logging count` says so.
    """

    sequence: int = 0
    console: int = 0
    monitor: int = 0
    trap: int = 0
    by_message: dict[tuple[str, int, str], tuple[int, Time]] = field(default_factory=dict)


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


@dataclass(slots=True)
class Work:
    """How often each engine of the device was given something to do since boot, by its name."""

    steps: dict[str, int] = field(default_factory=dict)
