"""Commands of the clock."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, Lines, Rejected, check, exec_command, show
from iosemu.kernel.time import SECOND
from iosemu.proto.calendar import DAY_S, Zone, date_of, days_of, time_of_day
from iosemu.proto.parts import CLOCK, Clock

from .apply import month_of
from .config import ClockConfig
from .messages import ClockUpdated
from .text import local_text
from .views import ClockView, Turn


@show("clock.show")
def show_clock(x: Exec, *, detail: bool) -> Iterator[ClockView]:
    clock = x.part(Clock)
    at, zone = clock.local(x.now)
    if not detail:
        yield ClockView(clock.mark, at, zone)
        return
    source = "Time source is user configuration" if clock.is_set else "No time source"
    yield ClockView(clock.mark, at, zone, source, turns(clock.zone, at.year))


def turns(zone: Zone, year: int) -> tuple[Turn, Turn] | None:
    """Begin and end of summer time, each in the time that ends with it."""
    summer = zone.summer
    if summer is None:
        return None
    start, end = summer.bounds(year)
    return (
        Turn(time_of_day(start * 1000), zone.name),
        Turn(time_of_day((end + summer.offset_s) * 1000), summer.name),
    )


@exec_command("clock.set")
def clock_set(x: Exec, *, time: int, day: int, month: str, year: int) -> Lines:
    """Move the device's clock; from now on its stamps carry no `*`.  `time`: seconds of the day."""
    days = days_of(year, month_of(month), day)
    if date_of(days) != (year, month_of(month), day):
        raise Rejected("% Invalid date")
    clock = x.part(Clock)
    before = local_text(clock, x.now)
    local_s = days * DAY_S + time
    # In the hour that comes twice a year the first one is meant, as summer time is.
    summer_s = 0 if clock.zone.summer is None else clock.zone.summer.offset_s
    utc_s = local_s - clock.zone.offset_s - summer_s
    if clock.zone.at(utc_s)[1] != clock.zone.offset_s + summer_s:
        utc_s = local_s - clock.zone.offset_s
    clock.offset_ns = (utc_s - clock.epoch_s) * SECOND - x.now
    clock.is_set = True
    x.publish(CLOCK, clock.start_ns)
    x.log(ClockUpdated(before, local_text(clock, x.now), f"console by {x.user}"))
    return []


@check("clock.summer.date")
def dates_exist(
    owner: ClockConfig,
    *,
    from_day: int,
    from_month: str,
    from_year: int,
    to_day: int,
    to_month: str,
    to_year: int,
) -> str | None:
    for year, month, day in ((from_year, from_month, from_day), (to_year, to_month, to_day)):
        if date_of(days_of(year, month_of(month), day)) != (year, month_of(month), day):
            return "% Invalid date"
    return None
