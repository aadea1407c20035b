"""Routes into the tables: what the device does with RouteAdd, RouteDelete and TrackNextHop.

Every function returns what changed; telling engines is the device's work.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from iosemu.address import Address, IpVersion, Prefix, version_of
from iosemu.kernel.time import Time
from iosemu.policy.acl_match import Facts
from iosemu.proto.base import NextHopChanged
from iosemu.rib.fib import Fib
from iosemu.rib.route import Route, RouteKey
from iosemu.rib.table import Rib, RouteChange
from iosemu.values import dataclass

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
    rib = _rib(stack, route.key)
    return _changed(stack, rib.offer(route, now))


def delete_route(stack: Stack, now: Time, key: RouteKey) -> RouteChange | None:
    """Withdraw a route; the change of the best route, if any."""
    return _changed(stack, _rib(stack, key).withdraw(key, now))


def _rib(stack: Stack, key: RouteKey) -> Rib:
    return stack.vrf(key.vrf).rib_of(version_of(key.prefix))


def change_routes(stack: Stack, now: Time, wanted: Sequence[Route | RouteKey]) -> list[RouteChange]:
    """Offer routes and withdraw keys, in this order; the changes of best routes."""
    found: list[RouteChange] = []
    touched: list[Fib] = []
    vrf, kind = None, None
    for each in wanted:
        key = each.key if type(each) is Route else each
        assert isinstance(key, RouteKey)
        if key.vrf != vrf or type(key.prefix) is not kind:
            # Mostly all are of one table.
            vrf, kind = key.vrf, type(key.prefix)
            held, version = stack.vrf(vrf), version_of(key.prefix)
            rib = held.rib_of(version)
            touched.append(held.fib_of(version))
        change = rib.offer(each, now) if type(each) is Route else rib.withdraw(key, now)
        if change is not None:
            found.append(change)
    if found:
        for fib in touched:
            fib.forget()
        stack.forget_flows()
    return found


def refresh_routes(
    stack: Stack,
    now: Time,
    vrf: str,
    prefix: Prefix | None = None,
    version: IpVersion = IpVersion.V4,
) -> int:
    """`clear ip route`: install again what the table holds of a prefix, or all; how many."""
    count = 0
    fib = stack.vrf(vrf).fib_of(version)
    for table in fib.rib.best.values():
        for network, route in table.items():
            if prefix is None or route.prefix == prefix:
                table[network] = route._replace(since=now)
                count += 1
    fib.forget()
    stack.forget_flows()
    return count


def track(stack: Stack, owner: Hashable, vrf: str, address: Address) -> NextHopChanged:
    """Follow a next hop for an owner; where it resolves now."""
    held, version = stack.vrf(vrf), version_of(address)
    route = held.next_hops_of(version).track(held.rib_of(version), address, owner)
    return NextHopChanged(vrf, address, route)


def untrack(stack: Stack, owner: Hashable, vrf: str, address: Address) -> None:
    """Follow it no longer."""
    stack.vrf(vrf).next_hops_of(version_of(address)).untrack(address, owner)


def next_hop_news(
    stack: Stack, changes: Sequence[RouteChange]
) -> Iterator[tuple[Hashable, NextHopChanged]]:
    """Whom to tell what about tracked next hops after these changes."""
    tables: dict[tuple[str, IpVersion], list[RouteChange]] = {}
    for change in changes:
        tables.setdefault((change.vrf, version_of(change.prefix)), []).append(change)
    for (name, version), own in tables.items():
        vrf = stack.vrf(name)
        tracked = vrf.next_hops_of(version)
        for owner, address, route in tracked.changed(vrf.rib_of(version), own):
            yield owner, NextHopChanged(name, address, route)


def _changed(stack: Stack, change: RouteChange | None) -> RouteChange | None:
    if change is not None:
        stack.vrf(change.vrf).fib_of(version_of(change.prefix)).forget()
        stack.forget_flows()
    return change


def permits_route(stack: Stack, acl: str, prefix: Prefix) -> bool:
    """Whether an access list permits a route: a standard one looks at its network, an extended one
    also at its mask, as the destination.  A list that does not exist permits all."""
    held = stack.access.lists.get(acl)
    if held is None:
        return True
    return access.program_of(stack, held).permits(Facts(0, prefix.network, prefix.mask))
