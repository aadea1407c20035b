"""Clauses of route maps about paths of BGP: typed, printed, shown, and applied."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.address import IPv4Address, IPv4Prefix, IPv6Prefix
from iosemu.features.route_map.config import RouteMapsConfig, lists_of
from iosemu.features.route_map.views import EntryView
from iosemu.policy.path_map import PathFacts, apply_to_path
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_community import LargeCommunity

from ..samples import rendered
from ..shop import Typed, router

LATEST = "17.3"
LINES = [
    "match as-path 1 2",
    "match community 1 NAME exact-match",
    "match extcommunity 5",
    "match ipv6 address prefix-list SIX",
    "match ipv6 next-hop prefix-list SIX",
    "match ipv6 route-source prefix-list SIX",
    "match local-preference 100",
    "match rpki valid",
    "continue 30",
    "set metric +10",
    "set automatic-tag",
    "set as-path prepend 65001 65001",
    "set as-path prepend last-as 3",
    "set as-path tag",
    "set comm-list 5 delete",
    "set community 65000:1 no-export additive",
    "set extcomm-list 6 delete",
    "set extcommunity rt 65000:1 65000:2 additive",
    "set extcommunity soo 65000:3",
    "set local-preference 300",
    "set weight 40",
    "set origin incomplete",
    "set dampening 15 750 2000 60",
    "set traffic-index 3",
    "set ip next-hop peer-address",
    "set ip next-hop self",
    "set ip next-hop unchanged",
    "set ipv6 next-hop 2001:DB8::1 FE80::1",
    "set ipv6 next-hop peer-address",
    "set ipv6 next-hop unchanged",
]


def typed(*lines: str) -> Typed:
    held = router(version=LATEST)
    assert held.type("route-map M permit 10", *lines) == []
    return held


LATE = [
    "match large-community 1 NAME exact-match",
    "set large-comm-list 5 delete",
    "set large-community none",
    "set large-community 65000:1:2 65000:1:3 additive",
]
"""Clauses of releases that know large communities."""


@pytest.mark.parametrize("line", [*LINES, *LATE])
def test_a_clause_is_printed_and_taken_back(line: str) -> None:
    held = typed(line)
    assert held.block("route-map M permit 10")[1:] == [f" {line}"]
    assert held.type(f"no {line}") == []
    assert held.block("route-map M permit 10")[1:] == []


def test_what_is_refused() -> None:
    held = typed()
    assert held.type("set metric 5x") == ["% Invalid metric 5x"]
    assert held.type("set extcommunity rt 99999:99999") == ["% Malformed extended community"]
    assert held.type("set large-community 1:2") == ["% Malformed large community"]
    assert held.block("route-map M permit 10")[1:] == []


def test_clauses_as_shown() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    r1 = lab["R1"]
    r1.configure("\n".join(("route-map M permit 10", *LINES)))
    assert [line.rstrip() for line in r1.cli("show route-map M").splitlines()] == [
        "route-map M, permit, sequence 10",
        "  Match clauses:",
        "    as-path (as-path filter): 1 2",
        "    community (community-list filter): 1 NAME exact-match",
        "    extcommunity (extcommunity-list filter): 5",
        "    ipv6 address prefix-lists: SIX",
        "    ipv6 next-hop prefix-lists: SIX",
        "    ipv6 route-source prefix-lists: SIX",
        "    local-preference 100",
        "    rpki valid",
        "  Continue: sequence 30",
        "  Set clauses:",
        "    metric +10",
        "    local-preference 300",
        "    weight 40",
        "    origin incomplete",
        "    traffic-index 3",
        "    automatic-tag",
        "    dampening 15 750 2000 60",
        "    as-path prepend 65001 65001",
        "    as-path prepend last-as 3",
        "    as-path tag",
        "    comm-list 5 delete",
        "    community 4259840001 no-export additive",
        "    extcomm-list 6 delete",
        "    extended community RT:65000:1 RT:65000:2 additive",
        "    extended community SoO:65000:3",
        "    ip next-hop peer-address",
        "    ip next-hop self",
        "    ip next-hop unchanged",
        "    ipv6 next-hop 2001:DB8::1 FE80::1",
        "    ipv6 next-hop peer-address",
        "    ipv6 next-hop unchanged",
        "  Policy routing matches: 0 packets, 0 bytes",
    ]


def test_what_is_typed_is_applied() -> None:
    held = router(version=LATEST)
    held.type(
        "ip prefix-list TEN permit 10.0.0.0/8 le 24",
        "ipv6 prefix-list SIX permit 2001:DB8::/32 le 48",
        "ip as-path access-list 1 permit _65002$",
        "ip community-list 1 permit 65000:1",
        "ip community-list expanded OLD permit .*",
        "route-map M permit 10",
        "match as-path 1",
        "match ip address prefix-list TEN",
        "set local-preference 300",
        "set as-path prepend 5 5",
        "set metric -7",
        "route-map M permit 20",
        "match ipv6 address prefix-list SIX",
        "set comm-list OLD delete",
        "set community 65000:9 additive",
        "route-map M deny 30",
        "match community 1",
        "route-map M permit 40",
        "set origin igp",
    )
    lists, facts = lists_of(held.config), PathFacts()
    path = Attributes(as_path=AsPath.of(65001, 65002), next_hop=IPv4Address(9), med=10)

    def applied(prefix: IPv4Prefix | IPv6Prefix, attributes: Attributes) -> Attributes | None:
        found = apply_to_path(lists, "M", prefix, attributes, facts)
        return None if found is None else found.attributes

    assert applied(IPv4Prefix.parse("10.0.0.0/8"), path) == path._replace(
        local_pref=300, as_path=AsPath.of(5, 5, 65001, 65002), med=3
    )
    with_one = path._replace(communities=(65000 << 16 | 1,))
    assert applied(IPv4Prefix.parse("11.0.0.0/8"), with_one) is None
    assert applied(IPv4Prefix.parse("11.0.0.0/8"), path) == path._replace(origin=Origin.IGP)
    six = IPv6Prefix.parse("2001:DB8:1::/48")
    assert applied(six, with_one) == path._replace(communities=(65000 << 16 | 9,))


def test_lists_are_kept_from_configuration_to_configuration() -> None:
    held = router(version=LATEST)
    held.type("ip prefix-list A permit 10.0.0.0/8", "route-map M permit 10", "set weight 5")
    before = lists_of(held.config)
    program = before.prefix_program("A", is_ipv6=False)
    held.type("ip prefix-list B permit 10.0.0.0/8")
    after = lists_of(held.config, before)
    assert after.prefix_program("A", is_ipv6=False) is program
    held.type("ip prefix-list A permit 11.0.0.0/8")
    later = lists_of(held.config, after)
    assert later.passes("A", IPv4Prefix.parse("11.0.0.0/8"))


def test_clauses_about_large_communities_are_applied_and_shown() -> None:
    held = router(version=LATEST)
    held.type(
        "ip large-community-list 1 permit 1:2:3",
        "ip large-community-list expanded ONES permit ^1:",
        "route-map M permit 10",
        "match large-community 1",
        "set large-comm-list ONES delete",
        "set large-community 9:9:9 additive",
    )
    one, two = LargeCommunity(1, 2, 3), LargeCommunity(2, 2, 2)
    lists, ten = lists_of(held.config), IPv4Prefix.parse("10.0.0.0/8")
    found = apply_to_path(lists, "M", ten, Attributes(large_communities=(one, two)), PathFacts())
    assert found is not None
    assert found.attributes.large_communities == (two, LargeCommunity(9, 9, 9))
    assert apply_to_path(lists, "M", ten, Attributes(large_communities=(two,)), PathFacts()) is None
    held.type("no match large-community", "match large-community 1 exact-match")
    lists = lists_of(held.config)
    path = Attributes(large_communities=(one,))
    assert apply_to_path(lists, "M", ten, path, PathFacts()) is not None
    path = Attributes(large_communities=(one, two))
    assert apply_to_path(lists, "M", ten, path, PathFacts()) is None
    view = EntryView("M", 10, held.config.of(RouteMapsConfig).maps["M"].entries[10])
    assert [line.strip() for line in rendered(view)][1:6] == [
        "Match clauses:",
        "large-community (large-community-list filter): 1 exact-match",
        "Set clauses:",
        "large-comm-list ONES delete",
        "large-community 9:9:9 additive",
    ]
