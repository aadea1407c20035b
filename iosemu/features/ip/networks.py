"""The classful order in which IOS lists a routing table."""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.address import IPv4Prefix
from iosemu.rib.classful import classful

from .views import NetworkView, RouteView


def is_supernet(prefix: IPv4Prefix) -> bool:
    """Whether the mask is shorter than the class says."""
    return prefix == classful(prefix) and classful(IPv4Prefix(prefix.network, 32)) != prefix


def grouped(routes: Iterable[RouteView]) -> tuple[NetworkView, ...]:
    """Routes in table order, subnets under their network.

    A classful network that has no subnet, and every supernet, stands alone.
    """
    by_network: dict[IPv4Prefix, list[RouteView]] = {}
    for route in sorted(routes, key=lambda r: r.prefix):
        by_network.setdefault(classful(route.prefix), []).append(route)
    return tuple(_network(network, held) for network, held in sorted(by_network.items()))


def _network(network: IPv4Prefix, routes: list[RouteView]) -> NetworkView:
    masks = len({r.prefix.length for r in routes})
    alone = len(routes) == 1 and routes[0].prefix == network
    return NetworkView(None if alone else network, masks, tuple(routes))
