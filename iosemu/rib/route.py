"""Routes as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.kernel.time import Time


@dataclass(frozen=True, slots=True)
class NextHop:
    """Where to: an address to be resolved, an interface (attached), or both."""

    address: IPv4Address | None = None
    interface: str | None = None
    weight: int = 1


@dataclass(frozen=True, slots=True, order=True)
class RouteKey:
    """One route of one source: `owner` is the engine, as "static" or "eigrp 100"."""

    vrf: str
    prefix: IPv4Prefix
    owner: str


@dataclass(frozen=True, slots=True)
class Route:
    """A candidate for the routing table.

    `code` is what `show ip route` prints in its first columns ("C", "L", "S", "D EX"); `protocol`
    the word of "Known via" without an instance ("connected", "static", "eigrp").  `detail` is the
    owner's own frozen value for its shows.
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
    def prefix(self) -> IPv4Prefix:
        return self.key.prefix


@dataclass(frozen=True, slots=True)
class RouteFilter:
    """Which best routes a watch is told of: all of a VRF, of one protocol, or of one prefix."""

    vrf: str = "default"
    protocol: str | None = None
    prefix: IPv4Prefix | None = None

    def passes(self, route: Route) -> bool:
        """Whether the watch wants this route."""
        return (
            route.key.vrf == self.vrf
            and (self.protocol is None or route.protocol == self.protocol)
            and (self.prefix is None or route.key.prefix == self.prefix)
        )
