"""The decision process, step by step and against an oracle."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from iosemu.address import IPv4Address
from iosemu.proto.bgp.decision import (
    Candidate,
    Contest,
    Limits,
    Step,
    additional,
    choose,
    compare,
    ranked,
)
from iosemu.proto.bgp.settings import Bestpath, PathChoice, PeerKey, PeerKind
from iosemu.proto.bgp.table import Local, Path, Source
from iosemu.wire.bgp_as_path import AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attributes import Attributes, Origin

ip = IPv4Address.parse
NONE = Bestpath()


def path(
    peer: int,
    as_path: str = "7 8",
    *,
    kind: PeerKind = PeerKind.EXTERNAL,
    router_id: int | None = None,
    weight: int = 0,
    local: Local | None = None,
    **attributes: object,
) -> Path:
    """A path of neighbor 10.0.0.`peer`."""
    address = IPv4Address(0x0A000000 + peer)
    key = None if local is not None else PeerKey("default", address)
    identity = address if router_id is None else IPv4Address(router_id)
    source = Source(key, kind, 7, IPv4Address(0) if key is None else address, identity)
    asns = tuple(map(int, as_path.split()))
    said = Attributes(Origin.IGP, AsPath.of(*asns), address)._replace(**attributes)  # type: ignore[arg-type]
    return Path(source, said, weight, local=local)


def confederation(*asns: int) -> AsPath:
    return AsPath((Segment(SegmentKind.CONFED_SEQUENCE, asns),))


INTERNAL, CONFEDERATION = PeerKind.INTERNAL, PeerKind.CONFEDERATION
SET = AsPath((Segment(SegmentKind.SET, (1, 2, 3)),))

STEPS = [
    (Step.WEIGHT, path(9, "1 2 3", weight=1), path(1, "1"), NONE),
    (Step.LOCAL_PREFERENCE, path(9, "1 2 3", local_pref=101), path(1), NONE),
    (Step.LOCAL_PREFERENCE, path(9, "1 2 3"), path(1, local_pref=99), NONE),
    (
        Step.LOCAL_PREFERENCE,
        path(9, "1 2 3"),
        path(1, local_pref=150),
        Bestpath(default_local_preference=200),
    ),
    (Step.LOCAL, path(0, "", local=Local.NETWORK, origin=Origin.INCOMPLETE), path(1, ""), NONE),
    (
        Step.LOCAL,
        path(0, "", local=Local.REDISTRIBUTED, origin=Origin.INCOMPLETE),
        path(0, "", local=Local.AGGREGATE),
        NONE,
    ),
    (Step.AS_PATH, path(9, "7 8", origin=Origin.INCOMPLETE), path(1, "7 8 9"), NONE),
    (Step.AS_PATH, path(9, as_path=""), path(1, "7"), NONE),
    (
        Step.AS_PATH,
        path(9)._replace(attributes=path(9).attributes._replace(as_path=SET)),
        path(1),
        NONE,
    ),
    (Step.ORIGIN, path(9, "7 8 9"), path(1, origin=Origin.EGP), Bestpath(ignore_as_path=True)),
    (Step.ORIGIN, path(9, origin=Origin.EGP), path(1, origin=Origin.INCOMPLETE), NONE),
    (Step.MED, path(9, med=1), path(1, med=2), NONE),
    (Step.MED, path(9), path(1, med=2), NONE),
    (Step.MED, path(9, med=2), path(1), Bestpath(missing_med_is_worst=True)),
    (Step.MED, path(9, "6 8", med=1), path(1, "7 8", med=2), Bestpath(always_compare_med=True)),
    (Step.MED, path(9, "", kind=INTERNAL, med=1), path(1, "", kind=INTERNAL, med=2), NONE),
    (Step.EXTERNAL, path(9, "6 8", med=9), path(1, kind=INTERNAL), NONE),
    (Step.EXTERNAL, path(9), path(1, kind=CONFEDERATION), NONE),
    (Step.ROUTER_ID, path(9, router_id=1), path(1, router_id=2), NONE),
    (
        Step.ROUTER_ID,
        path(9, kind=INTERNAL, originator_id=IPv4Address(1)),
        path(1, kind=CONFEDERATION),
        NONE,
    ),
    (
        Step.CLUSTER_LIST,
        path(9, kind=INTERNAL, router_id=5),
        path(1, kind=INTERNAL, router_id=5, cluster_list=(IPv4Address(1),)),
        NONE,
    ),
    (Step.NEIGHBOR, path(1, router_id=5), path(2, router_id=5), NONE),
    (Step.PATH_ID, path(1)._replace(path_id=1), path(1)._replace(path_id=2), NONE),
]


@pytest.mark.parametrize(
    ("step", "better", "worse", "rules"),
    STEPS,
    ids=[f"{number}-{row[0].name}" for number, row in enumerate(STEPS)],
)
def test_a_step_decides_whichever_path_came_first(
    step: Step, better: Path, worse: Path, rules: Bestpath
) -> None:
    contest = Contest(rules)
    one, other = Candidate(better, 0, 0), Candidate(worse, 0, 1)
    assert compare(one, other, contest) == (True, step)
    assert compare(other, one, contest) == (False, step)
    for paths in ([better, worse], [worse, better]):
        assert choose(paths, None, lambda path: 0, rules).best is better


@pytest.mark.parametrize(
    ("one", "other", "rules"),
    [
        (path(9, "6 8", med=1), path(1, "7 8", med=2), NONE),
        (path(9, med=1), path(1, med=2, as_path="7 8"), Bestpath(missing_med_is_worst=True)),
    ],
)
def test_med_counts_only_for_the_same_neighboring_as(
    one: Path, other: Path, rules: Bestpath
) -> None:
    contest = Contest(rules)
    step = compare(Candidate(one, 0, 0), Candidate(other, 0, 1), contest)[1]
    same = one.attributes.as_path.neighbor == other.attributes.as_path.neighbor
    assert step is (Step.MED if same else Step.ROUTER_ID)


def test_med_within_the_confederation_counts_only_if_wanted() -> None:
    one, other = path(9, kind=CONFEDERATION, med=1), path(1, kind=CONFEDERATION, med=2)
    one = one._replace(attributes=one.attributes._replace(as_path=confederation(65001)))
    other = other._replace(attributes=other.attributes._replace(as_path=confederation(65002)))
    pair = Candidate(one, 0, 0), Candidate(other, 0, 1)
    assert compare(*pair, Contest(NONE)) == (False, Step.ROUTER_ID)
    assert compare(*pair, Contest(Bestpath(med_confederation=True))) == (True, Step.MED)


def test_confederation_hops_do_not_lengthen_a_path() -> None:
    long = path(1, kind=CONFEDERATION, med=0)
    long = long._replace(
        attributes=long.attributes._replace(
            as_path=AsPath((*confederation(1, 2, 3), *AsPath.of(7)))
        )
    )
    assert choose([long, path(9, "7 8")], None, lambda path: 0, NONE).best is long


def test_the_igp_metric_decides_between_internal_paths() -> None:
    near, far = path(9, kind=INTERNAL), path(1, kind=INTERNAL)
    metrics = {near: 10, far: 20}
    assert choose([far, near], None, metrics.get, NONE).best is near
    ignoring = Bestpath(ignore_igp_metric=True)
    assert choose([far, near], None, metrics.get, ignoring).best is far


def test_a_path_whose_next_hop_is_unknown_does_not_take_part() -> None:
    one, other = path(1), path(9, "1 2 3")
    assert choose([one, other], None, {other: 0}.get, NONE).best is other
    assert choose([one], None, {}.get, NONE).best is None
    own = path(0, "", local=Local.NETWORK)
    assert choose([own], None, {}.get, NONE).best is own


def test_the_external_path_in_use_stays() -> None:
    held, better = path(9), path(1)
    assert choose([better, held], held, lambda path: 0, NONE).best is held
    assert choose([held, better], held, lambda path: 0, NONE).best is held
    assert choose([better, held], None, lambda path: 0, NONE).best is better
    by_id = Bestpath(compare_router_id=True)
    assert choose([better, held], held, lambda path: 0, by_id).best is better


def test_a_returning_path_does_not_take_its_place_back() -> None:
    first, second = path(1), path(9)
    usable = {first: 0, second: 0}
    held = choose([second, first], None, usable.get, NONE).best
    assert held is first
    del usable[first]
    held = choose([second, first], held, usable.get, NONE).best
    assert held is second
    usable[first] = 0
    assert choose([second, first], held, usable.get, NONE).best is second


def test_internal_paths_do_not_grow_old() -> None:
    held, better = path(9, kind=INTERNAL), path(1, kind=INTERNAL)
    assert choose([better, held], held, lambda path: 0, NONE).best is better


def test_without_deterministic_med_the_order_matters_as_in_ciscos_example() -> None:
    """Cisco document 16046: entry 1 and 3 from AS 500, entry 2 from AS 100."""
    entry1 = path(1, "500", med=150, kind=INTERNAL, router_id=0x04040404)
    entry2 = path(2, "100", med=200, kind=PeerKind.EXTERNAL, router_id=0x02020202)
    entry3 = path(3, "500", med=100, kind=INTERNAL, router_id=0x01010101)
    metrics = {entry1: 5, entry2: 0, entry3: 9}
    by_order = choose([entry1, entry2, entry3], None, metrics.get, NONE)
    assert by_order.best is entry2
    plain = [
        path(1, "500", med=150, router_id=1),
        path(2, "100", med=200, router_id=2),
        path(3, "500", med=100, router_id=3),
    ]
    # 2 loses to 1 by its id; 1 loses to 3 by MED: 3 wins.  In another order 2 wins over 3.
    assert choose(plain, None, lambda path: 0, NONE).best is plain[2]
    turned = [plain[0], plain[2], plain[1]]
    assert choose(turned, None, lambda path: 0, NONE).best is plain[1]
    rules = Bestpath(deterministic_med=True)
    for order in (plain, turned, plain[::-1]):
        assert choose(order, None, lambda path: 0, rules).best is plain[1]


# -- multipath ----


def test_equal_external_paths_share_the_load() -> None:
    paths = [path(3), path(2), path(1), path(4, "7 8 9")]
    found = choose(paths, None, lambda path: 0, NONE, Limits(external=2))
    assert found.multipaths == (paths[2], paths[1])
    found = choose(paths, None, lambda path: 0, NONE, Limits(external=8))
    assert found.multipaths == (paths[2], paths[1], paths[0])
    assert choose(paths, None, lambda path: 0, NONE, Limits(internal=8)).multipaths == ()


def test_another_as_path_of_the_same_length_needs_multipath_relax() -> None:
    paths = [path(2, "7 9"), path(1, "7 8")]
    assert choose(paths, None, lambda path: 0, NONE, Limits(external=2)).multipaths == ()
    relaxed = Bestpath(multipath_relax=True)
    assert len(choose(paths, None, lambda path: 0, relaxed, Limits(external=2)).multipaths) == 2


def test_internal_paths_share_only_at_the_same_igp_metric() -> None:
    one, two, three = (path(number, kind=INTERNAL) for number in (1, 2, 3))
    metrics = {one: 10, two: 10, three: 11}
    found = choose([three, two, one], None, metrics.get, NONE, Limits(internal=4))
    assert found.multipaths == (one, two)


def test_eibgp_mixes_internal_and_external_paths() -> None:
    external, internal = path(1), path(2, kind=INTERNAL)
    metrics = {external: 0, internal: 10}
    assert choose([internal, external], None, metrics.get, NONE, Limits(4, 4)).multipaths == ()
    mixed = choose([internal, external], None, metrics.get, NONE, Limits(mixed=2))
    assert mixed.multipaths == (external, internal)


def test_paths_with_the_same_next_hop_are_one_way() -> None:
    one = path(1)
    other = path(2, next_hop=one.attributes.next_hop)
    assert choose([other, one], None, lambda path: 0, NONE, Limits(external=2)).multipaths == ()


def test_a_local_path_shares_with_nobody() -> None:
    own = path(0, "", local=Local.NETWORK, local_pref=100)
    assert choose([own, path(1)], None, lambda path: 0, NONE, Limits(8, 8, 8)).multipaths == ()


# -- additional paths ----


def test_paths_are_ranked_one_after_the_other() -> None:
    paths = [path(4, "7 8 9"), path(3, "6 8"), path(2), path(1, "7")]
    metrics = dict.fromkeys(paths, 0)
    ranking = ranked(paths, None, metrics.get, NONE)
    assert [one.source.address & 0xFF for one in ranking] == [1, 2, 3, 4]
    del metrics[paths[3]]
    assert ranked(paths, None, metrics.get, NONE)[0] is paths[2]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (PathChoice(all=True), [1, 2, 3, 4]),
        (PathChoice(best=2), [1, 2]),
        (PathChoice(best=3), [1, 2, 3]),
        (PathChoice(group_best=True), [1, 3]),
        (PathChoice(best=2, group_best=True), [1, 2, 3]),
    ],
)
def test_additional_paths_are_chosen_of_the_ranking(wanted: PathChoice, found: list[int]) -> None:
    ranking = (path(1, "7"), path(2), path(3, "6 8"), path(4, "7 8 9"))
    chosen = additional(ranking, wanted)
    assert [one.source.address & 0xFF for one in chosen] == found


# -- the oracle: the rules as the text has them, on plain values, one filter after the other ----


def oracle(paths: Sequence[Path], metrics: dict[Path, int], rules: Bestpath) -> set[Path]:
    """All paths that can be the best where MED compares every pair (so that there is an order):
    each step keeps the best of those left."""
    left = list(paths)

    def keep(measure: object) -> None:
        values = {one: measure(one) for one in left}  # type: ignore[operator]
        least = min(values.values())
        left[:] = [one for one in left if values[one] == least]

    keep(lambda p: -p.weight)
    keep(
        lambda p: (
            -(
                rules.default_local_preference
                if p.attributes.local_pref is None
                else p.attributes.local_pref
            )
        )
    )
    keep(lambda p: {Local.NETWORK: 0, Local.REDISTRIBUTED: 0, Local.AGGREGATE: 1}.get(p.local, 2))
    if not rules.ignore_as_path:
        keep(lambda p: len(p.attributes.as_path.text().split()))
    keep(lambda p: "ie?".index(p.attributes.origin.code))
    missing = 2**32 - 1 if rules.missing_med_is_worst else 0
    keep(lambda p: missing if p.attributes.med is None else p.attributes.med)
    keep(lambda p: 0 if p.source.kind is PeerKind.EXTERNAL and p.local is None else 1)
    if not rules.ignore_igp_metric:
        keep(lambda p: metrics[p])
    keep(lambda p: p.attributes.originator_id or p.source.router_id)
    keep(lambda p: len(p.attributes.cluster_list))
    keep(lambda p: p.source.address)
    return set(left)


def random_paths(chance: random.Random) -> list[Path]:
    found = []
    for peer in chance.sample(range(1, 30), chance.randint(1, 7)):
        kind = chance.choice(list(PeerKind))
        is_local = chance.random() < 0.1
        attributes = {
            "origin": chance.choice([Origin.IGP, Origin.IGP, Origin.EGP, Origin.INCOMPLETE]),
            "med": chance.choice([None, None, 0, 5]),
            "local_pref": chance.choice([None, None, 100, 110]),
        }
        if kind is PeerKind.INTERNAL and chance.random() < 0.3:
            attributes["originator_id"] = IPv4Address(chance.randint(1, 3))
            attributes["cluster_list"] = (IPv4Address(1),) * chance.randint(0, 2)
        found.append(
            path(
                0 if is_local else peer,
                chance.choice(["1", "2", "1 2", "3 1", "2 4"]) if not is_local else "",
                kind=kind,
                router_id=chance.randint(1, 6),
                weight=chance.choice([0, 0, 0, 5]),
                local=chance.choice(list(Local)) if is_local else None,
                **attributes,
            )
        )
    own: set[object] = set()
    return [p for p in found if p.slot not in own and not own.add(p.slot)]  # type: ignore[func-returns-value]


@pytest.mark.parametrize("seed", range(20))
def test_the_choice_is_that_of_the_oracle(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(100):
        rules = Bestpath(
            always_compare_med=True,
            compare_router_id=True,
            deterministic_med=chance.random() < 0.5,
            ignore_as_path=chance.random() < 0.2,
            ignore_igp_metric=chance.random() < 0.2,
            missing_med_is_worst=chance.random() < 0.3,
            default_local_preference=chance.choice([100, 105]),
        )
        paths = random_paths(chance)
        metrics = {p: 0 if p.local is not None else chance.choice([0, 10]) for p in paths}
        held = chance.choice([None, *paths])
        best = choose(paths, held, metrics.get, rules).best
        assert best in oracle(paths, metrics, rules)


@pytest.mark.parametrize("seed", range(10))
def test_deterministic_med_does_not_depend_on_the_order(seed: int) -> None:
    chance = random.Random(seed)
    rules = Bestpath(deterministic_med=True, compare_router_id=True)
    for _ in range(100):
        paths = [p for p in random_paths(chance) if p.local is None]
        if not paths:
            continue
        metrics = {p: chance.choice([0, 10]) for p in paths}
        # Two paths that differ in nothing but MED of different AS cannot tie: addresses differ.
        wanted = choose(sorted(paths), None, metrics.get, rules).best
        chance.shuffle(paths)
        winners = {
            choose(chance.sample(group, len(group)), None, metrics.get, rules).best
            for group in by_neighbor(paths).values()
        }
        assert wanted in winners


def by_neighbor(paths: Sequence[Path]) -> dict[int | None, list[Path]]:
    groups: dict[int | None, list[Path]] = {}
    for one in paths:
        groups.setdefault(one.attributes.as_path.neighbor, []).append(one)
    return groups
