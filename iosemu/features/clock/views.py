"""What the clock shows are about."""

from __future__ import annotations

from iosemu.proto.calendar import TimeOfDay
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """When the clock is moved forward or back, and the name of the time that ends then."""

    at: TimeOfDay
    zone: str


@dataclass(frozen=True, slots=True)
class ClockView:
    """`show clock [detail]`; `mark` is `*` while the clock was never set.

    `source`: where the time comes from, only for `detail`.  `summer`: begin and end this year.
    """

    mark: str
    at: TimeOfDay
    zone: str = "UTC"
    source: str | None = None
    summer: tuple[Turn, Turn] | None = None
