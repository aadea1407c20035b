"""Next-hop tracking: when paths notice what happened to their next hops."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMap, RouteMapEntry, RouteMapsConfig
from iosemu.kernel.time import SECOND
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry
from iosemu.proto.bgp import nexthops
from iosemu.proto.bgp.routing import NextHop
from iosemu.proto.bgp.settings import NextHops, TableSettings

from .rig import Rig, attributes, ip, prefix

FAR = "44.44.44.44/32"


def two_ways(rig: Rig) -> Rig:
    """R1 of the post: 4.4.4.4 is one AS away, 3.3.3.3 two; both are known by EIGRP."""
    rig.route("3.3.3.3/32", "192.168.124.3", metric=10880)
    rig.route("4.4.4.4/32", "192.168.124.4", metric=10880)
    rig.up("3.3.3.3", 3)
    rig.up("4.4.4.4", 4)
    rig.announce("3.3.3.3", FAR, attributes("3 4"))
    rig.announce("4.4.4.4", FAR, attributes("4", med=0))
    return rig


def with_next_hops(settings: NextHops, config: Config | None = None) -> Rig:
    return two_ways(Rig(TableSettings(next_hops=settings), config=config or Config()))


def repaired_after(rig: Rig, since_s: float) -> float:
    """Seconds from then to the change of the route."""
    change = [at for at, c in rig.changes if str(c.prefix) == FAR and at > since_s * SECOND]
    return change[0] / SECOND - since_s


def test_a_fresh_path_waits_for_its_next_hop_to_be_validated() -> None:
    rig = two_ways(Rig())
    rig.run_until(4.999)
    assert rig.best(FAR) is None
    rig.run_until(5)
    assert rig.best(FAR) == "4.4.4.4"
    assert rig.installed(FAR) == ["4.4.4.4"]
    assert rig.state.routing.next_hops["default", ip("4.4.4.4")].metric == 10880


def test_another_prefix_of_a_known_next_hop_is_best_at_once() -> None:
    rig = two_ways(Rig())
    rig.run_until(20)
    rig.announce("4.4.4.4", "44.0.0.0/8", attributes("4"))
    assert rig.best("44.0.0.0/8") == "4.4.4.4"


@pytest.mark.parametrize("delay_s", [5, 2, 0])
def test_a_dead_next_hop_is_left_after_the_trigger_delay(delay_s: int) -> None:
    rig = with_next_hops(NextHops(delay_s=delay_s))
    rig.run_until(100)
    rig.no_route("4.4.4.4/32")
    if delay_s:
        rig.run_until(100 + delay_s - 0.001)
        # The routing table keeps the route until BGP says otherwise.
        assert rig.installed(FAR) == ["4.4.4.4"]
    rig.run_until(100 + delay_s)
    assert rig.installed(FAR) == ["3.3.3.3"]
    if delay_s:
        assert repaired_after(rig, 100) == delay_s


def test_without_the_trigger_only_the_scanner_notices() -> None:
    rig = with_next_hops(NextHops(is_triggered=False))
    rig.run_until(309)
    assert rig.installed(FAR) == ["4.4.4.4"]
    rig.no_route("4.4.4.4/32")
    rig.run_until(359.9)
    assert rig.installed(FAR) == ["4.4.4.4"]
    rig.run_until(360)
    assert rig.installed(FAR) == ["3.3.3.3"]
    assert repaired_after(rig, 309) == 51


def test_scan_time_is_the_time_of_the_scanner() -> None:
    rig = with_next_hops(NextHops(is_triggered=False, scan_s=15))
    rig.run_until(61)
    rig.no_route("4.4.4.4/32")
    rig.run_until(100)
    assert repaired_after(rig, 61) == 14


def test_another_metric_chooses_again() -> None:
    rig = Rig()
    for address in ("3.3.3.3", "4.4.4.4"):
        rig.route(f"{address}/32", metric=10)
        rig.up(address, 1)
        rig.announce(address, FAR, attributes("9", local_pref=100))
    rig.run_until(10)
    assert rig.best(FAR) == "3.3.3.3"
    rig.route("3.3.3.3/32", metric=20)
    assert rig.best(FAR) == "3.3.3.3"
    rig.run_until(15)
    assert rig.best(FAR) == "4.4.4.4"
    assert rig.installed(FAR) == ["4.4.4.4"]


def test_a_path_without_any_reachable_next_hop_is_not_used() -> None:
    rig = two_ways(Rig())
    rig.run_until(100)
    version = rig.table.version
    rig.no_route("4.4.4.4/32")
    rig.no_route("3.3.3.3/32")
    rig.run_until(105)
    assert rig.best(FAR) is None
    assert rig.installed(FAR) == []
    assert len(rig.net(FAR).paths) == 2
    assert rig.table.version == version + 1


def sat(length: int) -> Config:
    """The configuration of the post: only prefixes of this length resolve next hops."""
    entry = PrefixListEntry("permit", prefix("0.0.0.0/0"), ge=length)
    lists = PrefixListsConfig(lists=Entries({"onlyloops": PrefixList(entries=Entries({5: entry}))}))
    maps = RouteMapsConfig(
        maps=Entries(
            {"SAT": RouteMap(Entries({10: RouteMapEntry(match_prefix_lists=("onlyloops",))}))}
        )
    )
    return with_slot(with_slot(Config(), lists), maps)


def test_a_default_route_resolves_next_hops() -> None:
    rig = with_next_hops(NextHops())
    rig.route("0.0.0.0/0", "192.168.124.10", owner="static", distance=1)
    rig.run_until(100)
    rig.no_route("4.4.4.4/32")
    rig.run_until(130)
    assert rig.installed(FAR) == ["4.4.4.4"]


def test_selective_address_tracking_refuses_the_default_route() -> None:
    rig = with_next_hops(NextHops(delay_s=2, route_map="SAT"), sat(32))
    rig.route("0.0.0.0/0", "192.168.124.10", owner="static", distance=1)
    rig.run_until(100)
    assert rig.installed(FAR) == ["4.4.4.4"]
    rig.no_route("4.4.4.4/32")
    rig.run_until(101.999)
    assert rig.installed(FAR) == ["4.4.4.4"]
    rig.run_until(102)
    assert rig.installed(FAR) == ["3.3.3.3"]


def test_a_route_map_that_is_not_there_lets_no_route_resolve() -> None:
    rig = with_next_hops(NextHops(route_map="NOWHERE"))
    rig.run_until(100)
    assert rig.best(FAR) is None


def test_configuring_the_route_map_looks_at_next_hops_again() -> None:
    rig = with_next_hops(NextHops(), sat(32))
    rig.run_until(100)
    rig.table_settings = replace(rig.table_settings, next_hops=NextHops(route_map="NOWHERE"))
    rig.configure()
    assert rig.best(FAR) == "4.4.4.4"
    rig.run_until(105)
    assert rig.best(FAR) is None


def test_penalties_make_a_flapping_next_hop_wait() -> None:
    held = NextHop(0)
    assert nexthops.penalized(held, 0) == 0
    # 1000 decays to 100 in 8 s * log2(10).
    assert nexthops.penalized(held, 0) == 26_576_000_000
    held.penalty = 1100.0
    assert nexthops.penalized(held, 0) == 32 * SECOND
    held.penalty = 100_000.0
    assert nexthops.penalized(held, 0) == 60 * SECOND
    # After a long quiet time one more change is as the first.
    assert nexthops.penalized(held, 1000 * SECOND) == 0


def test_the_trigger_is_damped_while_a_next_hop_flaps() -> None:
    rig = two_ways(Rig())
    rig.run_until(100)
    for at in (100, 100.5, 101):
        rig.run_until(at)
        if at == 100.5:
            rig.route("4.4.4.4/32", "192.168.124.4", metric=10880)
        else:
            rig.no_route("4.4.4.4/32")
    rig.run_until(110)
    assert rig.installed(FAR) == ["4.4.4.4"]
    rig.run_until(140)
    assert rig.installed(FAR) == ["3.3.3.3"]


def test_next_hops_that_no_path_needs_are_given_back_at_the_next_scan() -> None:
    rig = two_ways(Rig())
    rig.run_until(61)
    rig.down("4.4.4.4")
    assert ip("4.4.4.4") in rig.next_hops.tracked
    rig.run_until(121)
    assert ip("4.4.4.4") not in rig.next_hops.tracked
    assert ip("3.3.3.3") in rig.next_hops.tracked


def test_a_next_hop_is_never_reached_through_the_prefix_it_leads_to() -> None:
    rig = Rig()
    rig.route("9.9.9.9/32")
    rig.up("9.9.9.9", 9)
    rig.announce("9.9.9.9", "9.9.9.0/24", attributes("9"))
    rig.run_until(10)
    assert rig.installed("9.9.9.0/24") == ["9.9.9.9"]
    rig.no_route("9.9.9.9/32")
    rig.run_until(20)
    assert rig.best("9.9.9.0/24") is None
