"""The settings a configuration comes to: what is inherited, and what holds if nothing is said."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.config.tree import Config
from iosemu.proto.bgp import read
from iosemu.proto.bgp.settings import (
    Aggregate,
    Dampening,
    Distances,
    ListenRange,
    MaximumPrefix,
    Network,
    NextHops,
    NextHopSelf,
    PeerKey,
    PeerKind,
    PeerPolicy,
    PeerSettings,
    ProcessSettings,
    Redistribution,
    RemovePrivate,
    TableKey,
)
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4

from .typed import typed

IPV4 = TableKey()


def settings(*lines: str) -> ProcessSettings:
    """Of a router in AS 1 with these lines."""
    made = typed(*lines)
    assert made.printed == []
    found = read.process(made.config)
    assert found is not None
    return found


def key(address: str, vrf: str = "default") -> PeerKey:
    return PeerKey(vrf, IPv4Address.parse(address))


def peer(found: ProcessSettings, address: str) -> PeerSettings:
    held: PeerSettings = found.peers[key(address)]
    return held


def policy(found: ProcessSettings, address: str, table: TableKey = IPV4) -> PeerPolicy:
    held = found.policy(key(address, table.vrf), table)
    assert held is not None
    return held


def test_without_a_process_there_are_no_settings() -> None:
    assert read.process(Config()) is None


def test_what_nobody_says_is_as_ios_has_it() -> None:
    found = settings("neighbor 10.0.0.1 remote-as 1", "neighbor 10.0.0.2 remote-as 2")
    inside, outside = peer(found, "10.0.0.1"), peer(found, "10.0.0.2")
    assert (inside.kind, outside.kind) == (PeerKind.INTERNAL, PeerKind.EXTERNAL)
    assert (inside.ttl, inside.is_direct) == (255, False)
    assert (outside.ttl, outside.is_direct) == (1, True)
    assert (outside.keepalive_s, outside.hold_s, outside.least_hold_s) == (60, 180, 0)
    assert outside.families == (IPV4_UNICAST,)
    assert policy(found, "10.0.0.1").outbound.advertisement_interval_s == 0
    assert policy(found, "10.0.0.2").outbound.advertisement_interval_s == 30
    assert policy(found, "10.0.0.1").outbound.prepends == ()
    assert policy(found, "10.0.0.2").outbound.prepends == (1,)
    table = found.tables[IPV4]
    assert table.distances == Distances(20, 200, 200)
    assert table.next_hops == NextHops(is_triggered=True, delay_s=5, route_map=None, scan_s=60)
    assert (found.listen_limit, found.update_delay_s) == (100, 120)
    assert found.bestpath.default_local_preference == 100


def test_a_change_is_found_by_identity() -> None:
    made = typed(
        "neighbor 10.0.0.1 remote-as 1", "neighbor 10.0.0.2 remote-as 2", "network 5.0.0.0"
    )
    before = read.process(made.config)
    assert before is not None
    assert read.process(made.config, before) is before
    made.type("interface Loopback7", "router bgp 1", "neighbor 10.0.0.2 weight 7")
    after = read.process(made.config, before)
    assert after is not None
    assert after is not before
    assert after.peers is before.peers
    assert after.tables[IPV4].networks is before.tables[IPV4].networks
    assert policy(after, "10.0.0.1") is policy(before, "10.0.0.1")
    assert policy(after, "10.0.0.2").outbound is policy(before, "10.0.0.2").outbound
    assert policy(after, "10.0.0.2").inbound.weight == 7
    made.type("no neighbor 10.0.0.2 weight")
    assert read.process(made.config, after) == before


def test_equal_policies_are_equal_keys() -> None:
    found = settings(
        "neighbor 10.0.0.1 remote-as 2",
        "neighbor 10.0.0.2 remote-as 3",
        "neighbor 10.0.0.3 remote-as 4",
        "neighbor 10.0.0.3 route-map M out",
        "neighbor 10.0.0.2 weight 4",
    )
    keys = {policy(found, f"10.0.0.{n}").outbound for n in (1, 2, 3)}
    assert len(keys) == 2


def test_own_words_come_before_templates_and_these_before_the_group() -> None:
    found = settings(
        "template peer-session BASE",
        "timers 10 30",
        "description base",
        "exit-peer-session",
        "template peer-session S",
        "inherit peer-session BASE",
        "description template",
        "exit-peer-session",
        "template peer-policy LOW",
        "weight 5",
        "prefix-list LOW in",
        "exit-peer-policy",
        "template peer-policy HIGH",
        "weight 6",
        "exit-peer-policy",
        "template peer-policy P",
        "inherit peer-policy LOW 10",
        "inherit peer-policy HIGH 20",
        "route-map TEMPLATE in",
        "exit-peer-policy",
        "neighbor PG peer-group",
        "neighbor PG remote-as 2",
        "neighbor PG description group",
        "neighbor PG ebgp-multihop 3",
        "neighbor PG route-map GROUP in",
        "neighbor PG route-map GROUP out",
        "neighbor 10.0.0.2 peer-group PG",
        "neighbor 10.0.0.2 inherit peer-session S",
        "neighbor 10.0.0.2 inherit peer-policy P",
        "neighbor 10.0.0.3 peer-group PG",
        "neighbor 10.0.0.3 description own",
        "neighbor 10.0.0.3 route-map OWN in",
    )
    one, other = peer(found, "10.0.0.2"), peer(found, "10.0.0.3")
    assert (one.remote_as, one.group, one.session_template) == (2, "PG", "S")
    assert (one.description, one.keepalive_s, one.hold_s, one.ttl) == ("template", 10, 30, 3)
    assert (other.description, other.keepalive_s, other.ttl) == ("own", 60, 3)
    first, second = policy(found, "10.0.0.2"), policy(found, "10.0.0.3")
    assert first.inbound.route_map == "TEMPLATE"
    assert (first.inbound.weight, first.inbound.prefix_list) == (6, "LOW")
    assert first.policy_template == "P"
    assert second.inbound.route_map == "OWN"
    assert second.inbound.weight == 0
    assert first.outbound.route_map == second.outbound.route_map == "GROUP"


def test_sessions_are_as_they_are_said() -> None:
    found = settings(
        "bgp graceful-restart",
        "neighbor 10.0.0.2 remote-as 2",
        "neighbor 10.0.0.2 ttl-security hops 4",
        "neighbor 10.0.0.2 transport multi-session",
        "neighbor 10.0.0.2 transport connection-mode passive",
        "neighbor 10.0.0.2 fall-over route-map SAT",
        "neighbor 10.0.0.2 password CISCO",
        "neighbor 10.0.0.2 ha-mode graceful-restart disable",
        "neighbor 10.0.0.3 remote-as 3",
        "neighbor 10.0.0.3 disable-connected-check",
        "neighbor 10.0.0.3 fall-over bfd",
        "neighbor 10.0.0.3 password 7 02050D480809",
    )
    one, other = peer(found, "10.0.0.2"), peer(found, "10.0.0.3")
    assert (one.ttl, one.least_ttl, one.is_direct) == (255, 251, False)
    assert one.multi_session
    assert one.is_passive
    assert one.fall_over is not None
    assert one.fall_over.route_map == "SAT"
    assert one.password == "CISCO"
    assert not one.graceful_restart
    assert (other.ttl, other.is_direct) == (1, False)
    assert other.fall_over is None
    assert other.password == "cisco"
    assert other.graceful_restart


def test_a_local_as_stands_before_ours() -> None:
    found = settings(
        "neighbor 10.0.0.2 remote-as 2",
        "neighbor 10.0.0.2 local-as 7",
        "neighbor 10.0.0.3 remote-as 2",
        "neighbor 10.0.0.3 local-as 7 no-prepend replace-as dual-as",
    )
    one, other = peer(found, "10.0.0.2"), peer(found, "10.0.0.3")
    assert (one.asn, one.dual_as) == (7, None)
    assert (other.asn, other.dual_as) == (7, 1)
    assert policy(found, "10.0.0.2").outbound.prepends == (7, 1)
    assert policy(found, "10.0.0.2").inbound.prepend == 7
    assert policy(found, "10.0.0.3").outbound.prepends == (7,)
    assert policy(found, "10.0.0.3").inbound.prepend is None


def test_a_confederation_is_one_as_to_others() -> None:
    found = settings(
        "bgp confederation identifier 100",
        "bgp confederation peers 2 3",
        "neighbor 10.0.0.1 remote-as 1",
        "neighbor 10.0.0.2 remote-as 2",
        "neighbor 10.0.0.4 remote-as 4",
    )
    kinds = {str(k.address): (p.kind, p.asn) for k, p in found.peers.items()}
    assert kinds == {
        "10.0.0.1": (PeerKind.INTERNAL, 1),
        "10.0.0.2": (PeerKind.CONFEDERATION, 1),
        "10.0.0.4": (PeerKind.EXTERNAL, 100),
    }
    assert policy(found, "10.0.0.2").outbound.prepends == (1,)
    assert policy(found, "10.0.0.4").outbound.prepends == (100,)


def test_policies_are_as_they_are_said() -> None:
    found = settings(
        "neighbor 10.0.0.2 remote-as 2",
        "neighbor 10.0.0.2 maximum-prefix 100 80 restart 5",
        "neighbor 10.0.0.2 remove-private-as all replace-as",
        "neighbor 10.0.0.2 next-hop-self all",
        "neighbor 10.0.0.2 as-override",
        "neighbor 10.0.0.2 allowas-in",
        "neighbor 10.0.0.2 send-community both",
        "neighbor 10.0.0.2 default-originate route-map D",
        "neighbor 10.0.0.2 additional-paths send",
    )
    held = policy(found, "10.0.0.2")
    assert held.inbound.maximum_prefix == MaximumPrefix(100, 80, 5)
    assert held.inbound.own_as_allowed == 3
    assert held.outbound.remove_private is RemovePrivate.REPLACE
    assert held.outbound.private_as is not None
    assert held.outbound.next_hop_self is NextHopSelf.ALL
    assert held.outbound.override_as == 2
    assert (held.outbound.send_standard, held.outbound.send_extended) == (True, True)
    assert (held.outbound.additional_paths, held.inbound.additional_paths) == (True, False)
    assert held.default_originate is not None
    assert held.default_originate.route_map == "D"


def test_tables_are_as_they_are_said() -> None:
    found = settings(
        "network 10.0.0.0",
        "network 10.1.0.0 mask 255.255.0.0 route-map M",
        "network 0.0.0.0 backdoor",
        "aggregate-address 10.0.0.0 255.0.0.0 summary-only",
        "redistribute eigrp 7 metric 0",
        "redistribute ospf 1 match internal external 2",
        "bgp dampening 20",
        "no bgp nexthop trigger enable",
        "bgp nexthop trigger delay 2",
        "bgp nexthop route-map SAT",
        "bgp scan-time 5",
        "maximum-paths 4",
        "distance bgp 21 201 202",
        "address-family ipv6",
        "network 2001:DB8::/32",
        "bgp nexthop trigger delay 9",
    )
    table = found.tables[IPV4]
    ten, all_ = IPv4Prefix.parse("10.0.0.0/8"), IPv4Prefix.parse("0.0.0.0/0")
    assert set(table.networks) == {
        Network(ten),
        Network(IPv4Prefix.parse("10.1.0.0/16"), "M"),
        Network(all_, is_backdoor=True),
    }
    assert table.aggregates == (Aggregate(ten, summary_only=True),)
    assert table.redistributions == (
        Redistribution("eigrp", "eigrp 7", 0),
        Redistribution("ospf", "ospf 1", matches=("internal", "external 2")),
    )
    assert table.dampening == Dampening(half_life_minutes=20, longest_minutes=80)
    assert table.next_hops == NextHops(False, 2, "SAT", 5)
    assert (table.maximum_paths_external, table.maximum_paths_internal) == (4, 1)
    assert table.distances == Distances(21, 201, 202)
    six = found.tables[TableKey(IPV6_UNICAST)]
    assert six.networks == (Network(IPv6Prefix.parse("2001:DB8::/32")),)
    assert six.next_hops.delay_s == 9


def test_families_are_carried_where_they_are_activated() -> None:
    found = settings(
        "no bgp default ipv4-unicast",
        "neighbor 10.0.0.2 remote-as 2",
        "neighbor 2001:DB8::1 remote-as 2",
        "address-family vpnv4",
        "neighbor 10.0.0.2 activate",
        "exit",
        "address-family ipv6",
        "neighbor 2001:DB8::1 activate",
        "exit",
        "address-family ipv4 vrf A",
        "neighbor 10.0.0.2 remote-as 3",
        "redistribute connected",
    )
    six = PeerKey("default", IPv6Address.parse("2001:DB8::1"))
    assert {k: p.families for k, p in found.peers.items()} == {
        key("10.0.0.2"): (VPNV4,),
        six: (IPV6_UNICAST,),
        key("10.0.0.2", "A"): (IPV4_UNICAST,),
    }
    assert policy(found, "10.0.0.2", TableKey(VPNV4)).outbound.send_extended
    inside = TableKey(IPV4_UNICAST, "A")
    assert policy(found, "10.0.0.2", inside).outbound.advertisement_interval_s == 0
    assert found.tables[inside].redistributions == (Redistribution("connected"),)
    assert found.policy(key("10.0.0.2"), IPV4) is None


def test_a_group_with_a_listen_range_makes_neighbors() -> None:
    found = settings(
        "bgp listen range 192.168.124.0/24 peer-group PEERS",
        "bgp listen limit 3",
        "neighbor PEERS peer-group",
        "neighbor PEERS remote-as 1",
        "neighbor PEERS password CISCO",
        "neighbor PEERS update-source Loopback0",
        "neighbor PEERS route-reflector-client",
        "neighbor OTHERS peer-group",
    )
    assert found.listen_ranges == (ListenRange(IPv4Prefix.parse("192.168.124.0/24"), "PEERS"),)
    assert found.listen_limit == 3
    assert not found.peers
    assert list(found.groups) == [("default", "PEERS")]
    group = found.groups["default", "PEERS"]
    assert group.password == "CISCO"
    made = read.dynamic_peer(found, group, key("192.168.124.2"))
    assert made is not None
    assert (made.is_dynamic, made.is_passive, made.group) == (True, True, "PEERS")
    assert (made.remote_as, made.update_source, made.families) == (1, "Loopback0", (IPV4_UNICAST,))
    whole = read.with_dynamic(found, [made])
    assert whole.peers[made.key] is made
    held = policy(whole, "192.168.124.2")
    assert held.outbound.route_reflector_client
    assert held.outbound.kind is PeerKind.INTERNAL


def test_a_group_may_allow_more_than_one_as() -> None:
    found = settings(
        "bgp listen range 10.0.0.0/8 peer-group G",
        "neighbor G peer-group",
        "neighbor G remote-as 2 alternate-as 1 3",
    )
    group = found.groups["default", "G"]
    first = read.dynamic_peer(found, group, key("10.0.0.2"))
    assert first is not None
    assert (first.remote_as, first.alternate_as, first.kind) == (2, (1, 3), PeerKind.EXTERNAL)
    other = read.dynamic_peer(found, group, key("10.0.0.3"), 1)
    assert other is not None
    assert other.kind is PeerKind.INTERNAL
    assert read.dynamic_policies(found, other)[IPV4].outbound.advertisement_interval_s == 0


def test_a_group_without_an_as_makes_none() -> None:
    found = settings("bgp listen range 10.0.0.0/8 peer-group G", "neighbor G peer-group")
    assert read.dynamic_peer(found, found.groups["default", "G"], key("10.0.0.2")) is None
