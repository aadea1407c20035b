"""What a router announces by itself: network, redistribute, aggregate-address."""

from __future__ import annotations

from typing import Any

import pytest

from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMap, RouteMapEntry, RouteMapsConfig
from iosemu.policy.clauses import Metric, SetCommunity
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry
from iosemu.proto.bgp.aggregate import as_set_path
from iosemu.proto.bgp.settings import (
    Aggregate,
    Network,
    Outbound,
    PeerKind,
    Redistribution,
    TableSettings,
)
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.wire.bgp_as_path import AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attributes import Origin

from .out_rig import OutRig
from .rig import attributes, ip, prefix

TEN = "10.1.1.0/24"
EXTERNAL = Outbound(PeerKind.EXTERNAL, prepends=(1,))


def offer(rig: OutRig, text: str, protocol: str = "connected", **others: Any) -> None:
    """A route of some source."""
    code, hop = others.pop("code", "C"), others.pop("hop", NextHop(None, "Ethernet0/0"))
    key = RouteKey("default", prefix(text), others.pop("owner", protocol))
    route = Route(key, (hop,), others.pop("distance", 0), code, protocol, **others)
    rig.tell([rig.rib.offer(route, rig.now)])


def local(rig: OutRig, text: str = TEN) -> tuple[object, ...] | None:
    """Origin, next hop, metric and weight of the best path, if it starts here."""
    net = rig.table.nets.get(prefix(text))
    if net is None or net.best is None or net.best.local is None:
        return None
    a = net.best.attributes
    return a.origin.code, str(a.next_hop), a.med, net.best.weight


def redistributing(*what: Redistribution, config: Config | None = None, **others: Any) -> OutRig:
    return OutRig(TableSettings(redistributions=what, **others), config=config or Config())


# -- network ----


def test_a_network_is_announced_while_its_exact_route_is_there() -> None:
    rig = OutRig(TableSettings(networks=(Network(prefix(TEN)),)))
    offer(rig, "10.1.0.0/16")
    assert local(rig) is None
    offer(rig, TEN)
    assert local(rig) == ("i", "0.0.0.0", 0, 32768)
    rig.tell([rig.rib.withdraw(RouteKey("default", prefix(TEN), "connected"), rig.now)])
    assert local(rig) is None
    assert prefix(TEN) not in rig.table.nets


def test_next_hop_and_metric_of_a_network_are_those_of_its_route() -> None:
    rig = OutRig(TableSettings(networks=(Network(prefix(TEN)),)))
    rig.route(TEN, "192.168.0.7", metric=2816)
    assert local(rig) == ("i", "192.168.0.7", 2816, 32768)


def test_a_network_to_null0_has_no_next_hop() -> None:
    rig = OutRig(TableSettings(networks=(Network(prefix(TEN)),)))
    offer(rig, TEN, "static", hop=NextHop(None, "Null0"), code="S", distance=1)
    assert local(rig) == ("i", "0.0.0.0", 0, 32768)


def test_a_network_typed_later_finds_the_route_that_is_there() -> None:
    rig = OutRig()
    offer(rig, TEN)
    assert local(rig) is None
    rig.table_settings = TableSettings(networks=(Network(prefix(TEN)),))
    rig.configure()
    assert local(rig) == ("i", "0.0.0.0", 0, 32768)
    rig.table_settings = TableSettings()
    rig.configure()
    assert local(rig) is None


def test_a_backdoor_network_is_not_announced() -> None:
    rig = OutRig(TableSettings(networks=(Network(prefix(TEN), is_backdoor=True),)))
    offer(rig, TEN)
    assert local(rig) is None


def test_auto_summary_makes_a_classful_network_of_any_subnet() -> None:
    network = Network(prefix("10.0.0.0/8"))
    rig = OutRig(TableSettings(networks=(network,)))
    offer(rig, TEN)
    assert local(rig, "10.0.0.0/8") is None
    rig.table_settings = TableSettings(networks=(network,), auto_summary=True)
    rig.configure()
    assert local(rig, "10.0.0.0/8") == ("i", "0.0.0.0", 0, 32768)


# -- redistribute ----

CONNECTED, EIGRP = Redistribution("connected"), Redistribution("eigrp", "eigrp 1")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (EIGRP, ("?", "192.168.0.7", 2816, 32768)),
        (Redistribution("eigrp", "eigrp 1", metric=5), ("?", "192.168.0.7", 5, 32768)),
        (Redistribution("eigrp", "eigrp 2"), None),
        (CONNECTED, None),
    ],
)
def test_redistribution_takes_the_routes_of_one_source(
    asked: Redistribution, expected: object
) -> None:
    rig = redistributing(asked)
    rig.route(TEN, "192.168.0.7", metric=2816)
    assert local(rig) == expected


