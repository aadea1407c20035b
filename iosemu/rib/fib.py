"""The forwarding table of one VRF for IPv4 or for IPv6, computed from best routes and this
router's own addresses.

Entries are resolved when asked for and remembered until the next change, so installing 100,000
routes costs nothing here.  Knows no ARP and no link state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from iosemu.address import Address, IPv4Address, IPv4Prefix, IPv6Prefix, IpVersion, Prefix
from iosemu.kernel.cache import Cache

from .classful import classful
from .route import NextHop, Route
from .table import Rib

BUCKETS = 16
_CACHED_DESTINATIONS = 65536


class Kind(Enum):
    """What happens to a packet that matches an entry."""

    FORWARD = "forward"
    RECEIVE = "receive"
    DROP = "drop"
    NO_ROUTE = "no route"


@dataclass(frozen=True, slots=True)
class Path:
    """One way out.

    `interface` None: the next hop does not resolve.  `next_hop` None: attached, the destination
    itself is asked for.  `via`: addresses the route recursed through, the route's own first.
    """

    interface: str | None
    next_hop: Address | None
    via: tuple[Address, ...] = ()
    weight: int = 1


@dataclass(frozen=True, slots=True)
class FibEntry:
    """A line of `show ip cef`.  `buckets`: index of a path for each hash bucket.

    `interface` is set for an address of this router: whose it is.
    """

    prefix: Prefix
    kind: Kind
    paths: tuple[Path, ...] = ()
    buckets: tuple[int, ...] = ()
    interface: str | None = None


def _special(version: IpVersion, *entries: tuple[str, Kind]) -> dict[Prefix, FibEntry]:
    read = IPv4Prefix.parse if version is IpVersion.V4 else IPv6Prefix.parse
    return {read(text): FibEntry(read(text), kind) for text, kind in entries}


SPECIAL = {
    IpVersion.V4: _special(
        IpVersion.V4,
        ("255.255.255.255/32", Kind.RECEIVE),
        ("0.0.0.0/32", Kind.RECEIVE),
        ("224.0.0.0/24", Kind.RECEIVE),
        ("0.0.0.0/8", Kind.DROP),
        ("127.0.0.0/8", Kind.DROP),
        ("224.0.0.0/4", Kind.DROP),
        ("240.0.0.0/4", Kind.DROP),
    ),
    IpVersion.V6: _special(
        IpVersion.V6,
        ("::/128", Kind.DROP),
        ("::1/128", Kind.DROP),
        ("::/127", Kind.DROP),
        ("FE80::/10", Kind.DROP),
        ("FF00::/8", Kind.DROP),
    ),
}
"""Entries every table has, longest first."""

_SPECIAL_OCTETS = {
    IpVersion.V4: frozenset((0, 127, *range(224, 256))),
    IpVersion.V6: frozenset((0, 0xFE, 0xFF)),
}

NO_ROUTES = {version: FibEntry(version.default, Kind.NO_ROUTE) for version in IpVersion}
NO_ROUTE = NO_ROUTES[IpVersion.V4]


PathList = tuple[tuple[Path, ...], tuple[int, ...]]
"""Paths in CEF's order, and the path of each hash bucket."""


