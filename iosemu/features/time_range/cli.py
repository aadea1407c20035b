"""Commands of time ranges."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, Rejected, check, show
from iosemu.features.acl.config import AclsConfig
from iosemu.proto.parts import Clock

from .apply import active_ranges
from .config import TimeRange, TimeRangesConfig
from .views import TimeRangeView


@check("time-range.absolute")
def has_an_end(owner: TimeRange, *, start: int | None, end: int | None) -> str | None:
    """One end at least."""
    return "% Incomplete command." if start is None and end is None else None


@check("time-range.periodic")
def group_ends_after_start(owner: TimeRange, *, start: int, end: int) -> str | None:
    """A period within one day."""
    return "% End time must be later than start time" if end <= start else None


@check("time-range.periodic.days")
def ends_after_start(
    owner: TimeRange, *, days: tuple[str, ...], start: int, end_day: str | None, end: int
) -> str | None:
    """A period within one day; only a single day may last to another one."""
    if end_day is None:
        return group_ends_after_start(owner, start=start, end=end)
    return "% Cannot use multiple days with an ending day" if len(days) > 1 else None


@show("time-range.show")
def show_time_range(x: Exec, *, name: str | None) -> Iterator[TimeRangeView]:
    config = x.config.of(TimeRangesConfig)
    if name is not None and name not in config.ranges:
        raise Rejected(f"% Time range {name} not defined")
    active = active_ranges(config, x.part(Clock), x.now)
    used = used_ranges(x.config.of(AclsConfig))
    for each, one in config.ranges.items():
        if name in (None, each):
            yield TimeRangeView(
                each,
                active[each],
                one.absolute,
                tuple(one.groups),
                tuple(one.periods),
                used.count(each),
            )


def used_ranges(acls: AclsConfig) -> list[str]:
    """The time range of every entry that has one."""
    return [
        entry.time_range
        for acl in acls.extended.values()
        for entry in acl.entries.values()
        if entry.time_range is not None
    ]
