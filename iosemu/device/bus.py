"""The internal messages of one router: a queue of (owner, input), run to empty in the instant.

An owner is the name of an engine or the number of a job.  Nobody is called from within another's
step: what an action causes is queued behind what is queued already.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Any

from iosemu.proto.base import Input, Published, RouteChanged
from iosemu.rib.route import RouteFilter
from iosemu.rib.table import Rib, RouteChange
from iosemu.values import dataclass, field

Owner = Hashable


@dataclass(slots=True)
class Bus:
    """watches: owner -> its filters.  subscribers: topic -> owners.  topics: the last value."""

    queue: deque[tuple[Owner, Input]] = field(default_factory=deque)
    watches: dict[Owner, list[RouteFilter]] = field(default_factory=dict)
    subscribers: dict[str, list[Owner]] = field(default_factory=dict)
    topics: dict[str, Any] = field(default_factory=dict)

    def tell(self, owner: Owner, event: Input) -> None:
        """Queue an input."""
        self.queue.append((owner, event))

    def watch(self, owner: Owner, wanted: RouteFilter, rib: Rib) -> None:
        """Start a watch and queue what the table holds now; watching again changes nothing."""
        filters = self.watches.setdefault(owner, [])
        if wanted in filters:
            return
        filters.append(wanted)
        if wanted.prefix is not None:
            route = rib.get(wanted.prefix)
            routes = [] if route is None else [route]
        else:
            routes = list(rib.routes())
        for route in routes:
            if wanted.passes(route):
                self.tell(owner, RouteChanged(rib.vrf, route.prefix, route))

    def unwatch(self, owner: Owner, wanted: RouteFilter) -> None:
        """End a watch."""
        filters = self.watches.get(owner, [])
        if wanted in filters:
            filters.remove(wanted)
            if not filters:
                del self.watches[owner]

    def subscribe(self, owner: Owner, topic: str) -> None:
        """Start a subscription and queue the last value, if there is one."""
        owners = self.subscribers.setdefault(topic, [])
        if owner not in owners:
            owners.append(owner)
            if topic in self.topics:
                self.tell(owner, Published(topic, self.topics[topic]))

    def publish(self, topic: str, value: Any) -> None:
        """Keep a value and queue it for the subscribers."""
        self.topics[topic] = value
        for owner in self.subscribers.get(topic, ()):
            self.tell(owner, Published(topic, value))

    def routes_changed(self, changes: list[RouteChange]) -> None:
        """Queue the news for those who watch routes."""
        for owner, filters in self.watches.items():
            for change in changes:
                event = seen_by(filters, change)
                if event is not None:
                    self.tell(owner, event)

    def forget(self, owner: Owner) -> None:
        """Drop all that belongs to an owner."""
        self.watches.pop(owner, None)
        for owners in self.subscribers.values():
            if owner in owners:
                owners.remove(owner)
        self.queue = deque(item for item in self.queue if item[0] != owner)


def seen_by(filters: list[RouteFilter], change: RouteChange) -> RouteChanged | None:
    """What a watcher is told of a change: the new route if it passes, else the loss of the old."""
    if change.new is not None and any(wanted.passes(change.new) for wanted in filters):
        return RouteChanged(change.vrf, change.prefix, change.new)
    if change.old is not None and any(wanted.passes(change.old) for wanted in filters):
        return RouteChanged(change.vrf, change.prefix, None)
    return None
