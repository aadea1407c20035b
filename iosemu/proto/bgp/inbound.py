"""What a neighbor announces or withdraws, on its way into a table.

Loops and other faults of a whole update are found once; filters are asked prefix by prefix, in the
order prefix list or distribute list, filter list, route map.  Everything that is let through alike
shares one `Path`.  What is denied withdraws what was there before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from iosemu.address import IPv4Address, mask_of
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_community import ExtendedCommunity
from iosemu.wire.bgp_family import VPNV4
from iosemu.wire.bgp_nlri import Nlri, Reach, Unreach

from . import dampening, nexthops, policy, trace_in, vpn
from .intake import Intake
from .judge import Judge
from .refusal import refusal
from .routing import NextHopKey
from .settings import Inbound, PeerKind
from .table import Net, Path, Slot, says_the_same
from .turn import Turn

NO_POLICY = Inbound()


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
        deny(turn, intake, reach.prefixes, Denial(reason, reach.attributes, reach.path_ids))
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
        deny(turn, intake, reach.prefixes, Denial(judge, reach.attributes))
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
            denial = Denial(judge, reach.attributes, [path_id] * len(prefixes))
            deny(turn, intake, prefixes, denial)
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
            base = judge.base
            deny(turn, intake, (key,), Denial(judge.reason, base.attributes, (base.path_id,)))
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
    is_traced = trace_in.is_on(turn, intake.peer.peer)
    known = (
        [key for key in prefixes if says_the_same(table.path_in(key, path.slot), path)]
        if is_traced
        else ()
    )
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
    if is_traced:
        trace_in.received(turn, intake.peer, prefixes, path, known)


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
        trace_in.withdrawn(turn, intake.peer, unreach.prefixes)


def remove(intake: Intake, key: Nlri, path_id: int) -> None:
    """The neighbor has no way to a prefix any more."""
    if intake.table.take(key, Slot(intake.peer.peer, path_id)):
        intake.dirty[key] = None
    if intake.receiver.stale:
        intake.receiver.stale.pop((key, path_id), None)


class Denial(NamedTuple):
    """Why prefixes are not taken; path_ids: of each, if there are any."""

    reason: str
    attributes: Attributes
    path_ids: Sequence[int] = ()


def deny(turn: Turn, intake: Intake, prefixes: Sequence[Nlri], denial: Denial) -> None:
    """Prefixes that are not taken; what the neighbor said of them before holds no longer."""
    denied, reason = intake.receiver.denied, denial.reason
    denied[reason] = denied.get(reason, 0) + len(prefixes)
    for at, key in enumerate(prefixes):
        remove(intake, key, denial.path_ids[at] if denial.path_ids else 0)
    if trace_in.is_on(turn, intake.peer.peer):
        trace_in.denied(turn, intake.peer, prefixes, denial.attributes, reason)


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
            denial = Denial(judge, path.attributes, [path.path_id] * len(keys))
            deny(turn, intake, keys, denial)
        else:
            _enter_judged(turn, intake, keys, judge)
