"""`debug ip routing` and `debug ipv6 routing`: what changed in the routing tables, in the words of
IOS 15 and 12.4."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv6Prefix
from iosemu.cli.interfaces import short
from iosemu.rib.classful import classful
from iosemu.rib.route import NextHop, Route
from iosemu.rib.table import RouteChange

FLAG = "ip routing"
FLAG6 = "ipv6 routing"
FLAGS, BGP_FLAGS = 1048578, 1048577
"""Behind each way, as devices print them."""


def lines(change: RouteChange) -> Iterator[str]:
    """One text for each stamp; what goes on over lines has no stamp of its own there."""
    old, new = change.old, change.new
    if old is not None and (new is None or old.key != new.key):
        yield from withdrawn(old, is_replaced=new is not None)
    if old is not None and change.is_offered_again and new is None:
        yield updating(old)
        yield "RT: rib update return code: 5"
    if new is None:
        return
    yield updating(new)
    is_displaced = old is not None and (
        new.distance < old.distance if old.key != new.key else is_other_path(old, new)
    )
    if is_displaced:
        yield f"RT: closer admin distance for {new.prefix.network}, flushing 1 routes"
    elif old is not None and old.key == new.key:
        for hop in old.next_hops:
            if hop not in new.next_hops:
                yield f"RT: del {old.prefix.network} via {address(hop)}, {measure(old)}"
    for hop in new.next_hops:
        if old is None or old.key != new.key or hop not in old.next_hops:
            yield f"RT: add {new.prefix} via {address(hop)}, {measure(new)}"


def lines_old(change: RouteChange) -> Iterator[str]:
    """The same in releases before 15.0."""
    old, new = change.old, change.new
    hops = () if new is None or old is None or old.key != new.key else new.next_hops
    if old is not None:
        if new is not None and old.key != new.key and new.distance < old.distance:
            yield f"RT: closer admin distance for {old.prefix.network}, flushing 1 routes"
        elif new is None or old.key == new.key:
            for hop in old.next_hops:
                if hop not in hops or new is None:
                    yield f"RT: del {old.prefix} via {address(hop)}, {measure(old)}"
    if old is not None and new is None:
        yield f"RT: delete {kind_of(old)} route to {old.prefix}"
    if new is not None:
        for hop in new.next_hops:
            if old is None or old.key != new.key or hop not in old.next_hops:
                yield f"RT: add {new.prefix} via {address(hop)}, {measure(new)}"
    yield f"RT: NET-RED {change.prefix}"


def is_other_path(old: Route, new: Route) -> bool:
    """Whether BGP has another best path: all its old ways go without being named one by one."""
    return new.protocol == "bgp" and not any(hop in new.next_hops for hop in old.next_hops)


def kind_of(route: Route) -> str:
    return "subnet" if route.prefix.length > classful(route.prefix).length else "network"


def withdrawn(route: Route, *, is_replaced: bool) -> Iterator[str]:
    """The loss of a route; one that a better one displaces is not said to be lost."""
    if is_replaced:
        return
    for hop in route.next_hops:
        yield f"RT: delete route to {route.prefix.network} via {address(hop)}, {measure(route)}"
    yield f"RT: no routes to {route.prefix.network}, delayed flush"
    yield f"RT: delete {kind_of(route)} route to {route.prefix}"


def updating(route: Route) -> str:
    flags = BGP_FLAGS if route.protocol == "bgp" else FLAGS
    ways = "".join(f"    via {address(h)} {interface(h)}  0 {flags}\n" for h in route.next_hops)
    return f"RT: updating {route.protocol} {route.prefix} (0x0)  :\n{ways}"


def address(hop: NextHop) -> str:
    return "0.0.0.0" if hop.address is None else str(hop.address)


def interface(hop: NextHop) -> str:
    return "" if hop.interface is None else short(hop.interface)


def measure(route: Route) -> str:
    return f"{route.protocol} metric [{route.distance}/{route.metric}]"


def lines6(change: RouteChange) -> Iterator[str]:
    """A change of the IPv6 table."""
    if not isinstance(change.prefix, IPv6Prefix):
        return
    old, new = change.old, change.new
    if new is None and old is not None:
        yield f"IPv6RT0: {old.protocol} {old.prefix}, Delete"
    if new is None:
        return
    what = "Add" if old is None else "Update"
    yield f"IPv6RT0: {new.protocol} {new.prefix}, {what}"
    for hop in new.next_hops:
        where = "::" if hop.address is None else str(hop.address)
        over = "" if hop.interface is None else f"/{hop.interface}"
        yield f"IPv6RT0: {new.protocol} {new.prefix}, Added path {where}{over}"
