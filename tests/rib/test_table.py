"""Candidates, the best of them, changes as values, longest match."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.rib.classful import by_major
from iosemu.rib.table import Rib, RouteChange

from .helpers import ip, key, prefix, route


def filled(*routes) -> Rib:
    rib = Rib("default")
    for offered in routes:
        rib.offer(offered, 0)
    return rib


def test_the_first_offer_is_installed_and_stamped():
    rib = Rib("default")
    offered = route("10.0.0.0/8", "1.1.1.1")
    change = rib.offer(offered, 5)
    assert change == RouteChange("default", prefix("10.0.0.0/8"), None, offered._replace(since=5))
    assert rib.lookup(ip("10.9.9.9")) == change.new


def test_the_same_offer_again_changes_nothing_and_keeps_its_age():
    rib = filled(route("10.0.0.0/8", "1.1.1.1"))
    assert rib.offer(route("10.0.0.0/8", "1.1.1.1"), 99) is None
    assert rib.lookup(ip("10.0.0.1")).since == 0


def test_the_lower_distance_wins_and_the_loser_comes_back_when_it_goes():
    eigrp = route("10.0.0.0/8", "2.2.2.2 Ethernet0/0", owner="eigrp 100", metric=5)
    static = route("10.0.0.0/8", "1.1.1.1")
    rib = filled(eigrp)
    change = rib.offer(static, 1)
    assert (change.old.protocol, change.new.protocol) == ("eigrp", "static")
    assert [c.protocol for c in rib.candidates(prefix("10.0.0.0/8"))] == ["static", "eigrp"]
    change = rib.withdraw(static.key, 2)
    assert (change.old.protocol, change.new.protocol, change.new.since) == ("static", "eigrp", 2)
    assert rib.spare == {}


def test_a_losing_offer_is_no_change():
    rib = filled(route("10.0.0.0/8", "1.1.1.1"))
    assert rib.offer(route("10.0.0.0/8", "2.2.2.2", owner="eigrp 100"), 1) is None
    assert rib.withdraw(key("10.0.0.0/8", "eigrp 100"), 2) is None


def test_metrics_compare_within_a_protocol_only():
    low = route("10.0.0.0/8", "2.2.2.2", owner="eigrp 2", metric=10)
    high = route("10.0.0.0/8", "1.1.1.1", owner="eigrp 1", metric=20)
    assert filled(high, low).lookup(ip("10.0.0.1")).key.owner == "eigrp 2"
    other = route("10.0.0.0/8", "2.2.2.2", owner="bgp 2", distance=90, metric=1)
    assert filled(high, other).lookup(ip("10.0.0.1")).key.owner == "eigrp 1"


def test_a_best_route_that_gets_worse_gives_way():
    best = route("10.0.0.0/8", "1.1.1.1")
    rib = filled(best, route("10.0.0.0/8", "2.2.2.2", owner="eigrp 1"))
    change = rib.offer(best._replace(distance=200), 1)
    assert change.new.protocol == "eigrp"


def test_distance_255_is_never_installed():
    rib = Rib("default")
    assert rib.offer(route("10.0.0.0/8", "1.1.1.1", distance=255), 0) is None
    assert rib.lookup(ip("10.0.0.1")) is None
    good = route("10.0.0.0/8", "1.1.1.1")
    change = rib.offer(good, 1)
    assert change.new is not None
    assert rib.offer(good._replace(distance=255), 2).new is None


def test_withdrawing_what_is_absent_changes_nothing():
    assert Rib("default").withdraw(key("10.0.0.0/8", "static"), 0) is None


prefixes = st.builds(
    IPv4Prefix.of,
    # Few first octets, so that prefixes nest.
    st.integers(0, 3).flatmap(lambda n: st.integers(n << 24, (n << 24) + 0xFFFFFF)),
    st.integers(0, 32),
)
steps = st.lists(st.tuples(st.booleans(), prefixes, st.integers(0, 2)), max_size=40)


@given(steps, st.lists(st.integers(0, 0x3FFFFFF), min_size=1, max_size=10))
@settings(max_examples=150)
def test_the_table_equals_a_list_searched_from_front_to_back(operations, addresses):
    rib = Rib("default")
    offers: dict = {}
    for adds, where, owner in operations:
        made = route(str(where), "1.1.1.1", owner=f"eigrp {owner}", distance=90 + owner)
        if adds:
            rib.offer(made, 0)
            offers[made.key] = made
        else:
            rib.withdraw(made.key, 0)
            offers.pop(made.key, None)
    for address in (*addresses, *(k.prefix.network for k in offers)):
        held = [r for r in offers.values() if r.prefix.holds(address)]
        expected = min(held, key=lambda r: (-r.prefix.length, r.distance), default=None)
        assert rib.lookup(IPv4Address(address)) == expected
    assert [r.prefix for r in rib.routes()] == sorted({k.prefix for k in offers})


def test_a_hundred_thousand_routes_come_and_go():
    rib = Rib("default")
    for n in range(100_000):
        rib.offer(route(f"{10 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.0/24", "1.1.1.1"), 0)
    assert len(rib) == 100_000
    assert rib.lookup(ip("11.134.159.7")).prefix == prefix("11.134.159.0/24")
    for n in range(100_000):
        rib.withdraw(key(f"{10 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.0/24", "static"), 0)
    assert (len(rib), rib.best, rib.spare) == (0, {}, {})


def test_routes_are_grouped_under_their_classful_network():
    rib = filled(
        *(
            route(text, "1.1.1.1")
            for text in ("0.0.0.0/0", "9.0.0.0/8", "172.0.0.0/8", "172.16.1.0/24", "172.16.2.0/24")
        ),
        *(route(text, "1.1.1.1") for text in ("10.0.0.0/8", "10.1.0.0/16", "192.168.1.0/24")),
    )
    groups = [
        (str(m.network), len(m.routes), m.lengths, m.has_heading) for m in by_major(rib.routes())
    ]
    assert groups == [
        ("0.0.0.0/0", 1, (0,), False),
        ("9.0.0.0/8", 1, (8,), False),
        ("10.0.0.0/8", 2, (8, 16), True),
        ("172.0.0.0/8", 1, (8,), False),
        ("172.16.0.0/16", 2, (24,), True),
        ("192.168.1.0/24", 1, (24,), False),
    ]