def test_default_metric_is_not_for_connected_routes() -> None:
    rig = redistributing(CONNECTED, EIGRP, default_metric=9)
    rig.route(TEN, metric=2816)
    offer(rig, "10.2.0.0/24")
    assert local(rig) == ("?", "192.168.0.1", 9, 32768)
    assert local(rig, "10.2.0.0/24") == ("?", "0.0.0.0", 0, 32768)


def test_own_addresses_are_not_redistributed() -> None:
    rig = redistributing(CONNECTED)
    offer(rig, "10.1.1.1/32", code="L")
    assert local(rig, "10.1.1.1/32") is None


def test_the_default_route_needs_default_information_originate() -> None:
    static = Redistribution("static")
    rig = redistributing(static)
    hop = NextHop(ip("192.168.0.1"))
    offer(rig, "0.0.0.0/0", "static", code="S*", hop=hop, distance=1)
    assert local(rig, "0.0.0.0/0") is None
    rig.table_settings = TableSettings(redistributions=(static,), default_information=True)
    rig.configure()
    assert local(rig, "0.0.0.0/0") == ("?", "192.168.0.1", 0, 32768)


def test_a_network_is_better_than_what_is_redistributed() -> None:
    rig = redistributing(CONNECTED, networks=(Network(prefix(TEN)),))
    offer(rig, TEN)
    assert local(rig) == ("i", "0.0.0.0", 0, 32768)
    assert len(rig.net(TEN).paths) == 2


def test_auto_summary_redistributes_the_networks_of_subnets() -> None:
    rig = redistributing(EIGRP, auto_summary=True)
    rig.route(TEN, metric=2816)
    rig.route("10.7.0.0/16", metric=2816)
    assert local(rig) is None
    assert local(rig, "10.0.0.0/8") == ("?", "0.0.0.0", 0, 32768)
    rig.no_route(TEN)
    assert local(rig, "10.0.0.0/8") is not None
    rig.no_route("10.7.0.0/16")
    assert local(rig, "10.0.0.0/8") is None


def with_map(*entries: RouteMapEntry, permitted: str = TEN) -> Config:
    lists = PrefixListsConfig(
        lists=Entries(
            {"ONE": PrefixList(entries=Entries({5: PrefixListEntry("permit", prefix(permitted))}))}
        )
    )
    numbered = Entries({10 * (n + 1): entry for n, entry in enumerate(entries)})
    return with_slot(
        with_slot(Config(), lists), RouteMapsConfig(maps=Entries({"MAP": RouteMap(numbered)}))
    )


def test_a_route_map_chooses_and_sets() -> None:
    entry = RouteMapEntry(
        match_prefix_lists=("ONE",), set_metric=Metric(44), set_weight=7, set_next_hops=()
    )
    rig = redistributing(Redistribution("eigrp", "eigrp 1", 5, "MAP"), config=with_map(entry))
    rig.route(TEN)
    rig.route("10.9.0.0/16")
    assert local(rig) == ("?", "192.168.0.1", 44, 7)
    assert local(rig, "10.9.0.0/16") is None


def test_a_route_map_that_is_not_defined_lets_nothing_in() -> None:
    rig = redistributing(Redistribution("eigrp", "eigrp 1", route_map="NONE"))
    rig.route(TEN)
    assert local(rig) is None


def test_redistribution_that_ends_takes_its_paths_away() -> None:
    rig = redistributing(EIGRP)
    rig.route(TEN)
    rig.table_settings = TableSettings()
    rig.configure()
    assert rig.table.nets == {}


# -- aggregates ----

WHOLE, PART, OTHER = "20.0.0.0/8", "20.1.0.0/16", "20.2.0.0/16"


def aggregating(config: Config | None = None, **options: Any) -> OutRig:
    """A router that learns two parts of an aggregate, and a neighbor that hears of it."""
    settings = TableSettings(aggregates=(Aggregate(prefix(WHOLE), **options),))
    rig = OutRig(settings, config=config or Config())
    rig.route("10.0.0.0/8")
    rig.up("10.0.2.2", 2, local="10.0.2.1")
    rig.up("10.0.9.9", 9, outbound=EXTERNAL, local="10.0.9.1")
    rig.all_heard()
    rig.announce("10.0.2.2", PART, attributes("2 5", communities=(65537,)))
    rig.announce("10.0.2.2", OTHER, attributes("2 6", origin=Origin.INCOMPLETE))
    rig.run_for(10)
    return rig


def told(rig: OutRig) -> list[str]:
    return sorted(rig.heard("10.0.9.9"))


SIMPLE = f"+{WHOLE} 1 i next 10.0.9.1 atomic by 1 1.1.1.1"
ONE, TWO = f"+{PART} 1 2 5 i next 10.0.9.1", f"+{OTHER} 1 2 6 ? next 10.0.9.1"


