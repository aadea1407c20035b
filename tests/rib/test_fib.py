"""Resolution of next hops, special entries, sharing of equal paths."""

from __future__ import annotations

import pickle
from collections import Counter

import pytest

from iosemu.rib.fib import Fib, Kind, Path, choose, spread
from iosemu.rib.nexthop import NextHops
from iosemu.rib.table import Rib

from .helpers import ip, key, route


def fib(*routes) -> Fib:
    """Two connected subnets, 10.0.1.0/24 on Ethernet0/1 and 10.0.2.0/24 on Ethernet0/2."""
    made = Fib(Rib("default"))
    connected = [route(f"10.0.{n}.0/24", f"Ethernet0/{n}", owner="connected") for n in (1, 2)]
    for offered in (*connected, *routes):
        made.rib.offer(offered, 0)
    for n in (1, 2):
        made.receive[ip(f"10.0.{n}.1")] = f"Ethernet0/{n}"
    return made


def paths(table: Fib, address: str) -> list[Path]:
    return list(table.lookup(ip(address)).paths)


def test_an_attached_destination_is_its_own_next_hop():
    assert paths(fib(), "10.0.1.9") == [Path("Ethernet0/1", None)]


def test_a_static_route_resolves_through_the_connected_one():
    table = fib(route("20.0.0.0/8", "10.0.1.2"))
    assert paths(table, "20.1.1.1") == [Path("Ethernet0/1", ip("10.0.1.2"), (ip("10.0.1.2"),))]


def test_a_next_hop_with_interface_is_not_looked_up():
    table = fib(route("20.0.0.0/8", "99.9.9.9 Ethernet0/2"))
    assert paths(table, "20.1.1.1") == [Path("Ethernet0/2", ip("99.9.9.9"))]


def test_recursion_goes_on_and_remembers_its_way():
    table = fib(
        route("20.0.0.0/8", "3.3.3.3"),
        route("3.3.3.3/32", "10.0.1.2", "10.0.2.2", owner="eigrp 1"),
    )
    via = [
        (p.interface, str(p.next_hop), [str(a) for a in p.via]) for p in paths(table, "20.1.1.1")
    ]
    assert via == [
        ("Ethernet0/1", "10.0.1.2", ["3.3.3.3", "10.0.1.2"]),
        ("Ethernet0/2", "10.0.2.2", ["3.3.3.3", "10.0.2.2"]),
    ]


def test_recursion_may_use_the_default_route():
    table = fib(route("0.0.0.0/0", "10.0.1.2"), route("20.0.0.0/8", "30.0.0.1"))
    assert paths(table, "20.1.1.1")[0].next_hop == ip("10.0.1.2")


@pytest.mark.parametrize(
    "routes",
    [
        (route("20.0.0.0/8", "20.0.0.1"),),
        (route("20.0.0.0/8", "30.0.0.1"), route("30.0.0.0/8", "20.0.0.1")),
        (route("20.0.0.0/8", "40.0.0.1"),),
        (route("20.0.0.0/8", "10.0.1.1"),),
    ],
    ids=["itself", "each other", "nowhere", "own address"],
)
def test_what_does_not_resolve_drops(routes):
    entry = fib(*routes).lookup(ip("20.1.1.1"))
    assert entry.kind is Kind.DROP
    assert all(p.interface is None for p in entry.paths)


def test_a_path_that_does_not_resolve_leaves_the_others():
    table = fib(route("20.0.0.0/8", "40.0.0.1", "10.0.2.2"))
    assert [p.interface for p in paths(table, "20.1.1.1")] == ["Ethernet0/2"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("10.0.1.1", Kind.RECEIVE),
        ("255.255.255.255", Kind.RECEIVE),
        ("224.0.0.5", Kind.RECEIVE),
        ("239.1.1.1", Kind.DROP),
        ("127.0.0.1", Kind.DROP),
        ("0.0.0.7", Kind.DROP),
        ("250.0.0.1", Kind.DROP),
        ("8.8.8.8", Kind.NO_ROUTE),
    ],
)
def test_special_destinations(address, kind):
    assert fib().lookup(ip(address)).kind is kind


