"""The best path of a prefix: the decision process in IOS's order (Cisco document 13753).

Pure.  The paths of a prefix are compared as IOS does it: the newest with the next, the winner with
the one after that, so that without `deterministic-med` the order in which they came may matter.
Each comparison names the step that decided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from iosemu.values import dataclass
from iosemu.wire.bgp_as_path import AsPath

from .settings import Bestpath, PathChoice, PeerKind, TableSettings
from .table import Local, Path, Slot

WORST_MED = 0xFFFFFFFF


class Step(Enum):
    """What one path was better by, in the order of the comparison."""

    WEIGHT = "higher weight"
    LOCAL_PREFERENCE = "higher local preference"
    LOCAL = "sourced locally"
    AS_PATH = "shorter AS path"
    ORIGIN = "lower origin"
    MED = "lower MED"
    EXTERNAL = "external over internal"
    IGP_METRIC = "lower IGP metric"
    OLDEST = "older external path"
    ROUTER_ID = "lower router ID"
    CLUSTER_LIST = "shorter cluster list"
    NEIGHBOR = "lower neighbor address"
    PATH_ID = "lower path ID"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many paths may share the load: `maximum-paths` of eBGP, iBGP, both mixed."""

    external: int = 1
    internal: int = 1
    mixed: int = 1

    @classmethod
    def of(cls, settings: TableSettings) -> Limits:
        return cls(
            settings.maximum_paths_external,
            settings.maximum_paths_internal,
            settings.maximum_paths_mixed,
        )


ALONE = Limits()

IgpMetric = Callable[[Path], int | None]
"""The metric to the next hop of a path, None if that cannot be reached; 0 for a local path."""


class Candidate(NamedTuple):
    """A path that can be used; age: its position among all paths, the oldest has the highest."""

    path: Path
    igp_metric: int
    age: int


class Choice(NamedTuple):
    """multipaths: all that share the load, the best first; empty if that is the only one."""

    best: Path | None
    multipaths: tuple[Path, ...] = ()


NOTHING = Choice(None)


@dataclass(frozen=True, slots=True)
class Contest:
    """What all comparisons of one prefix go by.

    incumbent: the best path until now, if it still takes part.
    """

    rules: Bestpath
    incumbent: Slot | None = None


def choose(
    paths: Sequence[Path],
    held: Path | None,
    igp_metric: IgpMetric,
    rules: Bestpath,
    limits: Limits = ALONE,
) -> Choice:
    """The best of the paths of a prefix, newest first, and those that share the load with it."""
    usable = candidates(paths, igp_metric)
    if not usable:
        return NOTHING
    if len(usable) == 1:
        return Choice(usable[0].path)
    slots = [one.path.slot for one in usable]
    incumbent = None if held is None else held.slot
    contest = Contest(rules, incumbent if incumbent in slots else None)
    best = best_of(usable, contest)
    if limits == ALONE:
        return Choice(best.path)
    return Choice(best.path, _multipaths(usable, best, contest, limits))


def candidates(paths: Sequence[Path], igp_metric: IgpMetric) -> list[Candidate]:
    """The paths whose next hop can be reached, newest first."""
    found = []
    for age, path in enumerate(paths):
        metric = 0 if path.local is not None else igp_metric(path)
        if metric is not None:
            found.append(Candidate(path, metric, age))
    return found


def best_of(usable: Sequence[Candidate], contest: Contest) -> Candidate:
    """The winner; with `deterministic-med` the paths of each neighboring AS first compete among
    themselves."""
    if not contest.rules.deterministic_med:
        return _winner(usable, contest)
    groups: dict[int | None, list[Candidate]] = {}
    for one in usable:
        groups.setdefault(one.path.attributes.as_path.neighbor, []).append(one)
    return _winner([_winner(group, contest) for group in groups.values()], contest)


def _winner(usable: Sequence[Candidate], contest: Contest) -> Candidate:
    best = usable[0]
    for challenger in usable[1:]:
        if not compare(best, challenger, contest)[0]:
            best = challenger
    return best


def ranked(
    paths: Sequence[Path], held: Path | None, igp_metric: IgpMetric, rules: Bestpath
) -> tuple[Path, ...]:
    """All that can be used, better ones first: the best, the best of what is left, and so on."""
    left = candidates(paths, igp_metric)
    found: list[Path] = []
    incumbent = None if held is None else held.slot
    while left:
        is_there = any(one.path.slot == incumbent for one in left)
        best = best_of(left, Contest(rules, incumbent if is_there else None))
        found.append(best.path)
        left.remove(best)
    return tuple(found)


def additional(ranking: Sequence[Path], wanted: PathChoice) -> tuple[Path, ...]:
    """`bgp additional-paths select`: of ranked paths those that may be told beside the best one,
    which is the first of them.  Each of the choices adds its own."""
    if wanted.all:
        return tuple(ranking)
    chosen = dict.fromkeys(ranking[: wanted.best or 1])
    if wanted.group_best:
        groups: dict[int | None, Path] = {}
        for path in ranking:
            groups.setdefault(path.attributes.as_path.neighbor, path)
        chosen.update(dict.fromkeys(groups.values()))
    return tuple([path for path in ranking if path in chosen])


