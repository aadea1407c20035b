"""Dates as IOS writes them."""

from __future__ import annotations

from iosemu.kernel.time import Time
from iosemu.proto.calendar import MONTHS, WEEKDAYS, TimeOfDay
from iosemu.proto.parts import Clock


def date_text(at: TimeOfDay, zone: str) -> str:
    """ "22:00:41 UTC Wed Aug 19 2020"."""
    return (
        f"{at.hour:02d}:{at.minute:02d}:{at.second:02d} {zone}"
        f" {WEEKDAYS[at.weekday]} {MONTHS[at.month - 1]} {at.day} {at.year}"
    )


def local_text(clock: Clock, at: Time) -> str:
    """An instant as the device tells it, in its own zone."""
    return date_text(*clock.local(at))
