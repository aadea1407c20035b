"""Brings the device's clock to the configured zone."""

from __future__ import annotations

from typing import Protocol, TypeVar

from iosemu.config.tree import Config
from iosemu.kernel.time import Time
from iosemu.proto.base import LogMessage
from iosemu.proto.calendar import (
    LAST,
    MONTHS,
    WEEKDAYS,
    DateMoment,
    SummerTime,
    WeekMoment,
    Zone,
)
from iosemu.proto.parts import Clock
from iosemu.stack.state import Stack

from .config import ClockConfig, OnDates, Recurring, Timezone
from .messages import ClockUpdated
from .text import local_text

T = TypeVar("T")
USA = (WeekMoment(2, 6, 3, 120), WeekMoment(1, 6, 11, 120))
"""Second Sunday of March to first Sunday of November, both at two."""


class Box(Protocol):
    """The device: its time, its parts by class, its log."""

    @property
    def now(self) -> Time: ...

    def part(self, kind: type[T]) -> T: ...

    def log(self, message: LogMessage) -> None: ...


def apply(stack: Stack, device: Box, old: Config, new: Config) -> None:
    """A changed zone changes what the clock tells, never the instant."""
    config = new.of(ClockConfig)
    if config is old.of(ClockConfig):
        return
    clock = device.part(Clock)
    before = local_text(clock, device.now)
    clock.zone = zone_of(config)
    device.log(ClockUpdated(before, local_text(clock, device.now), "console by console"))


def zone_of(config: ClockConfig) -> Zone:
    zone = config.timezone or Timezone()
    minutes = zone.minutes or 0
    offset_s = zone.hours * 3600 + (-minutes if zone.hours < 0 else minutes) * 60
    return Zone(zone.name, offset_s, summer_of(config.summer))


def summer_of(config: Recurring | OnDates | None) -> SummerTime | None:
    if config is None:
        return None
    offset_s = (60 if config.offset is None else config.offset) * 60
    if isinstance(config, OnDates):
        return SummerTime(
            config.name,
            offset_s,
            DateMoment(
                config.from_year, month_of(config.from_month), config.from_day, config.from_time
            ),
            DateMoment(config.to_year, month_of(config.to_month), config.to_day, config.to_time),
        )
    start = moment(
        config.first_week, config.first_day, config.first_month, config.first_time, USA[0]
    )
    end = moment(config.last_week, config.last_day, config.last_month, config.last_time, USA[1])
    return SummerTime(config.name, offset_s, start, end)


def moment(
    week: int | str | None,
    day: str | None,
    month: str | None,
    minutes: int | None,
    default: WeekMoment,
) -> WeekMoment:
    if week is None or day is None or month is None or minutes is None:
        return default
    number = LAST if isinstance(week, str) else week
    return WeekMoment(number, WEEKDAYS.index(day[:3]), month_of(month), minutes)


def month_of(name: str) -> int:
    return MONTHS.index(name[:3]) + 1
