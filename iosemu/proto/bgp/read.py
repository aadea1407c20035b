"""From the configuration to the settings of the BGP process.

What a neighbor does not say its templates say, in the order they are inherited, and then its peer
group; what nobody says is as the facts of IOS have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import TypeVar

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.entries import Entries
from iosemu.config.graft import grafted
from iosemu.config.tree import Config
from iosemu.crypto.passwords import reveal
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4

from . import settings as s
from .cli import class_of
from .config import (
    BgpAggregate,
    BgpConfig,
    BgpPassword,
    BgpPathChoice,
    BgpProcess,
    Family,
    Neighbor,
    NeighborPolicy,
    Peer,
)
from .settings import (
    DEFAULT_VRF,
    ListenGroup,
    PeerKey,
    PeerKind,
    PeerPolicy,
    PeerSettings,
    ProcessSettings,
    TableKey,
    TableSettings,
)

_HIDDEN = 7
_EBGP_INTERVAL_S = 30
_TTL = 255
_OWN_MATTERS = ("is_group", "group", "session", "policy", "inherits", "activate", "told")
"""What no group or template passes on."""

T = TypeVar("T", Neighbor, NeighborPolicy)


def process(config: Config, before: ProcessSettings | None = None) -> ProcessSettings | None:
    """The process that is configured, if one is; what equals `before` is the same object."""
    said = config.of(BgpConfig).process
    if said is None:
        return None
    made = _Reader(said).settings()
    return made if before is None else _shared(before, made)


def _shared(before: ProcessSettings, made: ProcessSettings) -> ProcessSettings:
    """`made`, with the parts that are equal being those of `before`."""
    found: ProcessSettings = grafted(before, made)
    return found


def dynamic_peer(
    process: ProcessSettings, group: ListenGroup, key: PeerKey, remote_as: int | None = None
) -> PeerSettings | None:
    """A neighbor that a listen range of the group makes; None: the group says no AS.

    remote_as: which of the AS the group allows, once the neighbor has told.
    """
    asn = group.remote_as if remote_as is None else remote_as
    if asn is None:
        return None
    made = _session(process, key, group.neighbor, asn, group.policies)
    return replace(made, group=group.name, is_dynamic=True, is_passive=True)


def dynamic_policies(process: ProcessSettings, peer: PeerSettings) -> dict[TableKey, PeerPolicy]:
    """How a dynamic neighbor stands to each table it carries."""
    group: ListenGroup = process.groups[peer.key.vrf, str(peer.group)]
    return {
        table: _policy(process, group.neighbor, said, peer.remote_as, table)
        for table, said in group.policies
    }


def with_dynamic(process: ProcessSettings, peers: Iterable[PeerSettings]) -> ProcessSettings:
    """The settings with dynamic neighbors among the configured ones."""
    tables, known = process.tables, process.peers
    for peer in peers:
        known = known.put(peer.key, peer)
        for key, policy in dynamic_policies(process, peer).items():
            table = tables[key]
            tables = tables.put(key, replace(table, policies=table.policies.put(peer.key, policy)))
    return replace(process, peers=known, tables=tables)


def kind_of(process: ProcessSettings, remote_as: int) -> PeerKind:
    """How a neighbor of this AS stands to ours."""
    if remote_as == process.asn:
        return PeerKind.INTERNAL
    if process.confederation is not None and remote_as in process.confederation_peers:
        return PeerKind.CONFEDERATION
    return PeerKind.EXTERNAL


# -- inheritance ----


def inherited(own: T, sources: Iterable[T]) -> T:
    """`own`, with what it leaves unsaid taken from the first source that says it."""
    usual = type(own)()
    for source in sources:
        missing = {
            f.name: getattr(source, f.name)
            for f in fields(own)
            if f.name not in _OWN_MATTERS
            and getattr(own, f.name) == getattr(usual, f.name)
            and getattr(source, f.name) != getattr(usual, f.name)
        }
        own = replace(own, **missing) if missing else own
    return own


class _Reader:
    """One reading of one process."""

    def __init__(self, said: BgpProcess) -> None:
        self.said = said
        self.plain = _process(said)

    def settings(self) -> ProcessSettings:
        tables: dict[TableKey, TableSettings] = {}
        peers: dict[PeerKey, PeerSettings] = {}
        groups: dict[tuple[str, str], ListenGroup] = {}
        for vrf, neighbors, families in self.scopes():
            self.read_scope(vrf, neighbors, families, peers, tables, groups)
        return replace(
            self.plain, peers=Entries(peers), tables=Entries(tables), groups=Entries(groups)
        )

    def scopes(
        self,
    ) -> Iterator[tuple[str, Entries[Peer, Neighbor], list[tuple[TableKey, Family]]]]:
        """The neighbors of the process and of each VRF, each with the families they may carry."""
        said = self.said
        families = [(TableKey(IPV4_UNICAST), said.ipv4)]
        if said.vpnv4 is not None:
            families.append((TableKey(VPNV4), said.vpnv4))
        if said.ipv6 is not None:
            families.append((TableKey(IPV6_UNICAST), said.ipv6))
        yield DEFAULT_VRF, said.neighbors, families
        for vrf, family in said.vrfs.items():
            yield vrf, family.neighbors, [(TableKey(IPV4_UNICAST, vrf), family)]
        for vrf, family in said.vrfs6.items():
            yield vrf, family.neighbors, [(TableKey(IPV6_UNICAST, vrf), family)]

    def read_scope(
        self,
        vrf: str,
        neighbors: Entries[Peer, Neighbor],
        families: list[tuple[TableKey, Family]],
        peers: dict[PeerKey, PeerSettings],
        tables: dict[TableKey, TableSettings],
        groups: dict[tuple[str, str], ListenGroup],
    ) -> None:
        policies: dict[TableKey, dict[PeerKey, PeerPolicy]] = {key: {} for key, _ in families}
        for name, held in neighbors.items():
            whole = self.neighbor(held, neighbors)
            carried = [
                (key, self.policy(name, held, family))
                for key, family in families
                if self.is_active(name, key, family)
            ]
            if isinstance(name, str):
                if any(group == name for group in self.said.listen_ranges.values()):
                    groups[vrf, name] = _group(name, vrf, whole, carried)
                continue
            if whole.remote_as is None:
                continue
            peer = PeerKey(vrf, name)
            peers[peer] = _session(self.plain, peer, whole, whole.remote_as, carried)
            for key, policy in carried:
                policies[key][peer] = _policy(self.plain, whole, policy, whole.remote_as, key)
        for key, family in families:
            tables[key] = _table(family, Entries(policies[key]))

    def neighbor(self, held: Neighbor, neighbors: Entries[Peer, Neighbor]) -> Neighbor:
        """A neighbor with what it inherits."""
        sources = list(self.sessions(held.session))
        if held.group is not None:
            group: Neighbor | None = neighbors.get(held.group)
            if group is not None:
                sources += [group, *self.sessions(group.session)]
        return inherited(held, sources)

    def sessions(self, name: str | None) -> Iterator[Neighbor]:
        """A session template and those it inherits."""
        seen: set[str] = set()
        while name is not None and name not in seen:
            seen.add(name)
            template: Neighbor | None = self.said.sessions.get(name)
            if template is None:
                return
            yield template
            name = template.session

    def policy(self, name: Peer, held: Neighbor, family: Family) -> NeighborPolicy:
        """What a family says of a neighbor, with what that inherits."""
        own: NeighborPolicy = family.policies.get(name, NeighborPolicy())
        sources = list(self.templates(own.policy, ()))
        group = None if held.group is None else family.policies.get(held.group)
        if group is not None:
            sources += [group, *self.templates(group.policy, ())]
        return replace(inherited(own, sources), policy=own.policy)

    def templates(self, name: str | None, seen: tuple[str, ...]) -> Iterator[NeighborPolicy]:
        """A policy template and those it inherits, of which a later sequence number wins."""
        if name is None or name in seen:
            return
        template: NeighborPolicy | None = self.said.policies.get(name)
        if template is None:
            return
        yield template
        for number in sorted(template.inherits, reverse=True):
            yield from self.templates(template.inherits[number], (*seen, name))

    def is_active(self, name: Peer, key: TableKey, family: Family) -> bool:
        """Whether a neighbor carries a family; a group means the dynamic neighbors it makes."""
        policy: NeighborPolicy | None = family.policies.get(name)
        if policy is not None and policy.activate is not None:
            return policy.activate
        is_group = isinstance(name, str)
        return is_group and key == TableKey(IPV4_UNICAST) and self.said.default_ipv4


def _group(
    name: str, vrf: str, whole: Neighbor, carried: list[tuple[TableKey, NeighborPolicy]]
) -> ListenGroup:
    return ListenGroup(
        name=name,
        vrf=vrf,
        remote_as=whole.remote_as,
        alternate_as=() if whole.remote is None else whole.remote.alternate_as,
        password=_password(whole.password),
        neighbor=whole,
        policies=tuple(carried),
    )


# -- the process ----


def _process(said: BgpProcess) -> ProcessSettings:
    """All but neighbors and tables."""
    timers, restart = said.timers, said.graceful_restart
    med = said.med
    return ProcessSettings(
        asn=said.asn,
        router_id=said.router_id,
        router_id_interface=said.router_id_interface,
        cluster_id=_address(said.cluster_id),
        confederation=said.confederation,
        confederation_peers=said.confederation_peers,
        log_neighbor_changes=said.log_neighbor_changes,
        bestpath=s.Bestpath(
            always_compare_med=said.always_compare_med,
            deterministic_med=said.deterministic_med,
            compare_router_id=said.compare_router_id,
            ignore_as_path=said.ignore_as_path,
            ignore_cost_community=said.ignore_cost_community,
            ignore_igp_metric=said.ignore_igp_metric,
            med_confederation=med is not None and med.which == "confed",
            missing_med_is_worst=med is not None
            and (med.missing_as_worst or med.which == "missing-as-worst"),
            multipath_relax=said.multipath_relax,
            default_local_preference=said.default_local_preference,
        ),
        client_to_client=said.client_to_client,
        fast_external_fallover=said.fast_external_fallover,
        enforce_first_as=said.enforce_first_as,
        maxas_limit=said.maxas_limit,
        maxcommunity_limit=said.maxcommunity_limit,
        update_delay_s=said.update_delay_s,
        refresh_stalepath_s=said.refresh_stalepath_s,
        refresh_max_eor_s=said.refresh_max_eor_s,
        graceful_restart=s.GracefulRestart(restart.restart_s, restart.stalepath_s)
        if restart.enabled
        else None,
        keepalive_s=timers.keepalive_s,
        hold_s=timers.hold_s,
        least_hold_s=timers.least_hold_s,
        path_mtu_discovery=said.path_mtu_discovery,
        is_shutdown=said.shutdown,
        asdot=said.asdot,
        route_target_filter=said.default_route_target_filter,
        listen_limit=said.listen_limit,
        listen_ranges=tuple(
            s.ListenRange(prefix, group) for prefix, group in said.listen_ranges.items()
        ),
    )


def _address(value: int | None) -> IPv4Address | None:
    return None if value is None else IPv4Address(value)


# -- one neighbor ----


def _session(
    process: ProcessSettings,
    key: PeerKey,
    said: Neighbor,
    remote_as: int,
    carried: Iterable[tuple[TableKey, NeighborPolicy]],
) -> PeerSettings:
    kind = kind_of(process, remote_as)
    policies = list(carried)
    timers, fall_over, local = said.timers, said.fall_over, said.local_as
    is_outside = kind is not PeerKind.INTERNAL
    multihop = None if said.ebgp_multihop is None else said.ebgp_multihop.ttl
    ttl = _TTL
    if is_outside and said.ttl_security is None:
        ttl = multihop or 1
    # Whoever is further than a hop may be anywhere.
    is_direct = is_outside and ttl == 1 and not said.disable_connected_check
    has_restart = process.graceful_restart is not None
    orf = {policy.orf_prefix_list for _, policy in policies}
    return PeerSettings(
        key=key,
        remote_as=remote_as,
        asn=_own_as(process, kind) if local is None else local.asn,
        kind=kind,
        families=tuple(table.family for table, _ in policies),
        group=said.group,
        session_template=said.session,
        alternate_as=() if said.remote is None else said.remote.alternate_as,
        dual_as=_own_as(process, kind) if local is not None and local.dual_as else None,
        description=said.description,
        is_shutdown=said.shutdown or process.is_shutdown,
        password=_password(said.password),
        ttl=ttl,
        least_ttl=0 if said.ttl_security is None else _TTL - said.ttl_security,
        is_direct=is_direct,
        update_source=said.update_source,
        keepalive_s=process.keepalive_s if timers is None else timers.keepalive_s,
        hold_s=process.hold_s if timers is None else timers.hold_s,
        least_hold_s=process.least_hold_s if timers is None else timers.least_hold_s,
        is_passive=said.connection_mode == "passive",
        is_active_only=said.connection_mode == "active",
        path_mtu_discovery=process.path_mtu_discovery
        if said.path_mtu_discovery is None
        else not said.path_mtu_discovery.disable,
        multi_session=said.sessions == "multi-session",
        log_changes=None if said.log_changes is None else not said.log_changes.disable,
        cluster_id=_address(said.cluster_id),
        fall_over=None if fall_over is None or fall_over.bfd else s.FallOver(fall_over.route_map),
        capabilities=not said.dont_negotiate,
        graceful_restart=has_restart
        if said.graceful_restart is None
        else not said.graceful_restart.disable,
        orf_receive=bool(orf & {"both", "receive"}),
        orf_send=bool(orf & {"both", "send"}),
    )


def _own_as(process: ProcessSettings, kind: PeerKind) -> int:
    """What a neighbor knows us as: outside of a confederation, its identifier."""
    if kind is PeerKind.EXTERNAL and process.confederation is not None:
        return process.confederation
    return process.asn


def _password(said: BgpPassword | None) -> str | None:
    if said is None:
        return None
    return reveal(said.text) if said.encryption == _HIDDEN else said.text


def _policy(
    process: ProcessSettings,
    neighbor: Neighbor,
    said: NeighborPolicy,
    remote_as: int,
    table: TableKey,
) -> PeerPolicy:
    kind = kind_of(process, remote_as)
    originate = said.default_originate
    return PeerPolicy(
        inbound=_inbound(process, neighbor, said, kind),
        outbound=_outbound(process, neighbor, said, remote_as, table),
        default_originate=None if originate is None else s.DefaultOriginate(originate.route_map),
        policy_template=said.policy,
    )


def _inbound(
    process: ProcessSettings, neighbor: Neighbor, said: NeighborPolicy, kind: PeerKind
) -> s.Inbound:
    local, most = neighbor.local_as, said.maximum_prefix
    is_prepended = kind is PeerKind.EXTERNAL and local is not None and not local.no_prepend
    return s.Inbound(
        weight=said.weight or 0,
        distribute_list=said.distribute_in,
        prefix_list=said.prefix_list_in,
        filter_list=said.filter_list_in,
        route_map=said.route_map_in,
        soft_reconfiguration=said.soft_reconfiguration,
        own_as_allowed=0 if said.allowas_in is None else said.allowas_in.times,
        maximum_prefix=None
        if most is None
        else s.MaximumPrefix(most.prefixes, most.percent, most.restart, most.warning_only),
        prepend=local.asn if is_prepended and local is not None else None,
        soo=said.soo,
        dmzlink_bw=said.dmzlink_bw,
        additional_paths=None if said.additional_paths is None else said.additional_paths.receives,
    )


def _outbound(
    process: ProcessSettings,
    neighbor: Neighbor,
    said: NeighborPolicy,
    remote_as: int,
    table: TableKey,
) -> s.Outbound:
    kind = kind_of(process, remote_as)
    itself, communities = said.next_hop_self, said.send_community
    interval, unchanged = said.advertisement_interval_s, said.next_hop_unchanged
    if interval is None:
        # In a VRF, and to neighbors inside, there is nothing to wait for.
        is_slow = kind is not PeerKind.INTERNAL and table.vrf == DEFAULT_VRF
        interval = _EBGP_INTERVAL_S if is_slow else 0
    which = None if communities is None else communities.which
    return s.Outbound(
        kind=kind,
        prepends=_prepends(process, neighbor, kind),
        advertisement_interval_s=interval,
        next_hop_self=s.NextHopSelf.NO
        if itself is None
        else s.NextHopSelf.ALL
        if itself.all
        else s.NextHopSelf.EXTERNAL,
        next_hop_unchanged=unchanged is not None,
        next_hop_unchanged_all=unchanged is not None and unchanged.allpaths,
        route_reflector_client=said.route_reflector_client,
        send_standard=which in ("standard", "both"),
        send_extended=which in ("extended", "both"),
        send_label=said.send_label,
        remove_private=_private(said),
        override_as=remote_as if said.as_override else None,
        distribute_list=said.distribute_out,
        prefix_list=said.prefix_list_out,
        filter_list=said.filter_list_out,
        route_map=said.route_map_out,
        unsuppress_map=said.unsuppress_map,
        advertise_maps=tuple(
            s.AdvertiseMap(name, one.condition, one.how == "exist-map")
            for name, one in said.advertise_maps.items()
        ),
        soo=said.soo,
        dmzlink_bw=said.dmzlink_bw,
        additional_paths=None if said.additional_paths is None else said.additional_paths.sends,
        advertised_paths=_choice(said.advertise_paths),
    )


def _prepends(process: ProcessSettings, neighbor: Neighbor, kind: PeerKind) -> tuple[int, ...]:
    """What is put before a path that is sent: nothing inside, the local AS and ours, or one."""
    if kind is PeerKind.INTERNAL:
        return ()
    own, local = _own_as(process, kind), neighbor.local_as
    if local is None or kind is PeerKind.CONFEDERATION:
        return (own,)
    return (local.asn,) if local.replace_as else (local.asn, own)


def _private(said: NeighborPolicy) -> s.RemovePrivate:
    match said.remove_private_as:
        case None:
            return s.RemovePrivate.NO
        case one if one.replace_as:
            return s.RemovePrivate.REPLACE
        case one:
            return s.RemovePrivate.ALL if one.all else s.RemovePrivate.ONLY


def _choice(said: BgpPathChoice | None) -> s.PathChoice | None:
    if said is None:
        return None
    return s.PathChoice(
        all=said.which == "all",
        best=said.best,
        group_best=said.group_best or said.which == "group-best",
    )


# -- one table ----


def _table(said: Family, policies: Entries[PeerKey, PeerPolicy]) -> TableSettings:
    paths, distance, table_map = said.paths, said.distance, said.table_map
    mixed = said.maximum_paths_eibgp or 1
    return TableSettings(
        policies=policies,
        networks=tuple(_networks(said)),
        aggregates=tuple(_aggregates(said)),
        redistributions=tuple(_redistributions(said)),
        default_information=said.default_information,
        default_metric=said.default_metric,
        maximum_paths_external=said.maximum_paths or 1,
        maximum_paths_internal=said.maximum_paths_ibgp or 1,
        maximum_paths_mixed=mixed,
        distances=s.Distances(distance.external, distance.internal, distance.local),
        source_distances=tuple(
            s.SourceDistance(address, wildcard, one.distance, one.acl)
            for (address, wildcard), one in said.source_distances.items()
        ),
        table_map=None if table_map is None else table_map.name,
        table_map_filters=table_map is not None and table_map.filter,
        auto_summary=said.auto_summary,
        synchronization=said.synchronization,
        dampening=_dampening(said),
        next_hops=s.NextHops(
            said.next_hop.trigger, said.next_hop.delay_s, said.next_hop.route_map, said.scan_time_s
        ),
        router_id=said.router_id,
        suppress_inactive=said.suppress_inactive,
        redistribute_internal=said.redistribute_internal,
        aggregate_timer_s=said.aggregate_timer_s,
        dmzlink_bw=said.dmzlink_bw,
        soft_reconfiguration_backup=said.soft_reconfiguration_backup,
        additional_paths_send=paths is not None and paths.sends,
        additional_paths_receive=paths is not None and paths.receives,
        selected_paths=_choice(said.path_choice),
    )


def _dampening(said: Family) -> s.Dampening | None:
    typed, usual = said.dampening, s.Dampening()
    if typed is None:
        return None
    half_life = typed.half_life or usual.half_life_minutes
    return s.Dampening(
        half_life_minutes=half_life,
        reuse=typed.reuse or usual.reuse,
        suppress=typed.suppress or usual.suppress,
        # Four half-lives, unless told.
        longest_minutes=typed.longest or 4 * half_life,
        route_map=typed.route_map,
    )


def _networks(said: Family) -> Iterator[s.Network]:
    for (network, mask), one in said.networks.items():
        prefix = class_of(network) if mask is None else IPv4Prefix.of(network, mask.bit_count())
        yield s.Network(prefix, one.route_map, one.backdoor)
    for prefix6, one in said.networks6.items():
        yield s.Network(prefix6, one.route_map, one.backdoor)


def _aggregates(said: Family) -> Iterator[s.Aggregate]:
    ranges: list[tuple[s.Prefix, BgpAggregate]] = [
        (IPv4Prefix.of(address, mask.bit_count()), one)
        for (address, mask), one in said.aggregates.items()
    ]
    for prefix, one in (*ranges, *said.aggregates6.items()):
        yield s.Aggregate(
            prefix,
            as_set=one.as_set,
            as_confed_set=one.as_confed_set,
            summary_only=one.summary_only,
            suppress_map=one.suppress_map,
            advertise_map=one.advertise_map,
            attribute_map=one.attribute_map,
        )


_MATCHES = ("internal", "external_1", "external_2", "nssa_external_1", "nssa_external_2")


def _redistributions(said: Family) -> Iterator[s.Redistribution]:
    for (protocol, number), one in said.redistributions.items():
        yield s.Redistribution(
            protocol,
            owner=None if number is None else f"{protocol} {number}",
            metric=one.metric,
            route_map=one.route_map,
            matches=tuple(name.replace("_", " ") for name in _MATCHES if getattr(one, name)),
        )
