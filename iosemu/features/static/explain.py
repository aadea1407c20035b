"""Which `ip route` line decided about a packet."""

from __future__ import annotations

from iosemu.cli.api import Box, Said, Why, explains
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.proto.base import DEFAULT_VRF
from iosemu.rib.route import NextHop, Route

from .config import StaticConfig, StaticKey, StaticRoute


@explains("route from static")
def static_route(box: Box, route: Route, hops: tuple[NextHop, ...]) -> Why:
    """The lines of these next hops of the route."""
    wanted = {(hop.interface, hop.address) for hop in hops}
    vrf = None if route.key.vrf == DEFAULT_VRF else route.key.vrf
    found = tuple(
        Said(_alone(vrf, StaticKey(*raw), options), Config())
        for raw, options in box.config.of(StaticConfig).routes_of(vrf).items()
        if StaticKey(*raw).prefix == route.prefix and (raw[2], raw[3]) in wanted
    )
    return Why(f"static route {route.prefix}", found)


def _alone(vrf: str | None, key: StaticKey, options: StaticRoute) -> Config:
    routes = Entries[StaticKey, StaticRoute]().put(key, options)
    return with_slot(Config(), StaticConfig().with_routes(vrf, routes))
