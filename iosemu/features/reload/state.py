"""A reload that waits for its time."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.kernel.time import Time

DEFAULT_REASON = "Reload Command"


@dataclass(slots=True)
class Scheduled:
    """`at` None: none waits."""

    at: Time | None = None
    user: str = ""
    reason: str = DEFAULT_REASON
