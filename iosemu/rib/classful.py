"""The order of `show ip route`: routes under their classful network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from iosemu.address import IPv4Prefix, Prefix
from iosemu.values import dataclass

from .route import Route


@dataclass(frozen=True, slots=True)
class Major:
    """A classful network and its routes in order.

    Without `has_heading` there is one route and it prints with its own mask: the classful network
    itself, a supernet or the default.
    """

    network: IPv4Prefix
    routes: tuple[Route, ...]
    has_heading: bool

    @property
    def lengths(self) -> tuple[int, ...]:
        """The different prefix lengths, shortest first; one: "subnetted", more: "variably"."""
        return tuple(sorted({route.prefix.length for route in self.routes}))


def classful(prefix: Prefix) -> IPv4Prefix:
    """The class A, B or C network of a prefix; itself if shorter, or outside of the classes."""
    assert isinstance(prefix, IPv4Prefix), "IPv6 has no classes"
    first = prefix.network >> 24
    length = 8 if first < 128 else 16 if first < 192 else 24 if first < 224 else 32
    return IPv4Prefix.of(prefix.network, min(length, prefix.length))


def by_major(routes: Iterable[Route]) -> Iterator[Major]:
    """Group routes that are sorted by prefix."""
    for network, group in groupby(routes, key=lambda route: classful(route.prefix)):
        members = tuple(group)
        alone = len(members) == 1 and members[0].prefix == network
        yield Major(network, members, not alone)