def test_the_default_route_does_not_take_special_destinations():
    table = fib(route("0.0.0.0/0", "10.0.1.2"))
    assert table.lookup(ip("127.0.0.1")).kind is Kind.DROP
    assert table.lookup(ip("8.8.8.8")).kind is Kind.FORWARD


def test_the_listing_has_the_lines_of_show_ip_cef_in_order():
    table = fib()
    table.hosts[ip("10.0.1.2")] = "Ethernet0/1"
    assert [(str(e.prefix), e.kind.value) for e in table.all()] == [
        ("0.0.0.0/0", "no route"),
        ("0.0.0.0/8", "drop"),
        ("0.0.0.0/32", "receive"),
        ("10.0.1.0/24", "forward"),
        ("10.0.1.1/32", "receive"),
        ("10.0.1.2/32", "forward"),
        ("10.0.2.0/24", "forward"),
        ("10.0.2.1/32", "receive"),
        ("127.0.0.0/8", "drop"),
        ("224.0.0.0/4", "drop"),
        ("224.0.0.0/24", "receive"),
        ("240.0.0.0/4", "drop"),
        ("255.255.255.255/32", "receive"),
    ]


def test_what_was_resolved_is_forgotten_on_request_and_not_pickled():
    table = fib()
    table.lookup(ip("10.0.1.9"))
    assert pickle.loads(pickle.dumps(table)).destinations == {}
    table.rib.withdraw(key("10.0.1.0/24", "connected"), 1)
    table.forget()
    assert table.lookup(ip("10.0.1.9")).kind is Kind.NO_ROUTE


@pytest.mark.parametrize(
    ("weights", "counts"),
    [
        ((1,), [16]),
        ((1, 1), [8, 8]),
        ((1, 1, 1), [5, 5, 5]),
        ((1, 3), [4, 12]),
        ((1,) * 6, [2] * 6),
    ],
)
def test_sixteen_buckets_are_dealt_in_proportion(weights, counts):
    dealt = Counter(spread(weights))
    assert [dealt[index] for index in range(len(weights))] == counts


def test_flows_spread_over_equal_paths_and_each_keeps_its_path():
    table = fib(route("20.0.0.0/8", "10.0.1.2", "10.0.2.2"))
    entry = table.lookup(ip("20.0.0.1"))
    flows = [(ip("1.1.1.1") + a, ip("20.0.0.1") + b) for a in range(30) for b in range(30)]
    first = [choose(entry, s, t, 7).interface for s, t in flows]
    assert first == [choose(entry, s, t, 7).interface for s, t in flows]
    share = Counter(first)["Ethernet0/1"] / len(flows)
    assert 0.4 < share < 0.6
    second_router = [choose(entry, s, t, 0xDEADBEEF).interface for s, t in flows]
    same = sum(a == b for a, b in zip(first, second_router, strict=True)) / len(flows)
    assert 0.3 < same < 0.7


def test_tracking_tells_only_what_changed():
    rib = Rib("default")
    hops = NextHops()
    assert hops.track(rib, ip("3.3.3.3"), "bgp") is None
    change = rib.offer(route("3.3.3.3/32", "10.0.1.2", owner="eigrp 1"), 0)
    assert list(hops.changed(rib, [change])) == [("bgp", ip("3.3.3.3"), change.new)]
    other = rib.offer(route("4.4.4.4/32", "10.0.1.2"), 0)
    assert list(hops.changed(rib, [other])) == []
    gone = rib.withdraw(key("3.3.3.3/32", "eigrp 1"), 1)
    assert list(hops.changed(rib, [gone])) == [("bgp", ip("3.3.3.3"), None)]
    hops.untrack(ip("3.3.3.3"), "bgp")
    assert hops.tracked == {}
