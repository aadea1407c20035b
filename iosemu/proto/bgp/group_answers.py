"""Update groups and peer groups from the state."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.wire.bgp_community import asn_text
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4

from .advertising import Advertising, Group, home_of
from .answers import is_dotted, key_of, table_of
from .config import BgpConfig, BgpProcess, NeighborPolicy
from .group_views import GroupView, PeerGroupFamily, PeerGroupView
from .neighbor_answers import policy_lines
from .peer import Peer
from .queries import GroupsQuery, PeerGroupsQuery
from .read_peer import kind_of, policy_settings
from .settings import DEFAULT_VRF, Inbound, PeerKey, PeerKind, PeerPolicy, TableKey
from .state import State


def group_views(state: State, query: GroupsQuery) -> tuple[GroupView, ...]:
    """Those of one table; the groups of VRFs stand among those of VPNv4."""
    held: Advertising | None = state.advertising
    if held is None:
        return ()
    key = key_of(query.scope)
    found = held.readers_of(key) if key.family == VPNV4 else held.groups_of(key)
    return tuple(
        _group_view(state, group)
        for group in found
        if query.index in (None, group.index)
        and (query.peer is None or any(peer.address == query.peer for peer in group.members))
    )


def _group_view(state: State, group: Group) -> GroupView:
    table, outbound = group.key.table, group.key.outbound
    home = table_of(state, home_of(table))
    is_internal = outbound.kind is PeerKind.INTERNAL
    return GroupView(
        group.index,
        "internal" if is_internal else "external",
        table.family,
        max(group.version, 1),
        1 if home is None else home.version,
        tuple(policy_lines(PeerPolicy(Inbound(), outbound))),
        group.updates,
        group.replicated,
        group.most,
        0,
        outbound.advertisement_interval_s,
        tuple(name_of(state, peer) for peer in group.members),
        None if table.vrf == DEFAULT_VRF else table.vrf,
    )


def name_of(state: State, key: PeerKey) -> str:
    """A neighbor as it is listed."""
    peer: Peer | None = state.peers.get(key)
    return str(key.address) if peer is None else peer.name


# -- peer groups ----


def peer_group_views(state: State, query: PeerGroupsQuery) -> tuple[PeerGroupView, ...]:
    """Peer groups of the process, by name."""
    process = state.config.of(BgpConfig).process
    if process is None:
        return ()
    names = sorted(
        name
        for name, held in process.neighbors.items()
        if isinstance(name, str) and held.is_group and query.name in (None, name)
    )
    return tuple(_peer_group(state, process, name) for name in names)


def _peer_group(state: State, process: BgpProcess, name: str) -> PeerGroupView:
    assert state.settings is not None
    said = process.neighbors[name]
    members = [peer for peer in state.peers.values() if peer.settings.group == name]
    kinds = [peer.settings.kind for peer in members]
    if said.remote_as is not None:
        kinds.insert(0, kind_of(state.settings, said.remote_as))
    is_internal = bool(kinds) and kinds[0] is PeerKind.INTERNAL
    families = tuple(_families(state, process, name, members))
    policies = [
        policy
        for peer in members
        for table in state.settings.tables.values()
        if (policy := table.policies.get(peer.key)) is not None
    ]
    usual = 0 if is_internal or not kinds else 30
    return PeerGroupView(
        name,
        None if said.remote_as is None else asn_text(said.remote_as, dotted=is_dotted(state)),
        "internal" if is_internal else "external",
        families,
        () if said.description is None else (f"Description: {said.description}",),
        policies[0].outbound.advertisement_interval_s if policies else usual,
    )


def _families(
    state: State, process: BgpProcess, name: str, members: list[Peer]
) -> Iterator[PeerGroupFamily]:
    """The families that say something of the group, or that a member carries."""
    assert state.settings is not None
    said = process.neighbors[name]
    for key in state.settings.tables:
        if key.vrf != DEFAULT_VRF:
            continue
        carried = [peer for peer in members if key.family in peer.settings.families]
        own = _said(process, key, name)
        if not carried and own is None:
            continue
        asn = said.remote_as or (members[0].settings.remote_as if members else 0)
        lines: tuple[str, ...] = ()
        if own is not None:
            lines = tuple(policy_lines(policy_settings(state.settings, said, own, asn, key)))
        groups = _groups(state, key, carried)
        yield PeerGroupFamily(
            key.family,
            tuple(sorted((peer.name for peer in carried), key=str)),
            lines,
            sum(group.updates for group in groups),
            sum(group.replicated for group in groups),
            max((group.most for group in groups), default=0),
        )


def _said(process: BgpProcess, key: TableKey, name: str) -> NeighborPolicy | None:
    """What one family says of a group itself."""
    families = {IPV4_UNICAST: process.ipv4, IPV6_UNICAST: process.ipv6, VPNV4: process.vpnv4}
    held = families.get(key.family)
    return None if held is None else held.policies.get(name)


def _groups(state: State, key: TableKey, members: list[Peer]) -> list[Group]:
    held: Advertising | None = state.advertising
    if held is None:
        return []
    keys = {peer.key for peer in members}
    return [group for group in held.groups_of(key) if keys & group.members.keys()]
