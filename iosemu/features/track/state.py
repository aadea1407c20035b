"""What is known of a tracked object."""

from __future__ import annotations

from iosemu.kernel.time import Time
from iosemu.values import dataclass

TOPIC = "track "
"""Topic of an object, with its number behind: it publishes a bool."""


@dataclass(slots=True)
class Tracked:
    """is_up: what others are told.  pending: what it becomes at `due_at`, if it stays so.
    reason: behind "Down", in parentheses."""

    is_up: bool = False
    pending: bool | None = None
    due_at: Time = 0
    changes: int = 0
    changed_at: Time = 0
    reason: str = ""
