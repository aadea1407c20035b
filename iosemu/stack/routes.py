"""Routes into the tables: what the device does with RouteAdd, RouteDelete and TrackNextHop.

Every function returns what changed; telling engines is the device's work.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.kernel.time import Time
from iosemu.policy.acl_match import Facts
from iosemu.proto.base import NextHopChanged
from iosemu.rib.route import Route, RouteKey
from iosemu.rib.table import RouteChange

from . import access
from .state import Stack


@dataclass(frozen=True, slots=True)
class RoutesOf:
    """Condition of a debug flag: only routes that an access list permits."""

    acl: str

    def __str__(self) -> str:
        return f" for access list {self.acl}"


def add_route(stack: Stack, now: Time, route: Route) -> RouteChange | None:
    """Offer a route to its VRF; the change of the best route, if any."""
    vrf = stack.vrf(route.key.vrf)
    return _changed(stack, vrf.rib.offer(route, now))


def delete_route(stack: Stack, now: Time, key: RouteKey) -> RouteChange | None:
    """Withdraw a route; the change of the best route, if any."""
    vrf = stack.vrf(key.vrf)
    return _changed(stack, vrf.rib.withdraw(key, now))


def refresh_routes(stack: Stack, now: Time, vrf: str, prefix: IPv4Prefix | None = None) -> int:
    """`clear ip route`: install again what the table holds of a prefix, or all; how many."""
    count = 0
    for table in stack.vrf(vrf).rib.best.values():
        for network, route in table.items():
            if prefix is None or route.prefix == prefix:
                table[network] = route._replace(since=now)
                count += 1
    stack.vrf(vrf).fib.forget()
    stack.forget_flows()
    return count


def track(stack: Stack, owner: Hashable, vrf: str, address: IPv4Address) -> NextHopChanged:
    """Follow a next hop for an owner; where it resolves now."""
    held = stack.vrf(vrf)
    return NextHopChanged(vrf, address, held.next_hops.track(held.rib, address, owner))


def untrack(stack: Stack, owner: Hashable, vrf: str, address: IPv4Address) -> None:
    """Follow it no longer."""
    stack.vrf(vrf).next_hops.untrack(address, owner)


def next_hop_news(
    stack: Stack, changes: Sequence[RouteChange]
) -> Iterator[tuple[Hashable, NextHopChanged]]:
    """Whom to tell what about tracked next hops after these changes."""
    for name in dict.fromkeys(change.vrf for change in changes):
        vrf = stack.vrf(name)
        own = [change for change in changes if change.vrf == name]
        for owner, address, route in vrf.next_hops.changed(vrf.rib, own):
            yield owner, NextHopChanged(name, address, route)


def _changed(stack: Stack, change: RouteChange | None) -> RouteChange | None:
    if change is not None:
        stack.vrf(change.vrf).fib.forget()
        stack.forget_flows()
    return change


def permits_route(stack: Stack, acl: str, prefix: IPv4Prefix) -> bool:
    """Whether an access list permits a route: a standard one looks at its network, an extended one
    also at its mask, as the destination.  A list that does not exist permits all."""
    held = stack.access.lists.get(acl)
    if held is None:
        return True
    return access.program_of(stack, held).permits(Facts(0, prefix.network, prefix.mask))
