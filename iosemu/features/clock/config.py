"""The time zone and summer time of a router."""

from __future__ import annotations

from typing import ClassVar

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class Timezone:
    """`clock timezone NAME HOURS [MINUTES]`; the minutes go the way of the hours."""

    name: str = "UTC"
    hours: int = 0
    minutes: int | None = None

    def __post_init__(self) -> None:
        if self.minutes is None:
            object.__setattr__(self, "minutes", 0)


@dataclass(frozen=True, slots=True)
class Recurring:
    """`clock summer-time NAME recurring ...`: without weeks, the rule of the United States.

    A week is 1..4, "first" or "last"; times are minutes of a day; the offset is in minutes.
    """

    name: str = ""
    first_week: int | str | None = None
    first_day: str | None = None
    first_month: str | None = None
    first_time: int | None = None
    last_week: int | str | None = None
    last_day: str | None = None
    last_month: str | None = None
    last_time: int | None = None
    offset: int | None = None

    def __post_init__(self) -> None:
        for field in ("first_week", "last_week"):
            if getattr(self, field) == "first":
                object.__setattr__(self, field, 1)
        if self.offset == 60:
            object.__setattr__(self, "offset", None)


@dataclass(frozen=True, slots=True)
class OnDates:
    """`clock summer-time NAME date ...`: once."""

    name: str = ""
    from_month: str = "January"
    from_day: int = 1
    from_year: int = 1993
    from_time: int = 0
    to_month: str = "January"
    to_day: int = 1
    to_year: int = 1993
    to_time: int = 0
    offset: int | None = None

    def __post_init__(self) -> None:
        if self.offset == 60:
            object.__setattr__(self, "offset", None)


@dataclass(frozen=True, slots=True)
class ClockConfig:
    """`clock ...`."""

    SLOT: ClassVar[str] = "clock"
    timezone: Timezone | None = None
    summer: Recurring | OnDates | None = None
