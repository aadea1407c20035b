"""The classful order in which IOS lists a routing table."""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.address import IPv4Prefix

from .views import NetworkView, RouteView


def classful_length(address: int) -> int:
    """Mask length of the classful network of an address: 8, 16 or 24; 32 for class D and E."""
    if not address >> 31:
        return 8
    if not address >> 30 & 1:
        return 16
    return 24 if not address >> 29 & 1 else 32


def classful(prefix: IPv4Prefix) -> IPv4Prefix:
    """The classful network a prefix belongs to; itself if it is a supernet."""
    return IPv4Prefix.of(prefix.network, min(prefix.length, classful_length(prefix.network)))


def is_supernet(prefix: IPv4Prefix) -> bool:
    """Whether the mask is shorter than the class says."""
    return prefix.length < classful_length(prefix.network)


def grouped(routes: Iterable[RouteView]) -> tuple[NetworkView, ...]:
    """Routes in table order, subnets under their network.

    A classful network that has no subnet, and every supernet, stands alone.
    """
    ordered = sorted(routes, key=lambda r: (r.prefix.network, r.prefix.length))
    by_network: dict[IPv4Prefix, list[RouteView]] = {}
    for route in ordered:
        by_network.setdefault(classful(route.prefix), []).append(route)
    return tuple(_network(network, held) for network, held in sorted(by_network.items()))


def _network(network: IPv4Prefix, routes: list[RouteView]) -> NetworkView:
    masks = len({r.prefix.length for r in routes})
    alone = len(routes) == 1 and routes[0].prefix == network
    return NetworkView(None if alone else network, masks, tuple(routes))
