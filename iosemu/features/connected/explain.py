"""Which address of an interface made a connected route."""

from __future__ import annotations

from iosemu.address import IPv4Prefix, length_of
from iosemu.cli.api import Box, Why, explains
from iosemu.features.interface.explain import address_said
from iosemu.features.ip.config import IpAddress
from iosemu.rib.route import NextHop, Route


@explains("route from connected")
def connected_route(box: Box, route: Route, hops: tuple[NextHop, ...]) -> Why:
    """The `ip address` whose subnet, or whose own address, it is."""
    prefix = route.prefix

    def makes(own: IpAddress) -> bool:
        length = length_of(own.mask) or 0
        return prefix in (IPv4Prefix.of(own.address, length), IPv4Prefix.of(own.address, 32))

    found = [address_said(box.config, hop.interface, makes) for hop in hops]
    names = ", ".join(hop.interface or "" for hop in hops)
    return Why(f"connected to {names}", tuple(one for one in found if one is not None))
