"""What the shows of route maps and policy routing are about."""

from __future__ import annotations

from iosemu.policy.route_map import RouteMapEntry
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry.  `tracks`: of tracked objects it names, whether each is up.  `new_format`: how
    communities are printed.  `next`: the number of the entry behind it."""

    name: str
    sequence: int
    entry: RouteMapEntry
    packets: int = 0
    bytes: int = 0
    tracks: tuple[tuple[int, bool], ...] = ()
    new_format: bool = False
    next: int | None = None


@dataclass(frozen=True, slots=True)
class NoSuchMapView:
    """There is no route map of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class StaticMapsView:
    """Heads the configured route maps where there are others."""


@dataclass(frozen=True, slots=True)
class DynamicMapsView:
    """Route maps that the router made itself; `has_heading`: others are listed before."""

    count: int
    has_heading: bool


@dataclass(frozen=True, slots=True)
class PoliciesView:
    """Where route maps are applied: (short name of the interface or "local", route map)."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LocalPolicyView:
    """The route map for own packets."""

    name: str
