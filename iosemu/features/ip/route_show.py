"""Renderers of the routing table, as the releases of IOS print it."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import age
from iosemu.cli.api import renders
from iosemu.cli.grammar import release

from .views import (
    EntryPathView,
    KnownSubnetsView,
    NetworkView,
    PathView,
    RouteView,
    RoutingEntryView,
    RoutingTableView,
)

CODES_12 = """\
Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route""".splitlines()  # noqa: W291
CODES_15 = """\
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, H - NHRP, l - LISP""".splitlines()  # noqa: W291
CODES_17 = """\
       E1 - OSPF external type 1, E2 - OSPF external type 2, m - OMP
       n - NAT, Ni - NAT inside, No - NAT outside, Nd - NAT DIA
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       H - NHRP, G - NHRP registered, g - NHRP registration summary
       o - ODR, P - periodic downloaded static route, l - LISP""".splitlines()
REPLICATED = "       + - replicated route, % - next hop override"


def codes(version: str) -> list[str]:
    """The legend of a release."""
    of = release(version)
    if of < (15,):
        return CODES_12
    found = [*CODES_15[:3], *CODES_17] if of >= (17, 3) else list(CODES_15)
    if of >= (15, 6):
        found.append("       a - application route")
    found.append(REPLICATED + (", p - overrides from PfR" if of >= (16,) else ""))
    if of >= (17, 3):
        found.append("       & - replicated local route overrides by connected")
    return found


def is_before_15(version: str) -> bool:
    """Whether the table has the narrower columns of older releases."""
    return release(version) < (15,)


LONGEST_ROW = 76
"""A longer first row is broken before its brackets."""


@renders(RoutingTableView)
def routing_table(view: RoutingTableView) -> Iterator[str]:
    if view.vrf is not None:
        yield ""
        yield f"Routing Table: {view.vrf}"
    yield from codes(view.version)
    yield ""
    yield gateway_of_last_resort(view)
    yield ""


def gateway_of_last_resort(view: RoutingTableView) -> str:
    gateway = view.gateway
    if gateway is None:
        return "Gateway of last resort is not set"
    # A default route out of an interface has no next hop: IOS prints 0.0.0.0.
    return (
        f"Gateway of last resort is {gateway.address or '0.0.0.0'}"
        f" to network {view.gateway_network}"
    )


@renders(NetworkView)
def network_rows(view: NetworkView) -> Iterator[str]:
    wide, deep = (5, 8) if is_before_15(view.version) else (6, 9)
    if view.network is None:
        code = f"{code_of(view.routes[0]):<{wide}}"
        yield from route_rows(view.routes[0], code, with_length=True)
        return
    yield f"{'':<{wide}}{network_heading(view)}"
    for route in view.routes:
        yield from route_rows(route, f"{code_of(route):<{deep}}", with_length=view.masks > 1)


def network_heading(view: NetworkView) -> str:
    count = len(view.routes) if view.subnets is None else view.subnets
    if view.masks > 1:
        return f"{view.network} is variably subnetted, {count} subnets, {view.masks} masks"
    assert view.network is not None
    length = view.routes[0].prefix.length
    return f"{view.network.network}/{length} is subnetted, {count} subnets"


def code_of(route: RouteView) -> str:
    return route.code[:1] + "*" + route.code[2:] if route.is_candidate_default else route.code


def route_rows(route: RouteView, code: str, *, with_length: bool) -> Iterator[str]:
    """A route of a network, one row for each way; further ways stand under the first's brackets."""
    head = f"{code}{route.prefix if with_length else route.prefix.network} "
    first, *others = (way(route, path) for path in route.paths)
    indent = len(head)
    if len(head + first) > LONGEST_ROW and first.startswith("["):
        yield head
        indent, head = 11, " " * 11
    yield head + first
    for text in others:
        yield f"{'':<{indent}}{text}"


def way(route: RouteView, path: PathView) -> str:
    tail = "".join(f", {part}" for part in (path_age(path), path.interface) if part)
    if route.is_summary:
        return f"is a summary{tail}"
    if path.address is None and route.code.startswith("B"):
        # An aggregate: to nowhere, by nobody.
        return f"[{route.distance}/{route.metric}] via 0.0.0.0{tail}"
    if path.address is None:
        return f"is directly connected{tail}"
    return f"[{route.distance}/{route.metric}] via {path.address}{tail}"


def path_age(path: PathView) -> str | None:
    return None if path.age is None else age(path.age)


@renders(RoutingEntryView)
def routing_entry(view: RoutingEntryView) -> Iterator[str]:
    yield f"Routing entry for {view.prefix}{', supernet' if view.is_supernet else ''}"
    qualifier = f" ({view.qualifier})" if view.qualifier else ""
    default = ", candidate default path" if view.is_candidate_default else ""
    kind = f", type {view.kind}" if view.kind else ""
    yield (
        f'  Known via "{view.known_via}", distance {view.distance},'
        f" metric {view.metric}{qualifier}{default}{kind}"
    )
    if view.tag:
        yield f"  Tag {view.tag}" + (f", type {view.tag_kind}" if view.tag_kind else "")
    if view.redistributing:
        yield f"  Redistributing via {', '.join(view.redistributing)}"
    newest = view.paths[0]
    if newest.age is not None:
        on = f" on {newest.interface}," if newest.interface else ""
        yield f"  Last update from {newest.address}{on} {age(newest.age)} ago"
    yield "  Routing Descriptor Blocks:"
    for number, path in enumerate(view.paths):
        yield ("    " if number else "  * ") + descriptor(path)
        yield f"      Route metric is {path.metric}, traffic share count is {path.share}"
        for line in (*path.lines, *view.path_lines):
            yield f"      {line}"
        if view.tag and not view.path_lines:
            yield f"      Route tag {view.tag}"


def descriptor(path: EntryPathView) -> str:
    parts = ["directly connected" if path.address is None else str(path.address)]
    if path.source is not None:
        parts.append(f"from {path.source}")
    if path.age is not None:
        parts.append(f"{age(path.age)} ago")
    if path.interface is not None:
        parts.append(f"via {path.interface}")
    return ", ".join(parts)


@renders(KnownSubnetsView)
def known_subnets(view: KnownSubnetsView) -> Iterator[str]:
    yield f"Routing entry for {view.network}, {view.subnets} known subnets"
    if view.connected:
        yield f"  Attached ({view.connected} connections)"
    if len(view.masks) > 1:
        yield f"  Variably subnetted with {len(view.masks)} masks"
    yield ""
    for route in view.routes:
        yield from route_rows(route, f"{code_of(route):<9}", with_length=len(view.masks) > 1)
