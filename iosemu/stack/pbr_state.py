"""What a router remembers of policy routing: route maps, their counters, and tracked objects."""

from __future__ import annotations

from iosemu.policy.route_map import RouteMap
from iosemu.values import dataclass, field


@dataclass(slots=True)
class PolicyCount:
    """Packets that an entry matched, and bytes of the frames they came in."""

    packets: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Policies:
    """Route maps by name, and the count of each entry by name and sequence number.

    `local`: the route map for packets this router makes.  `tracks`: tracked objects that next hops
    hang on, and whether each is up; one that is not there is not.
    """

    maps: dict[str, RouteMap] = field(default_factory=dict)
    counts: dict[tuple[str, int], PolicyCount] = field(default_factory=dict)
    local: str | None = None
    tracks: dict[int, bool] = field(default_factory=dict)
