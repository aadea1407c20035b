"""What `show track` is about."""

from __future__ import annotations

from iosemu.features.sla.state import Outcome
from iosemu.kernel.time import Time
from iosemu.values import dataclass

from .config import TrackedObject


@dataclass(frozen=True, slots=True)
class TrackView:
    """One object.  `age`: since its last change; `left_s`: until a delayed one.  `members`: of a
    list, whether each is up.  `hop`: the interface of a route.  `routes`: static routes that
    follow it."""

    number: int
    wanted: TrackedObject
    is_up: bool
    reason: str
    pending: bool | None
    left_s: int
    changes: int
    age: Time
    outcome: Outcome | None
    members: tuple[tuple[int, bool], ...]
    hop: str | None
    has_routes: bool
    is_old: bool


@dataclass(frozen=True, slots=True)
class BriefView:
    objects: tuple[TrackView, ...]