@dataclass(slots=True)
class Fib:
    """Forwarding of one VRF.

    receive: address of this router, or of a subnet of it (network, broadcast) -> interface.
    hosts: neighbor with a known link address -> interface; shown as attached /32.
    """

    rib: Rib
    receive: dict[int, str] = field(default_factory=dict)
    hosts: dict[int, str] = field(default_factory=dict)
    is_classful: bool = False
    """`no ip classless`: no default route or supernet for a network of which subnets are known."""
    majors: Cache[IPv4Prefix, None] = field(default_factory=Cache)
    """The classful networks with known subnets, filled while `is_classful`."""
    entries: Cache[Prefix, FibEntry] = field(default_factory=Cache)
    resolved: Cache[tuple[NextHop, ...], PathList] = field(default_factory=Cache)
    """What each set of next hops resolves to; routes with the same ones share it."""
    destinations: Cache[int, FibEntry] = field(default_factory=Cache)

    @property
    def version(self) -> IpVersion:
        return self.rib.version

    def lookup(self, address: int) -> FibEntry:
        """The entry for a destination; one of `NO_ROUTES` if there is none."""
        found = self.destinations.get(address)
        if found is None:
            found = self._find(address)
            if len(self.destinations) >= _CACHED_DESTINATIONS:
                self.destinations.clear()
            self.destinations[address] = found
        return found

    def forget(self) -> None:
        """Routes or addresses changed: what was resolved may be wrong now."""
        self.entries.clear()
        self.destinations.clear()
        self.resolved.clear()
        self.majors.clear()

    def entry(self, prefix: Prefix) -> FibEntry | None:
        """The entry of exactly this prefix."""
        is_host = prefix.length == self.version.bits
        is_default = not prefix.length
        if is_host:
            owner = self.receive.get(prefix.network)
            if owner is not None:
                return FibEntry(prefix, Kind.RECEIVE, interface=owner)
        special = SPECIAL[self.version].get(prefix)
        if special is not None:
            return special
        route = self.rib.get(prefix)
        if is_default and self.rib.default_networks:
            return self._default()
        if route is not None:
            return self._resolved(route)
        neighbor = self.hosts.get(prefix.network) if is_host else None
        if neighbor is not None:
            return FibEntry(prefix, Kind.FORWARD, (Path(neighbor, None),), spread((1,)))
        return NO_ROUTES[self.version] if is_default else None

    def all(self) -> Iterator[FibEntry]:
        """Every entry in the order of `show ip cef`: by network, then length."""
        prefixes: set[Prefix] = {self.version.default, *SPECIAL[self.version]}
        prefixes.update(map(self.host, self.receive))
        prefixes.update(map(self.host, self.hosts))
        prefixes.update(r.prefix for table in self.rib.best.values() for r in table.values())
        for prefix in sorted(prefixes):
            entry = self.entry(prefix)
            assert entry is not None
            yield entry

    def host(self, address: int) -> Prefix:
        """The prefix of one address."""
        kind = IPv4Prefix if self.version is IpVersion.V4 else IPv6Prefix
        return kind.of(address, self.version.bits)

    def _find(self, address: int) -> FibEntry:
        owner = self.receive.get(address)
        if owner is not None:
            return FibEntry(self.host(address), Kind.RECEIVE, interface=owner)
        version = self.version
        route = self.rib.lookup(address)
        length = -1 if route is None else route.key.prefix.length
        if address >> version.bits - 8 in _SPECIAL_OCTETS[version]:
            for prefix, entry in SPECIAL[version].items():
                if prefix.length > length and prefix.holds(address):
                    return entry
        if self.is_classful and self._is_unknown_subnet(address, length):
            return NO_ROUTES[version]
        if length <= 0 and self.rib.default_networks:
            return self._default()
        return NO_ROUTES[version] if route is None else self._resolved(route)

    def _default(self) -> FibEntry:
        """The entry of the default route where other networks may be it."""
        gateway, none = self.rib.gateway(), NO_ROUTES[self.version]
        return none if gateway is None else replace(self._resolved(gateway), prefix=none.prefix)

    def _is_unknown_subnet(self, address: int, length: int) -> bool:
        """Whether only a default route or supernet is left for a network with known subnets."""
        major = classful(IPv4Prefix(IPv4Address(address), 32))
        if length >= major.length:
            return False
        if not self.majors:
            for table in self.rib.best.values():
                for route in table.values():
                    network = classful(route.prefix)
                    if route.prefix.length > network.length:
                        self.majors[network] = None
        return major in self.majors

    def _resolved(self, route: Route) -> FibEntry:
        entry = self.entries.get(route.key.prefix)
        if entry is None:
            entry = self.entries[route.key.prefix] = self._entry(route)
        return entry

    def _entry(self, route: Route) -> FibEntry:
        prefix = route.key.prefix
        shared = self.resolved.get(route.next_hops)
        if shared is not None:
            return FibEntry(prefix, Kind.FORWARD, *shared)
        paths = tuple(self._paths(route, (prefix,)))
        usable = tuple(sorted((p for p in paths if p.interface is not None), key=in_cef_order))
        if not usable:
            return FibEntry(prefix, Kind.DROP, paths)
        buckets = spread(tuple(path.weight for path in usable))
        if len(usable) == len(paths):
            # A way that came back to a route with these very next hops would not have resolved, so
            # no route on the way has them, and every route with them resolves alike.
            self.resolved[route.next_hops] = usable, buckets
        return FibEntry(prefix, Kind.FORWARD, usable, buckets)

    def _paths(self, route: Route, seen: tuple[Prefix, ...]) -> Iterator[Path]:
        for hop in route.next_hops:
            if hop.interface is not None:
                yield Path(hop.interface, hop.address, (), hop.weight)
            else:
                yield from self._recurse(hop, seen)

    def _recurse(self, hop: NextHop, seen: tuple[Prefix, ...]) -> Iterator[Path]:
        """Resolve a next hop without interface through the best route towards it.

        A route never resolves through a prefix it already went through, itself included, and never
        through this VRF where another one is meant.
        """
        assert hop.address is not None, "a next hop has an address, an interface or both"
        through = None if hop.vrf is not None else self.rib.lookup(hop.address)
        if through is None or through.prefix in seen or hop.address in self.receive:
            yield Path(None, hop.address, (), hop.weight)
            return
        for path in self._paths(through, (*seen, through.prefix)):
            next_hop = hop.address if path.next_hop is None else path.next_hop
            via = (hop.address, *path.via)
            yield Path(path.interface, next_hop, via, hop.weight * path.weight)


def in_cef_order(path: Path) -> tuple[int, str]:
    """CEF lists the paths of an entry by next hop, whatever their order in the routing table."""
    return (path.next_hop or 0, path.interface or "")


def spread(weights: tuple[int, ...]) -> tuple[int, ...]:
    """Deal 16 hash buckets to paths, round robin, in proportion to their weights.

    Equal paths get 16 // n each, so that three paths use 15 (facts of public CEF descriptions).
    """
    weights = weights[:BUCKETS]
    if not weights:
        return ()
    total = sum(weights)
    left = [max(1, BUCKETS * weight // total) if weight else 0 for weight in weights]
    dealt: list[int] = []
    while any(left):
        for index, count in enumerate(left):
            if count:
                dealt.append(index)
                left[index] = count - 1
    return tuple(dealt[:BUCKETS])


def choose(entry: FibEntry, source: int, target: int, router: int, ports: int = 0) -> Path:
    """The path of a flow: hash of both addresses, the router's own 32-bit number and, if they are
    to count, the ports.

    IOS's universal algorithm is not published; this one has its properties: the same flow takes
    the same path, and two routers in a row decide independently.
    """
    if len(entry.paths) == 1:
        return entry.paths[0]
    return entry.paths[entry.buckets[bucket_of(source, target, router, ports) % len(entry.buckets)]]


def bucket_of(source: int, target: int, router: int, ports: int = 0) -> int:
    """The hash of a flow; its rest by the number of buckets is the bucket."""
    mixed = (source ^ router ^ ports) * 0x9E3779B1 + (target ^ router >> 16) * 0x85EBCA77
    mixed = (mixed ^ mixed >> 15) * 0xC2B2AE3D & 0xFFFFFFFF
    return mixed >> 16
