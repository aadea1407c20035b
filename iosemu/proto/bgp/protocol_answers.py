"""BGP among all protocols, from the state."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.kernel.time import Time
from iosemu.proto.shows import ProtocolsQuery
from iosemu.wire.bgp_community import asn_text
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST

from .answers import is_dotted, table_of
from .protocol_views import BgpProtocolView, Gateway, NeighborFilters
from .settings import PeerKey, PeerPolicy, TableKey, TableSettings
from .state import State
from .table import Table


def protocol_views(state: State, query: ProtocolsQuery) -> tuple[BgpProtocolView, ...]:
    """The process, if there is one and it has this family."""
    held = state.settings
    key = TableKey(IPV6_UNICAST if query.is_six else IPV4_UNICAST)
    settings = None if held is None else held.tables.get(key)
    if held is None or settings is None:
        return ()
    distances, table = settings.distances, table_of(state, key)
    return (
        BgpProtocolView(
            asn_text(held.asn, dotted=is_dotted(state)),
            tuple(each.owner or each.protocol for each in settings.redistributions),
            tuple(
                _filters(peer, policy)
                for peer, policy in sorted(
                    settings.policies.items(), key=lambda item: int(item[0].address)
                )
            ),
            settings.maximum_paths_external,
            () if table is None else tuple(_gateways(settings, table, query.now)),
            (distances.external, distances.internal, distances.local),
            settings.synchronization,
            settings.auto_summary,
            query.is_six,
        ),
    )


def _filters(peer: PeerKey, policy: PeerPolicy) -> NeighborFilters:
    into, out = policy.inbound, policy.outbound
    return NeighborFilters(
        peer.address,
        "" if into.filter_list is None else str(into.filter_list),
        "" if out.filter_list is None else str(out.filter_list),
        "" if into.distribute_list is None else str(into.distribute_list),
        "" if out.distribute_list is None else str(out.distribute_list),
        str(into.weight or ""),
        into.route_map or "",
        out.route_map or "",
    )


def _gateways(settings: TableSettings, table: Table, now: Time) -> Iterator[Gateway]:
    """Who told of what is used, and when at last."""
    found: dict[PeerKey, Gateway] = {}
    for net in table.nets.values():
        best = net.best
        peer = None if best is None else best.source.peer
        if best is None or peer is None:
            continue
        distances = settings.distances
        distance = distances.external if best.is_external else distances.internal
        told = now - best.received_at
        if peer not in found or found[peer].told > told:
            found[peer] = Gateway(peer.address, distance, told)
    return iter(found.values())
