"""The routing table of one VRF for IPv4 or for IPv6: candidates of every source, and the best of
each prefix.

Changes are values; nobody is called.  Knows no interface and no protocol.
"""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Prefix, IpVersion, Prefix
from iosemu.kernel.time import Time
from iosemu.values import dataclass, field

from .route import Route, RouteKey

UNREACHABLE_DISTANCE = 255
DEFAULT = IPv4Prefix.of(0, 0)
MAXIMUM_PATHS = 32
"""The most ways a route has, whatever its source."""


@dataclass(frozen=True, slots=True)
class RouteChange:
    """The best route of a prefix was `old` and is `new`; None means none.  is_offered_again: the
    owner offered the old one once more, in vain."""

    vrf: str
    prefix: Prefix
    old: Route | None
    new: Route | None
    is_offered_again: bool = False


@dataclass(slots=True)
class Rib:
    """Best routes by prefix length (longest first) and network; losing candidates aside.

    A route of distance 255 is kept as a candidate and never best, as on IOS.
    """

    vrf: str
    version: IpVersion = IpVersion.V4
    best: dict[int, dict[int, Route]] = field(default_factory=dict)
    spare: dict[Prefix, tuple[Route, ...]] = field(default_factory=dict)
    default_networks: tuple[IPv4Prefix, ...] = ()
    """`ip default-network`: candidates for the default route besides 0.0.0.0/0."""

    def offer(self, route: Route, now: Time) -> RouteChange | None:
        """Add a candidate or replace the one of its key; the change of the best, if any."""
        if len(route.next_hops) > MAXIMUM_PATHS:
            route = route._replace(next_hops=route.next_hops[:MAXIMUM_PATHS])
        held = self.get(route.prefix)
        if held is not None and held.key == route.key and route.prefix not in self.spare:
            if route._replace(since=held.since) == held:
                return None
            if route.distance < UNREACHABLE_DISTANCE:
                return self._install(route, held, now)
        if (
            held is None
            and route.distance < UNREACHABLE_DISTANCE
            and route.prefix not in self.spare
        ):
            return self._install(route, None, now)
        return self._choose(route.prefix, (*self._others(route.key), route), now)

    def withdraw(self, key: RouteKey, now: Time) -> RouteChange | None:
        """Remove the candidate of this key; the change of the best, if any."""
        return self._choose(key.prefix, self._others(key), now)

    def get(self, prefix: Prefix) -> Route | None:
        """The best route of exactly this prefix."""
        table = self.best.get(prefix.length)
        return None if table is None else table.get(prefix.network)

    def candidates(self, prefix: Prefix) -> tuple[Route, ...]:
        """All offers for a prefix, the best first."""
        held = self.get(prefix)
        return (() if held is None else (held,)) + self.spare.get(prefix, ())

    def lookup(self, address: int) -> Route | None:
        """The best route of the longest prefix that holds the address."""
        masks = self.version.masks
        for length, table in self.best.items():
            found = table.get(address & masks[length])
            if found is not None:
                return found
        return None

    def gateway(self) -> Route | None:
        """The route of the gateway of last resort: of the candidates the one of the least distance
        and metric, 0.0.0.0/0 before others."""
        found = self.get(self.version.default)
        for prefix in self.default_networks:
            other = self.get(prefix)
            if other is not None and (
                found is None or (other.distance, other.metric) < (found.distance, found.metric)
            ):
                found = other
        return found

    def under(self, prefix: Prefix) -> list[Route]:
        """The best routes inside a prefix, itself included, in order."""
        first, last, bits = prefix.network, prefix.last, self.version.bits
        found: list[Route] = []
        for length, table in self.best.items():
            if length < prefix.length:
                continue
            if len(table) <= 1 << length - prefix.length:
                found += [r for network, r in table.items() if first <= network <= last]
            else:
                step = 1 << bits - length
                inside = map(table.get, range(first, last + 1, step))
                found += [route for route in inside if route is not None]
        return sorted(found, key=lambda route: route.key.prefix)

    def keys_of(self, engine: str) -> list[RouteKey]:
        """The candidates, best or not, of an engine or of its instances ("eigrp 100")."""
        spare = (route for routes in self.spare.values() for route in routes)
        every = (route.key for route in (*self.routes(), *spare))
        return [key for key in every if key.owner.partition(" ")[0] == engine]

    def routes(self) -> Iterator[Route]:
        """Best routes by network, then length."""
        every = (route for table in self.best.values() for route in table.values())
        return iter(sorted(every, key=lambda route: route.key.prefix))

    def __len__(self) -> int:
        return sum(map(len, self.best.values()))

    def _others(self, key: RouteKey) -> tuple[Route, ...]:
        return tuple(c for c in self.candidates(key.prefix) if c.key != key)

    def _choose(
        self, prefix: Prefix, candidates: tuple[Route, ...], now: Time
    ) -> RouteChange | None:
        held = self.get(prefix)
        winner = None
        for candidate in candidates:
            if candidate.distance < UNREACHABLE_DISTANCE and (
                winner is None or beats(candidate, winner)
            ):
                winner = candidate
        losers = tuple(c for c in candidates if c is not winner)
        if losers:
            self.spare[prefix] = losers
        else:
            self.spare.pop(prefix, None)
        if winner is not None and held is not None:
            same = winner if winner is held else winner._replace(since=held.since)
            if same == held:
                return None
        if winner is not None:
            return self._install(winner, held, now)
        return None if held is None else self._remove(held)

    def _install(self, route: Route, held: Route | None, now: Time) -> RouteChange:
        new = route._replace(since=now)
        prefix = route.key.prefix
        table = self.best.get(prefix.length)
        if table is None:
            self.best[prefix.length] = table = {}
            self.best = dict(sorted(self.best.items(), reverse=True))
        table[prefix.network] = new
        return RouteChange(self.vrf, prefix, held, new)

    def _remove(self, held: Route) -> RouteChange:
        prefix = held.key.prefix
        table = self.best[prefix.length]
        del table[prefix.network]
        if not table:
            del self.best[prefix.length]
        return RouteChange(self.vrf, prefix, held, None)


def beats(challenger: Route, incumbent: Route) -> bool:
    """Whether a candidate displaces one that was there before.

    Metrics compare within one protocol only; else the older route stays.
    """
    if challenger.distance != incumbent.distance:
        return challenger.distance < incumbent.distance
    return challenger.protocol == incumbent.protocol and challenger.metric < incumbent.metric