def compare(one: Candidate, other: Candidate, contest: Contest) -> tuple[bool, Step]:
    """Whether `one` is better than `other`, and by which step."""
    rules = contest.rules
    mine, theirs = one.path, other.path
    a, b = mine.attributes, theirs.attributes
    if mine.weight != theirs.weight:
        return mine.weight > theirs.weight, Step.WEIGHT
    default = rules.default_local_preference
    preference = default if a.local_pref is None else a.local_pref
    preferences = default if b.local_pref is None else b.local_pref
    if preference != preferences:
        return preference > preferences, Step.LOCAL_PREFERENCE
    locality, localities = _locality(mine), _locality(theirs)
    if locality != localities:
        return locality < localities, Step.LOCAL
    if not rules.ignore_as_path:
        length, lengths = a.as_path.hops, b.as_path.hops
        if length != lengths:
            return length < lengths, Step.AS_PATH
    if a.origin != b.origin:
        return a.origin < b.origin, Step.ORIGIN
    if compares_med(a.as_path, b.as_path, rules):
        med, meds = _med(mine, rules), _med(theirs, rules)
        if med != meds:
            return med < meds, Step.MED
    return _compare_ways(one, other, contest)


def _compare_ways(one: Candidate, other: Candidate, contest: Contest) -> tuple[bool, Step]:
    """The steps about who told of a path and where it leads; what came through a confederation
    counts as internal."""
    rules = contest.rules
    mine, theirs = one.path, other.path
    is_external, are_external = _is_external(mine), _is_external(theirs)
    if is_external != are_external:
        return is_external, Step.EXTERNAL
    if not rules.ignore_igp_metric and one.igp_metric != other.igp_metric:
        return one.igp_metric < other.igp_metric, Step.IGP_METRIC
    identity, identities = _router_id(mine), _router_id(theirs)
    if (
        is_external
        and not rules.compare_router_id
        and contest.incumbent is not None
        and identity != identities
    ):
        # Whatever came back since, the path in use stays; without one in use, age does not count.
        if contest.incumbent == mine.slot:
            return True, Step.OLDEST
        if contest.incumbent == theirs.slot:
            return False, Step.OLDEST
        return one.age > other.age, Step.OLDEST
    if identity != identities:
        return identity < identities, Step.ROUTER_ID
    clusters, others = len(mine.attributes.cluster_list), len(theirs.attributes.cluster_list)
    if clusters != others:
        return clusters < others, Step.CLUSTER_LIST
    if mine.source.address != theirs.source.address:
        return mine.source.address < theirs.source.address, Step.NEIGHBOR
    return (mine.path_id, one.age) < (theirs.path_id, other.age), Step.PATH_ID


def compares_med(one: AsPath, other: AsPath, rules: Bestpath) -> bool:
    """Whether two paths come from the same neighboring AS, or their MED counts all the same.

    Paths from within this AS come from the same one; those that only crossed other parts of the
    confederation need `med confed`.
    """
    if rules.always_compare_med:
        return True
    neighbor, neighbors = one.neighbor, other.neighbor
    if neighbor is not None or neighbors is not None:
        return neighbor == neighbors
    if not one and not other:
        return True
    return rules.med_confederation and _is_all_confederation(one) and _is_all_confederation(other)


def _is_all_confederation(path: AsPath) -> bool:
    return bool(path) and all(segment.is_confederation for segment in path)


def _med(path: Path, rules: Bestpath) -> int:
    med = path.attributes.med
    if med is None:
        return WORST_MED if rules.missing_med_is_worst else 0
    return med


def _locality(path: Path) -> int:
    """What starts here is better, and an aggregate the least of it."""
    if path.local is None:
        return 2
    return 1 if path.local is Local.AGGREGATE else 0


def _is_external(path: Path) -> bool:
    return path.local is None and path.source.kind is PeerKind.EXTERNAL


def _router_id(path: Path) -> int:
    originator = path.attributes.originator_id
    return path.source.router_id if originator is None else originator


def _multipaths(
    usable: Sequence[Candidate], best: Candidate, contest: Contest, limits: Limits
) -> tuple[Path, ...]:
    """The best path and those that are as good up to the choice of the neighbor, as many as may
    be, better ones first; each by another next hop."""
    if best.path.local is not None:
        return ()
    own = limits.external if _is_external(best.path) else limits.internal
    most = max(own, limits.mixed)
    if most <= 1:
        return ()
    left = [one for one in usable if one is not best and _is_equal(one, best, contest, limits)]
    chosen = [best]
    while left and len(chosen) < most:
        following = _winner(left, contest)
        left.remove(following)
        if all(one.path.next_hop != following.path.next_hop for one in chosen):
            chosen.append(following)
    return tuple([one.path for one in chosen]) if len(chosen) > 1 else ()


def _is_equal(one: Candidate, best: Candidate, contest: Contest, limits: Limits) -> bool:
    """Whether a path may share the load with the best one."""
    rules = contest.rules
    if one.path.local is not None or one.path.weight != best.path.weight:
        return False
    a, b = one.path.attributes, best.path.attributes
    default = rules.default_local_preference
    if (default if a.local_pref is None else a.local_pref) != (
        default if b.local_pref is None else b.local_pref
    ):
        return False
    if not rules.ignore_as_path and a.as_path.hops != b.as_path.hops:
        return False
    if not rules.multipath_relax and a.as_path != b.as_path:
        return False
    if a.origin != b.origin or _med(one.path, rules) != _med(best.path, rules):
        return False
    if limits.mixed > 1:
        return True
    if _is_external(one.path) != _is_external(best.path):
        return False
    return rules.ignore_igp_metric or one.igp_metric == best.igp_metric
