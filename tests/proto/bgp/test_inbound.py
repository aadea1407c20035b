"""What is taken from a neighbor and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.acl.config import AclsConfig
from iosemu.features.as_path.config import AsPathsConfig
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMap, RouteMapEntry, RouteMapsConfig
from iosemu.policy.acl import StandardAcl, StandardEntry
from iosemu.policy.as_path import AsPathEntry, AsPathList
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry
from iosemu.proto.base import Debug, InterfaceState, TcpWrite
from iosemu.proto.bgp import judge, refusal, tables, trace_in
from iosemu.proto.bgp.settings import (
    Inbound,
    MaximumPrefix,
    Outbound,
    PeerKind,
    PeerPolicy,
    TableSettings,
)
from iosemu.wire.bgp import Context, Notification, parse
from iosemu.wire.bgp_community import ExtendedCommunity
from iosemu.wire.bgp_family import IPV4_UNICAST

from .rig import UNICAST, Rig, attributes, ip, prefix

NET, OTHER = "44.0.0.0/8", "55.0.0.0/8"


def with_policy(policy: Inbound | None = None, config: Config | None = None, asn: int = 4) -> Rig:
    rig = Rig(config=config or Config())
    rig.route("4.4.4.4/32")
    rig.up("4.4.4.4", asn, inbound=policy)
    return rig


def taken(rig: Rig) -> list[str]:
    return [str(key) for key in rig.table.nets]


def denied(rig: Rig) -> dict[str, int]:
    return next(iter(rig.state.routing.receivers.values())).denied


LOOPS = [
    ("4 1 5", 4, {}, refusal.OWN_AS),
    ("5 4", 4, {}, refusal.NOT_FIRST),
    ("4", 1, {"originator_id": ip("1.1.1.1")}, refusal.OWN_ORIGINATOR),
    ("4", 1, {"cluster_list": (ip("9.9.9.9"), ip("1.1.1.1"))}, refusal.OWN_CLUSTER),
    ("4", 1, {"next_hop": "192.168.0.9"}, refusal.OWN_NEXT_HOP),
]


@pytest.mark.parametrize(("path", "asn", "said", "reason"), LOOPS)
def test_what_leads_back_is_denied(path: str, asn: int, said: dict[str, Any], reason: str) -> None:
    rig = with_policy(asn=asn)
    rig.state.interfaces["e0"] = InterfaceState(
        "e0", "default", True, ((ip("192.168.0.9"), 24),), 1500, 10000, 1000
    )
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert taken(rig) == [NET]
    rig.state.debugs[trace_in.FLAG] = True
    rig.announce("4.4.4.4", f"{NET} {OTHER}", attributes(path, **said))
    # What the neighbor said before holds no longer.
    assert taken(rig) == []
    assert denied(rig) == {reason: 2}
    assert (
        Debug(
            trace_in.FLAG,
            f"BGP(0): 4.4.4.4 rcv UPDATE about {NET} -- DENIED due to: {reason};",
        )
        in rig.written
    )


def test_allowas_in_takes_own_as_so_many_times() -> None:
    rig = with_policy(Inbound(own_as_allowed=2))
    rig.announce("4.4.4.4", NET, attributes("4 1 1"))
    rig.announce("4.4.4.4", OTHER, attributes("4 1 1 1"))
    assert taken(rig) == [NET]


def test_a_confederation_knows_both_its_numbers() -> None:
    rig = with_policy()
    rig.configure(confederation=100)
    rig.announce("4.4.4.4", NET, attributes("4 100"))
    rig.announce("4.4.4.4", OTHER, attributes("4 1"))
    assert taken(rig) == []
    assert denied(rig) == {refusal.OWN_AS: 2}


def test_enforcing_the_first_as_can_be_turned_off() -> None:
    rig = with_policy()
    rig.configure(enforce_first_as=False)
    rig.announce("4.4.4.4", NET, attributes("5 4"))
    assert taken(rig) == [NET]


def test_limits_of_path_and_communities() -> None:
    rig = with_policy()
    rig.configure(maxas_limit=2, maxcommunity_limit=1)
    rig.announce("4.4.4.4", "1.0.0.0/8", attributes("4 5 6"))
    rig.announce("4.4.4.4", "2.0.0.0/8", attributes("4", communities=(1, 2)))
    rig.announce("4.4.4.4", "3.0.0.0/8", attributes("4 5", communities=(1,)))
    assert taken(rig) == ["3.0.0.0/8"]


def test_what_may_not_come_from_outside_is_taken_off() -> None:
    rig = with_policy()
    foreign = attributes("4", local_pref=500, originator_id=ip("7.7.7.7"))
    rig.announce("4.4.4.4", NET, foreign)
    got = rig.net(NET).paths[0].attributes
    assert (got.local_pref, got.originator_id) == (None, None)


def test_local_as_is_put_in_front() -> None:
    rig = with_policy(Inbound(prepend=77))
    rig.announce("4.4.4.4", NET, attributes("4 5"))
    assert str(rig.net(NET).paths[0].attributes.as_path) == "77 4 5"


def test_weight_of_the_neighbor() -> None:
    rig = with_policy(Inbound(weight=300))
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert rig.net(NET).paths[0].weight == 300


def policies() -> Config:
    lists = PrefixListsConfig(
        lists=Entries(
            {"ONE": PrefixList(entries=Entries({5: PrefixListEntry("permit", prefix(NET))}))}
        )
    )
    route_map = RouteMap(
        Entries(
            {
                10: RouteMapEntry(
                    match_prefix_lists=("ONE",), set_local_preference=200, set_weight=9
                ),
                20: RouteMapEntry(action="deny", match_metrics=(50,)),
                30: RouteMapEntry(),
            }
        )
    )
    maps = RouteMapsConfig(maps=Entries({"IN": route_map}))
    return with_slot(with_slot(Config(), lists), maps)


def test_a_prefix_list_filters() -> None:
    rig = with_policy(Inbound(prefix_list="ONE"), policies())
    rig.announce("4.4.4.4", f"{OTHER} {NET}", attributes("4"))
    assert taken(rig) == [NET]
    assert denied(rig) == {judge.PREFIX_FILTER: 1}


def test_a_route_map_sets_and_denies_and_shares_paths() -> None:
    rig = with_policy(Inbound(route_map="IN", weight=3), policies())
    rig.announce("4.4.4.4", f"{OTHER} {NET} 66.0.0.0/8", attributes("4"))
    path = rig.net(NET).paths[0]
    assert (path.attributes.local_pref, path.weight) == (200, 9)
    plain = rig.net(OTHER).paths[0]
    assert (plain.attributes.local_pref, plain.weight) == (None, 3)
    assert rig.net("66.0.0.0/8").paths[0] is plain
    rig.announce("4.4.4.4", f"{OTHER} {NET}", attributes("4", med=50))
    assert taken(rig) == [NET, "66.0.0.0/8"]
    assert denied(rig) == {judge.ROUTE_MAP: 1}


def test_lists_that_are_not_there() -> None:
    rig = with_policy(Inbound(prefix_list="NO", filter_list=1, distribute_list=7))
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert taken(rig) == [NET]
    rig = with_policy(Inbound(route_map="NO"))
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert taken(rig) == []


# -- soft reconfiguration and refresh ----


def test_soft_reconfiguration_keeps_what_policy_denies() -> None:
    rig = with_policy(Inbound(prefix_list="ONE", soft_reconfiguration=True), policies())
    rig.announce("4.4.4.4", f"{OTHER} {NET}", attributes("4"))
    rig.announce("4.4.4.4", "77.0.0.0/8", attributes("4 1"))
    session = rig.sessions["4.4.4.4"]
    kept = rig.table.received[session.peer]
    assert [str(key) for key, _ in kept] == [OTHER, NET]
    assert taken(rig) == [NET]
    rig.policies_of[UNICAST][session.peer] = PeerPolicy(
        Inbound(soft_reconfiguration=True, weight=8), Outbound(PeerKind.EXTERNAL)
    )
    rig.configure()
    assert taken(rig) == [NET]
    turn = rig.turn()
    assert tables.soft_in(turn, session, IPV4_UNICAST)
    rig.done(turn)
    assert sorted(taken(rig)) == [NET, OTHER]
    assert rig.net(OTHER).paths[0].weight == 8
    rig.withdraw("4.4.4.4", OTHER)
    assert [str(key) for key, _ in rig.table.received[session.peer]] == [NET]


def test_without_it_the_neighbor_has_to_be_asked() -> None:
    rig = with_policy()
    assert not tables.soft_in(rig.turn(), rig.sessions["4.4.4.4"], IPV4_UNICAST)


def test_what_is_not_repeated_in_an_enhanced_refresh_is_gone() -> None:
    rig = with_policy()
    rig.announce("4.4.4.4", f"{NET} {OTHER}", attributes("4"))
    rig.refresh("4.4.4.4", 1)
    rig.announce("4.4.4.4", OTHER, attributes("4"))
    assert taken(rig) == [NET, OTHER]
    rig.refresh("4.4.4.4", 2)
    assert taken(rig) == [OTHER]


# -- maximum-prefix ----


def limited(wanted: MaximumPrefix) -> Rig:
    return with_policy(Inbound(maximum_prefix=wanted))


def test_the_threshold_is_logged_once() -> None:
    rig = limited(MaximumPrefix(4))
    for number in range(1, 5):
        rig.announce("4.4.4.4", f"{number}.0.0.0/8", attributes("4"))
    assert rig.logs == [
        "%BGP-4-MAXPFX: Number of prefixes received from 4.4.4.4 (afi 0) reaches 4, max 4"
    ]


def test_a_warning_does_not_end_the_session() -> None:
    rig = limited(MaximumPrefix(1, is_warning=True))
    rig.announce("4.4.4.4", f"{NET} {OTHER}", attributes("4"))
    assert rig.logs[-1] == (
        "%BGP-3-MAXPFXEXCEED: Number of prefixes received from 4.4.4.4 (afi 0): 2 exceeds limit 1"
    )
    assert taken(rig) == [NET, OTHER]


def test_past_the_limit_the_session_ends() -> None:
    rig = limited(MaximumPrefix(1, restart_minutes=2))
    session = rig.sessions["4.4.4.4"]
    rig.announce("4.4.4.4", f"{NET} {OTHER}", attributes("4"))
    assert taken(rig) == []
    sent = [parse(a.data, Context()) for a in rig.written if isinstance(a, TcpWrite)]
    assert sent == [Notification(6, 1, bytes.fromhex("00010100000001"))]
    peer = rig.state.peers[session.peer]
    assert peer.is_over_limit
    rig.run_for(120)
    assert not peer.is_over_limit


@pytest.mark.parametrize("kind", list(PeerKind))
def test_paths_know_what_their_neighbor_is(kind: PeerKind) -> None:
    rig = Rig()
    rig.up("4.4.4.4", 1 if kind is PeerKind.INTERNAL else 4, kind=kind)
    rig.announce("4.4.4.4", NET, attributes("4"))
    path = rig.net(NET).paths[0]
    assert path.kind is kind
    assert path.is_external is (kind is not PeerKind.INTERNAL)


def test_site_of_origin_and_bandwidth_of_the_link_are_attached() -> None:
    rig = Rig()
    rig.state.interfaces["e0"] = InterfaceState(
        "e0", "default", True, ((ip("4.4.4.1"), 24),), 1500, 10000, 1000
    )
    rig.up("4.4.4.4", 4, inbound=Inbound(soo="1:7", dmzlink_bw=True))
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert rig.net(NET).paths[0].attributes.extended_communities == (
        ExtendedCommunity.site_of_origin("1:7"),
        ExtendedCommunity.link_bandwidth(1, 1_250_000.0),
    )


def test_soft_reconfiguration_as_a_backup_keeps_nothing_of_who_can_be_asked() -> None:
    rig = Rig(TableSettings(soft_reconfiguration_backup=True))
    session = rig.up("4.4.4.4", 4, inbound=Inbound(soft_reconfiguration=True))
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert rig.table.received == {}
    assert not tables.soft_in(rig.turn(), session, IPV4_UNICAST)


def test_limits_count_prefix_by_prefix_within_an_update() -> None:
    rig = limited(MaximumPrefix(5))
    rig.announce("4.4.4.4", " ".join(f"{n}.0.0.0/8" for n in range(1, 9)), attributes("4"))
    assert rig.logs[:2] == [
        "%BGP-4-MAXPFX: Number of prefixes received from 4.4.4.4 (afi 0) reaches 4, max 5",
        "%BGP-3-MAXPFXEXCEED: Number of prefixes received from 4.4.4.4 (afi 0): 6 exceeds limit 5",
    ]


def test_debug_output_tells_of_updates_and_routes() -> None:
    rig = with_policy()
    rig.run_until(10)
    rig.announce("4.4.4.4", "9.0.0.0/8", attributes("4"))
    rig.run_until(20)
    rig.state.debugs[trace_in.FLAG] = True
    rig.written.clear()
    rig.announce("4.4.4.4", NET, attributes("4 5", med=0))
    rig.announce("4.4.4.4", NET, attributes("4 5", med=0))
    rig.withdraw("4.4.4.4", NET)
    assert [a.text for a in rig.written if isinstance(a, Debug)] == [
        "BGP(0): 4.4.4.4 rcvd UPDATE w/ attr: nexthop 4.4.4.4, origin i, metric 0,"
        " merged path 4 5, AS_PATH ",
        "BGP(0): 4.4.4.4 rcvd 44.0.0.0/8",
        "BGP(0): Revise route installing 1 of 1 routes for 44.0.0.0/8 -> 4.4.4.4(global)"
        " to main IP table",
        "BGP(0): 4.4.4.4 rcvd UPDATE w/ attr: nexthop 4.4.4.4, origin i, metric 0,"
        " merged path 4 5, AS_PATH ",
        "BGP(0): 4.4.4.4 rcvd 44.0.0.0/8...duplicate ignored",
        "BGP(0): 4.4.4.4 rcv UPDATE about 44.0.0.0/8 -- withdrawn",
    ]


def test_debug_output_names_what_reflectors_added_and_the_communities() -> None:
    rig = Rig()
    rig.route("4.4.4.4/32")
    rig.up("4.4.4.4", 1, kind=PeerKind.INTERNAL)
    rig.state.debugs[trace_in.FLAG] = True
    told = attributes("4")._replace(
        originator_id=IPv4Address.parse("2.2.2.2"),
        cluster_list=(IPv4Address.parse("3.3.3.3"),),
        communities=(0xFFFFFF01, 65000),
    )
    rig.announce("4.4.4.4", NET, told)
    assert next(a.text for a in rig.written if isinstance(a, Debug)) == (
        "BGP(0): 4.4.4.4 rcvd UPDATE w/ attr: nexthop 4.4.4.4, origin i, originator 2.2.2.2,"
        " clusterlist 3.3.3.3, merged path 4, AS_PATH , community no-export 65000"
    )


def test_a_denied_update_reads_as_on_a_device() -> None:
    rig = with_policy()
    rig.state.debugs[trace_in.FLAG] = True
    rig.announce("4.4.4.4", "10.0.0.2/32", attributes("4 1"))
    assert [a.text for a in rig.written if isinstance(a, Debug)] == [
        "BGP(0): 4.4.4.4 rcv UPDATE w/ attr: nexthop 4.4.4.4, origin i, originator 0.0.0.0,"
        " merged path 4 1, AS_PATH , community , extended community , SSA attribute ",
        "BGP(0): 4.4.4.4 rcv UPDATE about 10.0.0.2/32 -- DENIED due to:"
        " AS-PATH contains our own AS;",
    ]


def test_a_filter_list_looks_at_the_as_path() -> None:
    entry = AsPathEntry("permit", "_5$")
    config = with_slot(
        Config(), AsPathsConfig(lists=Entries({7: AsPathList(entries=Entries({1: entry}))}))
    )
    rig = with_policy(Inbound(filter_list=7), config)
    rig.announce("4.4.4.4", NET, attributes("4 5"))
    rig.announce("4.4.4.4", OTHER, attributes("4 5 6"))
    assert taken(rig) == [NET]
    assert denied(rig) == {judge.FILTER_LIST: 1}


def test_a_distribute_list_looks_at_the_network() -> None:
    entry = StandardEntry("permit", ip("44.0.0.0"), ip("0.255.255.255"))
    config = with_slot(
        Config(), AclsConfig(standard=Entries({5: StandardAcl(entries=Entries({10: entry}))}))
    )
    rig = with_policy(Inbound(distribute_list=5), config)
    rig.announce("4.4.4.4", f"{OTHER} {NET} 44.1.0.0/16", attributes("4"))
    assert taken(rig) == [NET, "44.1.0.0/16"]
    assert denied(rig) == {judge.PREFIX_FILTER: 1}
