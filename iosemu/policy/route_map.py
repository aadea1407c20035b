"""Route maps: entries as configured, and what they say of a route.

Pure.  What they say of packets is the business of the stack: `stack.pbr` uses the same entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, NamedTuple, TypeVar

from iosemu.address import Address, IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix, mask_of
from iosemu.config.entries import Entries
from iosemu.kernel.cache import Cache
from iosemu.values import dataclass, field

from .acl import Acl
from .acl_match import Facts, Program, compiled
from .as_path import AsPathList
from .clauses import (
    AclName as AclName,
)
from .clauses import (
    CommunityMatch as CommunityMatch,
)
from .clauses import (
    Continue as Continue,
)
from .clauses import (
    Dampening as Dampening,
)
from .clauses import (
    Length as Length,
)
from .clauses import (
    Metric as Metric,
)
from .clauses import (
    MetricOffset as MetricOffset,
)
from .clauses import (
    Origin as Origin,
)
from .clauses import (
    RouteType as RouteType,
)
from .clauses import (
    SetCommunity as SetCommunity,
)
from .clauses import (
    SetExtended as SetExtended,
)
from .clauses import (
    SetLarge as SetLarge,
)
from .clauses import (
    SourceProtocol as SourceProtocol,
)
from .clauses import (
    VerifiedNextHop as VerifiedNextHop,
)
from .community import CommunityList, ExtendedList, LargeList
from .prefix_list import Prefix, PrefixList, PrefixProgram


@dataclass(frozen=True, slots=True)
class RouteMapEntry:
    """One entry of a route map."""

    action: str = "permit"
    description: str | None = None
    match_as_paths: tuple[int, ...] = ()
    match_community: CommunityMatch | None = None
    match_extcommunities: tuple[int | str, ...] = ()
    match_large_community: CommunityMatch | None = None
    match_local_preferences: tuple[int, ...] = ()
    match_rpki: str | None = None
    match_interfaces: tuple[str, ...] = ()
    match_acls: tuple[AclName, ...] = ()
    match_prefix_lists: tuple[str, ...] = ()
    match_next_hop_acls: tuple[AclName, ...] = ()
    match_next_hop_prefix_lists: tuple[str, ...] = ()
    match_route_source_acls: tuple[AclName, ...] = ()
    match_route_source_prefix_lists: tuple[str, ...] = ()
    match_ipv6_acl: str | None = None
    match_ipv6_prefix_lists: tuple[str, ...] = ()
    match_ipv6_next_hop_prefix_lists: tuple[str, ...] = ()
    match_ipv6_route_source_prefix_lists: tuple[str, ...] = ()
    match_length: Length | None = None
    match_metrics: tuple[int, ...] = ()
    match_route_type: RouteType | None = None
    match_source_protocol: SourceProtocol | None = None
    match_tags: tuple[int, ...] = ()
    continue_at: Continue | None = None
    set_metric: Metric | MetricOffset | None = None
    set_metric_type: str | None = None
    set_tag: int | None = None
    set_automatic_tag: bool = False
    set_as_path_prepend: tuple[int, ...] = ()
    set_as_path_last_as: int | None = None
    set_as_path_tag: bool = False
    set_comm_list_delete: int | str | None = None
    set_community: SetCommunity | None = None
    set_extcomm_list_delete: int | str | None = None
    set_extcommunity_rt: SetExtended | None = None
    set_extcommunity_soo: str | None = None
    set_large_comm_list_delete: int | str | None = None
    set_large_community: SetLarge | None = None
    set_local_preference: int | None = None
    set_weight: int | None = None
    set_origin: Origin | None = None
    set_dampening: Dampening | None = None
    set_traffic_index: int | None = None
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
    set_next_hop_unchanged: bool = False
    set_ipv6_next_hops: tuple[IPv6Address, ...] = ()
    set_ipv6_next_hop_peer: bool = False
    set_ipv6_next_hop_unchanged: bool = False
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

P = TypeVar("P")


def _none(name: int | str) -> None:
    """There are no such lists."""


class RouteFacts(NamedTuple):
    """What route maps look at in a route.

    kind: its type as `match route-type` has it: "internal", "external", "external type-1", "local";
    empty: it has none.  source: where it comes from: "connected", "static", "eigrp 100".  told_by:
    the router that told of it.
    """

    prefix: Prefix
    next_hop: Address | None = None
    interface: str | None = None
    metric: int = 0
    tag: int = 0
    kind: str = ""
    source: str = ""
    told_by: Address | None = None


@dataclass(slots=True)
class Lists:
    """All that route maps name.  `acl`: the access list of a name.  `programs`: of lists that were
    compiled before, with the list each was made of; who asks often keeps it.  new_format: how
    communities are printed for regular expressions.  compiled: of everything else, by kind and
    name, with what it was made of; these values never change, so it holds as long as they do.
    named: all that route maps may name, to be compared by identity.
    """

    maps: Mapping[str, RouteMap]
    prefix_lists: Mapping[str, PrefixList]
    acl: Callable[[AclName], Acl | None]
    programs: MutableMapping[AclName, tuple[Acl, Program]] = field(default_factory=dict)
    ipv6_prefix_lists: Mapping[str, PrefixList] = field(default_factory=Entries)
    as_paths: Mapping[int, AsPathList] = field(default_factory=Entries)
    communities: Callable[[int | str], CommunityList | None] = _none
    extended: Callable[[int | str], ExtendedList | None] = _none
    large: Callable[[int | str], LargeList | None] = _none
    new_format: bool = False
    named: tuple[object, ...] = ()
    compiled: Cache[tuple[str, int | str], tuple[object, Any]] = field(default_factory=Cache)

    def inherit(self, before: Lists) -> None:
        """Keep what was made of the lists of an earlier configuration.  A route map stays as it was
        made only if nothing that any of them names has changed."""
        self.programs = before.programs
        is_same = all(a is b for a, b in zip(self.named, before.named, strict=True))
        for key, made in before.compiled.items():
            if is_same or (key[0] != "route-map" and self.new_format == before.new_format):
                self.compiled[key] = made

    def permits(self, name: AclName, facts: Facts) -> bool:
        """The verdict of an access list; one that is not defined permits all."""
        acl = self.acl(name)
        if acl is None:
            return True
        held = self.programs.get(name)
        if held is None or held[0] is not acl:
            held = self.programs[name] = (acl, compiled(acl))
        return held[1].permits(facts)

    def passes(self, name: str, prefix: Prefix) -> bool:
        """The verdict of a prefix list; one that is not defined permits all."""
        program = self.prefix_program(name, is_ipv6=isinstance(prefix, IPv6Prefix))
        return program is None or program.permits(prefix)

    def prefix_program(self, name: str, *, is_ipv6: bool) -> PrefixProgram | None:
        """The prefix list of a name, ready to match."""
        held = (self.ipv6_prefix_lists if is_ipv6 else self.prefix_lists).get(name)
        return self.made(
            "ipv6 prefix-list" if is_ipv6 else "prefix-list", name, held, PrefixProgram
        )

    def made(self, kind: str, name: int | str, held: Any, make: Callable[[Any], P]) -> P | None:
        """What `make` makes of the list of this name, made once; None if there is no such list."""
        if held is None:
            return None
        found = self.compiled.get((kind, name))
        if found is None or found[0] is not held:
            found = self.compiled[kind, name] = (held, make(held))
        program: P = found[1]
        return program


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
        """`set metric` with values of its own."""
        given = [e.set_metric for e in self.entries if isinstance(e.set_metric, Metric)]
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
    if (
        entry.match_as_paths
        or entry.match_community is not None
        or entry.match_extcommunities
        or entry.match_large_community is not None
        or entry.match_local_preferences
    ):
        return False
    return (
        (not entry.match_interfaces or route.interface in entry.match_interfaces)
        and (not entry.match_metrics or route.metric in entry.match_metrics)
        and (not entry.match_tags or route.tag in entry.match_tags)
        and _is_of_type(entry.match_route_type, route.kind)
        and entry.match_source_protocol in (None, protocol_of(route.source))
        and _match_lists(lists, entry, route)
    )


def _match_lists(lists: Lists, entry: RouteMapEntry, route: RouteFacts) -> bool:
    prefix = route.prefix
    if isinstance(prefix, IPv6Prefix):
        return _match_ipv6_lists(lists, entry, prefix)
    if entry.match_ipv6_prefix_lists or entry.match_ipv6_acl is not None:
        return False
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


def _match_ipv6_lists(lists: Lists, entry: RouteMapEntry, prefix: IPv6Prefix) -> bool:
    """What lists of IPv4 prefixes say does not fit any route of IPv6."""
    if entry.match_acls or entry.match_prefix_lists:
        return False
    names = entry.match_ipv6_prefix_lists
    return not names or any(lists.passes(name, prefix) for name in names)


def _match_address(
    lists: Lists, acls: tuple[AclName, ...], prefixes: tuple[str, ...], address: Address | None
) -> bool:
    """Clauses about one address; a route without it fits none of them."""
    if not acls and not prefixes:
        return True
    if not isinstance(address, IPv4Address):
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


def protocol_of(source: str) -> SourceProtocol:
    protocol, _, number = source.partition(" ")
    return SourceProtocol(protocol, int(number) if number else None)