def test_an_aggregate_stands_beside_its_parts_and_leads_to_null0() -> None:
    rig = aggregating()
    assert told(rig) == sorted([SIMPLE, ONE, TWO])
    route = rig.rib.get(prefix(WHOLE))
    assert route is not None
    assert (route.distance, route.next_hops[0].interface) == (200, "Null0")


def test_summary_only_hides_the_parts() -> None:
    rig = aggregating(summary_only=True)
    assert told(rig) == [SIMPLE]
    assert set(rig.table.suppressed) == {prefix(PART), prefix(OTHER)}


def test_as_set_tells_what_the_parts_had() -> None:
    rig = aggregating(as_set=True, summary_only=True)
    assert told(rig) == [f"+{WHOLE} 1 2 {{5,6}} ? next 10.0.9.1 by 1 1.1.1.1"]


def test_a_suppress_map_hides_some_parts() -> None:
    config = with_map(RouteMapEntry(match_prefix_lists=("ONE",)), permitted=PART)
    assert told(aggregating(config, suppress_map="MAP")) == sorted([SIMPLE, TWO])


def test_an_advertise_map_says_which_parts_count() -> None:
    config = with_map(RouteMapEntry(match_prefix_lists=("ONE",)), permitted=PART)
    rig = aggregating(config, as_set=True, advertise_map="MAP", summary_only=True)
    assert told(rig) == [f"+{WHOLE} 1 2 5 i next 10.0.9.1 by 1 1.1.1.1"]


def test_an_attribute_map_sets_attributes_of_the_aggregate() -> None:
    config = with_map(
        RouteMapEntry(
            set_origin=None, set_metric=Metric(12), set_community=SetCommunity(communities=(9,))
        )
    )
    rig = aggregating(config, attribute_map="MAP", summary_only=True)
    assert told(rig) == [f"+{WHOLE} 1 i next 10.0.9.1 med 12 atomic by 1 1.1.1.1"]
    best = rig.net(WHOLE).best
    assert best is not None
    assert best.attributes.communities == (9,)


def test_an_unsuppress_map_lets_parts_out_to_one_neighbor() -> None:
    config = with_map(RouteMapEntry(match_prefix_lists=("ONE",)), permitted=PART)
    rig = aggregating(config, summary_only=True)
    told(rig)
    outbound = Outbound(PeerKind.EXTERNAL, prepends=(1,), unsuppress_map="MAP")
    rig.up("10.0.9.8", 8, outbound=outbound, local="10.0.9.1")
    assert sorted(rig.heard("10.0.9.8")) == sorted(["end", SIMPLE, ONE])


def test_an_aggregate_ends_with_its_last_part() -> None:
    rig = aggregating(summary_only=True)
    told(rig)
    rig.withdraw("10.0.2.2", PART)
    assert told(rig) == []
    rig.withdraw("10.0.2.2", OTHER)
    assert told(rig) == [f"-{WHOLE}"]
    assert rig.table.suppressed == {}
    assert rig.table.nets == {}


def test_what_an_aggregate_says_follows_its_parts_every_thirty_seconds() -> None:
    rig = aggregating(as_set=True, summary_only=True)
    told(rig)
    rig.announce("10.0.2.2", "20.3.0.0/16", attributes("2 7"))
    rig.run_for(20)
    assert told(rig) == []
    assert prefix("20.3.0.0/16") in rig.table.suppressed
    rig.run_for(15)
    assert told(rig) == [f"+{WHOLE} 1 2 {{5,6,7}} ? next 10.0.9.1 by 1 1.1.1.1"]


def test_an_aggregate_that_is_no_longer_configured_gives_its_parts_free() -> None:
    rig = aggregating(summary_only=True)
    told(rig)
    rig.table_settings = TableSettings()
    rig.configure()
    assert told(rig) == sorted([f"-{WHOLE}", ONE, TWO])


def test_an_aggregate_may_be_part_of_another() -> None:
    rig = aggregating(summary_only=True)
    told(rig)
    rig.table_settings = TableSettings(
        aggregates=(Aggregate(prefix(WHOLE)), Aggregate(prefix("16.0.0.0/4"), summary_only=True))
    )
    rig.configure()
    rig.run_for(40)
    assert set(rig.table.suppressed) == {prefix(PART), prefix(OTHER), prefix(WHOLE)}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["2 3 4", "2 3 5"], "2 3 {4,5}"),
        (["2 3", "2 3"], "2 3"),
        (["", "2"], "{2}"),
        (["2 3", "4"], "{2,3,4}"),
    ],
)
def test_an_as_set_holds_what_the_paths_do_not_share(paths: list[str], expected: str) -> None:
    assert str(as_set_path([attributes(one).as_path for one in paths])) == expected


def test_a_set_stays_in_the_set() -> None:
    path = AsPath((Segment(SegmentKind.SEQUENCE, (2,)), Segment(SegmentKind.SET, (7, 8))))
    assert str(as_set_path([path, AsPath.of(2, 9)])) == "2 {7,8,9}"
