"""Set clauses of route maps on paths of BGP, as functions from outcome to outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from iosemu.address import IPv4Address, IPv6Address
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_community import ExtendedCommunity, LargeCommunity

from .clauses import Dampening, Metric, MetricOffset, SetCommunity, SetExtended, SetLarge
from .community import (
    CommunityProgram,
    community_of,
    community_program,
    extended_program,
    large_program,
)
from .route_map import Lists, RouteMapEntry

_GREATEST = 0xFFFFFFFF


class PathFacts(NamedTuple):
    """What route maps see of a path beside its prefix and attributes.

    kind: "internal", "external" or "local".  source: where it comes from, as "bgp 65000",
    "connected", "eigrp 100".  neighbor: the router that told of it.  tag, interface: of the route
    it was made of.  igp_metric: of the way to its next hop.  own: this router's address on the
    session, `set ip next-hop self`; peer: what `peer-address` means, inbound the neighbor's
    address, outbound this router's towards it.
    """

    kind: str = ""
    source: str = ""
    neighbor: IPv4Address | IPv6Address | None = None
    tag: int = 0
    interface: str | None = None
    igp_metric: int | None = None
    own: IPv4Address | IPv6Address | None = None
    peer: IPv4Address | IPv6Address | None = None


NO_FACTS = PathFacts()


class Outcome(NamedTuple):
    """A path that a route map permits, with all that the map sets.

    weight, tag, dampening: None unless set.  keeps_next_hop: the next hop in `attributes` is what
    the map wants, whatever else would replace it when the path is told on.  sets_med: so is the
    MED, also if it is what it was.
    """

    attributes: Attributes
    weight: int | None = None
    tag: int | None = None
    dampening: Dampening | None = None
    traffic_index: int | None = None
    keeps_next_hop: bool = False
    sets_med: bool = False


Setter = Callable[[Outcome, PathFacts], Outcome]
Change = Callable[[Attributes, PathFacts], Attributes]


def setters(lists: Lists, entry: RouteMapEntry) -> list[Setter]:
    """What an entry sets, in the order IOS does it: communities are taken away before others are
    given."""
    changes = [*_numbers(entry), *_as_path(entry), *_communities(lists, entry)]
    found = [_changing(change) for change in changes]
    found += [*_med(entry), *_next_hops(entry)]
    if entry.set_automatic_tag:
        found.append(lambda o, facts: o._replace(tag=automatic_tag(o.attributes)))
    for field in ("weight", "tag", "dampening", "traffic_index"):
        value = getattr(entry, f"set_{field}")
        if value is not None:
            found.append(_setting(field, value))
    return found


def _changing(change: Change) -> Setter:
    return lambda o, facts: o._replace(attributes=change(o.attributes, facts))


def _setting(field: str, value: Any) -> Setter:
    return lambda o, facts: o._replace(**{field: value})


# -- numbers ----


def _numbers(entry: RouteMapEntry) -> list[Change]:
    found: list[Change] = []
    preference, origin = entry.set_local_preference, entry.set_origin
    if preference is not None:
        found.append(lambda a, facts: a._replace(local_pref=preference))
    if origin is not None:
        code = Origin[origin.origin.upper()]
        found.append(lambda a, facts: a._replace(origin=code))
    return found


def _med(entry: RouteMapEntry) -> list[Setter]:
    """`set metric`, and `set metric-type internal`: what it costs to the next hop is the MED."""
    found: list[Setter] = []
    metric = entry.set_metric
    if isinstance(metric, MetricOffset):
        amount = int(metric.offset)
        found.append(
            lambda o, facts: _with_med(o, min(max((o.attributes.med or 0) + amount, 0), _GREATEST))
        )
    elif isinstance(metric, Metric):
        med = metric.metric
        found.append(lambda o, facts: _with_med(o, med))
    if entry.set_metric_type == "internal":
        found.append(lambda o, facts: _with_med(o, facts.igp_metric))
    return found


def _with_med(outcome: Outcome, med: int | None) -> Outcome:
    if med is None:
        return outcome
    return outcome._replace(attributes=outcome.attributes._replace(med=med), sets_med=True)


# -- AS path ----


def _as_path(entry: RouteMapEntry) -> list[Change]:
    found: list[Change] = []
    asns, times = entry.set_as_path_prepend, entry.set_as_path_last_as
    if entry.set_as_path_tag:
        found.append(_from_tag)
    if asns:
        found.append(lambda a, facts: a._replace(as_path=a.as_path.prepended(*asns)))
    if times is not None:
        found.append(lambda a, facts: a._replace(as_path=_last_again(a.as_path, times)))
    return found


def _from_tag(attributes: Attributes, facts: PathFacts) -> Attributes:
    """`set as-path tag`: the tag of a route that is redistributed holds the system it is of."""
    asn = facts.tag & 0xFFFF
    return attributes._replace(as_path=AsPath.of(asn)) if asn else attributes


def _last_again(path: AsPath, times: int) -> AsPath:
    """`prepend last-as`: the system next to this one once more, as often as it says."""
    last = path.neighbor
    return path if last is None else path.prepended(*[last] * times)


def automatic_tag(attributes: Attributes) -> int:
    """`set automatic-tag` (RFC 1403 4): bit 31 automatic, bit 30 complete, then the length of the
    path in two bits (2: two or more), and the system the path is from in the lower half."""
    path = attributes.as_path
    complete = attributes.origin is Origin.IGP
    return 1 << 31 | complete << 30 | min(path.hops, 2) << 28 | (path.neighbor or 0) & 0xFFFF


# -- communities ----


def _communities(lists: Lists, entry: RouteMapEntry) -> list[Change]:
    found: list[Change] = []
    if entry.set_comm_list_delete is not None:
        plain = lists.communities(entry.set_comm_list_delete)
        if plain is not None:
            found.append(_delete(community_program(plain, new_format=lists.new_format)))
    if entry.set_community is not None:
        found.append(_community(entry.set_community))
    if entry.set_extcomm_list_delete is not None:
        extended = lists.extended(entry.set_extcomm_list_delete)
        if extended is not None:
            found.append(_delete_extended(extended_program(extended)))
    if entry.set_extcommunity_rt is not None:
        found.append(_targets(entry.set_extcommunity_rt))
    if entry.set_extcommunity_soo is not None:
        found.append(_site(ExtendedCommunity.site_of_origin(entry.set_extcommunity_soo)))
    if entry.set_large_comm_list_delete is not None:
        large = lists.large(entry.set_large_comm_list_delete)
        if large is not None:
            found.append(_delete_large(large_program(large)))
    if entry.set_large_community is not None:
        found.append(_large(entry.set_large_community))
    return found


def _delete(program: CommunityProgram[int]) -> Change:
    """`set comm-list NAME delete`: each community is looked up alone."""
    return lambda a, facts: a._replace(
        communities=tuple(each for each in a.communities if not program.permits((each,)))
    )


def _delete_extended(program: CommunityProgram[ExtendedCommunity]) -> Change:
    return lambda a, facts: a._replace(
        extended_communities=tuple(
            each for each in a.extended_communities if not program.permits((each,))
        )
    )


def _delete_large(program: CommunityProgram[LargeCommunity]) -> Change:
    return lambda a, facts: a._replace(
        large_communities=tuple(
            each for each in a.large_communities if not program.permits((each,))
        )
    )


def _community(clause: SetCommunity) -> Change:
    """Communities are kept in the order of their numbers, each once."""
    given = () if clause.none else tuple(map(community_of, clause.communities or ()))
    if clause.additive:
        return lambda a, facts: a._replace(communities=tuple(sorted({*a.communities, *given})))
    only = tuple(sorted(set(given)))
    return lambda a, facts: a._replace(communities=only)


def _targets(clause: SetExtended) -> Change:
    given = tuple(map(ExtendedCommunity.route_target, clause.communities))

    def change(a: Attributes, facts: PathFacts) -> Attributes:
        held = a.extended_communities
        if not clause.additive:
            held = tuple(each for each in held if not each.is_route_target)
        return a._replace(extended_communities=tuple(dict.fromkeys((*held, *given))))

    return change


def _site(given: ExtendedCommunity) -> Change:
    return lambda a, facts: a._replace(
        extended_communities=(
            *(each for each in a.extended_communities if not each.is_site_of_origin),
            given,
        )
    )


def _large(clause: SetLarge) -> Change:
    given = () if clause.none else tuple(map(LargeCommunity.parse, clause.communities or ()))
    if clause.additive:
        return lambda a, facts: a._replace(
            large_communities=tuple(sorted({*a.large_communities, *given}))
        )
    only = tuple(sorted(set(given)))
    return lambda a, facts: a._replace(large_communities=only)


# -- next hops ----


def _next_hops(entry: RouteMapEntry) -> list[Setter]:
    """A next hop of the other family than the path's is not for this path."""
    found: list[Setter] = []
    if entry.set_next_hop_unchanged:
        found.append(lambda o, facts: _unchanged(o, IPv4Address))
    if entry.set_ipv6_next_hop_unchanged:
        found.append(lambda o, facts: _unchanged(o, IPv6Address))
    if entry.set_next_hop_self:
        found.append(lambda o, facts: _to(o, facts.own))
    if entry.set_next_hop_peer or entry.set_ipv6_next_hop_peer:
        found.append(lambda o, facts: _to(o, facts.peer))
    on_link = [hop for hop in entry.set_ipv6_next_hops if hop.is_link_local]
    beyond = [hop for hop in entry.set_ipv6_next_hops if not hop.is_link_local]
    for hops in (entry.set_next_hops, beyond):
        if hops:
            found.append(_to_address(hops[0]))
    if on_link:
        found.append(_with_link_local(on_link[0]))
    return found


def _unchanged(o: Outcome, family: type) -> Outcome:
    return o._replace(keeps_next_hop=True) if isinstance(o.attributes.next_hop, family) else o


def _to(o: Outcome, hop: IPv4Address | IPv6Address | None) -> Outcome:
    if hop is None or type(hop) is not type(o.attributes.next_hop):
        return o
    return o._replace(attributes=o.attributes._replace(next_hop=hop), keeps_next_hop=True)


def _to_address(hop: IPv4Address | IPv6Address) -> Setter:
    return lambda o, facts: _to(o, hop)


def _with_link_local(hop: IPv6Address) -> Setter:
    def setter(o: Outcome, facts: PathFacts) -> Outcome:
        if not isinstance(o.attributes.next_hop, IPv6Address):
            return o
        return o._replace(attributes=o.attributes._replace(link_local=hop), keeps_next_hop=True)

    return setter
