"""Routes as values.

Named tuples, not dataclasses: there are many, and a snapshot holds and restores a tuple in a third
of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

from iosemu.address import Address, IPv4Prefix, IpVersion, Prefix, version_of
from iosemu.kernel.time import Time


class NextHop(NamedTuple):
    """Where to: an address to be resolved, an interface (attached), or both.

    vrf: where the address is to be looked up, if in another VRF; nothing is forwarded there without
    a label, so that such a way does not resolve.
    """

    address: Address | None = None
    interface: str | None = None
    weight: int = 1
    vrf: str | None = None


class RouteKey(NamedTuple):
    """One route of one source: `owner` is the engine, as "static" or "eigrp 100"."""

    vrf: str
    prefix: Prefix
    owner: str


@dataclass(frozen=True, slots=True)
class EntryNote:
    """What only its owner knows of a route, for `show ip route PREFIX`; put into `Route.detail`.

    kind: behind the metric, as "internal".  tag_kind: behind the tag, as "external".
    redistributing: as "eigrp 100".  path_lines: below each descriptor, as "AS Hops 1".  own_lines:
    below the descriptor of one way, in their order; metrics: of each way, if they differ from the
    route's.  is_summary: the table says so instead of a way.
    """

    kind: str | None = None
    tag_kind: str | None = None
    redistributing: tuple[str, ...] = ()
    path_lines: tuple[str, ...] = ()
    own_lines: tuple[tuple[str, ...], ...] = ()
    metrics: tuple[int, ...] = ()
    is_summary: bool = False


@runtime_checkable
class Noted(Protocol):
    """A detail of a route that becomes an `EntryNote` when a show asks."""

    def note(self) -> EntryNote: ...


@runtime_checkable
class Reserved(Protocol):
    """A detail of a route that says whether other protocols may take it over."""

    @property
    def is_reserved(self) -> bool: ...


class Route(NamedTuple):
    """A candidate for the routing table.

    `code` is what `show ip route` prints in its first columns ("C", "L", "S", "D EX"); `protocol`
    the word of "Known via" without an instance ("connected", "static", "eigrp").  `detail` is an
    `EntryNote`, or the owner's own frozen value for its shows, which may be `Noted`.
    """

    key: RouteKey
    next_hops: tuple[NextHop, ...]
    distance: int
    code: str
    protocol: str
    metric: int = 0
    tag: int = 0
    detail: Any = None
    since: Time = 0
    """Set by the table when the route is installed."""

    @property
    def prefix(self) -> Prefix:
        return self.key.prefix

    @property
    def is_reserved(self) -> bool:
        """Whether its owner keeps it from being redistributed."""
        return isinstance(self.detail, Reserved) and self.detail.is_reserved


@dataclass(frozen=True, slots=True)
class RefreshRoutes:
    """`clear ip route`, as what an engine is asked for: withdraw and offer again the routes of a
    prefix, or all."""

    prefix: IPv4Prefix | None = None


@dataclass(frozen=True, slots=True)
class RouteFilter:
    """Which best routes a watch is told of: all of a VRF, of one protocol, or of one prefix.

    version: which of the two tables of the VRF.  besides: whose routes it is not told of, as an
    engine does not want to hear of its own.
    """

    vrf: str = "default"
    protocol: str | None = None
    prefix: Prefix | None = None
    besides: str | None = None
    version: IpVersion = IpVersion.V4

    def passes(self, route: Route) -> bool:
        """Whether the watch wants this route."""
        return (
            route.key.vrf == self.vrf
            and version_of(route.key.prefix) is self.version
            and (self.protocol is None or route.protocol == self.protocol)
            and (self.prefix is None or route.key.prefix == self.prefix)
            and route.key.owner != self.besides
        )
