"""What `show reload` is about."""

from __future__ import annotations

from iosemu.kernel.time import Time
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class ReloadView:
    """`at`: the date as text, None while the clock is not set; `left` None: none is scheduled."""

    at: str | None
    left: Time | None
    user: str
    reason: str
