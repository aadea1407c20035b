"""A reload that waits for its time."""

from __future__ import annotations

from iosemu.kernel.time import Time
from iosemu.values import dataclass

DEFAULT_REASON = "Reload Command"


@dataclass(slots=True)
class Scheduled:
    """`at` None: none waits."""

    at: Time | None = None
    user: str = ""
    reason: str = DEFAULT_REASON
