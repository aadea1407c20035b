"""Commands of object tracking: what is refused, and the queries of the shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iosemu.address import IPv4Address, length_of
from iosemu.cli.api import Exec, check, show
from iosemu.config.tree import Config
from iosemu.features.debug.flags import register
from iosemu.features.static.config import StaticConfig
from iosemu.kernel.time import SECOND

from .config import TrackConfig, TrackedObject
from .engine import FLAG, Known, prefix_of
from .views import BriefView, TrackView

register("debug.track", FLAG, "Track", "Track debugging")


@check("track.route")
def is_a_prefix(
    owner: Config, *, form: str, network: IPv4Address | None, mask: IPv4Address | None
) -> str | None:
    """A mask of ones in front, and no bits of the host."""
    if form or network is None or mask is None:
        return None
    is_whole = length_of(mask) is not None and int(network) & ~int(mask) & 0xFFFFFFFF == 0
    return None if is_whole else "%Inconsistent address and mask"


_IDENTITY = ("operation", "interface", "network", "mask", "boolean", "threshold", "stub")
"""What a `track` line says of its object, beside the aspect; all else is typed below it."""


@check("track.sla")
@check("track.rtr")
@check("track.interface")
@check("track.route")
@check("track.list")
@check("track.list.threshold")
@check("track.stub")
def is_the_same(
    owner: Config, *, form: str, number: int, values: Mapping[str, object]
) -> str | None:
    """An object is deleted before it becomes another one."""
    held = owner.of(TrackConfig).objects.get(number)
    if form or held is None:
        return None
    is_one = all(getattr(held, name) == values.get(name) for name in _IDENTITY)
    if is_one and (held.aspect or "state") == (values.get("aspect") or "state"):
        return None
    return f"Cannot change tracked object {number} - delete old config first"


@check("track.object")
def is_a_list(owner: TrackedObject, *, key: int, object: int) -> str | None:
    """Only lists have objects, and never themselves."""
    if owner.kind != "list":
        return "% Invalid command for this type of tracked object"
    return "% Cannot add an object to itself" if object == key else None


def views(x: Exec) -> Iterator[TrackView]:
    """All objects in numeric order."""
    known: Known | None = x.view("track", "objects")
    if known is None:
        return
    tracked, outcomes, routes = known
    wanted = x.config.of(TrackConfig).objects
    followed = [line.track for line in x.config.of(StaticConfig).routes.values()]
    for number in sorted(tracked):
        held, one = tracked[number], wanted[number]
        prefix = prefix_of(one)
        route = None if prefix is None else routes.get(prefix)
        yield TrackView(
            number,
            one,
            held.is_up,
            held.reason,
            held.pending,
            0 if held.pending is None else -(-(held.due_at - x.now) // SECOND),
            held.changes,
            x.now - held.changed_at,
            None if one.operation is None else outcomes.get(one.operation),
            tuple((n, n in tracked and tracked[n].is_up) for n in one.objects),
            None if route is None else route.next_hops[0].interface,
            number in followed,
            x.version.startswith("12."),
        )


@show("track.show")
def show_track(x: Exec, *, number: int | None, brief: bool) -> Iterator[TrackView | BriefView]:
    chosen = tuple(view for view in views(x) if number in (None, view.number))
    if brief:
        yield BriefView(chosen)
    else:
        yield from chosen


@show("track.show.kind")
def show_kind(x: Exec, *, kind: str) -> Iterator[TrackView]:
    for view in views(x):
        if view.wanted.kind == kind:
            yield view
