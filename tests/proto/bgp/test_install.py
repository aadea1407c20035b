"""Best paths in the routing table."""

from __future__ import annotations

from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMap, RouteMapEntry, RouteMapsConfig
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry
from iosemu.policy.route_map import Metric
from iosemu.proto.bgp import install, tables
from iosemu.proto.bgp.settings import Distances, Network, PeerKind, SourceDistance, TableSettings
from iosemu.proto.bgp.table import NO_ADDRESS, Local, Path, RibState, Source
from iosemu.rib.route import EntryNote, NextHop, Route
from iosemu.wire.bgp_community import ExtendedCommunity
from iosemu.wire.bgp_family import IPV4_UNICAST

from .rig import UNICAST, Rig, attributes, ip, prefix

NET = "44.0.0.0/8"


def rig_with(settings: TableSettings | None = None, *, asn: int = 4) -> Rig:
    """A neighbor whose next hop is validated."""
    rig = Rig(settings or TableSettings())
    rig.route("4.4.4.4/32", metric=10)
    rig.up("4.4.4.4", asn)
    rig.announce("4.4.4.4", "9.0.0.0/8", attributes("4"))
    rig.run_until(10)
    return rig


def route_of(rig: Rig, text: str = NET) -> Route:
    found = rig.rib.get(prefix(text))
    assert found is not None
    return found


def local_path(kind: Local = Local.NETWORK) -> Path:
    own = Source(None, PeerKind.INTERNAL, 1, NO_ADDRESS, ip("1.1.1.1"))
    return Path(own, attributes(med=0), 32768, local=kind)


def originate(rig: Rig, text: str, path: Path) -> None:
    turn = rig.turn()
    tables.originate(turn, UNICAST, prefix(text), path)
    rig.done(turn)


def test_an_external_route() -> None:
    rig = rig_with()
    rig.announce("4.4.4.4", NET, attributes("4 5 6", med=7))
    route = route_of(rig)
    assert route.key.owner == "bgp 1"
    assert (route.code, route.protocol) == ("B", "bgp")
    assert (route.distance, route.metric, route.tag) == (20, 7, 4)
    assert route.next_hops == (NextHop(ip("4.4.4.4")),)
    assert route.detail.note() == EntryNote(
        tag_kind="external", path_lines=("AS Hops 3", "Route tag 4", "MPLS label: none")
    )
    assert rig.net(NET).rib is RibState.INSTALLED


def test_an_internal_route() -> None:
    rig = rig_with(asn=1)
    rig.announce("4.4.4.4", NET, attributes("", local_pref=100, med=0))
    route = route_of(rig)
    assert (route.distance, route.metric, route.tag) == (200, 0, 0)
    assert route.detail.note() == EntryNote(
        kind="internal", path_lines=("AS Hops 0", "MPLS label: none")
    )


def test_distances_are_as_configured() -> None:
    settings = TableSettings(
        distances=Distances(30, 40, 50),
        source_distances=(SourceDistance(ip("4.4.4.5"), ip("0.0.0.0"), 77),),
    )
    rig = rig_with(settings)
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert route_of(rig).distance == 30
    rig.table_settings = TableSettings(
        source_distances=(SourceDistance(ip("4.4.4.0"), ip("0.0.0.255"), 77),)
    )
    rig.configure()
    assert route_of(rig).distance == 77
    rig.table_settings = TableSettings()
    rig.configure()
    assert route_of(rig).distance == 20


def test_a_backdoor_is_less_believed() -> None:
    rig = rig_with(TableSettings(networks=(Network(prefix(NET), is_backdoor=True),)))
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert route_of(rig).distance == 200


def test_a_better_source_makes_a_rib_failure() -> None:
    rig = rig_with()
    rig.route(NET, owner="static", distance=1)
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert route_of(rig).protocol == "static"
    assert rig.net(NET).rib is RibState.FAILURE
    rig.no_route(NET, "static")
    assert route_of(rig).protocol == "bgp"
    assert rig.net(NET).rib is RibState.INSTALLED
    rig.route(NET, owner="static", distance=1)
    assert rig.net(NET).rib is RibState.FAILURE


def test_a_worse_source_does_not() -> None:
    rig = rig_with()
    rig.route(NET, owner="eigrp 1", distance=90)
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert route_of(rig).protocol == "bgp"
    assert rig.net(NET).rib is RibState.INSTALLED


