"""What `ip route` and `ip default-network` configure."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, NamedTuple

from immutables import Map

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix, length_of
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field


class StaticKey(NamedTuple):
    """One `ip route` line: the same network may be given several times with other next hops."""

    network: IPv4Address
    mask: IPv4Address
    interface: str | None
    address: IPv4Address | None

    @property
    def prefix(self) -> IPv4Prefix:
        length = length_of(self.mask)
        assert length is not None, self
        return IPv4Prefix(self.network, length)


class Static6Key(NamedTuple):
    """One `ipv6 route` line."""

    prefix: IPv6Prefix
    interface: str | None
    address: IPv6Address | None


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """The options of a line.

    track: number of a tracked object, None without.  multicast: the line is meant for multicast
    sources alone and never forwards a unicast packet.
    """

    distance: int = 1
    name: str | None = None
    permanent: bool = False
    tag: int = 0
    track: int | None = None
    multicast: bool = False


PLAIN = StaticRoute()
"""A line without options: most lines share it."""


@dataclass(frozen=True, slots=True)
class VrfRoutes:
    """The static routes of one VRF."""

    routes: Entries[StaticKey, StaticRoute] = field(default_factory=Entries)


NO_ROUTES = VrfRoutes()


@dataclass(frozen=True, slots=True)
class StaticConfig:
    """All static routes, those of the global table and of VRFs, and the candidates for a default
    route."""

    SLOT: ClassVar[str] = "static"

    routes: Entries[StaticKey, StaticRoute] = field(default_factory=Entries)
    routes6: Entries[Static6Key, StaticRoute] = field(default_factory=Entries)
    vrfs: Entries[str, VrfRoutes] = field(default_factory=Entries)
    default_networks: Entries[IPv4Address, bool] = field(default_factory=Entries)

    def routes_of(self, vrf: str | None) -> Entries[StaticKey, StaticRoute]:
        """Those of IPv4 in a VRF; None: in the global table."""
        return self.routes if vrf is None else self.vrfs.get(vrf, NO_ROUTES).routes

    def with_routes(self, vrf: str | None, routes: Entries[StaticKey, StaticRoute]) -> StaticConfig:
        """With these in place of them."""
        if vrf is None:
            return replace(self, routes=routes)
        if not routes:
            return replace(self, vrfs=self.vrfs.drop(vrf))
        return replace(self, vrfs=self.vrfs.put(vrf, VrfRoutes(routes)))


@dataclass(frozen=True, slots=True)
class ByPrefix:
    """The keys of each network and mask: an index, so that a `no` costs the same on any router."""

    keys: Map[tuple[IPv4Address, IPv4Address], tuple[StaticKey, ...]] = field(default_factory=Map)

    @classmethod
    def of(cls, entries: Entries[StaticKey, StaticRoute]) -> ByPrefix:
        """Those of `StaticConfig.routes`."""
        found: dict[tuple[IPv4Address, IPv4Address], tuple[StaticKey, ...]] = {}
        for key in entries:
            found[key[:2]] = (*found.get(key[:2], ()), key)
        return cls(Map(found))

    def changed(self, key: StaticKey, old: StaticRoute | None, new: StaticRoute | None) -> ByPrefix:
        """With one line more or less."""
        if old is not None and new is not None:
            return self
        held = tuple(other for other in self.keys.get(key[:2], ()) if other != key)
        if new is not None:
            return ByPrefix(self.keys.set(key[:2], (*held, key)))
        return ByPrefix(self.keys.set(key[:2], held) if held else self.keys.delete(key[:2]))
