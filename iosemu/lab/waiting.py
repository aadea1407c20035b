"""Running a lab until a terminal waits for its user."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from iosemu.kernel.time import SECOND, Time

if TYPE_CHECKING:
    from .lab import Lab


def wait(
    lab: Lab,
    seconds: float,
    is_waiting: Callable[[], bool],
    silent_at: Callable[[], Time | None],
) -> bool:
    """Run for at most so long, until `is_waiting`; whether it is.

    `silent_at`: when a host that the terminal is connected to will have been silent for long
    enough.  That it says nothing is no event, so the lab is run to that time, until it speaks.
    """
    end = lab.world.now + round(seconds * SECOND)
    while not is_waiting() and lab.world.now < end:
        expected = silent_at()
        until = end if expected is None else min(expected, end)

        def is_enough(expected: Time | None = expected) -> bool:
            return is_waiting() or silent_at() != expected

        lab.advance((until - lab.world.now) / SECOND, is_enough)
    return is_waiting()