def test_what_starts_here_is_no_route_but_an_aggregate_is() -> None:
    rig = rig_with()
    originate(rig, "10.0.0.0/8", local_path())
    assert rig.net("10.0.0.0/8").best is not None
    assert rig.rib.get(prefix("10.0.0.0/8")) is None
    originate(rig, "20.0.0.0/8", local_path(Local.AGGREGATE))
    route = route_of(rig, "20.0.0.0/8")
    assert route.next_hops == (NextHop(None, "Null0"),)
    assert route.distance == 200


def test_a_local_path_takes_the_learned_route_out() -> None:
    rig = rig_with()
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert rig.installed(NET) == ["4.4.4.4"]
    originate(rig, NET, local_path())
    assert rig.rib.get(prefix(NET)) is None
    assert len(rig.net(NET).paths) == 2
    turn = rig.turn()
    tables.withdraw_local(turn, UNICAST, prefix(NET), Local.NETWORK)
    rig.done(turn)
    assert rig.installed(NET) == ["4.4.4.4"]


def test_equal_paths_are_ways_of_one_route() -> None:
    rig = rig_with(TableSettings(maximum_paths_external=2))
    rig.route("5.5.5.5/32")
    rig.up("5.5.5.5", 4)
    rig.announce("5.5.5.5", f"{NET} 8.0.0.0/8", attributes("4"))
    rig.run_for(10)
    rig.announce("4.4.4.4", NET, attributes("4"))
    # The ways to both have to be as long.
    rig.route("4.4.4.4/32", metric=0)
    rig.run_for(10)
    assert sorted(rig.installed(NET)) == ["4.4.4.4", "5.5.5.5"]
    rig.table_settings = TableSettings()
    rig.configure()
    assert rig.installed(NET) == ["5.5.5.5"]


def test_a_withdrawn_prefix_leaves_and_the_version_says_so() -> None:
    rig = rig_with()
    rig.announce("4.4.4.4", NET, attributes("4"))
    version = rig.table.version
    rig.withdraw("4.4.4.4", NET)
    assert rig.rib.get(prefix(NET)) is None
    assert prefix(NET) not in rig.table.nets
    assert rig.table.version == version + 1
    assert rig.table.changes_since(version) == [prefix(NET)]
    assert rig.table.changes_since(version - 1) == [prefix(NET)]


def test_the_journal_tells_each_prefix_once_in_the_order_of_its_last_change() -> None:
    rig = rig_with()
    start = rig.table.version
    for text in ("1.0.0.0/8", "2.0.0.0/8", "3.0.0.0/8"):
        rig.announce("4.4.4.4", text, attributes("4"))
    rig.announce("4.4.4.4", "1.0.0.0/8", attributes("4 5"))
    assert rig.table.version == start + 4
    told = [str(key) for key in rig.table.changes_since(start)]
    assert told == ["2.0.0.0/8", "3.0.0.0/8", "1.0.0.0/8"]
    rig.table.trim(start + 3)
    assert [str(key) for key in rig.table.changes_since(start + 3)] == ["1.0.0.0/8"]


def test_the_same_update_once_more_changes_nothing() -> None:
    rig = rig_with()
    rig.announce("4.4.4.4", NET, attributes("4"))
    version, at = rig.table.version, rig.net(NET).paths[0].received_at
    rig.run_for(10)
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert rig.table.version == version
    assert rig.net(NET).paths[0].received_at == at


def test_a_path_told_again_after_a_refresh_is_the_first_in_its_list() -> None:
    rig = rig_with()
    rig.announce("4.4.4.4", NET, attributes("4"))
    rig.up("5.5.5.5", 5)
    rig.announce("5.5.5.5", NET, attributes("5 6"))
    version = rig.table.version
    rig.run_for(10)
    assert [path.source.asn for path in rig.net(NET).paths] == [5, 4]
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert [path.source.asn for path in rig.net(NET).paths] == [5, 4]
    rig.sessions["4.4.4.4"].carried[IPV4_UNICAST].refresh_epoch = 2
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert [path.source.asn for path in rig.net(NET).paths] == [4, 5]
    assert rig.net(NET).paths[0].epoch == 2
    assert rig.table.version == version


def test_a_lost_session_takes_its_routes_along() -> None:
    rig = rig_with()
    rig.announce("4.4.4.4", NET, attributes("4"))
    rig.down("4.4.4.4")
    assert rig.table.nets == {}
    assert rig.installed(NET) == []
    activity = rig.table.activity
    assert activity.nets_made == activity.nets_freed == 2
    assert activity.paths_made == activity.paths_freed == 2


