"""What of a table is told to an update group, and with which attributes.

Pure but for the policies, which are asked through `policy`.  The rules of a path, all but filters
that look at the prefix, are applied once for all prefixes that share the path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from iosemu.address import IPv4Address, IPv6Address
from iosemu.policy.path_map import BoundMap, Outcome, PathFacts
from iosemu.policy.prefix_list import Prefix
from iosemu.wire.bgp_as_path import AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attributes import PARTIAL, Attributes, UnknownAttribute
from iosemu.wire.bgp_community import LOCAL_AS, NO_ADVERTISE, NO_EXPORT
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4
from iosemu.wire.bgp_nlri import Nlri, VpnPrefix

from . import nexthops, policy
from .advertising import KEPT, SELF, SHARED, Form, NextHopRule, Told, home_of
from .settings import (
    DEFAULT_VRF,
    AdvertiseMap,
    NextHopSelf,
    Outbound,
    PeerKey,
    PeerKind,
    ProcessSettings,
    RemovePrivate,
    TableKey,
)
from .table import Net, Path
from .turn import Turn

_OWN: dict[int, IPv4Address | IPv6Address] = {4: IPv4Address(0), 6: IPv6Address(0)}
"""Stands for this router in next hops until it is known on which session."""
_PRIVATE = ((64512, 65535), (4200000000, 4294967295))


# -- whether ----


def is_told(outbound: Outbound, path: Path, settings: ProcessSettings) -> bool:
    """Whether a best path may go to neighbors of a kind at all, whatever the filters say."""
    attributes = path.attributes
    for community in attributes.communities:
        if community == NO_ADVERTISE:
            return False
        if community == NO_EXPORT and outbound.kind is PeerKind.EXTERNAL:
            return False
        if community == LOCAL_AS and outbound.kind is not PeerKind.INTERNAL:
            return False
    if outbound.soo is not None and any(
        one.is_site_of_origin and one.value == outbound.soo
        for one in attributes.extended_communities
    ):
        return False
    if outbound.kind is not PeerKind.INTERNAL or not path.is_internal:
        return True
    # RFC 4456 6: of two iBGP neighbors one has to be a client.
    if path.source.is_client:
        return settings.client_to_client or not outbound.route_reflector_client
    return outbound.route_reflector_client


# -- with which attributes ----


def rewritten(
    outbound: Outbound, path: Path, outcome: Outcome, settings: ProcessSettings, cluster: int
) -> Attributes:
    """The attributes as neighbors of a group see them, but for the next hop.  outcome: of the route
    map.  cluster: the cluster identifier of this router."""
    changed = _communities(outbound, outcome.attributes)
    if outbound.kind is PeerKind.EXTERNAL:
        return changed._replace(
            as_path=external_path(outbound, changed.as_path, settings),
            # RFC 4271 5.1.4: what another AS said ends here, what this one says does not.
            med=changed.med if path.is_local or outcome.sets_med else None,
            local_pref=None,
            originator_id=None,
            cluster_list=(),
            unknown=_marked(changed, path),
        )
    if changed.local_pref is None:
        changed = changed._replace(local_pref=settings.bestpath.default_local_preference)
    if outbound.kind is PeerKind.CONFEDERATION:
        return changed._replace(
            as_path=changed.as_path.prepended(*outbound.prepends, kind=SegmentKind.CONFED_SEQUENCE),
            originator_id=None,
            cluster_list=(),
            unknown=_marked(changed, path),
        )
    if path.is_internal:
        return changed._replace(
            originator_id=changed.originator_id or path.source.router_id,
            cluster_list=(IPv4Address(cluster), *changed.cluster_list),
            unknown=_marked(changed, path),
        )
    return changed._replace(unknown=_marked(changed, path))


def _marked(attributes: Attributes, path: Path) -> tuple[UnknownAttribute, ...]:
    """Attributes that are passed on without being understood are partial (RFC 4271 5)."""
    if not attributes.unknown or path.is_local:
        return attributes.unknown
    return tuple(one._replace(flags=one.flags | PARTIAL) for one in attributes.unknown)


def _communities(outbound: Outbound, attributes: Attributes) -> Attributes:
    """IOS tells communities only where `send-community` says so, large ones with the standard."""
    if not outbound.send_standard and (attributes.communities or attributes.large_communities):
        attributes = attributes._replace(communities=(), large_communities=())
    held = attributes.extended_communities
    if held:
        kept = held if outbound.send_extended else ()
        if outbound.kind is PeerKind.EXTERNAL:
            kept = tuple(one for one in kept if one.is_transitive)
        if kept != held:
            attributes = attributes._replace(extended_communities=kept)
    return attributes


def external_path(outbound: Outbound, path: AsPath, settings: ProcessSettings) -> AsPath:
    """The path as another AS sees it (RFC 5065 4.1, RFC 4271 5.1.2)."""
    own = settings.asn if settings.confederation is None else settings.confederation
    path = path.without_confederation
    if outbound.remove_private is not RemovePrivate.NO and not (
        outbound.private_as is not None and path.occurrences(outbound.private_as)
    ):
        path = without_private(path, outbound.remove_private, own)
    if outbound.override_as is not None:
        path = path.replaced((outbound.override_as,), own)
    return path.prepended(*outbound.prepends)


def without_private(path: AsPath, how: RemovePrivate, own: int) -> AsPath:
    """`remove-private-as`: without `all` only a path of nothing but private numbers changes."""
    if how is RemovePrivate.ONLY and not all(map(is_private, path.asns)):
        return path
    if how is RemovePrivate.REPLACE:
        return AsPath(
            Segment(kind, tuple(own if is_private(asn) else asn for asn in asns))
            for kind, asns in path
        )
    kept = ((kind, tuple(asn for asn in asns if not is_private(asn))) for kind, asns in path)
    joined = AsPath()
    for kind, asns in reversed([*kept]):
        joined = joined.prepended(*asns, kind=kind)
    return joined


def is_private(asn: int) -> bool:
    """Whether a number is for private use (RFC 6996)."""
    return any(first <= asn <= last for first, last in _PRIVATE)


# -- next hops ----


def next_hop_rule(outbound: Outbound, path: Path, attributes: Attributes) -> NextHopRule:
    """What becomes of the next hop, unless a route map said it."""
    if not attributes.next_hop:
        return SELF
    if outbound.kind is PeerKind.EXTERNAL:
        if outbound.next_hop_unchanged_all and not path.is_local:
            return KEPT
        if outbound.next_hop_unchanged and path.is_internal:
            return KEPT
        return SELF if outbound.next_hop_self is not NextHopSelf.NO else SHARED
    if outbound.next_hop_self is NextHopSelf.ALL:
        return SELF
    if outbound.next_hop_self is NextHopSelf.EXTERNAL and not path.is_internal:
        return SELF
    return KEPT


def with_next_hop(told: Told, form: Form) -> Attributes:
    """The attributes as one member gets them."""
    attributes, rule = told.attributes, told.rule
    hop = attributes.next_hop
    if not rule.is_self and not (
        rule.is_shared and not any(_holds(subnet, hop) for subnet in form.subnets)
    ):
        return attributes
    return attributes._replace(next_hop=form.own, link_local=form.link_local)


def _holds(subnet: Prefix, hop: IPv4Address | IPv6Address) -> bool:
    return type(subnet.network) is type(hop) and subnet.holds(hop)


# -- one group at work ----


class Bin:
    """All prefixes of which a group is told the same."""

    __slots__ = ("keys", "told")

    def __init__(self, told: Told) -> None:
        self.told = told
        self.keys: list[Nlri] = []


class Speaker:
    """Judges the best paths of one table for one group; lives for one run."""

    def __init__(
        self,
        turn: Turn,
        table: TableKey,
        outbound: Outbound,
        alone: PeerKey | None,
        withheld: Sequence[AdvertiseMap] = (),
    ) -> None:
        """alone: the only member of the group; a path does not go back to it.  withheld: the
        advertise maps whose condition does not hold."""
        settings = turn.settings
        self.turn, self.outbound, self.settings, self.alone = turn, outbound, settings, alone
        self.cluster = settings.cluster_id or turn.state.router_id
        home = turn.state.routing.tables.get(home_of(table))
        self.metric = nexthops.metric_lookup(turn, home_of(table))
        self.is_vpn = table.family == VPNV4
        self.vrf = turn.state.routing.vrfs.get(table.vrf)
        self.suppressed = {} if home is None else home.suppressed
        self.tests = _prefix_tests(turn, table, outbound)
        self.withheld = [one.advertise for one in withheld]
        self.bins: dict[tuple[Path, Outcome], Bin] = {}
        self.version = 6 if table.family == IPV6_UNICAST else 4
        self.path: Path | None = None
        self.whole: Bin | None = None
        self.bound: BoundMap | None = None
        self.outcomes: list[tuple[Outcome, Bin]] = []

    def judge(self, key: Nlri, path: Path) -> Bin | None:
        """Where a prefix with this best path belongs; None: it is not told."""
        if path is not self.path:
            self._take_up(path)
        if self.whole is None and self.bound is None:
            return None
        if self.tests:
            bare = policy.bare(key)
            for test in self.tests:
                if not test(bare):
                    return None
        if self.withheld and any(self._is_permitted(name, key, path) for name in self.withheld):
            return None
        if self.suppressed and key in self.suppressed:
            return self._unsuppressed(key, path)
        if self.bound is None:
            return self.whole
        outcome = self.bound.decide(policy.bare(key))
        if outcome is None:
            return None
        for known, held in self.outcomes:
            if known is outcome:
                return held
        held = self._bin(path, outcome)
        self.outcomes.append((outcome, held))
        return held

    def _take_up(self, path: Path) -> None:
        """Everything about a path that does not hang on the prefix."""
        self.path, self.whole, self.bound, self.outcomes = path, None, None, []
        outbound = self.outbound
        if self.alone is not None and path.source.peer == self.alone:
            return
        if not is_told(outbound, path, self.settings):
            return
        if self.is_vpn and path.imported is not None:
            return
        if self.vrf is not None and not self.vrf.takes(path):
            return
        if outbound.filter_list is not None and not policy.filter_list(
            self.turn, outbound.filter_list, path.attributes.as_path
        ):
            return
        if outbound.route_map is None:
            self.whole = self._bin(path, Outcome(path.attributes))
        else:
            self.bound = self._map(outbound.route_map, path, path.attributes)

    def _map(self, name: str, path: Path, attributes: Attributes) -> BoundMap | None:
        """A route map on its way out; one that is not defined lets nothing through."""
        own = _OWN[self.version]
        cost = None if path.is_local else self.metric(path)
        facts = facts_of(path, self.settings.asn)._replace(own=own, peer=own, igp_metric=cost)
        return policy.bound_map(self.turn, name, attributes, facts)

    def _is_permitted(self, name: str, key: Nlri, path: Path) -> bool:
        bound = self._map(name, path, path.attributes)
        return bound is not None and bound.decide(policy.bare(key)) is not None

    def _unsuppressed(self, key: Nlri, path: Path) -> Bin | None:
        """A prefix that an aggregate hides: `unsuppress-map` may let it out, as it sets it."""
        name = self.outbound.unsuppress_map
        if name is None:
            return None
        bound = self._map(name, path, path.attributes)
        outcome = None if bound is None else bound.decide(policy.bare(key))
        if outcome is None:
            return None
        if self.outbound.route_map is not None:
            before = outcome
            after = self._map(self.outbound.route_map, path, outcome.attributes)
            outcome = None if after is None else after.decide(policy.bare(key))
            if outcome is None:
                return None
            outcome = outcome._replace(
                keeps_next_hop=before.keeps_next_hop or outcome.keeps_next_hop,
                sets_med=before.sets_med or outcome.sets_med,
            )
        return self._bin(path, outcome)

    def _bin(self, path: Path, outcome: Outcome) -> Bin:
        # Paths that came with different updates may say the same.
        key = (path._replace(received_at=0, epoch=0), outcome)
        held = self.bins.get(key)
        if held is None:
            held = self.bins[key] = Bin(self._told(path, outcome))
        return held

    def _told(self, path: Path, outcome: Outcome) -> Told:
        attributes = outcome.attributes
        if outcome.keeps_next_hop:
            rule = KEPT if attributes.next_hop else SELF
        elif self.is_vpn and _is_of_vrf(path):
            # RFC 4364 4.3.2: who gave the label is the next hop.
            rule = SELF
        else:
            rule = next_hop_rule(self.outbound, path, attributes)
        changed = rewritten(self.outbound, path, outcome, self.settings, self.cluster)
        if self.is_vpn and rule.is_shared:
            rule = SELF
        return Told(changed, rule, path.label if self.is_vpn else None)


def is_withheld(turn: Turn, one: AdvertiseMap, nets: Mapping[Nlri, Net]) -> bool:
    """Whether what an advertise map permits is held back: no best path fits the exist map, or one
    fits the non-exist map."""
    own = turn.settings.asn
    exists = False
    for key, net in nets.items():
        if net.best is None:
            continue
        facts = facts_of(net.best, own)
        bound = policy.bound_map(turn, one.condition, net.best.attributes, facts)
        if bound is not None and bound.decide(policy.bare(key)) is not None:
            exists = True
            break
    return exists is not one.is_exist


def _is_of_vrf(path: Path) -> bool:
    """Whether a path of the VPNv4 table starts in a VRF here."""
    return path.source.peer is None or path.source.peer.vrf != DEFAULT_VRF


def facts_of(path: Path, asn: int) -> PathFacts:
    """What outbound route maps see beside prefix and attributes."""
    if path.is_local:
        return PathFacts("local", f"bgp {asn}")
    return policy.facts_of(path.source, asn)


def _prefix_tests(
    turn: Turn, table: TableKey, outbound: Outbound
) -> list[Callable[[Prefix], bool]]:
    """Prefix list and distribute list; a list that is not defined lets all through."""
    tests: list[Callable[[Prefix], bool]] = []
    if outbound.prefix_list is not None:
        program = policy.lists(turn).prefix_program(
            outbound.prefix_list, is_ipv6=table.family == IPV6_UNICAST
        )
        if program is not None:
            tests.append(program.permits)
    if outbound.distribute_list is not None:
        name = outbound.distribute_list
        tests.append(lambda prefix: policy.permits(turn, name, prefix))
    return tests


def default_prefix(table: TableKey) -> Prefix | None:
    """The default route of a family."""
    from iosemu.address import IPv4Prefix, IPv6Prefix

    if table.family == IPV4_UNICAST:
        return IPv4Prefix.of(0, 0)
    return IPv6Prefix.of(0, 0) if table.family == IPV6_UNICAST else None


def bare_of(key: Nlri) -> Prefix:
    """Without the distinguisher."""
    return key.prefix if isinstance(key, VpnPrefix) else key
