"""`show ip bgp summary` from the state: neighbors, and what the tables would take in memory.

The bytes are what IOS says an entry takes on a 32-bit platform (networks 144, paths 80, attributes
136, AS paths 24, and so on); the counts are ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv6Prefix
from iosemu.ages import age
from iosemu.wire.bgp_community import asn_text
from iosemu.wire.bgp_family import IPV6_UNICAST, VPNV4, Family

from .answers import is_dotted, key_of, table_of
from .peer import NEVER, Peer, Phase
from .queries import SummaryQuery
from .settings import DEFAULT_VRF, ListenRange, ProcessSettings, TableKey
from .state import State
from .table import Table
from .views import Memory, RangeGroup, SummaryRow, SummaryView

NET_BYTES, VPN_NET_BYTES = 144, 152
PATH_BYTES = 80
ATTRIBUTES_BYTES = 136
AS_PATH_BYTES = 24
REFLECTOR_BYTES = 24
COMMUNITY_BYTES = 24


def summary_view(state: State, query: SummaryQuery) -> SummaryView | None:
    """None without such a table."""
    key = key_of(query.scope)
    table, settings = table_of(state, key), state.settings
    if table is None or settings is None:
        return None
    vrf = query.scope.vrf
    rows = tuple(
        row(state, table, key, peer, query)
        for peer in sorted(state.peers.values(), key=lambda peer: int(peer.key.address))
        if is_of(state, peer, key, vrf) and (query.peers is None or peer.name in query.peers)
    )
    own = settings.tables.get(key)
    groups = tuple(range_groups(settings, key.family, vrf))
    held = table.activity
    return SummaryView(
        state.router_id,
        asn_text(settings.asn, dotted=is_dotted(state)),
        table.version,
        table.version,
        tuple(memory(table, key)) if table.nets else (),
        (held.nets_made, held.nets_freed, held.paths_made, held.paths_freed),
        60 if own is None else own.next_hops.scan_s,
        rows,
        groups,
        settings.listen_limit if groups else None,
        sum(map(len, table.received.values())),
    )


def is_of(state: State, peer: Peer, key: TableKey, vrf: str | None) -> bool:
    """Whether a neighbor is listed: it is activated for the table.  Neighbors of VRFs stand in the
    VPNv4 summaries."""
    if key.family == VPNV4:
        if peer.key.vrf != DEFAULT_VRF:
            return vrf in (None, peer.key.vrf)
        return vrf is None and VPNV4 in peer.settings.families
    return peer.key.vrf == DEFAULT_VRF and key.family in peer.settings.families


def row(state: State, table: Table, key: TableKey, peer: Peer, query: SummaryQuery) -> SummaryRow:
    """One neighbor."""
    session = peer.session_of(key.family) if peer.key.vrf == DEFAULT_VRF else None
    if session is None:
        session = next(peer.established_sessions(), None)
    up = session is not None
    since = session.up_since if session is not None else peer.last_reset_at
    name = str(peer.key.address)
    return SummaryRow(
        name,
        asn_text(peer.settings.remote_as, dotted=is_dotted(state)),
        peer.received.total,
        peer.sent.total,
        table.version if up else 1,
        0,
        0,
        "never" if since == NEVER else age(query.now - since),
        None if up else _state(peer),
        table.counts.get(peer.key, 0),
        peer.settings.is_dynamic,
    )


def _state(peer: Peer) -> str:
    """A state that is not Established, with the reason it stays Idle for."""
    if peer.settings.is_shutdown:
        return "Idle (Admin)"
    if peer.is_over_limit:
        return "Idle (PfxCt)"
    phase = peer.phase
    return "Idle" if phase is Phase.IDLE else phase.words


def memory(table: Table, key: TableKey) -> Iterator[Memory]:
    """What would be in the memory of a router."""
    nets, paths = len(table.nets), sum(len(net.paths) for net in table.nets.values())
    every = {path.attributes for net in table.nets.values() for path in net.paths}
    best = {net.best.attributes for net in table.nets.values() if net.best is not None}
    is_vpn = key.family == VPNV4
    yield Memory(str(nets), "network entries", nets * (VPN_NET_BYTES if is_vpn else NET_BYTES))
    yield Memory(str(paths), "path entries", paths * PATH_BYTES)
    yield Memory(
        f"{len(every)}/{len(best)}",
        "BGP path/bestpath attribute entries",
        len(every) * ATTRIBUTES_BYTES,
    )
    reflected = {(a.originator_id, a.cluster_list) for a in every if a.cluster_list}
    as_paths = {a.as_path for a in every if a.as_path}
    communities = {a.communities for a in every if a.communities}
    extended = {a.extended_communities for a in every if a.extended_communities}
    for found, what, size in (
        (reflected, "BGP rrinfo entries", REFLECTOR_BYTES),
        (as_paths, "BGP AS-PATH entries", AS_PATH_BYTES),
        (communities, "BGP community entries", COMMUNITY_BYTES),
        (extended, "BGP extended community entries", COMMUNITY_BYTES),
    ):
        if found:
            yield Memory(str(len(found)), what, len(found) * size)
    yield Memory("0", "BGP route-map cache entries", 0)
    yield Memory("0", "BGP filter-list cache entries", 0)


def range_groups(
    settings: ProcessSettings, family: Family, vrf: str | None
) -> Iterator[RangeGroup]:
    """Listen ranges by peer group: those of addresses of the family, or of a VRF."""
    if family == VPNV4 and vrf is None:
        return
    is_six = family == IPV6_UNICAST
    found: dict[str, list[ListenRange]] = {}
    for each in settings.listen_ranges:
        if each.vrf == (vrf or DEFAULT_VRF) and isinstance(each.prefix, IPv6Prefix) is is_six:
            found.setdefault(each.group, []).append(each)
    for name, ranges in found.items():
        yield RangeGroup(name, tuple(str(each.prefix) for each in ranges))
