"""Renderer of time ranges."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .config import Absolute
from .views import TimeRangeView


@renders(TimeRangeView)
def time_range(view: TimeRangeView) -> Iterator[str]:
    yield f"time-range entry: {view.name} ({'active' if view.is_active else 'inactive'})"
    if view.absolute is not None:
        yield f"   absolute{absolute_text(view.absolute)}"
    for group, start, end in view.groups:
        yield f"   periodic {group} {minutes_text(start)} to {minutes_text(end)}"
    for days, start, end_day, end in view.periods:
        until = minutes_text(end) if end_day is None else f"{end_day} {minutes_text(end)}"
        yield f"   periodic {' '.join(days)} {minutes_text(start)} to {until}"
    for _ in range(view.uses):
        yield "   used in: IP ACL entry"


def absolute_text(a: Absolute) -> str:
    """ " start 08:00 01 January 2020 end ..."."""
    text = ""
    if a.start is not None:
        text += f" start {a.start // 60:02d}:{a.start % 60:02d}"
        text += f" {a.start_day:02d} {a.start_month} {a.start_year}"
    if a.end is not None:
        text += (
            f" end {a.end // 60:02d}:{a.end % 60:02d} {a.end_day:02d} {a.end_month} {a.end_year}"
        )
    return text


def minutes_text(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
