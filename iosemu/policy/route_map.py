"""Route maps: entries as configured, and what they say of a route.

Pure.  What they say of packets is the business of the stack: `stack.pbr` uses the same entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import NamedTuple

from iosemu.address import IPv4Address, IPv4Prefix, mask_of
from iosemu.config.entries import Entries

from .acl import Acl
from .acl_match import Facts, Program, compiled
from .prefix_list import PrefixList

AclName = int | str


@dataclass(frozen=True, slots=True)
class Length:
    """`match length`: bytes, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class CommunityMatch:
    """`match community`: list numbers or names."""

    lists: tuple[int | str, ...]
    exact_match: bool = False


@dataclass(frozen=True, slots=True)
class RouteType:
    """`match route-type`."""

    kind: str
    type_1: bool = False
    type_2: bool = False

    def __str__(self) -> str:
        return f"{self.kind}{' type-1' * self.type_1}{' type-2' * self.type_2}"


@dataclass(frozen=True, slots=True)
class SourceProtocol:
    """`match source-protocol`; `number` of a process."""

    protocol: str
    number: int | None = None

    def __str__(self) -> str:
        return self.protocol if self.number is None else f"{self.protocol} {self.number}"


@dataclass(frozen=True, slots=True)
class Metric:
    """`set metric`: one number, or the five of EIGRP (kbps, tens of microseconds, 0-255, bytes)."""

    metric: int
    delay: int | None = None
    reliability: int | None = None
    load: int | None = None
    mtu: int | None = None


@dataclass(frozen=True, slots=True)
class SetCommunity:
    """`set community`: `none` takes all away; additive keeps what is there."""

    none: bool = False
    communities: tuple[int | str, ...] | None = None
    additive: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """`set origin`; an AS number goes with egp."""

    origin: str
    asn: int | None = None


@dataclass(frozen=True, slots=True)
class Continue:
    """`continue`: at the next entry, or at a number."""

    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class VerifiedNextHop:
    """`set ip next-hop verify-availability A.B.C.D SEQUENCE track OBJECT`."""

    next_hop: IPv4Address
    track: int


@dataclass(frozen=True, slots=True)
class RouteMapEntry:
    """One entry of a route map."""

    action: str = "permit"
    description: str | None = None
    match_as_paths: tuple[int, ...] = ()
    match_community: CommunityMatch | None = None
    match_interfaces: tuple[str, ...] = ()
    match_acls: tuple[AclName, ...] = ()
    match_prefix_lists: tuple[str, ...] = ()
    match_next_hop_acls: tuple[AclName, ...] = ()
    match_next_hop_prefix_lists: tuple[str, ...] = ()
    match_route_source_acls: tuple[AclName, ...] = ()
    match_route_source_prefix_lists: tuple[str, ...] = ()
    match_length: Length | None = None
    match_metrics: tuple[int, ...] = ()
    match_route_type: RouteType | None = None
    match_source_protocol: SourceProtocol | None = None
    match_tags: tuple[int, ...] = ()
    continue_at: Continue | None = None
    set_metric: Metric | None = None
    set_metric_type: str | None = None
    set_tag: int | None = None
    set_as_path_prepend: tuple[int, ...] = ()
    set_community: SetCommunity | None = None
    set_local_preference: int | None = None
    set_weight: int | None = None
    set_origin: Origin | None = None
    set_precedence: str | int | None = None
    set_tos: str | int | None = None
    set_dscp: str | int | None = None
    set_df: int | None = None
    set_vrf: str | None = None
    set_global: bool = False
    set_verified: Entries[int, VerifiedNextHop] = field(default_factory=Entries)
    set_verify_availability: bool = False
    set_next_hops: tuple[IPv4Address, ...] = ()
    set_next_hop_recursive: IPv4Address | None = None
    set_next_hop_self: bool = False
    set_next_hop_peer: bool = False
    set_interfaces: tuple[str, ...] = ()
    set_default_next_hops: tuple[IPv4Address, ...] = ()
    set_default_interfaces: tuple[str, ...] = ()

    @property
    def is_permit(self) -> bool:
        return self.action == "permit"


@dataclass(frozen=True, slots=True)
class RouteMap:
    """Entries by sequence number."""

    entries: Entries[int, RouteMapEntry] = field(default_factory=Entries)

    def in_order(self) -> list[tuple[int, RouteMapEntry]]:
        """The entries as they are tried."""
        return [(sequence, self.entries[sequence]) for sequence in sorted(self.entries)]


# -- what they say of routes ----


class RouteFacts(NamedTuple):
    """What route maps look at in a route.

    kind: its type as `match route-type` has it: "internal", "external", "external type-1", "local";
    empty: it has none.  source: where it comes from: "connected", "static", "eigrp 100".  told_by:
    the router that told of it.
    """

    prefix: IPv4Prefix
    next_hop: IPv4Address | None = None
    interface: str | None = None
    metric: int = 0
    tag: int = 0
    kind: str = ""
    source: str = ""
    told_by: IPv4Address | None = None


