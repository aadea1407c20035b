"""What `show time-range` is about."""

from __future__ import annotations

from iosemu.values import dataclass

from .config import Absolute, GroupKey, PeriodKey


@dataclass(frozen=True, slots=True)
class TimeRangeView:
    """One range; `uses`: entries of access lists that name it."""

    name: str
    is_active: bool
    absolute: Absolute | None
    groups: tuple[GroupKey, ...]
    periods: tuple[PeriodKey, ...]
    uses: int