def test_no_process_leaves_nothing() -> None:
    rig = rig_with()
    rig.announce("4.4.4.4", NET, attributes("4"))
    old = rig.state.settings
    rig.state.settings = None
    turn = rig.turn()
    tables.configured(turn, old)
    rig.done(turn)
    assert rig.installed(NET) == []
    assert rig.timers == {}
    assert rig.next_hops.tracked == {}


def test_nothing_is_chosen_while_the_process_only_listens() -> None:
    rig = rig_with()
    rig.state.read_only_until = rig.now + 1
    originate(rig, "10.0.0.0/8", local_path())
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert rig.best(NET) is None
    assert rig.net("10.0.0.0/8").best is None
    rig.state.read_only_until = None
    turn = rig.turn()
    tables.reading_ended(turn)
    rig.done(turn)
    assert rig.best(NET) == "4.4.4.4"
    assert rig.net("10.0.0.0/8").best is not None


def test_synchronization_waits_for_the_igp() -> None:
    rig = rig_with(TableSettings(synchronization=True), asn=1)
    rig.announce("4.4.4.4", NET, attributes("", local_pref=100))
    assert rig.best(NET) is None
    rig.route(NET, distance=110)
    assert rig.best(NET) == "4.4.4.4"
    rig.table_settings = TableSettings()
    rig.configure()
    rig.no_route(NET)
    assert rig.best(NET) == "4.4.4.4"


def test_unequal_links_get_unequal_shares() -> None:
    fast = ExtendedCommunity.link_bandwidth(1, 1_250_000.0)
    slow = ExtendedCommunity.link_bandwidth(1, 500_000.0)
    paths = [
        local_path()._replace(attributes=attributes(extended_communities=(one,)))
        for one in (fast, slow)
    ]
    assert install.shares_of(paths) == [5, 2]
    assert install.shares_of([*paths, local_path()]) == [1, 1, 1]


def test_ways_carry_their_shares() -> None:
    rig = rig_with(TableSettings(maximum_paths_external=2, dmzlink_bw=True))
    rig.route("5.5.5.5/32", metric=10)
    rig.up("5.5.5.5", 4)
    rig.announce("5.5.5.5", "8.0.0.0/8", attributes("4"))
    rig.run_for(10)
    for address, bytes_per_s in (("4.4.4.4", 3e6), ("5.5.5.5", 1e6)):
        found = ExtendedCommunity.link_bandwidth(1, bytes_per_s)
        rig.announce(address, NET, attributes("4", extended_communities=(found,)))
    assert [(str(h.address), h.weight) for h in route_of(rig).next_hops] == [
        ("4.4.4.4", 3),
        ("5.5.5.5", 1),
    ]


def table_mapped(**given: bool) -> Rig:
    """`table-map` sets metric and tag of one prefix, and permits no other."""
    lists = PrefixListsConfig(
        lists=Entries(
            {"ONE": PrefixList(entries=Entries({5: PrefixListEntry("permit", prefix(NET))}))}
        )
    )
    entry = RouteMapEntry(match_prefix_lists=("ONE",), set_metric=Metric(77), set_tag=9)
    maps = RouteMapsConfig(maps=Entries({"MAP": RouteMap(Entries({10: entry}))}))
    rig = Rig(
        TableSettings(table_map="MAP", table_map_filters=given.get("filters", False)),
        config=with_slot(with_slot(Config(), lists), maps),
    )
    rig.route("4.4.4.4/32")
    rig.up("4.4.4.4", 4)
    rig.announce("4.4.4.4", f"{NET} 55.0.0.0/8", attributes("4", med=5))
    rig.run_until(10)
    return rig


def test_a_table_map_sets_metric_and_tag_of_routes_alone() -> None:
    rig = table_mapped()
    assert (route_of(rig).metric, route_of(rig).tag) == (77, 9)
    assert (route_of(rig, "55.0.0.0/8").metric, route_of(rig, "55.0.0.0/8").tag) == (5, 4)
    best = rig.net(NET).best
    assert best is not None
    assert best.attributes.med == 5


def test_a_table_map_that_filters_keeps_routes_out_but_not_paths() -> None:
    rig = table_mapped(filters=True)
    assert rig.installed(NET) == ["4.4.4.4"]
    assert rig.installed("55.0.0.0/8") == []
    assert rig.best("55.0.0.0/8") == "4.4.4.4"
    assert rig.net("55.0.0.0/8").rib is RibState.NOT_OFFERED