@dataclass(slots=True)
class Lists:
    """All that route maps name.  `acl`: the access list of a name.  `programs`: of lists that were
    compiled before, with the list each was made of; who asks often keeps it."""

    maps: Mapping[str, RouteMap]
    prefix_lists: Mapping[str, PrefixList]
    acl: Callable[[AclName], Acl | None]
    programs: MutableMapping[AclName, tuple[Acl, Program]] = field(default_factory=dict)

    def permits(self, name: AclName, facts: Facts) -> bool:
        """The verdict of an access list; one that is not defined permits all."""
        acl = self.acl(name)
        if acl is None:
            return True
        held = self.programs.get(name)
        if held is None or held[0] is not acl:
            held = self.programs[name] = (acl, compiled(acl))
        return held[1].permits(facts)

    def passes(self, name: str, prefix: IPv4Prefix) -> bool:
        """The verdict of a prefix list; one that is not defined permits all."""
        held = self.prefix_lists.get(name)
        return held is None or held.permits(prefix)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a route map says of a route.

    is_defined: whether there is such a route map; what one that is not there means depends on who
    names it.  sequence: of the entry that decided last, None for the implicit deny.  entries: those
    whose set clauses apply, in order; a later one overrules.
    """

    is_permitted: bool
    sequence: int | None = None
    entries: tuple[RouteMapEntry, ...] = ()
    is_defined: bool = True

    @property
    def metric(self) -> Metric | None:
        """`set metric`."""
        given = [e.set_metric for e in self.entries if e.set_metric is not None]
        return given[-1] if given else None

    @property
    def metric_type(self) -> str | None:
        """`set metric-type`."""
        given = [e.set_metric_type for e in self.entries if e.set_metric_type is not None]
        return given[-1] if given else None

    @property
    def tag(self) -> int | None:
        """`set tag`."""
        given = [e.set_tag for e in self.entries if e.set_tag is not None]
        return given[-1] if given else None


UNDEFINED = Verdict(False, is_defined=False)


def evaluate(lists: Lists, name: str, route: RouteFacts) -> Verdict:
    """Try the entries in order.  The first that matches decides, unless it is a permit with
    `continue`: then the entry meant goes on, and all that match add what they set."""
    held = lists.maps.get(name)
    if held is None:
        return UNDEFINED
    verdict = Verdict(False)
    wanted = 0
    for sequence, entry in held.in_order():
        if sequence < wanted or not matches(lists, entry, route):
            continue
        if not entry.is_permit:
            return Verdict(False, sequence)
        verdict = Verdict(True, sequence, (*verdict.entries, entry))
        if entry.continue_at is None:
            return verdict
        wanted = entry.continue_at.sequence or 0
        # A jump never goes back, and one to an entry that is not there goes nowhere.
        if wanted and (wanted <= sequence or wanted not in held.entries):
            return verdict
    return verdict


def matches(lists: Lists, entry: RouteMapEntry, route: RouteFacts) -> bool:
    """Whether all match clauses of an entry fit a route; one without any fits every route.

    `match length` is about packets and lets every route pass.  A route here has no communities and
    no AS path, so that clauses about those do not fit.
    """
    if entry.match_as_paths or entry.match_community is not None:
        return False
    return (
        (not entry.match_interfaces or route.interface in entry.match_interfaces)
        and (not entry.match_metrics or route.metric in entry.match_metrics)
        and (not entry.match_tags or route.tag in entry.match_tags)
        and _is_of_type(entry.match_route_type, route.kind)
        and entry.match_source_protocol in (None, _protocol_of(route.source))
        and _match_lists(lists, entry, route)
    )


def _match_lists(lists: Lists, entry: RouteMapEntry, route: RouteFacts) -> bool:
    prefix = route.prefix
    network = Facts(0, prefix.network, mask_of(prefix.length))
    acls, prefixes = entry.match_acls, entry.match_prefix_lists
    if acls and not any(lists.permits(name, network) for name in acls):
        return False
    if prefixes and not any(lists.passes(name, prefix) for name in prefixes):
        return False
    return _match_address(
        lists, entry.match_next_hop_acls, entry.match_next_hop_prefix_lists, route.next_hop
    ) and _match_address(
        lists, entry.match_route_source_acls, entry.match_route_source_prefix_lists, route.told_by
    )


def _match_address(
    lists: Lists, acls: tuple[AclName, ...], prefixes: tuple[str, ...], address: IPv4Address | None
) -> bool:
    """Clauses about one address; a route without it fits none of them."""
    if not acls and not prefixes:
        return True
    if address is None:
        return False
    if acls and not any(lists.permits(name, Facts(0, address, 0)) for name in acls):
        return False
    host = IPv4Prefix(address, 32)
    return not prefixes or any(lists.passes(name, host) for name in prefixes)


def _is_of_type(wanted: RouteType | None, kind: str) -> bool:
    """Without a type behind it, `external` means external routes of every protocol."""
    if wanted is None:
        return True
    return kind == str(wanted) or (str(wanted) == "external" and kind.startswith("external "))


def _protocol_of(source: str) -> SourceProtocol:
    protocol, _, number = source.partition(" ")
    return SourceProtocol(protocol, int(number) if number else None)
