"""The settings of one table, from what its address family says."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Prefix
from iosemu.config.entries import Entries

from . import settings as s
from .cli import class_of
from .config import BgpAggregate, BgpPathChoice, Family
from .settings import PeerKey, PeerPolicy, TableSettings


def table_settings(said: Family, policies: Entries[PeerKey, PeerPolicy]) -> TableSettings:
    """One table, with the policies of its neighbors."""
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
        selected_paths=path_choice(said.path_choice),
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


def path_choice(said: BgpPathChoice | None) -> s.PathChoice | None:
    """Which of the additional paths are meant."""
    if said is None:
        return None
    return s.PathChoice(
        all=said.which == "all",
        best=said.best,
        group_best=said.group_best or said.which == "group-best",
    )
