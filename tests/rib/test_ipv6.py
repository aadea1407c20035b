"""The same tables for IPv6: longest match over 128 bits, recursion, special entries, next hops."""

from __future__ import annotations

from iosemu.address import IPv4Prefix, IPv6Address, IPv6Prefix, IpVersion
from iosemu.device.bus import Bus
from iosemu.proto.base import RouteChanged
from iosemu.rib.fib import Fib, Kind, Path
from iosemu.rib.nexthop import NextHops
from iosemu.rib.route import NextHop, Route, RouteFilter, RouteKey
from iosemu.rib.table import Rib, RouteChange


def ip(text: str) -> IPv6Address:
    return IPv6Address.parse(text)


def route(prefix: str, address: str | None, interface: str | None = None, owner: str = "static"):
    hop = NextHop(None if address is None else ip(address), interface)
    key = RouteKey("default", IPv6Prefix.parse(prefix), owner)
    return Route(key, (hop,), 1, "S", owner)


def fib(*routes: Route) -> Fib:
    made = Fib(Rib("default", IpVersion.V6))
    made.rib.offer(route("2001:DB8:1::/64", None, "Ethernet0/1", owner="connected"), 0)
    made.receive[ip("2001:DB8:1::1")] = "Ethernet0/1"
    for offered in routes:
        made.rib.offer(offered, 0)
    return made


def test_the_longest_of_three_prefixes_wins():
    table = fib(
        route("::/0", None, "Null0"),
        route("2001:DB8::/32", "FE80::2", "Ethernet0/2"),
        route("2001:DB8:9::9/128", "2001:DB8:1::2"),
    )
    assert table.lookup(ip("2001:DB8:9::9")).paths == (
        Path("Ethernet0/1", ip("2001:DB8:1::2"), (ip("2001:DB8:1::2"),)),
    )
    assert table.lookup(ip("2001:DB8:9::8")).paths == (Path("Ethernet0/2", ip("FE80::2")),)
    assert table.lookup(ip("2002::")).paths == (Path("Null0", None),)


def test_own_unspecified_link_local_and_group_addresses_are_never_forwarded():
    table = fib(route("::/0", None, "Null0"))
    kinds = {a: table.lookup(ip(a)).kind for a in ("2001:DB8:1::1", "::", "FE80::9", "FF02::1")}
    assert kinds == {
        "2001:DB8:1::1": Kind.RECEIVE,
        "::": Kind.DROP,
        "FE80::9": Kind.DROP,
        "FF02::1": Kind.DROP,
    }
    assert fib().lookup(ip("2001:DB8:2::1")).kind is Kind.NO_ROUTE


def test_a_route_never_resolves_through_itself():
    table = fib(route("2001:DB8:2::/48", "2001:DB8:2::2"))
    assert table.lookup(ip("2001:DB8:2::9")).kind is Kind.DROP


def test_a_tracked_next_hop_is_told_of_the_route_it_resolves_over():
    table, hops = fib(), NextHops()
    assert hops.track(table.rib, ip("2001:DB8:7::1"), "bgp") is None
    change = table.rib.offer(route("2001:DB8:7::/64", "2001:DB8:1::2"), 5)
    assert change is not None
    told = list(hops.changed(table.rib, [change]))
    assert told == [("bgp", ip("2001:DB8:7::1"), change.new)]


def test_the_routes_inside_a_prefix():
    table = fib(route("2001:DB8:2::/48", None, "Null0"), route("2002::/16", None, "Null0"))
    inside = [str(r.prefix) for r in table.rib.under(IPv6Prefix.parse("2001:DB8::/32"))]
    assert inside == ["2001:DB8:1::/64", "2001:DB8:2::/48"]


def test_a_watch_of_one_version_is_not_told_of_the_other():
    default = route("::/0", None, "Null0")
    other = default._replace(key=RouteKey("default", IPv4Prefix.parse("0.0.0.0/0"), "static"))
    bus = Bus()
    bus.watch("four", RouteFilter(), Rib("default"))
    bus.watch("six", RouteFilter(version=IpVersion.V6), Rib("default", IpVersion.V6))
    bus.routes_changed([RouteChange("default", default.prefix, None, default)])
    bus.routes_changed([RouteChange("default", other.prefix, None, other)])
    assert list(bus.queue) == [
        ("six", RouteChanged("default", default.prefix, default)),
        ("four", RouteChanged("default", other.prefix, other)),
    ]
