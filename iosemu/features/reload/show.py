"""Renderers of reloads."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.kernel.time import HOUR, MINUTE, SECOND, Time

from .views import ReloadView


@renders(ReloadView)
def reload(view: ReloadView) -> Iterator[str]:
    if view.left is None:
        yield "No reload is scheduled."
        return
    yield f"Reload scheduled {when(view.at, view.left)} by {view.user}"
    yield f"Reload reason: {view.reason}"


def when(at: str | None, left: Time) -> str:
    """ "for 18:15:37 UTC Sat Jan 2 2016 (in 5 minutes)", or without a clock "in 5 minutes"."""
    return f"in {spoken(left)}" if at is None else f"for {at} (in {spoken(left)})"


def spoken(left: Time) -> str:
    """ "1 hour, 2 minutes and 5 seconds"."""
    counts = (
        (left // HOUR, "hour"),
        (left % HOUR // MINUTE, "minute"),
        (left % MINUTE // SECOND, "second"),
    )
    parts = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in counts if count]
    *first, last = parts or ["0 seconds"]
    return f"{', '.join(first)} and {last}" if first else last
