"""What a neighbor announces or withdraws, on its way into a table.

Loops and other faults of a whole update are found once; filters are asked prefix by prefix, in the
order prefix list or distribute list, filter list, route map.  Everything that is let through alike
shares one `Path`.  What is denied withdraws what was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from iosemu.address import IPv4Address, mask_of
from iosemu.policy.path_map import BoundMap, Outcome
from iosemu.policy.prefix_list import Prefix
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_community import ExtendedCommunity
from iosemu.wire.bgp_family import VPNV4
from iosemu.wire.bgp_nlri import Nlri, Reach, Unreach

from . import dampening, nexthops, policy, selection, trace_in, vpn
from .peer import Carriage
from .routing import NextHopKey, Receiver, ReceiverKey
from .settings import Inbound, PeerKind, TableKey
from .table import Net, Path, Slot, Table
from .turn import Turn
from .vpn import Vrf

OWN_AS = "AS-PATH contains our own AS"
NOT_FIRST = "AS-PATH does not start with the neighbor's AS"
TOO_LONG = "AS-PATH is longer than the limit"
TOO_MANY_COMMUNITIES = "more communities than the limit"
OWN_ORIGINATOR = "ORIGINATOR is us"
OWN_CLUSTER = "reflected from the same cluster"
OWN_NEXT_HOP = "NEXTHOP is our own address"
NO_TARGET = "extended community not supported"
PREFIX_FILTER = "distribute/prefix-list"
FILTER_LIST = "filter-list"
ROUTE_MAP = "route-map"
NO_POLICY = Inbound()


class Intake(NamedTuple):
    """Where the prefixes of one neighbor go, and by which policy.

    peer: with the table of the session.  home: the table that has the paths.  vrf: of a neighbor in
    a VRF, whose RD and targets they get.  is_damped: flaps are counted.
    keeps: what comes is remembered as it came.
    """

    peer: ReceiverKey
    home: TableKey
    table: Table
    receiver: Receiver
    policy: Inbound
    dirty: dict[Nlri, None]
    carriage: Carriage
    vrf: Vrf | None = None
    is_damped: bool = False
    keeps: bool = False

    @property
    def is_open(self) -> bool:
        """No filter is asked of its prefixes."""
        wanted = self.policy
        return (
            wanted.route_map is None
            and wanted.prefix_list is None
            and wanted.filter_list is None
            and wanted.distribute_list is None
        )


# -- announcements ----


def announce(turn: Turn, intake: Intake, reach: Reach) -> None:
    """Take in what an update announces."""
    vrf = intake.vrf
    if vrf is not None:
        keys = tuple([vpn.key_of(vrf, key) for key in reach.prefixes])
        reach = reach._replace(prefixes=keys)
    if intake.keeps:
        keep(turn, intake, reach)
    reason = refusal(turn, intake, reach.attributes)
    if reason is not None:
        deny(turn, intake, reach.prefixes, reach.path_ids, reason)
        return
    if reach.labels or reach.path_ids or (vrf is not None and vrf.family.export_map is not None):
        _announce_each(turn, intake, reach)
        return
    base = base_path(turn, intake, reach.attributes)
    if intake.is_open:
        _enter_all(turn, intake, reach.prefixes, base)
        return
    judge = Judge.of(turn, intake, base)
    if isinstance(judge, str):
        deny(turn, intake, reach.prefixes, (), judge)
    else:
        _enter_judged(turn, intake, reach.prefixes, judge)


def base_path(turn: Turn, intake: Intake, attributes: Attributes) -> Path:
    """A path as received, before filters: what may not come from outside is taken off, what
    `local-as` puts in front is put there."""
    source = intake.receiver.source
    if source.kind is PeerKind.EXTERNAL and (
        attributes.local_pref is not None or attributes.originator_id or attributes.cluster_list
    ):
        attributes = attributes._replace(local_pref=None, originator_id=None, cluster_list=())
    if intake.policy.prepend is not None:
        attributes = attributes._replace(
            as_path=attributes.as_path.prepended(intake.policy.prepend)
        )
    if intake.policy.soo is not None:
        site = ExtendedCommunity.site_of_origin(intake.policy.soo)
        others = [one for one in attributes.extended_communities if not one.is_site_of_origin]
        attributes = attributes._replace(extended_communities=(*others, site))
    if intake.policy.dmzlink_bw and source.kind is PeerKind.EXTERNAL:
        attributes = _with_bandwidth(turn, intake, attributes)
    epoch = intake.carriage.refresh_epoch
    return Path(source, attributes, intake.policy.weight, 0, None, turn.now, epoch)


def _with_bandwidth(turn: Turn, intake: Intake, attributes: Attributes) -> Attributes:
    """`dmzlink-bw`: the bandwidth of the link to the neighbor, if it is on one."""
    peer = intake.peer.peer
    if not isinstance(peer.address, IPv4Address):
        return attributes
    for interface in turn.state.interfaces.values():
        if interface.vrf != peer.vrf or not interface.is_up:
            continue
        if any((own ^ peer.address) & mask_of(length) == 0 for own, length in interface.addresses):
            bytes_per_s = interface.bandwidth_kbps * 1000 / 8
            found = ExtendedCommunity.link_bandwidth(turn.settings.asn, bytes_per_s)
            others = [one for one in attributes.extended_communities if one.kind != found.kind]
            return attributes._replace(extended_communities=(*others, found))
    return attributes


def refusal(turn: Turn, intake: Intake, attributes: Attributes) -> str | None:
    """Why nothing of an update is taken; None: it is."""
    settings, source = turn.settings, intake.receiver.source
    path = attributes.as_path
    own = settings.asn if settings.confederation is None else settings.confederation
    allowed = intake.policy.own_as_allowed
    for _, asns in path:
        if (own in asns and path.occurrences(own) > allowed) or (
            own != settings.asn
            and settings.asn in asns
            and path.occurrences(settings.asn) > allowed
        ):
            return OWN_AS
    if settings.maxas_limit is not None and path.hops > settings.maxas_limit:
        return TOO_LONG
    is_external = source.kind is PeerKind.EXTERNAL
    if is_external and settings.enforce_first_as and path.first != source.asn:
        return NOT_FIRST
    if source.kind is PeerKind.INTERNAL:
        if attributes.originator_id == turn.state.router_id:
            return OWN_ORIGINATOR
        cluster = settings.cluster_id or turn.state.router_id
        if cluster in attributes.cluster_list:
            return OWN_CLUSTER
    if intake.home == vpn.TABLE and intake.vrf is None and not _keeps_all(turn, intake):
        targets = attributes.extended_communities
        if not vpn.is_wanted(turn, targets):
            return NO_TARGET
    limit = settings.maxcommunity_limit
    if limit is not None and len(attributes.communities) > limit:
        return TOO_MANY_COMMUNITIES
    if is_own_address(turn, intake.peer.peer.vrf, attributes.next_hop):
        return OWN_NEXT_HOP
    return None


def _keeps_all(turn: Turn, intake: Intake) -> bool:
    """Whether this router keeps VPN prefixes that no VRF of its own wants: as a route reflector."""
    if not turn.settings.route_target_filter:
        return True
    settings = selection.settings_of(turn, intake.home)
    return any(one.outbound.route_reflector_client for one in settings.policies.values())


def is_own_address(turn: Turn, vrf: str, address: int) -> bool:
    """Whether a next hop is this router itself."""
    addresses = turn.state.routing.addresses
    found = addresses.get(vrf)
    if found is None:
        found = addresses[vrf] = {
            own: None
            for interface in turn.state.interfaces.values()
            if interface.vrf == vrf and interface.is_up
            for own, _ in interface.addresses
        }
    return address in found


class Judge:
    """The filters of a neighbor for one set of attributes; it lives as long as the update.

    Each verdict of the route map becomes one path, shared by all its prefixes.
    """

    __slots__ = ("base", "bound", "made", "reason", "tests")

    def __init__(
        self, base: Path, tests: Sequence[Callable[[Prefix], bool]], bound: BoundMap | None
    ) -> None:
        self.base, self.tests, self.bound = base, tests, bound
        self.made: list[tuple[Outcome, Path]] = []
        self.reason = ""

    @classmethod
    def of(cls, turn: Turn, intake: Intake, base: Path) -> Judge | str:
        """The filters, or why all of it is denied."""
        wanted = intake.policy
        tests: list[Callable[[Prefix], bool]] = []
        if wanted.prefix_list is not None:
            program = policy.lists(turn).prefix_program(
                wanted.prefix_list, is_ipv6=intake.peer.table.family.afi == 2
            )
            if program is not None:
                tests.append(program.permits)
        if wanted.distribute_list is not None:
            name = wanted.distribute_list
            tests.append(lambda prefix: policy.permits(turn, name, prefix))
        bound = None
        if wanted.filter_list is not None and not policy.filter_list(
            turn, wanted.filter_list, base.attributes.as_path
        ):
            return FILTER_LIST
        if wanted.route_map is not None:
            facts = policy.facts_of(base.source, turn.settings.asn)
            bound = policy.bound_map(turn, wanted.route_map, base.attributes, facts)
            if bound is None:
                return ROUTE_MAP
        return cls(base, tests, bound)

    def decide(self, prefix: Prefix) -> Path | None:
        """The path of a prefix after policy; None: denied, and `reason` says by what."""
        for test in self.tests:
            if not test(prefix):
                self.reason = PREFIX_FILTER
                return None
        if self.bound is None:
            return self.base
        outcome = self.bound.decide(prefix)
        if outcome is None:
            self.reason = ROUTE_MAP
            return None
        for known, path in self.made:
            if known is outcome:
                return path
        path = self.base
        if outcome.attributes is not path.attributes:
            path = path._replace(attributes=outcome.attributes)
        if outcome.weight is not None:
            path = path._replace(weight=outcome.weight)
        self.made.append((outcome, path))
        return path


def _announce_each(turn: Turn, intake: Intake, reach: Reach) -> None:
    """Prefixes with labels or path identifiers: those that share both share a path."""
    groups: dict[tuple[int | None, int], list[Nlri]] = {}
    for at, prefix in enumerate(reach.prefixes):
        label = reach.labels[at] if reach.labels else None
        path_id = reach.path_ids[at] if reach.path_ids else 0
        groups.setdefault((label, path_id), []).append(prefix)
    base = base_path(turn, intake, reach.attributes)
    for (label, path_id), prefixes in groups.items():
        judge = Judge.of(turn, intake, base._replace(label=label, path_id=path_id))
        if isinstance(judge, str):
            deny(turn, intake, prefixes, [path_id] * len(prefixes), judge)
        else:
            _enter_judged(turn, intake, prefixes, judge)


def _enter_judged(turn: Turn, intake: Intake, prefixes: Sequence[Nlri], judge: Judge) -> None:
    """Ask the filters of each prefix; runs of the same path go in together."""
    decide, bare = judge.decide, policy.bare
    # An export map may say something else of each prefix.
    is_single = intake.vrf is not None and intake.vrf.family.export_map is not None
    is_bare = intake.home.family != VPNV4
    run: list[Nlri] = []
    held: Path | None = None
    for key in prefixes:
        path = decide(key if is_bare else bare(key))  # type: ignore[arg-type]
        if path is None:
            deny(turn, intake, (key,), (judge.base.path_id,), judge.reason)
            continue
        if path is not held or is_single:
            if held is not None:
                _enter_all(turn, intake, run, held)
            run, held = [], path
        run.append(key)
    if held is not None:
        _enter_all(turn, intake, run, held)


def _enter_all(turn: Turn, intake: Intake, prefixes: Sequence[Nlri], path: Path) -> None:
    """Put one path into the table for all these prefixes; that of a VRF gets its targets."""
    if intake.vrf is not None and prefixes:
        path = vpn.exported(turn, intake.vrf, prefixes[0], path)
    table, dirty = intake.table, intake.dirty
    nets, put = table.nets, table.put
    next_hop = NextHopKey(nexthops.vrf_of(path, intake.home), path.attributes.next_hop)
    if next_hop not in turn.state.routing.next_hops:
        nexthops.register(turn, next_hop)
    if intake.is_damped:
        for key in prefixes:
            old = table.path_in(key, path.slot)
            dampening.on_announced(turn, intake.peer.table, table, key, path, old)
    alone = (path,)
    added = 0
    for key in prefixes:
        if key not in nets:
            nets[key] = Net(alone)
            added += 1
            dirty[key] = None
        elif put(key, path):
            dirty[key] = None
    if added:
        peer = intake.peer.peer
        table.activity.nets_made += added
        table.activity.paths_made += added
        table.counts[peer] = table.counts.get(peer, 0) + added
    stale = intake.receiver.stale
    if stale:
        for key in prefixes:
            stale.pop((key, path.path_id), None)
    if trace_in.is_on(turn, intake.peer.peer):
        trace_in.received(turn, intake.peer.peer, prefixes, path)


# -- withdrawals and denials ----


def withdraw(turn: Turn, intake: Intake, unreach: Unreach) -> None:
    """Take out what an update withdraws."""
    received = intake.table.received.get(intake.peer.peer)
    keys: Sequence[Nlri] = unreach.prefixes
    if intake.vrf is not None:
        keys = [vpn.key_of(intake.vrf, key) for key in keys]
    for at, key in enumerate(keys):
        path_id = unreach.path_ids[at] if unreach.path_ids else 0
        if intake.is_damped:
            old = intake.table.path_in(key, Slot(intake.peer.peer, path_id))
            if old is not None:
                dampening.on_withdrawn(turn, intake.peer.table, intake.table, key, old)
        remove(intake, key, path_id)
        if received is not None:
            received.pop((key, path_id), None)
    if trace_in.is_on(turn, intake.peer.peer):
        trace_in.withdrawn(turn, intake.peer.peer, unreach.prefixes)


def remove(intake: Intake, key: Nlri, path_id: int) -> None:
    """The neighbor has no way to a prefix any more."""
    if intake.table.take(key, Slot(intake.peer.peer, path_id)):
        intake.dirty[key] = None
    if intake.receiver.stale:
        intake.receiver.stale.pop((key, path_id), None)


def deny(
    turn: Turn,
    intake: Intake,
    prefixes: Sequence[Nlri],
    path_ids: Sequence[int],
    reason: str,
) -> None:
    """Prefixes that are not taken; what the neighbor said of them before holds no longer."""
    denied = intake.receiver.denied
    denied[reason] = denied.get(reason, 0) + len(prefixes)
    for at, key in enumerate(prefixes):
        remove(intake, key, path_ids[at] if path_ids else 0)
    if trace_in.is_on(turn, intake.peer.peer):
        trace_in.denied(turn, intake.peer.peer, prefixes, reason)


# -- soft reconfiguration ----


def keep(turn: Turn, intake: Intake, reach: Reach) -> None:
    """Remember what was announced, before policy; what carries a loop is not even remembered."""
    received = intake.table.received.setdefault(intake.peer.peer, {})
    if refusal(turn, intake, reach.attributes) is not None:
        for at, key in enumerate(reach.prefixes):
            received.pop((key, reach.path_ids[at] if reach.path_ids else 0), None)
        return
    base = base_path(turn, intake, reach.attributes)
    for at, key in enumerate(reach.prefixes):
        path_id = reach.path_ids[at] if reach.path_ids else 0
        label = reach.labels[at] if reach.labels else None
        path = (
            base if label is None and not path_id else base._replace(label=label, path_id=path_id)
        )
        received[key, path_id] = path


def reconsider(turn: Turn, intake: Intake) -> None:
    """Judge all that was kept by the policy as it is now (`clear ip bgp soft in`)."""
    groups: dict[Path, list[Nlri]] = {}
    for (key, _), path in intake.table.received.get(intake.peer.peer, {}).items():
        groups.setdefault(path, []).append(key)
    for path, keys in groups.items():
        path = path._replace(weight=intake.policy.weight)
        judge = Judge.of(turn, intake, path)
        if isinstance(judge, str):
            deny(turn, intake, keys, [path.path_id] * len(keys), judge)
        else:
            _enter_judged(turn, intake, keys, judge)
