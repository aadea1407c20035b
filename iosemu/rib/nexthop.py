"""Next-hop tracking: who wants to know over which route an address resolves."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Hashable, Iterator, Sequence

from iosemu.address import Address
from iosemu.values import dataclass, field

from .route import Route
from .table import Rib, RouteChange

_FEW = 32


@dataclass(slots=True)
class Tracked:
    """One address: who asked, and what they were last told."""

    owners: list[Hashable]
    route: Route | None


@dataclass(slots=True)
class NextHops:
    """The tracked addresses of one table; `order`: sorted, so that those of a prefix are a run."""

    tracked: dict[Address, Tracked] = field(default_factory=dict)
    order: list[Address] = field(default_factory=list)

    def track(self, rib: Rib, address: Address, owner: Hashable) -> Route | None:
        """Start tracking for an owner; the route now."""
        held = self.tracked.get(address)
        if held is None:
            held = self.tracked[address] = Tracked([], rib.lookup(address))
            insort(self.order, address)
        if owner not in held.owners:
            held.owners.append(owner)
        return held.route

    def untrack(self, address: Address, owner: Hashable) -> None:
        """End tracking for an owner; one that does not track changes nothing."""
        held = self.tracked.get(address)
        if held is None or owner not in held.owners:
            return
        held.owners.remove(owner)
        if not held.owners:
            del self.tracked[address]
            del self.order[bisect_left(self.order, address)]

    def changed(
        self, rib: Rib, changes: Sequence[RouteChange]
    ) -> Iterator[tuple[Hashable, Address, Route | None]]:
        """(owner, address, route) for every address that resolves differently now."""
        for address in self._concerned(changes):
            held = self.tracked[address]
            route = rib.lookup(address)
            if route is not held.route:
                held.route = route
                for owner in tuple(held.owners):
                    yield owner, address, route

    def _concerned(self, changes: Sequence[RouteChange]) -> list[Address]:
        """The addresses that a changed prefix holds, in order; of many changes just all."""
        if len(changes) >= _FEW:
            return list(self.tracked)
        found: dict[Address, None] = {}
        for change in changes:
            first = bisect_left(self.order, change.prefix.network)
            last = bisect_right(self.order, change.prefix.last)
            found.update(dict.fromkeys(self.order[first:last]))
        return list(found)
