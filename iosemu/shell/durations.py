"""Virtual time as a user types it."""

from __future__ import annotations

from iosemu.kernel.time import SECOND
from iosemu.session.transcript.read import duration

from .errors import LabError


def seconds_of(text: str) -> float:
    """`24h`, `30s`, `500ms`; a bare number is seconds.  LabError if it is no time."""
    found = duration(text if not text.replace(".", "", 1).isdecimal() else text + "s")
    if found is None:
        raise LabError(f"{text!r} is no time; expected 30s, 5m, 24h or 500ms")
    return found / SECOND


def clock_text(now: int) -> str:
    """A virtual time in ns as `1d02:03:04.567`."""
    seconds, ms = divmod(now * 1000 // SECOND, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"{f'{days}d' if days else ''}{hour:02d}:{minute:02d}:{second:02d}.{ms:03d}"
