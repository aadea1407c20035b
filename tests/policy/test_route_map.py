"""What route maps say of routes."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.entries import Entries
from iosemu.policy.acl import Acl, ExtendedAcl, ExtendedEntry, StandardAcl, StandardEntry
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry
from iosemu.policy.route_map import (
    Continue,
    Length,
    Lists,
    Metric,
    RouteFacts,
    RouteMap,
    RouteMapEntry,
    RouteType,
    SourceProtocol,
    evaluate,
)

ip = IPv4Address.parse
net = IPv4Prefix.parse
ACLS: Mapping[int | str, Acl] = {
    8: StandardAcl(Entries({10: StandardEntry("permit", ip("8.8.8.8"))})),
    10: StandardAcl(Entries({10: StandardEntry("permit", ip("10.0.0.0"), ip("0.255.255.255"))})),
    "match": ExtendedAcl(
        Entries(
            {
                10: ExtendedEntry(
                    "permit",
                    "ip",
                    ip("10.0.0.0"),
                    ip("0.255.255.255"),
                    destination=ip("255.255.0.0"),
                )
            }
        )
    ),
}
PREFIXES = {
    "EIGHT": PrefixList(entries=Entries({5: PrefixListEntry("permit", net("8.8.8.8/32"))})),
    "TEN": PrefixList(entries=Entries({5: PrefixListEntry("permit", net("10.0.0.0/8"), le=24)})),
}
ROUTE = RouteFacts(
    net("10.1.0.0/16"),
    next_hop=ip("10.9.9.9"),
    interface="Serial4/0",
    metric=2300416,
    tag=7,
    kind="internal",
    source="eigrp 100",
    told_by=ip("8.8.8.8"),
)


def lists(**maps: dict[int, RouteMapEntry]) -> Lists:
    held = {name: RouteMap(Entries(entries)) for name, entries in maps.items()}
    return Lists(held, PREFIXES, ACLS.get)


def E(**fields: object) -> RouteMapEntry:
    return RouteMapEntry(**fields)  # type: ignore[arg-type]


CLAUSES = [
    (E(), True),
    (E(match_acls=(10,)), True),
    (E(match_acls=(8,)), False),
    (E(match_acls=(8, 10)), True),
    (E(match_acls=("match",)), True),
    (E(match_acls=("NONE",)), True),
    (E(match_prefix_lists=("TEN",)), True),
    (E(match_prefix_lists=("EIGHT",)), False),
    (E(match_prefix_lists=("EIGHT", "TEN")), True),
    (E(match_prefix_lists=("NONE",)), True),
    (E(match_acls=(10,), match_prefix_lists=("EIGHT",)), False),
    (E(match_next_hop_acls=(10,)), True),
    (E(match_next_hop_acls=(8,)), False),
    (E(match_next_hop_prefix_lists=("EIGHT",)), False),
    (E(match_route_source_acls=(8,)), True),
    (E(match_route_source_acls=(10,)), False),
    (E(match_route_source_prefix_lists=("EIGHT",)), True),
    (E(match_interfaces=("Serial4/0", "Serial4/1")), True),
    (E(match_interfaces=("Serial4/1",)), False),
    (E(match_metrics=(1, 2300416)), True),
    (E(match_metrics=(1,)), False),
    (E(match_tags=(7,)), True),
    (E(match_tags=(8,)), False),
    (E(match_route_type=RouteType("internal")), True),
    (E(match_route_type=RouteType("external")), False),
    (E(match_source_protocol=SourceProtocol("eigrp", 100)), True),
    (E(match_source_protocol=SourceProtocol("eigrp", 1)), False),
    (E(match_source_protocol=SourceProtocol("static")), False),
    (E(match_length=Length(1, 2)), True),
    (E(match_as_paths=(1,)), False),
    (E(match_tags=(7,), match_metrics=(1,)), False),
]


@pytest.mark.parametrize(("entry", "fits"), CLAUSES, ids=lambda value: "")
def test_a_clause_fits_or_not(entry: RouteMapEntry, fits: bool) -> None:
    assert evaluate(lists(M={10: entry}), "M", ROUTE).is_permitted is fits


@pytest.mark.parametrize(
    ("wanted", "kind", "fits"),
    [
        ("external", "external type-1", True),
        ("external type-2", "external type-1", False),
        ("external", "external", True),
        ("local", "internal", False),
    ],
)
def test_external_alone_means_both_types(wanted: str, kind: str, fits: bool) -> None:
    word, *types = wanted.split()
    asked = RouteType(word, type_1="type-1" in types, type_2="type-2" in types)
    found = evaluate(lists(M={1: E(match_route_type=asked)}), "M", ROUTE._replace(kind=kind))
    assert found.is_permitted is fits


def test_a_route_without_next_hop_fits_no_clause_about_it() -> None:
    asked = lists(M={10: E(match_next_hop_acls=("NONE",))})
    assert not evaluate(asked, "M", ROUTE._replace(next_hop=None)).is_permitted


def test_the_first_entry_that_fits_decides() -> None:
    found = evaluate(
        lists(M={30: E(), 20: E(action="deny", match_tags=(7,)), 10: E(match_tags=(1,))}),
        "M",
        ROUTE,
    )
    assert (found.is_permitted, found.sequence) == (False, 20)


def test_without_an_entry_that_fits_all_is_denied() -> None:
    found = evaluate(lists(M={10: E(match_tags=(1,))}), "M", ROUTE)
    assert (found.is_permitted, found.sequence, found.is_defined) == (False, None, True)
    assert not evaluate(lists(), "M", ROUTE).is_defined


def test_continue_gathers_what_later_entries_set() -> None:
    found = evaluate(
        lists(
            M={
                10: E(set_tag=1, set_metric=Metric(5), continue_at=Continue(30)),
                20: E(set_tag=2),
                30: E(set_tag=3, match_tags=(7,), continue_at=Continue()),
                40: E(set_tag=4, match_tags=(8,)),
            }
        ),
        "M",
        ROUTE,
    )
    assert (found.is_permitted, found.tag, found.metric) == (True, 3, Metric(5))


def test_continue_into_a_deny_denies_and_one_to_nowhere_ends() -> None:
    into_deny = {10: E(set_tag=1, continue_at=Continue()), 20: E(action="deny")}
    assert not evaluate(lists(M=into_deny), "M", ROUTE).is_permitted
    nowhere = {10: E(set_tag=1, continue_at=Continue(15)), 20: E(action="deny")}
    assert evaluate(lists(M=nowhere), "M", ROUTE).tag == 1
    back = {10: E(), 20: E(set_tag=2, continue_at=Continue(10))}
    assert evaluate(lists(M={20: back[20], 10: E(match_tags=(1,))}), "M", ROUTE).tag == 2


def test_random_route_maps_agree_with_a_plain_reading_of_them() -> None:
    """The oracle: the clauses of an entry as a list of truths, entries as a sorted list."""
    random = Random(5)
    seen = {True: 0, False: 0}
    for _ in range(2000):
        entries: dict[int, RouteMapEntry] = {}
        truths: dict[int, tuple[bool, bool]] = {}
        for sequence in random.sample(range(1, 100), random.randrange(6)):
            tags = tuple(random.sample(range(5, 9), random.randrange(3)))
            metrics = (2300416,) if random.random() < 0.3 else (1,) if random.random() < 0.3 else ()
            action = random.choice(("permit", "deny"))
            entries[sequence] = E(
                action=action, match_tags=tags, match_metrics=metrics, set_tag=sequence
            )
            fits = (7 in tags or not tags) and (2300416 in metrics or not metrics)
            truths[sequence] = (fits, action == "permit")
        wanted = next((s for s in sorted(truths) if truths[s][0]), None)
        is_permitted = wanted is not None and truths[wanted][1]
        found = evaluate(lists(M=entries), "M", ROUTE)
        assert (found.is_permitted, found.sequence) == (is_permitted, wanted)
        assert found.tag == (wanted if is_permitted else None)
        seen[is_permitted] += 1
    assert min(seen.values()) > 200
