"""Additional paths of a prefix for neighbors that take them (RFC 7911).

The best path has the identifier 0, the following ones are numbered by their rank, so that an
announcement replaces what had its rank before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from iosemu.wire.bgp_nlri import Nlri

from . import decision, nexthops, selection
from .advertising import Group, Told, home_of
from .decision import Candidate, Contest
from .outbound import Speaker
from .settings import Bestpath, Outbound, PathChoice, TableKey
from .table import Net, Path
from .turn import Turn

Ranking = Callable[[Net], tuple[Path, ...]]


def ranking(turn: Turn, key: TableKey, outbound: Outbound) -> Ranking | None:
    """What finds the additional paths of a prefix for a group; None: it gets none."""
    settings = selection.settings_of(turn, key)
    wanted = outbound.additional_paths
    is_on = settings.additional_paths_send if wanted is None else wanted
    choice = outbound.advertised_paths
    if not is_on or choice is None or settings.selected_paths is None:
        return None
    metric = nexthops.metric_lookup(turn, home_of(key))
    rules = turn.settings.bestpath
    return lambda net: _following(net, decision.candidates(net.paths, metric), choice, rules)


def _following(
    net: Net, usable: list[Candidate], choice: PathChoice, rules: Bestpath
) -> tuple[Path, ...]:
    """The paths behind the best one, better ones first.  A next hop is told of once."""
    best = net.best
    if best is None:
        return ()
    chosen = [best]
    left = [one for one in usable if one.path is not best]
    most = len(left) + 1 if choice.best is None or choice.all else choice.best
    while left and len(chosen) < most:
        one = decision.best_of(left, Contest(rules))
        left.remove(one)
        if _is_new(one.path, chosen, choice):
            chosen.append(one.path)
    return tuple(chosen[1:])


def _is_new(path: Path, chosen: Iterable[Path], choice: PathChoice) -> bool:
    """Another way than those chosen: of another neighboring AS for `group-best` alone."""
    if choice.group_best and not choice.all and choice.best is None:
        asn = path.attributes.as_path.neighbor
        return all(one.attributes.as_path.neighbor != asn for one in chosen)
    return all(one.attributes.next_hop != path.attributes.next_hop for one in chosen)


def renew(
    group: Group,
    speaker: Speaker,
    key: Nlri,
    paths: Iterable[Path],
    touched: list[tuple[Nlri, Told]],
    fewer: dict[int, list[Nlri]],
) -> None:
    """Have a group be told of these additional paths of a prefix: what is new of them goes to
    `touched`, what is no more to `fewer`."""
    found = [bin_.told for path in paths if (bin_ := speaker.judge(key, path)) is not None]
    wanted = tuple([told._replace(path_id=n) for n, told in enumerate(found, 1)])
    held = group.more.get(key, ())
    if wanted == held:
        return
    for at, told in enumerate(wanted):
        if at >= len(held) or told != held[at]:
            touched.append((key, told))
    for at in range(len(wanted), len(held)):
        fewer.setdefault(at + 1, []).append(key)
    if wanted:
        group.more[key] = wanted
    else:
        del group.more[key]
