"""Update groups: who shares one, when it speaks, what new and asking members get."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Prefix
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMap, RouteMapEntry, RouteMapsConfig
from iosemu.kernel.time import SECOND
from iosemu.policy.clauses import Metric
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry
from iosemu.proto.base import Debug, TcpWrite
from iosemu.proto.bgp import tables
from iosemu.proto.bgp.settings import (
    AdvertiseMap,
    DefaultOriginate,
    Inbound,
    Network,
    Outbound,
    PeerKey,
    PeerKind,
    PeerPolicy,
    TableSettings,
)
from iosemu.wire.bgp_family import IPV4_UNICAST

from .out_rig import OutRig
from .rig import UNICAST, attributes, ip, prefix

EXTERNAL = Outbound(PeerKind.EXTERNAL, prepends=(1,), advertisement_interval_s=30)
INTERNAL = Outbound(PeerKind.INTERNAL)
TEN, ELEVEN = "10.0.0.0/24", "11.0.0.0/24"


def rig_with(*networks: str, config: Config | None = None) -> OutRig:
    """A router that would announce these if it had routes to them."""
    found = tuple(Network(prefix(one)) for one in networks)
    return OutRig(TableSettings(networks=found), config=config or Config())


def external(rig: OutRig, address: str = "10.0.9.2", outbound: Outbound = EXTERNAL) -> None:
    rig.up(address, 9, kind=outbound.kind, outbound=outbound, local="10.0.9.1")


def said_of(
    network: str, path: str = "1 i", next_hop: str = "10.0.9.1", med: str = " med 0"
) -> str:
    return f"+{network} {path} next {next_hop}{med}"


# -- when ----


def test_the_first_update_goes_out_at_once_and_the_next_one_after_the_interval() -> None:
    rig = rig_with(TEN, ELEVEN)
    rig.route(TEN, owner="eigrp 1")
    external(rig)
    assert rig.heard("10.0.9.2") == [said_of(TEN), "end"]
    rig.at(10)
    rig.route(ELEVEN)
    rig.run_until(29.9)
    assert rig.heard("10.0.9.2") == []
    rig.run_until(30.2)
    assert rig.heard("10.0.9.2") == [said_of(ELEVEN)]


def test_after_a_quiet_interval_news_goes_out_at_once() -> None:
    rig = rig_with(TEN, ELEVEN)
    rig.route(TEN)
    external(rig)
    rig.heard("10.0.9.2")
    rig.at(100)
    rig.route(ELEVEN)
    assert rig.heard("10.0.9.2") == [said_of(ELEVEN)]


def test_a_withdrawal_does_not_wait() -> None:
    rig = rig_with(TEN, ELEVEN)
    rig.route(TEN)
    external(rig)
    rig.heard("10.0.9.2")
    rig.at(5)
    rig.route(ELEVEN)
    rig.no_route(TEN)
    assert rig.heard("10.0.9.2") == [f"-{TEN}"]
    rig.no_route(ELEVEN)
    rig.at(40)
    assert rig.heard("10.0.9.2") == []


def test_only_the_last_of_several_changes_within_the_interval_is_told() -> None:
    rig = rig_with(TEN)
    rig.route(TEN, metric=1)
    external(rig)
    rig.heard("10.0.9.2")
    for second, metric in ((5, 2), (6, 3), (7, 4)):
        rig.at(second)
        rig.route(TEN, metric=metric)
    rig.at(31)
    assert rig.heard("10.0.9.2") == [said_of(TEN, med=" med 4")]


def test_a_change_that_is_taken_back_within_the_interval_is_not_told() -> None:
    rig = rig_with(TEN)
    rig.route(TEN, metric=1)
    external(rig)
    rig.heard("10.0.9.2")
    rig.at(5)
    rig.route(TEN, metric=2)
    rig.at(6)
    rig.route(TEN, metric=1)
    rig.at(40)
    assert rig.heard("10.0.9.2") == []


def test_nothing_is_told_in_the_read_only_period() -> None:
    rig = rig_with(TEN)
    rig.state.read_only_until = 120 * SECOND
    rig.route(TEN)
    external(rig)
    rig.at(60)
    assert rig.heard("10.0.9.2") == []
    rig.state.read_only_until = None
    turn = rig.turn()
    tables.reading_ended(turn)
    rig.done(turn)
    assert rig.heard("10.0.9.2") == [said_of(TEN), "end"]


# -- who ----


def learning_rig(*members: str) -> OutRig:
    """A router that learned 192.0.2.0/24 of the first of these, which are all in one group."""
    rig = OutRig()
    rig.route("10.0.0.0/8")
    for address in members:
        external(rig, address)
    rig.all_heard()
    rig.announce(members[0], "192.0.2.0/24", attributes("9"))
    rig.run_for(10)
    return rig


def test_a_path_goes_back_where_it_came_from_if_the_group_has_several_members() -> None:
    told = learning_rig("10.0.9.2", "10.0.9.3").all_heard()
    assert told["10.0.9.2"] == told["10.0.9.3"]
    assert told["10.0.9.2"] == [said_of("192.0.2.0/24", "1 9 i", med="")]


def test_a_path_does_not_go_back_to_the_only_member() -> None:
    assert learning_rig("10.0.9.2").all_heard() == {}


def test_all_members_get_the_same_bytes() -> None:
    rig = rig_with(TEN)
    external(rig, "10.0.9.2")
    external(rig, "10.0.9.3")
    rig.run_for(1)
    rig.written.clear()
    rig.route(TEN)
    rig.run_for(1)
    one, other = [write.data for write in rig.written if isinstance(write, TcpWrite)]
    assert one is other


def test_neighbors_of_other_policy_are_in_groups_of_their_own() -> None:
    rig = rig_with(TEN)
    external(rig, "10.0.9.2")
    external(rig, "10.0.9.3")
    external(rig, "10.0.9.4", replace(EXTERNAL, send_standard=True))
    groups = rig.state.advertising.groups.values()
    assert [(group.index, len(group.members)) for group in groups] == [(1, 2), (2, 1)]
    rig.down("10.0.9.4")
    assert [group.index for group in rig.state.advertising.groups.values()] == [1]


def test_a_member_that_comes_later_is_told_all_and_the_others_nothing() -> None:
    rig = rig_with(TEN, ELEVEN)
    rig.route(TEN)
    rig.route(ELEVEN)
    external(rig, "10.0.9.2")
    rig.all_heard()
    rig.at(5)
    external(rig, "10.0.9.3")
    told = rig.all_heard()
    assert told == {"10.0.9.3": [said_of(TEN), said_of(ELEVEN), "end"]}


# -- all again ----


def test_route_refresh_is_answered_with_all_of_the_table() -> None:
    rig = rig_with(TEN)
    rig.route(TEN)
    external(rig, "10.0.9.2")
    external(rig, "10.0.9.3")
    rig.all_heard()
    rig.refresh("10.0.9.2", 0)
    assert rig.all_heard() == {"10.0.9.2": [said_of(TEN)]}


def test_an_enhanced_refresh_is_framed() -> None:
    rig = rig_with(TEN)
    rig.route(TEN)
    external(rig)
    rig.sessions["10.0.9.2"].can_refresh_enhanced = True
    assert rig.heard("10.0.9.2") == ["begin refresh", said_of(TEN), "end refresh", "end"]
    rig.refresh("10.0.9.2", 0)
    assert rig.heard("10.0.9.2") == ["begin refresh", said_of(TEN), "end refresh"]


def test_soft_out_repeats_what_all_members_know() -> None:
    rig = rig_with(TEN)
    rig.route(TEN)
    external(rig, "10.0.9.2")
    external(rig, "10.0.9.3")
    rig.all_heard()
    rig.at(60)
    turn = rig.turn()
    tables.soft_out(turn, rig.sessions["10.0.9.2"], IPV4_UNICAST)
    rig.done(turn)
    assert rig.all_heard() == {"10.0.9.2": [said_of(TEN)], "10.0.9.3": [said_of(TEN)]}


# -- policy ----


def lists(*permitted: str) -> Config:
    entries = {
        5 * (n + 1): PrefixListEntry("permit", prefix(one)) for n, one in enumerate(permitted)
    }
    return with_slot(
        Config(), PrefixListsConfig(lists=Entries({"OUT": PrefixList(entries=Entries(entries))}))
    )


def test_a_prefix_list_decides_and_its_change_is_heard_of_a_minute_later() -> None:
    rig = rig_with(TEN, ELEVEN, config=lists(TEN))
    rig.route(TEN)
    rig.route(ELEVEN)
    external(rig, outbound=replace(EXTERNAL, prefix_list="OUT"))
    assert rig.heard("10.0.9.2") == [said_of(TEN), "end"]
    rig.at(100)
    rig.state.config = lists(ELEVEN)
    rig.configure()
    rig.run_until(159)
    assert rig.heard("10.0.9.2") == []
    rig.run_until(161)
    assert rig.heard("10.0.9.2") == [f"-{TEN}", said_of(ELEVEN)]


def mapped(**clauses: object) -> Config:
    entry = RouteMapEntry(**clauses)  # type: ignore[arg-type]
    maps = RouteMapsConfig(maps=Entries({"OUT": RouteMap(Entries({10: entry}))}))
    return with_slot(lists(TEN), maps)


def test_a_route_map_sets_what_is_told() -> None:
    config = mapped(
        match_prefix_lists=("OUT",),
        set_metric=Metric(77),
        set_as_path_prepend=(1, 1),
        set_next_hops=(ip("10.0.9.50"),),
    )
    rig = rig_with(TEN, ELEVEN, config=config)
    rig.route(TEN)
    rig.route(ELEVEN)
    external(rig, outbound=replace(EXTERNAL, route_map="OUT"))
    assert rig.heard("10.0.9.2") == [said_of(TEN, "1 1 1 i", "10.0.9.50", " med 77"), "end"]


def test_a_route_map_that_is_not_defined_lets_nothing_out() -> None:
    rig = rig_with(TEN)
    rig.route(TEN)
    external(rig, outbound=replace(EXTERNAL, route_map="NONE"))
    assert rig.heard("10.0.9.2") == ["end"]


def test_a_member_whose_policy_changed_is_told_the_difference_by_its_new_group() -> None:
    rig = rig_with(TEN, ELEVEN, config=lists(TEN))
    rig.route(TEN)
    rig.route(ELEVEN)
    external(rig)
    rig.heard("10.0.9.2")
    key = PeerKey("default", ip("10.0.9.2"))
    rig.policies_of[UNICAST][key] = replace(
        rig.policies_of[UNICAST][key], outbound=replace(EXTERNAL, prefix_list="OUT")
    )
    rig.at(100)
    rig.configure()
    rig.run_until(161)
    assert rig.heard("10.0.9.2") == [f"-{ELEVEN}", said_of(TEN)]


# -- default-originate ----


def with_default(rig: OutRig, route_map: str | None = None) -> None:
    key = PeerKey("default", ip("10.0.9.2"))
    held = rig.policies_of[UNICAST].get(key) or PeerPolicy(Inbound(), EXTERNAL)
    rig.policies_of[UNICAST][key] = replace(held, default_originate=DefaultOriginate(route_map))
    rig.configure()


def test_a_default_route_is_told_without_being_in_the_table() -> None:
    rig = rig_with(TEN)
    rig.route(TEN)
    external(rig, outbound=replace(EXTERNAL, prefix_list="NONE"))
    external(rig, "10.0.9.3", replace(EXTERNAL, prefix_list="NONE"))
    rig.all_heard()
    with_default(rig)
    assert rig.all_heard() == {"10.0.9.2": [said_of("0.0.0.0/0", med="")]}


def test_a_default_route_with_a_route_map_hangs_on_a_route() -> None:
    rig = rig_with(config=mapped(match_prefix_lists=("OUT",)))
    external(rig)
    with_default(rig, "OUT")
    assert rig.heard("10.0.9.2") == ["end"]
    rig.route(TEN)
    assert rig.heard("10.0.9.2") == [said_of("0.0.0.0/0", med="")]
    rig.no_route(TEN)
    assert rig.heard("10.0.9.2") == ["-0.0.0.0/0"]


# -- debug ----


def test_debug_says_what_is_sent() -> None:
    rig = rig_with(TEN)
    rig.state.debugs["ip bgp updates out"] = None
    external(rig)
    rig.run_for(1)
    rig.route(TEN)
    rig.run_for(1)
    rig.no_route(TEN)
    rig.run_for(1)
    assert [line.text for line in rig.written if isinstance(line, Debug)] == [
        "BGP(0): (base) 10.0.9.2 send UPDATE (format) 10.0.0.0/24, next 10.0.9.1, metric 0,"
        " path Local",
        "BGP(0): (base) 10.0.9.2 send unreachable (format) 10.0.0.0/24",
    ]


def test_the_journal_of_the_table_is_forgotten_when_all_groups_have_seen_it() -> None:
    rig = rig_with(TEN)
    external(rig)
    external(rig, "10.0.9.3", INTERNAL)
    rig.run_for(1)
    rig.route(TEN)
    assert len(rig.table.changed) == 1
    rig.run_for(1)
    assert rig.table.changed == []
    assert isinstance(next(iter(rig.table.nets)), IPv4Prefix)


# -- conditions ----


def conditional(*, is_exist: bool) -> OutRig:
    """Permits TEN as what is advertised, ELEVEN as the condition."""
    lists_ = {
        name: PrefixList(entries=Entries({5: PrefixListEntry("permit", prefix(one))}))
        for name, one in (("A", TEN), ("B", ELEVEN))
    }
    maps = {
        name: RouteMap(Entries({10: RouteMapEntry(match_prefix_lists=(name,))})) for name in lists_
    }
    config = with_slot(
        with_slot(Config(), PrefixListsConfig(lists=Entries(lists_))),
        RouteMapsConfig(maps=Entries(maps)),
    )
    rig = rig_with(TEN, ELEVEN, "12.0.0.0/8", config=config)
    rig.route(TEN)
    rig.route("12.0.0.0/8")
    outbound = replace(EXTERNAL, advertise_maps=(AdvertiseMap("A", "B", is_exist),))
    external(rig, outbound=outbound)
    return rig


def test_an_advertise_map_waits_until_the_exist_map_is_met() -> None:
    rig = conditional(is_exist=True)
    assert rig.heard("10.0.9.2") == [said_of("12.0.0.0/8"), "end"]
    rig.at(70)
    rig.route(ELEVEN)
    assert rig.heard("10.0.9.2") == [said_of(ELEVEN)]
    rig.at(121)
    assert rig.heard("10.0.9.2") == [said_of(TEN)]
    rig.no_route(ELEVEN)
    rig.at(181)
    assert rig.heard("10.0.9.2") == [f"-{ELEVEN}", f"-{TEN}"]


def test_an_advertise_map_stops_when_the_non_exist_map_is_met() -> None:
    rig = conditional(is_exist=False)
    assert rig.heard("10.0.9.2") == [said_of(TEN), said_of("12.0.0.0/8"), "end"]
    rig.at(50)
    rig.route(ELEVEN)
    rig.at(61)
    assert rig.heard("10.0.9.2") == [said_of(ELEVEN), f"-{TEN}"]


def test_suppress_inactive_tells_only_of_what_is_in_the_routing_table() -> None:
    rig = OutRig(TableSettings(suppress_inactive=True))
    rig.route("10.0.0.0/8")
    rig.up("10.0.2.2", 2, local="10.0.2.1")
    external(rig)
    rig.all_heard()
    rig.announce("10.0.2.2", "192.0.2.0/24", attributes("2"))
    rig.run_for(10)
    assert rig.heard("10.0.9.2") == [said_of("192.0.2.0/24", "1 2 i", med="")]
    rig.route("192.0.2.0/24", owner="static", distance=1)
    assert rig.heard("10.0.9.2") == ["-192.0.2.0/24"]
    rig.no_route("192.0.2.0/24", "static")
    rig.run_for(40)
    assert rig.heard("10.0.9.2") == [said_of("192.0.2.0/24", "1 2 i", med="")]


def test_a_member_hears_its_own_paths_once_it_is_not_alone_any_more() -> None:
    rig = learning_rig("10.0.9.2")
    rig.run_for(60)
    external(rig, "10.0.9.3")
    own = said_of("192.0.2.0/24", "1 9 i", med="")
    assert rig.all_heard() == {"10.0.9.2": [own], "10.0.9.3": [own, "end"]}


def test_set_metric_type_internal_tells_what_the_next_hop_costs() -> None:
    rig = rig_with(config=mapped(set_metric_type="internal"))
    rig.route("10.0.2.0/24", metric=4321)
    rig.up("10.0.2.2", 2, local="10.0.2.1")
    external(rig, outbound=replace(EXTERNAL, route_map="OUT"))
    rig.all_heard()
    rig.announce("10.0.2.2", "192.0.2.0/24", attributes("2"))
    rig.run_for(10)
    assert rig.heard("10.0.9.2") == [said_of("192.0.2.0/24", "1 2 i", med=" med 4321")]
