"""The settings of one neighbor, from what it says and inherits."""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.address import IPv4Address
from iosemu.crypto.passwords import reveal

from . import settings as s
from .config import BgpPassword, Neighbor, NeighborPolicy
from .read_table import path_choice
from .settings import (
    DEFAULT_VRF,
    PeerKey,
    PeerKind,
    PeerPolicy,
    PeerSettings,
    ProcessSettings,
    TableKey,
)

_HIDDEN = 7
_EBGP_INTERVAL_S = 30
_TTL = 255


def kind_of(process: ProcessSettings, remote_as: int) -> PeerKind:
    """How a neighbor of this AS stands to ours."""
    if remote_as == process.asn:
        return PeerKind.INTERNAL
    if process.confederation is not None and remote_as in process.confederation_peers:
        return PeerKind.CONFEDERATION
    return PeerKind.EXTERNAL


def as_address(value: int | None) -> IPv4Address | None:
    """A number as the address it makes."""
    return None if value is None else IPv4Address(value)


def session_settings(
    process: ProcessSettings,
    key: PeerKey,
    said: Neighbor,
    remote_as: int,
    carried: Iterable[tuple[TableKey, NeighborPolicy]],
) -> PeerSettings:
    """One neighbor, whatever it carries."""
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
        asn=own_as(process, kind) if local is None else local.asn,
        kind=kind,
        families=tuple(table.family for table, _ in policies),
        group=said.group,
        session_template=said.session,
        alternate_as=() if said.remote is None else said.remote.alternate_as,
        dual_as=own_as(process, kind) if local is not None and local.dual_as else None,
        description=said.description,
        is_shutdown=said.shutdown or process.is_shutdown,
        password=clear_text(said.password),
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
        cluster_id=as_address(said.cluster_id),
        fall_over=None if fall_over is None or fall_over.bfd else s.FallOver(fall_over.route_map),
        capabilities=not said.dont_negotiate,
        graceful_restart=has_restart
        if said.graceful_restart is None
        else not said.graceful_restart.disable,
        orf_receive=bool(orf & {"both", "receive"}),
        orf_send=bool(orf & {"both", "send"}),
    )


def own_as(process: ProcessSettings, kind: PeerKind) -> int:
    """What a neighbor knows us as: outside of a confederation, its identifier."""
    if kind is PeerKind.EXTERNAL and process.confederation is not None:
        return process.confederation
    return process.asn


def clear_text(said: BgpPassword | None) -> str | None:
    """The password itself; None if there is none, or it cannot be revealed."""
    if said is None:
        return None
    return reveal(said.text) if said.encryption == _HIDDEN else said.text


def policy_settings(
    process: ProcessSettings,
    neighbor: Neighbor,
    said: NeighborPolicy,
    remote_as: int,
    table: TableKey,
) -> PeerPolicy:
    """How a neighbor stands to one table."""
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
        private_as=None if _private(said) is s.RemovePrivate.NO else remote_as,
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
        advertised_paths=path_choice(said.advertise_paths),
    )


def _prepends(process: ProcessSettings, neighbor: Neighbor, kind: PeerKind) -> tuple[int, ...]:
    """What is put before a path that is sent: nothing inside, the local AS and ours, or one."""
    if kind is PeerKind.INTERNAL:
        return ()
    own, local = own_as(process, kind), neighbor.local_as
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
