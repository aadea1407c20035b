"""What shows list of BGP's tables besides their rows, as frozen values.

How the engine makes them of its state is in `list_answers`.
"""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.address import IPv4Address, IPv6Address
from iosemu.kernel.time import Time
from iosemu.wire.bgp_attributes import Origin
from iosemu.wire.bgp_nlri import Nlri

from .views import PrefixView

NextHop = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class DetailSection:
    """Prefixes of one RD, or all; heading as in `views.Section`."""

    prefixes: tuple[PrefixView, ...]
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class DetailView:
    """`show ip bgp detail`: all prefixes with all they have."""

    sections: tuple[DetailSection, ...]


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A best path that is not in the routing table.  matches: whether the route there has the same
    next hop, "n/a" if nobody wants to know."""

    prefix: Nlri
    next_hop: NextHop
    reason: str
    matches: str


@dataclass(frozen=True, slots=True)
class FailuresView:
    """`show ip bgp rib-failure`."""

    rows: tuple[FailureRow, ...]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """The labels of one path: ours, and that of who told of it."""

    prefix: Nlri
    next_hop: NextHop
    inbound: str
    outbound: str


@dataclass(frozen=True, slots=True)
class LabelSection:
    """The labels of one RD."""

    rows: tuple[LabelRow, ...]
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class LabelsView:
    """`show ip bgp vpnv4 all labels`."""

    sections: tuple[LabelSection, ...]


@dataclass(frozen=True, slots=True)
class AsPathRow:
    """Attributes that paths share.  address: where they would be in the memory of a router."""

    address: int
    bucket: int
    count: int
    med: int
    as_path: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class AsPathsView:
    """`show ip bgp paths`; of one neighbor without the bucket."""

    rows: tuple[AsPathRow, ...]
    has_buckets: bool = True


@dataclass(frozen=True, slots=True)
class FlapRow:
    """The past of one path.  reuse_in: None unless it is suppressed."""

    prefix: Nlri
    neighbor: NextHop
    flaps: int
    duration: Time
    reuse_in: Time | None
    as_path: str
    origin: Origin
    is_suppressed: bool
    is_history: bool
    is_best: bool


@dataclass(frozen=True, slots=True)
class FlapsView:
    """`show ip bgp dampening flap-statistics`, or `dampened-paths`, which does not count."""

    version: int
    router_id: IPv4Address
    rows: tuple[FlapRow, ...]
    release: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class DampeningView:
    """`show ip bgp dampening parameters`; route_map: what chooses the figures instead."""

    half_life_minutes: int
    reuse: int
    suppress: int
    longest_minutes: int
    decay_s: int
    most: int
    is_usual: bool
    route_map: str | None = None


@dataclass(frozen=True, slots=True)
class FamilyHeading:
    """What stands above one family in shows of all; `follows`: others stand before it."""

    family: str
    follows: bool = False
    leaves_room: bool = True
