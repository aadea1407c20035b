"""What the shows of IP SLA are about."""

from __future__ import annotations

from iosemu.kernel.time import Time
from iosemu.values import dataclass

from .config import Operation
from .state import Outcome


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """One operation.  `started`: date of the last probe, None before the first; `left_s`: of its
    life, None: forever; `is_first`: the heading stands before it."""

    number: int
    kind: str
    status: str
    outcome: Outcome
    started: str | None
    successes: int
    failures: int
    left_s: int | None
    is_first: bool
    details: bool = False


@dataclass(frozen=True, slots=True)
class ConfigurationView:
    number: int
    operation: Operation
    status: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """`age`: since the last probe."""

    number: int
    status: str
    kind: str
    target: str
    outcome: Outcome
    age: Time | None


@dataclass(frozen=True, slots=True)
class SummaryView:
    rows: tuple[SummaryRow, ...]
