"""Object tracking as an engine: what objects follow, when a change counts, and who is told.

An object is looked at again whenever something it follows changes; nothing is polled.  An object
whose operation, interface or route is not there is down.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from iosemu.address import IPv4Prefix, length_of
from iosemu.cli.interfaces import short
from iosemu.features.sla.state import OK, OVER_THRESHOLD, Outcome
from iosemu.features.sla.state import TOPIC as SLA
from iosemu.kernel.time import SECOND, Time, TimerFired
from iosemu.proto.base import (
    Action,
    Configured,
    Debug,
    Input,
    InterfaceChanged,
    InterfaceState,
    Publish,
    Published,
    RouteChanged,
    SetTimer,
    StopTimer,
    Subscribe,
    Syslog,
    Unwatch,
    Watch,
)
from iosemu.proto.parts import VERSION
from iosemu.rib.route import Route, RouteFilter
from iosemu.values import dataclass, field

from .config import TrackConfig, TrackedObject
from .messages import OldStateChanged, StateChanged, word
from .state import TOPIC, Tracked

FLAG = "track"
METRIC_UP, METRIC_DOWN = 254, 255
RESOLUTION = {"eigrp": 2560, "ospf": 1, "bgp": 2560, "static": 10, "isis": 10, "rip": 1}
"""By how much a metric is divided before it is compared (`track resolution`)."""

Known = tuple[dict[int, Tracked], dict[int, Outcome], dict[IPv4Prefix, Route]]
"""What a show is told."""


@dataclass(slots=True)
class TrackEngine:
    """tracked: by number.  interfaces, routes, outcomes: what objects follow, as told last."""

    SLOTS: ClassVar[tuple[type, ...]] = (TrackConfig,)

    config: TrackConfig = field(default_factory=TrackConfig)
    tracked: dict[int, Tracked] = field(default_factory=dict)
    interfaces: dict[str, InterfaceState] = field(default_factory=dict)
    routes: dict[IPv4Prefix, Route] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    version: str = ""

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(old, new):
                return on_configured(self, now, old.of(TrackConfig), new.of(TrackConfig))
            case InterfaceChanged(name, _, state):
                return on_interface(self, now, name, state)
            case RouteChanged(_, IPv4Prefix() as prefix, best):
                return on_route(self, now, prefix, best)
            case Published(topic, value):
                return on_published(self, now, topic, value)
            case TimerFired(("delay", int(number))):
                held = self.tracked[number]
                assert held.pending is not None, number
                return become(self, now, number, is_up=held.pending)
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return any(held.pending is not None for held in self.tracked.values())

    def view(self, query: Hashable) -> Any:
        """All objects, and the last outcome of each operation they follow."""
        return dict(self.tracked), dict(self.outcomes), dict(self.routes)


# -- the configuration ----


def on_configured(
    engine: TrackEngine, now: Time, old: TrackConfig, new: TrackConfig
) -> list[Action]:
    """Objects come and go; what is new is looked at without delay and without a log line."""
    engine.config = new
    actions: list[Action] = [] if engine.version else [Subscribe(VERSION)]
    changed = new.objects.changed_keys(old.objects)
    for number in changed:
        before, after = old.objects.get(number), new.objects.get(number)
        actions += unfollow(engine, before, after)
        if after is None:
            if engine.tracked.pop(number, None) is not None:
                actions += [StopTimer(("delay", number)), Publish(f"{TOPIC}{number}", False)]
            continue
        actions += follow(after)
        if number not in engine.tracked:
            is_up, reason = judged(engine, after, was_up=False)
            engine.tracked[number] = Tracked(is_up, changed_at=now, reason=reason)
            actions.append(Publish(f"{TOPIC}{number}", is_up))
    return actions + looked_at(engine, now, changed)


def prefix_of(wanted: TrackedObject) -> IPv4Prefix | None:
    """The prefix of a route object."""
    if wanted.network is None or wanted.mask is None:
        return None
    length = length_of(wanted.mask)
    assert length is not None, wanted
    return IPv4Prefix(wanted.network, length)


def follow(wanted: TrackedObject) -> list[Action]:
    prefix = prefix_of(wanted)
    if prefix is not None:
        return [Watch(RouteFilter(prefix=prefix))]
    if wanted.operation is not None:
        return [Subscribe(f"{SLA}{wanted.operation}")]
    return []


def unfollow(
    engine: TrackEngine, before: TrackedObject | None, after: TrackedObject | None
) -> list[Action]:
    """End the watch of a prefix that no object follows any more."""
    prefix = None if before is None else prefix_of(before)
    if prefix is None or any(prefix_of(o) == prefix for o in engine.config.objects.values()):
        return []
    engine.routes.pop(prefix, None)
    return [Unwatch(RouteFilter(prefix=prefix))]


# -- what happens around it ----


def on_interface(
    engine: TrackEngine, now: Time, name: str, state: InterfaceState | None
) -> list[Action]:
    if state is None:
        engine.interfaces.pop(name, None)
    else:
        engine.interfaces[name] = state
    objects = engine.config.objects
    return looked_at(engine, now, [n for n in objects if objects[n].interface == name])


def on_route(
    engine: TrackEngine, now: Time, prefix: IPv4Prefix, best: Route | None
) -> list[Action]:
    if best is None:
        engine.routes.pop(prefix, None)
    else:
        engine.routes[prefix] = best
    objects = engine.config.objects
    return looked_at(engine, now, [n for n in objects if prefix_of(objects[n]) == prefix])


def on_published(engine: TrackEngine, now: Time, topic: str, value: Any) -> list[Action]:
    """The release, or how a probe ended."""
    if topic == VERSION:
        engine.version = value
        return []
    number = int(topic.removeprefix(SLA))
    if value is None:
        engine.outcomes.pop(number, None)
    else:
        engine.outcomes[number] = value
    objects = engine.config.objects
    return looked_at(engine, now, [n for n in objects if objects[n].operation == number])


# -- judging ----


def looked_at(engine: TrackEngine, now: Time, numbers: list[int]) -> list[Action]:
    """Judge these objects again."""
    actions: list[Action] = []
    for number in numbers:
        held, wanted = engine.tracked.get(number), engine.config.objects.get(number)
        if held is None or wanted is None:
            continue
        is_up, held.reason = judged(engine, wanted, was_up=held.is_up)
        actions += turned(engine, now, number, is_up=is_up)
    return actions


def judged(engine: TrackEngine, wanted: TrackedObject, *, was_up: bool) -> tuple[bool, str]:
    """Whether an object is up, and if not, why."""
    if wanted.operation is not None:
        outcome = engine.outcomes.get(wanted.operation)
        codes = (OK, OVER_THRESHOLD) if wanted.aspect == "reachability" else (OK,)
        return outcome is not None and outcome.code in codes, ""
    if wanted.interface is not None:
        return judged_interface(engine.interfaces.get(wanted.interface), wanted)
    prefix = prefix_of(wanted)
    if prefix is not None:
        return judged_route(engine.routes.get(prefix), wanted, was_up=was_up)
    if wanted.stub is not None:
        return wanted.default_state == "up", ""
    return judged_list(engine, wanted, was_up=was_up), ""


def judged_interface(state: InterfaceState | None, wanted: TrackedObject) -> tuple[bool, str]:
    if state is None or not state.is_up:
        return False, "hw down"
    if wanted.aspect == "ip" and not state.addresses:
        return False, "no ip addr"
    return True, ""


def judged_route(route: Route | None, wanted: TrackedObject, *, was_up: bool) -> tuple[bool, str]:
    """A metric between the bounds changes nothing."""
    if route is None:
        return False, "no ip route" if wanted.aspect == "reachability" else "no route"
    if wanted.aspect == "reachability":
        return True, route.protocol
    up, down = metric_bounds(wanted)
    metric = min(255, route.metric // RESOLUTION.get(route.protocol, 1))
    is_up = metric <= up if not was_up else metric < down
    return is_up, route.protocol


def metric_bounds(wanted: TrackedObject) -> tuple[int, int]:
    """Up at the first or below, down at the second or above."""
    up, down = wanted.metric.up, wanted.metric.down
    return METRIC_UP if up is None else up, METRIC_DOWN if down is None else down


def judged_list(engine: TrackEngine, wanted: TrackedObject, *, was_up: bool) -> bool:
    """Its objects together; one that is not there is down."""
    values = {
        number: (number in engine.tracked and engine.tracked[number].is_up) != listed.is_negated
        for number, listed in wanted.objects.items()
    }
    if wanted.threshold is None:
        return bool(values) and (all if wanted.boolean == "and" else any)(values.values())
    if wanted.threshold == "weight":
        reached = sum(wanted.objects[n].weight or 1 for n in values if values[n])
        bounds = wanted.weight
    else:
        reached = 100 * sum(values.values()) // max(1, len(values))
        bounds = wanted.percentage
    if bounds.up is None:
        return False
    if reached >= bounds.up:
        return True
    return was_up and reached > (bounds.up - 1 if bounds.down is None else bounds.down)


# -- changing ----


def turned(engine: TrackEngine, now: Time, number: int, *, is_up: bool) -> list[Action]:
    """An object is found up or down: at once, or after its delay."""
    held, delay = engine.tracked[number], engine.config.objects[number].delay
    if is_up == held.is_up:
        if held.pending is None:
            return []
        held.pending = None
        return [StopTimer(("delay", number))]
    if held.pending == is_up:
        return []
    delay_s = (delay.up if is_up else delay.down) or 0
    if not delay_s:
        return become(engine, now, number, is_up=is_up)
    held.pending, held.due_at = is_up, now + delay_s * SECOND
    return [
        Debug(FLAG, f"Track: {number} {word(is_up)} change delayed for {delay_s} secs"),
        SetTimer(("delay", number), delay_s * SECOND),
    ]


def become(engine: TrackEngine, now: Time, number: int, *, is_up: bool) -> list[Action]:
    """It counts now: log it, tell others, look at the lists it is in."""
    held = engine.tracked[number]
    held.is_up, held.pending = is_up, None
    held.changes += 1
    held.changed_at = now
    what = said(engine.config.objects[number], is_old=is_old(engine))
    message = OldStateChanged if is_old(engine) else StateChanged
    lists = [n for n, o in engine.config.objects.items() if number in o.objects]
    return [
        Debug(
            FLAG, f"Track: {number} Change #{held.changes} {what} {word(not is_up)}->{word(is_up)}"
        ),
        Syslog(message(number, what, is_up)),
        Publish(f"{TOPIC}{number}", is_up),
        *looked_at(engine, now, [n for n in lists if n != number]),
    ]


def is_old(engine: TrackEngine) -> bool:
    """Whether the release speaks of rtr."""
    return engine.version.startswith("12.")


def said(wanted: TrackedObject, *, is_old: bool) -> str:
    """An object in a log line."""
    prefix = prefix_of(wanted)
    if wanted.operation is not None:
        return f"{'rtr' if is_old else 'ip sla'} {wanted.operation} {wanted.aspect or 'state'}"
    if wanted.interface is not None:
        aspect = "ip routing" if wanted.aspect == "ip" else "line-protocol"
        return f"interface {short(wanted.interface)} {aspect}"
    if prefix is not None:
        aspect = "reachability" if wanted.aspect == "reachability" else "metric threshold"
        return f"ip route {prefix} {aspect}"
    if wanted.stub is not None:
        return "stub-object"
    if wanted.boolean is not None:
        return f"list boolean {wanted.boolean}"
    return f"list threshold {wanted.threshold}"
