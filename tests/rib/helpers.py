"""Routes in few words."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.rib.route import NextHop, Route, RouteKey

CODES = {"connected": ("C", 0), "static": ("S", 1), "eigrp": ("D", 90), "bgp": ("B", 20)}


def hop(text: str) -> NextHop:
    """ "10.0.0.2", "Ethernet0/0" or "10.0.0.2 Ethernet0/0"."""
    address, interface = None, None
    for word in text.split():
        if word[0].isdigit():
            address = IPv4Address.parse(word)
        else:
            interface = word
    return NextHop(address, interface)


def key(prefix: str, owner: str) -> RouteKey:
    return RouteKey("default", IPv4Prefix.parse(prefix), owner)


def route(
    prefix: str,
    *hops: str,
    owner: str = "static",
    protocol: str | None = None,
    distance: int | None = None,
    metric: int = 0,
) -> Route:
    protocol = protocol or owner.split()[0]
    code, usual = CODES[protocol]
    where = tuple(hop(h) for h in hops)
    distance = usual if distance is None else distance
    return Route(key(prefix, owner), where, distance, code, protocol, metric)


def prefix(text: str) -> IPv4Prefix:
    return IPv4Prefix.parse(text)


def ip(text: str) -> IPv4Address:
    return IPv4Address.parse(text)
