"""Renderers of object tracking, as IOS 15 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import age
from iosemu.cli.api import renders

from .config import Delay, TrackedObject
from .engine import metric_bounds, prefix_of
from .messages import word
from .views import BriefView, TrackView


@renders(TrackView)
def track(view: TrackView) -> Iterator[str]:
    wanted = view.wanted
    yield f"Track {view.number}"
    yield f"  {title(wanted, is_old=view.is_old)}"
    yield f"  {quality(wanted)} is {word(view.is_up)}{because(view)}"
    changes = "1 change" if view.changes == 1 else f"{view.changes} changes"
    yield f"    {changes}, last change {age(view.age)}"
    if wanted.network is not None and wanted.aspect != "reachability":
        up, down = metric_bounds(wanted)
        yield f"  Metric threshold down {down} up {up}"
    for number, is_up in view.members:
        negated = " not" if wanted.objects[number].is_negated else ""
        yield f"    object {number}{negated} {word(is_up)}"
    yield from delays(wanted.delay)
    if wanted.network is not None:
        yield f"  First-hop interface is {view.hop or 'unknown'}"
    if view.outcome is not None:
        yield f"  Latest operation return code: {view.outcome.code}"
        if view.outcome.rtt_ms is not None:
            yield f"  Latest RTT (millisecs) {view.outcome.rtt_ms}"
    elif wanted.operation is not None:
        yield "  Latest operation return code: Unknown"
    if view.has_routes:
        yield "  Tracked by:"
        yield f"    {'STATIC-IP-ROUTING' if view.is_old else 'Static IP Routing'} 0"


def title(wanted: TrackedObject, *, is_old: bool) -> str:
    """What an object follows."""
    if wanted.operation is not None:
        what = "Response Time Reporter" if is_old else "IP SLA"
        return f"{what} {wanted.operation} {wanted.aspect or 'state'}"
    if wanted.interface is not None:
        return f"Interface {wanted.interface} {parameter(wanted)}"
    if wanted.network is not None:
        return f"IP route {wanted.network} {wanted.mask} {parameter(wanted)}"
    if wanted.stub is not None:
        return "Stub-object"
    if wanted.boolean is not None:
        return f"List boolean {wanted.boolean}"
    return f"List threshold {wanted.threshold}"


def parameter(wanted: TrackedObject) -> str:
    """The words of the aspect."""
    match wanted.kind:
        case "ip sla":
            return wanted.aspect or "state"
        case "interface":
            return "ip routing" if wanted.aspect == "ip" else "line-protocol"
        case "ip route":
            return "reachability" if wanted.aspect == "reachability" else "metric threshold"
        case "list":
            return "boolean" if wanted.boolean is not None else "threshold"
        case _:
            return "stub-object"


def quality(wanted: TrackedObject) -> str:
    """What it is that is up or down."""
    match parameter(wanted):
        case "boolean":
            return f"Boolean {(wanted.boolean or '').upper()}"
        case "threshold":
            return f"Threshold {wanted.threshold}"
        case "ip routing":
            return "IP routing"
        case "line-protocol":
            return "Line protocol"
        case "stub-object":
            return "State"
        case said:
            return said.capitalize()


def because(view: TrackView) -> str:
    """Behind up or down: why, and what it will be."""
    reason = f" ({view.reason})" if view.reason and view.pending is None else ""
    if view.pending is None:
        return reason
    unit = "sec" if view.left_s == 1 else "secs"
    return f", delayed {word(view.pending)} ({view.left_s} {unit} remaining)"


def delays(delay: Delay) -> Iterator[str]:
    said = [
        f"{name} {value} {'sec' if value == 1 else 'secs'}"
        for name, value in (("up", delay.up), ("down", delay.down))
        if value
    ]
    if said:
        yield f"  Delay {', '.join(said)}"


@renders(BriefView)
def brief(view: BriefView) -> Iterator[str]:
    yield "Track Type        Instance                   Parameter        State Last Change"
    for one in view.objects:
        yield (
            f"{one.number:<5} {one.wanted.kind:<11} {instance(one.wanted):<26}"
            f" {parameter(one.wanted):<16} {word(one.is_up):<5} {age(one.age)}"
        )


def instance(wanted: TrackedObject) -> str:
    if wanted.operation is not None:
        return str(wanted.operation)
    prefix = prefix_of(wanted)
    return wanted.interface or ("" if prefix is None else str(prefix))
