"""What the shows of BGP ask the engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.kernel.time import Time
from iosemu.wire.bgp_family import IPV4_UNICAST, Family

Prefix = IPv4Prefix | IPv6Prefix


@dataclass(frozen=True, slots=True)
class Scope:
    """Which table, and of VPNv4 which part: of one VRF, of one RD ("65000:1"), or all."""

    family: Family = IPV4_UNICAST
    vrf: str | None = None
    rd: str | None = None


class Which(Enum):
    """Which rows of a table; `value` of the query says more."""

    ALL = "all"
    UNDER = "longer-prefixes"
    REGEX = "regexp"
    FILTER_LIST = "filter-list"
    PREFIX_LIST = "prefix-list"
    ROUTE_MAP = "route-map"
    COMMUNITY = "community"
    COMMUNITY_LIST = "community-list"
    CIDR_ONLY = "cidr-only"
    INCONSISTENT_AS = "inconsistent-as"
    DAMPENED = "dampened-paths"
    ROUTES_OF = "neighbor routes"
    RECEIVED_FROM = "received-routes"
    ADVERTISED_TO = "advertised-routes"


@dataclass(frozen=True, slots=True)
class TableQuery:
    """Rows of a table; the answer is a `TableView`, None without such a table.

    value: a regular expression, the name of a list, or communities (the word `exact-match` among
    them if nothing else is allowed).
    """

    scope: Scope
    now: Time
    which: Which = Which.ALL
    value: tuple[str, ...] = ()
    prefix: Prefix | None = None
    peer: IPv4Address | IPv6Address | None = None
    counts: bool = False


@dataclass(frozen=True, slots=True)
class PrefixQuery:
    """One prefix, or what holds an address; the answer is a tuple of `PrefixView`, one for each RD.

    only: "bestpath" or "multipaths".
    """

    scope: Scope
    now: Time
    prefix: Prefix | None = None
    address: IPv4Address | IPv6Address | None = None
    only: str | None = None


@dataclass(frozen=True, slots=True)
class SummaryQuery:
    """`show ip bgp summary`; the answer is a `SummaryView`, None without such a table.

    peers: only these.
    """

    scope: Scope
    now: Time
    peers: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class NeighborsQuery:
    """`show ip bgp neighbors`; the answer is a tuple of `NeighborView`, None without a process.

    scope: None for those of all tables.  address: one of them.
    """

    scope: Scope | None
    now: Time
    address: IPv4Address | IPv6Address | None = None


class Listing(Enum):
    """What is listed of a table besides its rows."""

    DETAIL = "detail"
    FAILURES = "rib-failure"
    LABELS = "labels"
    AS_PATHS = "paths"
    DAMPENED = "dampened-paths"
    FLAPS = "flap-statistics"
    PARAMETERS = "parameters"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The answer is the view of `list_views` that goes with the listing, None without such a table
    (or, of the parameters of dampening, without it).

    peer: of paths of one neighbor only.  pattern: which AS paths.
    """

    listing: Listing
    scope: Scope
    now: Time
    peer: IPv4Address | IPv6Address | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class FamiliesQuery:
    """The answer is the families that have a table."""


@dataclass(frozen=True, slots=True)
class GroupsQuery:
    """`show ip bgp update-group`; the answer is a tuple of `GroupView`.

    index, peer: one of them, or that of a neighbor.
    """

    scope: Scope
    now: Time
    index: int | None = None
    peer: IPv4Address | IPv6Address | None = None


@dataclass(frozen=True, slots=True)
class PeerGroupsQuery:
    """`show ip bgp peer-group`; the answer is a tuple of `PeerGroupView`."""

    scope: Scope
    name: str | None = None
