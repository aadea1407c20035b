"""From the configuration to the settings of the BGP process.

What a neighbor does not say its templates say, in the order they are inherited, and then its peer
group; what nobody says is as the facts of IOS have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import TypeVar

from iosemu.config.entries import Entries
from iosemu.config.graft import grafted
from iosemu.config.tree import Config
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4

from . import settings as s
from .config import BgpConfig, BgpProcess, Family, Neighbor, NeighborPolicy, Peer
from .read_peer import as_address, clear_text, policy_settings, session_settings
from .read_table import table_settings
from .settings import (
    DEFAULT_VRF,
    ListenGroup,
    PeerKey,
    PeerPolicy,
    PeerSettings,
    ProcessSettings,
    TableKey,
    TableSettings,
)

_OWN_MATTERS = ("is_group", "group", "session", "policy", "inherits", "activate", "told")
"""What no group or template passes on."""

T = TypeVar("T", Neighbor, NeighborPolicy)


def process(config: Config, before: ProcessSettings | None = None) -> ProcessSettings | None:
    """The process that is configured, if one is; what equals `before` is the same object."""
    said = config.of(BgpConfig).process
    if said is None:
        return None
    made = _Reader(said).settings()
    if before is None:
        return made
    shared: ProcessSettings = grafted(before, made)
    return shared


def dynamic_peer(
    process: ProcessSettings, group: ListenGroup, key: PeerKey, remote_as: int | None = None
) -> PeerSettings | None:
    """A neighbor that a listen range of the group makes; None: the group says no AS.

    remote_as: which of the AS the group allows, once the neighbor has told.
    """
    asn = group.remote_as if remote_as is None else remote_as
    if asn is None:
        return None
    made = session_settings(process, key, group.neighbor, asn, group.policies)
    return replace(made, group=group.name, is_dynamic=True, is_passive=True)


def dynamic_policies(process: ProcessSettings, peer: PeerSettings) -> dict[TableKey, PeerPolicy]:
    """How a dynamic neighbor stands to each table it carries."""
    group: ListenGroup = process.groups[peer.key.vrf, str(peer.group)]
    return {
        table: policy_settings(process, group.neighbor, said, peer.remote_as, table)
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
            peers[peer] = session_settings(self.plain, peer, whole, whole.remote_as, carried)
            for key, policy in carried:
                policies[key][peer] = policy_settings(
                    self.plain, whole, policy, whole.remote_as, key
                )
        for key, family in families:
            tables[key] = table_settings(family, Entries(policies[key]))

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
        password=clear_text(whole.password),
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
        cluster_id=as_address(said.cluster_id),
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
