"""Renderer of `show clock`."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.proto.calendar import MONTHS, WEEKDAYS

from .text import date_text
from .views import ClockView


@renders(ClockView)
def clock(view: ClockView) -> Iterator[str]:
    at = view.at
    yield (
        f"{view.mark}{at.hour:02d}:{at.minute:02d}:{at.second:02d}.{at.millisecond:03d}"
        f" {view.zone} {WEEKDAYS[at.weekday]} {MONTHS[at.month - 1]} {at.day} {at.year}"
    )
    if view.source is not None:
        yield view.source
    if view.summer is not None:
        start, end = view.summer
        yield f"Summer time starts {date_text(start.at, start.zone)}"
        yield f"Summer time ends {date_text(end.at, end.zone)}"
