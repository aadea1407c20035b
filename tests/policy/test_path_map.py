"""Route maps on paths of BGP: each clause, and random maps against a slow reading of them."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.config.entries import Entries
from iosemu.policy.acl import StandardAcl, StandardEntry
from iosemu.policy.as_path import AsPathEntry, AsPathList
from iosemu.policy.community import (
    CommunityEntry,
    ExpandedList,
    ExtendedEntry,
    RegexEntry,
    StandardExtendedList,
    StandardList,
)
from iosemu.policy.path_map import Outcome, PathFacts, apply_to_path, path_map
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry
from iosemu.policy.route_map import (
    CommunityMatch,
    Continue,
    Dampening,
    Lists,
    Metric,
    MetricOffset,
    RouteMap,
    RouteMapEntry,
    RouteType,
    SetCommunity,
    SetExtended,
    SetLarge,
    SourceProtocol,
)
from iosemu.policy.route_map import Origin as SetOrigin
from iosemu.wire.bgp_as_path import AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_community import ExtendedCommunity, LargeCommunity

ip, ip6 = IPv4Address.parse, IPv6Address.parse
net, net6 = IPv4Prefix.parse, IPv6Prefix.parse
rt, soo = ExtendedCommunity.route_target, ExtendedCommunity.site_of_origin


def aa(text: str) -> int:
    high, low = text.split(":")
    return int(high) << 16 | int(low)


def in_order(*values: Any) -> Entries[int, Any]:
    return Entries(dict(enumerate(values, 1)))


ACLS = {
    1: StandardAcl(Entries({10: StandardEntry("permit", ip("10.0.0.0"), ip("0.255.255.255"))})),
    2: StandardAcl(Entries({10: StandardEntry("permit", ip("192.0.2.1"))})),
}
PREFIXES = {
    "TEN": PrefixList(entries=Entries({5: PrefixListEntry("permit", net("10.0.0.0/8"), le=24)})),
    "LONG": PrefixList(
        entries=Entries(
            {
                5: PrefixListEntry("deny", net("10.1.0.0/16"), le=32),
                10: PrefixListEntry("permit", net("0.0.0.0/0"), ge=20),
            }
        )
    ),
    "HOP": PrefixList(entries=Entries({5: PrefixListEntry("permit", net("192.0.2.0/24"), le=32)})),
}
PREFIXES6 = {
    "DB8": PrefixList(entries=Entries({5: PrefixListEntry("permit", net6("2001:DB8::/32"), le=48)}))
}
AS_PATHS = {
    1: AsPathList(in_order(AsPathEntry("permit", "^65001_"))),
    2: AsPathList(in_order(AsPathEntry("deny", "_65003_"), AsPathEntry("permit", ".*"))),
    3: AsPathList(in_order(AsPathEntry("permit", "^$"))),
}
COMMUNITIES = {
    1: StandardList(in_order(CommunityEntry("permit", ("65000:1",)))),
    2: StandardList(
        in_order(
            CommunityEntry("deny", ("65000:2",)),
            CommunityEntry("permit", ("65000:1", "65000:3")),
            CommunityEntry("permit", ("no-export",)),
        )
    ),
    "ALL": StandardList(in_order(CommunityEntry("permit", ("internet",)))),
    100: ExpandedList(in_order(RegexEntry("permit", "65000:[12]$"))),
}
EXTENDED = {
    1: StandardExtendedList(in_order(ExtendedEntry("permit", ("rt", "65000:1")))),
    "SOO": StandardExtendedList(in_order(ExtendedEntry("permit", ("soo", "65000:9")))),
    100: ExpandedList(in_order(RegexEntry("permit", "RT:65000:[0-9]+"))),
}
PATH = Attributes(
    Origin.IGP,
    AsPath.of(65001, 65002),
    ip("192.0.2.1"),
    med=50,
    local_pref=200,
    communities=(aa("65000:1"), aa("65000:3")),
    extended_communities=(rt("65000:1"), soo("65000:9"), rt("65000:2")),
    large_communities=(LargeCommunity(1, 2, 3),),
)
PATH6 = Attributes(next_hop=ip6("2001:DB8::1"))
FACTS = PathFacts(
    "external",
    "bgp 65000",
    ip("192.0.2.9"),
    tag=7,
    interface="Ethernet0/0",
    igp_metric=33,
    own=ip("10.9.9.1"),
    peer=ip("10.9.9.2"),
)
NET = net("10.2.3.0/24")


def lists(*, new_format: bool = True, **maps: dict[int, RouteMapEntry]) -> Lists:
    held = {name: RouteMap(Entries(entries)) for name, entries in maps.items()}
    return Lists(
        held,
        PREFIXES,
        ACLS.get,
        ipv6_prefix_lists=PREFIXES6,
        as_paths=AS_PATHS,
        communities=COMMUNITIES.get,
        extended=EXTENDED.get,
        new_format=new_format,
    )


def E(**fields: object) -> RouteMapEntry:
    return RouteMapEntry(**fields)  # type: ignore[arg-type]


def applied(
    entry: RouteMapEntry,
    prefix: IPv4Prefix | IPv6Prefix = NET,
    path: Attributes = PATH,
    facts: PathFacts = FACTS,
) -> Outcome | None:
    return apply_to_path(lists(M={10: entry}), "M", prefix, path, facts)


# -- each match clause ----

C = CommunityMatch


@pytest.mark.parametrize(
    ("entry", "is_permitted"),
    [
        (E(), True),
        (E(action="deny"), False),
        (E(match_as_paths=(1,)), True),
        (E(match_as_paths=(3,)), False),
        (E(match_as_paths=(3, 2)), True),
        (E(match_as_paths=(499,)), True),
        (E(match_community=C((1,))), True),
        (E(match_community=C((1,), exact_match=True)), False),
        (E(match_community=C((2,), exact_match=True)), True),
        (E(match_community=C(("ALL",))), True),
        (E(match_community=C(("ALL",), exact_match=True)), True),
        (E(match_community=C((100,))), False),
        (E(match_community=C(("NONE",))), False),
        (E(match_extcommunities=(1,)), True),
        (E(match_extcommunities=("SOO", 100)), True),
        (E(match_extcommunities=("NONE",)), False),
        (E(match_large_community=C(("NONE",))), False),
        (E(match_local_preferences=(100, 200)), True),
        (E(match_local_preferences=(100,)), False),
        (E(match_metrics=(50,)), True),
        (E(match_metrics=(0,)), False),
        (E(match_acls=(1,)), True),
        (E(match_acls=(2,)), False),
        (E(match_acls=(98,)), True),
        (E(match_prefix_lists=("TEN",)), True),
        (E(match_prefix_lists=("HOP",)), False),
        (E(match_prefix_lists=("HOP", "LONG")), True),
        (E(match_prefix_lists=("NONE",)), True),
        (E(match_ipv6_prefix_lists=("DB8",)), False),
        (E(match_ipv6_prefix_lists=("NONE",)), False),
        (E(match_ipv6_acl="A"), False),
        (E(match_next_hop_acls=(2,)), True),
        (E(match_next_hop_acls=(1,)), False),
        (E(match_next_hop_prefix_lists=("HOP",)), True),
        (E(match_next_hop_prefix_lists=("TEN",)), False),
        (E(match_route_source_acls=(2,)), False),
        (E(match_route_source_prefix_lists=("HOP",)), True),
        (E(match_interfaces=("Ethernet0/0",)), True),
        (E(match_interfaces=("Ethernet0/1",)), False),
        (E(match_tags=(7,)), True),
        (E(match_tags=(8,)), False),
        (E(match_route_type=RouteType("external")), True),
        (E(match_route_type=RouteType("internal")), False),
        (E(match_source_protocol=SourceProtocol("bgp", 65000)), True),
        (E(match_source_protocol=SourceProtocol("static")), False),
        (E(match_rpki="valid"), True),
        (E(match_as_paths=(1,), match_tags=(8,)), False),
    ],
)
def test_a_clause_fits(entry: RouteMapEntry, is_permitted: bool) -> None:
    assert (applied(entry) is not None) is is_permitted


def test_clauses_of_ipv6() -> None:
    db8, other = net6("2001:DB8:1::/48"), net6("2001:DB9::/48")
    entry = E(match_ipv6_prefix_lists=("DB8",))
    assert applied(entry, db8, PATH6) is not None
    assert applied(entry, other, PATH6) is None
    assert applied(E(match_prefix_lists=("NONE",)), db8, PATH6) is None
    assert applied(E(match_acls=(98,)), db8, PATH6) is None
    assert applied(E(match_ipv6_acl="NONE"), db8, PATH6) is not None
    entry = E(match_ipv6_next_hop_prefix_lists=("NONE",))
    assert applied(entry, db8, PATH6) is not None
    assert applied(entry, NET) is None


def test_missing_values_are_the_defaults() -> None:
    bare = Attributes()
    assert applied(E(match_local_preferences=(100,)), path=bare) is not None
    assert applied(E(match_metrics=(0,)), path=bare) is not None
    assert applied(E(match_as_paths=(3,)), path=bare) is not None
    assert applied(E(match_community=C((1,))), path=bare) is None


def test_regular_expressions_see_communities_as_they_are_printed() -> None:
    path = Attributes(communities=(aa("65000:2"), aa("1:1")))
    entry = {10: E(match_community=C((100,)))}
    assert apply_to_path(lists(M=entry), "M", NET, path, FACTS) is not None
    assert apply_to_path(lists(M=entry, new_format=False), "M", NET, path, FACTS) is None


# -- each set clause ----


@pytest.mark.parametrize(
    ("entry", "change"),
    [
        (E(), {}),
        (E(set_local_preference=300), {"local_pref": 300}),
        (E(set_origin=SetOrigin("incomplete")), {"origin": Origin.INCOMPLETE}),
        (E(set_origin=SetOrigin("egp", 5)), {"origin": Origin.EGP}),
        (E(set_metric=Metric(9)), {"med": 9}),
        (E(set_metric=MetricOffset("+9")), {"med": 59}),
        (E(set_metric=MetricOffset("-60")), {"med": 0}),
        (E(set_metric=MetricOffset("+4294967295")), {"med": 4294967295}),
        (E(set_metric_type="internal"), {"med": 33}),
        (E(set_as_path_prepend=(1, 1)), {"as_path": AsPath.of(1, 1, 65001, 65002)}),
        (E(set_as_path_last_as=2), {"as_path": AsPath.of(65001, 65001, 65001, 65002)}),
        (E(set_as_path_tag=True), {"as_path": AsPath.of(7)}),
        (E(set_community=SetCommunity(none=True)), {"communities": ()}),
        (
            E(set_community=SetCommunity(communities=("65000:9", 5, "no-export"))),
            {"communities": (5, aa("65000:9"), 0xFFFFFF01)},
        ),
        (
            E(set_community=SetCommunity(communities=("65000:2",), additive=True)),
            {"communities": (aa("65000:1"), aa("65000:2"), aa("65000:3"))},
        ),
        (E(set_comm_list_delete=1), {"communities": (aa("65000:3"),)}),
        (E(set_comm_list_delete=2), {}),
        (E(set_comm_list_delete="NONE"), {}),
        (
            E(
                set_comm_list_delete="ALL",
                set_community=SetCommunity(communities=("65000:4",), additive=True),
            ),
            {"communities": (aa("65000:4"),)},
        ),
        (
            E(set_extcommunity_rt=SetExtended(("65000:5",))),
            {"extended_communities": (soo("65000:9"), rt("65000:5"))},
        ),
        (
            E(set_extcommunity_rt=SetExtended(("65000:5", "65000:1"), additive=True)),
            {
                "extended_communities": (
                    rt("65000:1"),
                    soo("65000:9"),
                    rt("65000:2"),
                    rt("65000:5"),
                )
            },
        ),
        (
            E(set_extcommunity_soo="65000:8"),
            {"extended_communities": (rt("65000:1"), rt("65000:2"), soo("65000:8"))},
        ),
        (E(set_extcomm_list_delete=100), {"extended_communities": (soo("65000:9"),)}),
        (E(set_large_community=SetLarge(none=True)), {"large_communities": ()}),
        (
            E(set_large_community=SetLarge(communities=("9:9:9",), additive=True)),
            {"large_communities": (LargeCommunity(1, 2, 3), LargeCommunity(9, 9, 9))},
        ),
        (E(set_next_hops=(ip("10.0.0.1"), ip("10.0.0.2"))), {"next_hop": ip("10.0.0.1")}),
        (E(set_next_hop_self=True), {"next_hop": ip("10.9.9.1")}),
        (E(set_next_hop_peer=True), {"next_hop": ip("10.9.9.2")}),
        (E(set_ipv6_next_hops=(ip6("2001:DB8::9"),)), {}),
    ],
)
def test_a_clause_sets(entry: RouteMapEntry, change: dict[str, Any]) -> None:
    found = applied(entry)
    assert found is not None
    assert found.attributes == PATH._replace(**change)
    if not change:
        assert found.attributes is PATH
    assert found.keeps_next_hop is ("next_hop" in change)


def test_what_is_set_beside_the_attributes() -> None:
    damp = Dampening(15, 750, 2000, 60)
    entry = E(set_weight=5, set_tag=8, set_dampening=damp, set_traffic_index=3)
    assert applied(entry) == Outcome(PATH, 5, 8, damp, 3)
    found = applied(E(set_automatic_tag=True))
    assert found is not None
    assert found.tag == 0b1110 << 28 | 65001
    found = applied(E(set_next_hop_unchanged=True))
    assert found == Outcome(PATH, keeps_next_hop=True)
    found = applied(E(set_ipv6_next_hop_unchanged=True))
    assert found == Outcome(PATH)


def test_next_hops_of_ipv6() -> None:
    hops = (ip6("FE80::9"), ip6("2001:DB8::9"))
    found = applied(E(set_ipv6_next_hops=hops), net6("2001:DB8::/32"), PATH6)
    assert found is not None
    assert (found.attributes.next_hop, found.attributes.link_local) == (hops[1], hops[0])
    found = applied(E(set_next_hops=(ip("10.0.0.1"),)), net6("2001:DB8::/32"), PATH6)
    assert found == Outcome(PATH6)


def test_last_as_of_an_own_route_and_behind_a_confederation() -> None:
    entry = E(set_as_path_last_as=1)
    own = applied(entry, path=Attributes())
    assert own == Outcome(Attributes())
    confederation = AsPath(
        (Segment(SegmentKind.CONFED_SEQUENCE, (64512,)), Segment(SegmentKind.SEQUENCE, (5,)))
    )
    found = applied(entry, path=Attributes(as_path=confederation))
    assert found is not None
    assert str(found.attributes.as_path) == "5 (64512) 5"


def test_what_continue_adds_up() -> None:
    entries = {
        10: E(set_as_path_prepend=(1,), set_local_preference=1, continue_at=Continue(30)),
        20: E(action="deny"),
        30: E(set_as_path_prepend=(2,), match_metrics=(50,), continue_at=Continue()),
        40: E(set_local_preference=4, match_local_preferences=(1,)),
        50: E(set_community=SetCommunity(communities=(7,), additive=True)),
    }
    found = apply_to_path(lists(M=entries), "M", NET, PATH, FACTS)
    assert found is not None
    assert str(found.attributes.as_path) == "2 1 65001 65002"
    assert found.attributes.local_pref == 1
    assert 7 in found.attributes.communities


def test_a_map_that_is_not_there_permits_nothing() -> None:
    assert path_map(lists(), "M") is None
    assert apply_to_path(lists(), "M", NET, PATH, FACTS) is None


def test_what_does_not_depend_on_the_prefix_is_made_once() -> None:
    found = path_map(lists(M={10: E(match_prefix_lists=("TEN",), set_weight=5)}), "M")
    assert found is not None
    bound = found.bound(PATH, FACTS)
    assert found.bound(PATH._replace(), FACTS) is bound
    assert bound.decide(NET) is bound.decide(net("10.3.0.0/16")) is not None
    assert bound.decide(net("11.3.0.0/16")) is None


def test_lists_that_stay_are_not_made_again() -> None:
    one = lists(M={10: E(match_prefix_lists=("TEN",))})
    held, program = path_map(one, "M"), one.prefix_program("TEN", is_ipv6=False)
    same = Lists(one.maps, PREFIXES, ACLS.get, new_format=True)
    same.inherit(one)
    assert path_map(same, "M") is held
    other = Lists(one.maps, PREFIXES, ACLS.get, new_format=True, named=(1,))
    one.named = (2,)
    other.inherit(one)
    assert other.prefix_program("TEN", is_ipv6=False) is program
    assert path_map(other, "M") is not held


# -- the slow reading ----


def slow(
    entries: dict[int, RouteMapEntry], prefix: IPv4Prefix, path: Attributes, facts: PathFacts
) -> tuple[Attributes, int | None] | None:
    """Entry by entry, clause by clause, with nothing but the words of the documentation."""
    matched: list[RouteMapEntry] = []
    sequences = sorted(entries)
    at = 0
    while at < len(sequences):
        entry = entries[sequences[at]]
        if not slow_fits(entry, prefix, path, facts):
            at += 1
            continue
        if entry.action == "deny":
            return None
        matched.append(entry)
        go = entry.continue_at
        if go is None:
            break
        if go.sequence is None:
            at += 1
        elif go.sequence in sequences and go.sequence > sequences[at]:
            at = sequences.index(go.sequence)
        else:
            break
    if not matched:
        return None
    weight = None
    for entry in matched:
        path = slow_set(entry, path, facts)
        weight = weight if entry.set_weight is None else entry.set_weight
    return path, weight


def slow_text(path: Attributes) -> str:
    return " ".join(
        {1: "{%s}", 2: "%s"}[kind] % (("," if kind == 1 else " ").join(map(str, asns)))
        for kind, asns in path.as_path
    )


def slow_communities(name: int | str, communities: tuple[int, ...], *, exact: bool) -> bool:
    texts = {f"{each >> 16}:{each & 65535}" for each in communities}
    texts = {"no-export" if each == "65535:65281" else each for each in texts}
    match name:
        case 1:
            return texts == {"65000:1"} if exact else "65000:1" in texts
        case 2 if exact:
            return texts in ({"65000:1", "65000:3"}, {"no-export"})
        case 2:
            if "65000:2" in texts:
                return False
            return {"65000:1", "65000:3"} <= texts or "no-export" in texts
        case "ALL":
            return True
        case _:
            line = sorted(communities)
            return bool(line) and f"{line[-1] >> 16}:{line[-1] & 65535}" in ("65000:1", "65000:2")


def slow_prefix(name: str, prefix: IPv4Prefix) -> bool:
    octets = str(prefix).split("/")[0].split(".")
    if name == "TEN":
        return octets[0] == "10" and 8 <= prefix.length <= 24
    if name == "LONG":
        return prefix.length >= 20 and octets[:2] != ["10", "1"]
    return octets[:3] == ["192", "0", "2"] and prefix.length >= 24


def slow_fits(entry: RouteMapEntry, prefix: IPv4Prefix, path: Attributes, facts: PathFacts) -> bool:
    text = slow_text(path)
    as_path = {
        1: re.search("^65001( |$)", text) is not None,
        2: re.search("(^|[ ,{}])65003([ ,{}]|$)", text) is None,
        3: text == "",
    }
    if entry.match_as_paths and not any(as_path[n] for n in entry.match_as_paths):
        return False
    wanted = entry.match_community
    if wanted is not None and not any(
        slow_communities(name, path.communities, exact=wanted.exact_match) for name in wanted.lists
    ):
        return False
    if entry.match_metrics and (path.med or 0) not in entry.match_metrics:
        return False
    if entry.match_tags and facts.tag not in entry.match_tags:
        return False
    names = entry.match_prefix_lists
    if names and not any(slow_prefix(name, prefix) for name in names):
        return False
    return not entry.match_acls or str(prefix).startswith("10.")


def slow_set(entry: RouteMapEntry, path: Attributes, facts: PathFacts) -> Attributes:
    if entry.set_local_preference is not None:
        path = path._replace(local_pref=entry.set_local_preference)
    if isinstance(entry.set_metric, Metric):
        path = path._replace(med=entry.set_metric.metric)
    elif isinstance(entry.set_metric, MetricOffset):
        path = path._replace(med=max(0, (path.med or 0) + int(entry.set_metric.offset)))
    for asn in reversed(entry.set_as_path_prepend):
        head, *rest = path.as_path or (None,)
        if head is not None and head.kind == SegmentKind.SEQUENCE:
            path = path._replace(
                as_path=AsPath((Segment(SegmentKind.SEQUENCE, (asn, *head.asns)), *rest))
            )
        else:
            path = path._replace(as_path=AsPath((*AsPath.of(asn), *path.as_path)))
    held = set(path.communities)
    if entry.set_comm_list_delete is not None:
        held = {
            each
            for each in held
            if not slow_communities(entry.set_comm_list_delete, (each,), exact=False)
        }
    given = entry.set_community
    if given is not None:
        new = {aa(str(each)) for each in given.communities or ()}
        held = held | new if given.additive else new
    if entry.set_comm_list_delete is not None or given is not None:
        path = path._replace(communities=tuple(sorted(held)))
    return path


VALUES = ("65000:1", "65000:2", "65000:3")


def some(random: Random, values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(random.sample(values, random.randint(1, 2)))


def random_entry(random: Random) -> RouteMapEntry:
    fields: dict[str, object] = {"action": random.choices(("permit", "deny"), (4, 1))[0]}
    maybe = {
        "match_as_paths": lambda: some(random, (1, 2, 3)),
        "match_community": lambda: C(some(random, (1, 2, "ALL", 100)), random.random() < 0.3),
        "match_metrics": lambda: some(random, (0, 50, 60)),
        "match_tags": lambda: some(random, (7, 8, 9)),
        "match_prefix_lists": lambda: some(random, ("TEN", "LONG", "HOP")),
        "match_acls": lambda: (1,),
        "continue_at": lambda: Continue(random.choice((None, None, 2, 4, 6, 8))),
        "set_local_preference": lambda: random.randrange(300),
        "set_metric": lambda: random.choice((Metric(60), MetricOffset("+10"), MetricOffset("-55"))),
        "set_weight": lambda: random.randrange(10),
        "set_as_path_prepend": lambda: some(random, (1, 2, 3)),
        "set_comm_list_delete": lambda: random.choice((1, 2, 100)),
        "set_community": lambda: SetCommunity(
            communities=some(random, VALUES), additive=random.random() < 0.5
        ),
    }
    for name, make in maybe.items():
        if random.random() < 0.2:
            fields[name] = make()
    return E(**fields)


def random_path(random: Random) -> Attributes:
    asns = tuple(random.choices((65001, 65002, 65003), k=random.randrange(3)))
    as_path = AsPath.of(*asns)
    if random.random() < 0.2:
        as_path = AsPath((*as_path, Segment(SegmentKind.SET, (65002, 65003))))
    held = {aa(each) for each in VALUES if random.random() < 0.5}
    held |= {0xFFFFFF01} if random.random() < 0.2 else set()
    return Attributes(
        as_path=as_path, med=random.choice((None, 0, 50, 60)), communities=tuple(sorted(held))
    )


def test_random_maps_agree_with_a_slow_reading_of_them() -> None:
    random = Random(11)
    seen = {True: 0, False: 0}
    prefixes = [net(f"10.{n}.0.0/{m}") for n in (1, 2) for m in (16, 20, 25)]
    prefixes += [net("192.0.2.0/24"), net("172.16.0.0/12")]
    for _ in range(1500):
        entries = {
            n: random_entry(random) for n in random.sample(range(1, 10), random.randint(1, 6))
        }
        found = path_map(lists(M=entries), "M")
        assert found is not None
        for _ in range(4):
            path, facts = random_path(random), PathFacts(tag=random.choice((7, 8)))
            bound = found.bound(path, facts)
            for prefix in random.sample(prefixes, 4):
                outcome = bound.decide(prefix)
                wanted = slow(entries, prefix, path, facts)
                got = None if outcome is None else (outcome.attributes, outcome.weight)
                assert got == wanted, (entries, path, prefix)
                seen[got is not None] += 1
    assert min(seen.values()) > 2000
