"""Route flap dampening, RFC 2439, with the figures of IOS.

Each withdrawal of an external path costs 1000, each change of its attributes 500; the sum decays by
half in each half-life.  At the suppress limit the path is no longer used, until it decayed to the
reuse limit; below half of that the past is forgotten.  The end of a session costs nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from iosemu.kernel.time import MINUTE, SECOND, Time
from iosemu.values import dataclass
from iosemu.wire.bgp_nlri import Nlri

from . import policy, selection
from .settings import Dampening, PeerKind, TableKey
from .table import Path, Slot, Table
from .turn import Turn

WITHDRAWAL, CHANGE = 1000.0, 500.0
REUSE = "dampening reuse"
REUSE_NS = 10 * SECOND


class FlapKey(NamedTuple):
    """One path of one prefix."""

    prefix: Nlri
    slot: Slot


@dataclass(slots=True)
class Flap:
    """The past of a path that flapped.

    penalty: as of `at`.  since: of the first flap.  history: the path, while it is withdrawn.
    figures: those that held at its last flap.
    """

    penalty: float
    at: Time
    since: Time
    figures: Dampening
    flaps: int = 0
    is_suppressed: bool = False
    history: Path | None = None

    def decayed(self, now: Time) -> float:
        """The penalty now."""
        half_life = self.figures.half_life_minutes * MINUTE
        value: float = self.penalty * 2.0 ** (-(now - self.at) / half_life)
        return value

    def reuse_in(self, now: Time) -> Time:
        """How long a suppressed path has to wait yet."""
        left, wait = self.decayed(now), 0
        half_life = self.figures.half_life_minutes * MINUTE
        while left * 2.0 ** (-wait / half_life) > self.figures.reuse:
            wait += SECOND
        return wait


def most(figures: Dampening) -> float:
    """The penalty never exceeds what decays to the reuse limit in the longest time."""
    exponent: float = figures.longest_minutes / figures.half_life_minutes
    value: float = figures.reuse * 2.0**exponent
    return value


def figures_for(turn: Turn, part: TableKey, key: Nlri, path: Path) -> Dampening | None:
    """By which figures a path is damped; None: not at all."""
    wanted = selection.settings_of(turn, part).dampening
    if wanted is None or path.local is not None or path.source.kind is not PeerKind.EXTERNAL:
        return None
    if wanted.route_map is None:
        return wanted
    facts = policy.facts_of(path.source, turn.settings.asn)
    bound = policy.bound_map(turn, wanted.route_map, path.attributes, facts)
    outcome = None if bound is None else bound.decide(policy.bare(key))
    if outcome is None:
        return None
    own = outcome.dampening
    if own is None:
        return wanted
    return Dampening(own.half_life, own.reuse, own.suppress, own.maximum)


def on_withdrawn(turn: Turn, part: TableKey, table: Table, key: Nlri, path: Path) -> None:
    """The neighbor took a path back."""
    figures = figures_for(turn, part, key, path)
    if figures is not None:
        _punish(turn, table, key, path, figures, WITHDRAWAL).history = path


def on_announced(
    turn: Turn, part: TableKey, table: Table, key: Nlri, path: Path, old: Path | None
) -> None:
    """The neighbor told a path: once more after it was gone, or another one than before."""
    held = table.flaps.get(FlapKey(key, path.slot))
    if held is not None:
        held.history = None
    if old is not None and old.attributes != path.attributes:
        figures = figures_for(turn, part, key, path)
        if figures is not None:
            _punish(turn, table, key, path, figures, CHANGE)


def _punish(
    turn: Turn, table: Table, key: Nlri, path: Path, figures: Dampening, penalty: float
) -> Flap:
    flap_key = FlapKey(key, path.slot)
    held = table.flaps.get(flap_key)
    if held is None:
        held = table.flaps[flap_key] = Flap(0.0, turn.now, turn.now, figures)
        if len(table.flaps) == 1:
            turn.set_timer(REUSE_NS, REUSE)
    held.penalty = min(held.decayed(turn.now) + penalty, most(figures))
    held.at, held.figures = turn.now, figures
    held.flaps += 1
    if held.penalty >= figures.suppress:
        held.is_suppressed = True
    return held


def is_suppressed(table: Table, key: Nlri, path: Path) -> bool:
    """Whether a path may not be used for now."""
    held = table.flaps.get(FlapKey(key, path.slot))
    return held is not None and held.is_suppressed


def on_reuse(turn: Turn) -> None:
    """Every 10 seconds: what decayed enough is used again, and at last forgotten."""
    is_any = False
    for key, table in turn.state.routing.tables.items():
        for flap_key, held in list(table.flaps.items()):
            left = held.decayed(turn.now)
            if held.is_suppressed and left <= held.figures.reuse:
                held.is_suppressed = False
                selection.mark(turn, key, (flap_key.prefix,))
            if left < held.figures.reuse / 2:
                del table.flaps[flap_key]
        is_any = is_any or bool(table.flaps)
    if is_any:
        turn.set_timer(REUSE_NS, REUSE)


def clear(turn: Turn, key: TableKey, prefix: Nlri | None = None) -> None:
    """`clear ip bgp dampening`: forget the past of a prefix, or of all."""
    table = turn.state.routing.tables.get(key)
    if table is None:
        return
    for flap_key in [k for k in table.flaps if prefix in (None, k.prefix)]:
        held = table.flaps.pop(flap_key)
        if held.is_suppressed:
            selection.mark(turn, key, (flap_key.prefix,))
