"""The stable state that a network of BGP routers has to come to, from its settings alone.

Written from RFC 4271 9.1, RFC 4456, RFC 5065 and Cisco's order of the best path; it shares no code
with the routers.  One router after the other, in some order, looks at what its neighbors say now
and chooses, until nobody changes.  Where other orders end otherwise or never, the network has no
unique stable state, and is no good as a test.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from iosemu.kernel.rng import Random

from .bgp_net import Kind, Net, Rule, Session, host, loopback

ETHERNET_BANDWIDTH, LOOPBACK_DELAY = 1000, 500
IGP, INCOMPLETE = 0, 2
WORST = (1 << 32) - 1
OWN_WEIGHT = 32768


@dataclass(frozen=True)
class Way:
    """A path to a prefix.  session: where it came from, None for an own one.  path: ASes; confed:
    the members of this confederation in front of them.  originator and clusters: of reflection."""

    session: Session | None
    next_hop: str
    path: tuple[int, ...] = ()
    confed: tuple[int, ...] = ()
    origin: int = IGP
    med: int | None = None
    preference: int | None = None
    weight: int = 0
    originator: int | None = None
    clusters: tuple[int, ...] = ()


@dataclass
class Oracle:
    """What has to be in a network as it is set now."""

    net: Net

    # -- underneath ----

    def distances(self, start: int) -> dict[int, int]:
        """The sum of delays to every router of the domain (Dijkstra)."""
        return self._distances[start]

    @cached_property
    def _distances(self) -> dict[int, dict[int, int]]:
        return {n: self._from(n) for n in self.net.routers}

    def _from(self, start: int) -> dict[int, int]:
        net = self.net
        found, queue = {start: 0}, [(0, start)]
        while queue:
            so_far, here = heapq.heappop(queue)
            if so_far > found[here]:
                continue
            for i, on in enumerate(net.segments):
                if here in on and i not in net.cut and net.is_inner(i):
                    there = on[1] if here == on[0] else on[0]
                    distance = so_far + net.delay(here, i)
                    if distance < found.get(there, WORST):
                        found[there] = distance
                        heapq.heappush(queue, (distance, there))
        return found

    def cost(self, router: int, address: str) -> int | None:
        """The metric of the route to an address; None: there is none."""
        parts = [int(part) for part in address.split(".")]
        if parts[0] == 1:
            distance = self.distances(router).get(parts[3])
            if distance is None:
                return None
            return 256 * (ETHERNET_BANDWIDTH + distance + LOOPBACK_DELAY)
        segment = parts[1] << 8 | parts[2]
        if segment in self.net.cut:
            return None
        if router in self.net.segments[segment]:
            return 0
        costs = [
            self.distances(router)[near] + self.net.delay(near, segment)
            for near in self.net.segments[segment]
            if near in self.distances(router)
            and (self.net.is_inner(segment) or (near, segment) in self.net.told)
        ]
        return 256 * (ETHERNET_BANDWIDTH + min(costs)) if costs else None

    def towards(self, router: int, address: str) -> set[int]:
        """The routers next on the shortest ways to an address."""
        parts = [int(part) for part in address.split(".")]
        if parts[0] != 1:
            segment = parts[1] << 8 | parts[2]
            if router in self.net.segments[segment]:
                return {parts[3]}
        cost, found = self.cost(router, address), set()
        for i, on in enumerate(self.net.segments):
            if router in on and i not in self.net.cut and self.net.is_inner(i):
                there = on[1] if router == on[0] else on[0]
                if parts[0] == 1 and there == parts[3]:
                    onward: int | None = 256 * (ETHERNET_BANDWIDTH + LOOPBACK_DELAY)
                elif parts[0] != 1 and self.cost(there, address) == 0:
                    near = self.net.delay(there, parts[1] << 8 | parts[2])
                    segment = parts[1] << 8 | parts[2]
                    known = self.net.is_inner(segment) or (there, segment) in self.net.told
                    onward = 256 * (ETHERNET_BANDWIDTH + near) if known else None
                else:
                    onward = self.cost(there, address)
                if onward is not None and onward + 256 * self.net.delay(router, i) == cost:
                    found.add(there)
        return found

    @cached_property
    def up(self) -> list[Session]:
        """The sessions that are."""
        net = self.net
        return [
            session
            for session in net.sessions
            if not any((n, session) in net.shut for n in session.ends)
            and (
                session.ends[1] in self.distances(session.ends[0])
                if session.segment is None
                else session.segment not in net.cut
            )
        ]

    # -- from one to the other ----

    def told(self, router: int, session: Session, prefix: int, best: Way | None) -> Way | None:
        """What a router says of its best way."""
        net = self.net
        if best is None or best.session is session:
            return None
        is_internal = best.session is not None and best.session.kind is Kind.INTERNAL
        if is_internal and session.kind is Kind.INTERNAL:
            assert best.session is not None
            # RFC 4456 6.
            of_client = best.session.other(router) in best.session.clients
            if not of_client and session.other(router) not in session.clients:
                return None
        way = applied(net.leaving.get((router, session), ()), prefix, best, net.members[router])
        if way is None:
            return None
        own = session.address(router)
        if session.kind is Kind.EXTERNAL:
            rule = matched(net.leaving.get((router, session), ()), prefix)
            sets_med = rule is not None and rule.med is not None
            return replace(
                way,
                path=(net.domains[router], *way.path),
                confed=(),
                med=way.med if sets_med or best.session is None else None,
                preference=None,
                originator=None,
                clusters=(),
                weight=0,
                next_hop=own,
            )
        way = replace(way, weight=0, preference=100 if way.preference is None else way.preference)
        puts_self = (router, session) in net.selves and not is_internal
        if puts_self or best.session is None:
            way = replace(way, next_hop=own)
        if session.kind is Kind.CONFEDERATION:
            confed = (net.members[router], *way.confed)
            return replace(way, confed=confed, originator=None, clusters=())
        if is_internal:
            assert best.session is not None
            sender = best.session.other(router)
            originator = sender if way.originator is None else way.originator
            cluster = net.clusters.get(router, router)
            return replace(way, originator=originator, clusters=(cluster, *way.clusters))
        return way

    def taken(self, router: int, session: Session, prefix: int, way: Way | None) -> Way | None:
        """What the other end makes of it."""
        net = self.net
        if way is None:
            return None
        own = {net.domains[router], net.members[router]}
        if own & {*way.path, *way.confed}:
            return None
        if session.kind is Kind.INTERNAL and (
            way.originator == router or net.clusters.get(router, router) in way.clusters
        ):
            return None
        addresses = [host(i, router) for i, on in enumerate(net.segments) if router in on]
        if way.next_hop in (loopback(router), *addresses):
            return None
        rules = net.arriving.get((router, session), ())
        return applied(rules, prefix, replace(way, session=session), net.members[router])

    # -- choosing ----

    def best(self, router: int, ways: Iterable[Way]) -> Way | None:
        usable = [w for w in ways if w.session is None or self.cost(router, w.next_hop) is not None]
        if not usable:
            return None
        if self.net.deterministic_med and not self.net.always_med:
            groups: dict[object, list[Way]] = {}
            for way in usable:
                groups.setdefault(way.path[:1] or "own", []).append(way)
            usable = [
                min(group, key=lambda way: self.rank(router, way, counts_med=True))
                for group in groups.values()
            ]
        counts = self.net.always_med
        return min(usable, key=lambda way: self.rank(router, way, counts_med=counts))

    def rank(self, router: int, way: Way, *, counts_med: bool) -> tuple[object, ...]:
        """Less is better."""
        session = way.session
        if session is None:
            cost, identity, is_external = 0, router, False
            neighbor: tuple[int, ...] = (0,)
        else:
            cost = self.cost(router, way.next_hop) or 0
            sender = session.other(router)
            identity = sender if way.originator is None else way.originator
            neighbor = tuple(int(part) for part in session.address(sender).split("."))
            is_external = session.kind is Kind.EXTERNAL
        med = way.med
        if med is None:
            med = WORST if self.net.missing_is_worst else 0
        return (
            -way.weight,
            -(100 if way.preference is None else way.preference),
            session is not None,
            len(way.path),
            way.origin,
            med if counts_med else 0,
            not is_external,
            cost,
            identity,
            len(way.clusters),
            neighbor,
        )

    # -- the stable state ----

    def stable(self, rng: Random, rounds: int = 40) -> dict[tuple[int, int], Way] | None:
        """The best way of each router to each prefix; None: there is no unique stable state."""
        found = None
        for attempt in range(24):
            state: dict[tuple[int, int], Way] = {}
            if attempt % 2:
                # From a state that was stable without some of the sessions.
                some = [session for session in self.up if rng.randrange(2)]
                self._settle(state, some, rng, rounds)
            if not self._settle(state, self.up, rng, rounds):
                return None
            if found is not None and state != found:
                return None
            found = state
        return found

    def _settle(
        self, state: dict[tuple[int, int], Way], up: list[Session], rng: Random, rounds: int
    ) -> bool:
        routers = list(self.net.routers)
        for _ in range(rounds):
            changed = False
            for at in range(len(routers) - 1, 0, -1):
                other = rng.randrange(at + 1)
                routers[at], routers[other] = routers[other], routers[at]
            for router in routers:
                for prefix in self.net.prefixes:
                    best = self.best(router, self.ways(state, up, router, prefix))
                    if best != state.get((router, prefix)):
                        changed = True
                        if best is None:
                            del state[router, prefix]
                        else:
                            state[router, prefix] = best
            if not changed:
                return True
        return False

    def ways(
        self, state: dict[tuple[int, int], Way], up: list[Session], router: int, prefix: int
    ) -> list[Way]:
        """All that a router knows of a prefix."""
        found = []
        if (router, prefix) in self.net.networks:
            found.append(Way(None, "0.0.0.0", med=0, weight=OWN_WEIGHT))
        for session in up:
            if router in session.ends:
                other = session.other(router)
                said = self.told(other, session, prefix, state.get((other, prefix)))
                way = self.taken(router, session, prefix, said)
                if way is not None:
                    found.append(way)
        return found

    def loops(self, state: dict[tuple[int, int], Way]) -> set[tuple[int, int]]:
        """From where packets to which prefix go round: where routers on the way know better."""
        found = set()
        for prefix in self.net.prefixes:
            ways = {
                n: self.towards(n, way.next_hop)
                for n in self.net.routers
                if (way := state.get((n, prefix))) is not None
                and way.session is not None
                and (n, prefix) not in self.net.owned
            }
            found |= {(n, prefix) for n in goes_round(ways)}
        return found


def goes_round(ways: dict[int, set[int]]) -> set[int]:
    """Routers from which some way of next routers never ends."""
    left = {n: set(hops) for n, hops in ways.items()}
    while True:
        done = [n for n, hops in left.items() if not hops & left.keys()]
        if not done:
            return set(left)
        for n in done:
            del left[n]


def matched(rules: tuple[Rule, ...], prefix: int) -> Rule | None:
    return next((rule for rule in rules if prefix in rule.prefixes), None)


def applied(rules: tuple[Rule, ...], prefix: int, way: Way, asn: int) -> Way | None:
    """A way after a route map; None: it is denied."""
    rule = matched(rules, prefix)
    if rule is None:
        return way
    if rule.denies:
        return None
    if rule.preference is not None:
        way = replace(way, preference=rule.preference)
    if rule.med is not None:
        way = replace(way, med=rule.med)
    if rule.weight is not None:
        way = replace(way, weight=rule.weight)
    if rule.is_incomplete:
        way = replace(way, origin=INCOMPLETE)
    return replace(way, path=(asn,) * rule.prepends + way.path)
