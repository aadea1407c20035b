"""A run of an update group: tell its members what changed since the last one.

Only prefixes whose best path changed are judged, and what is said is encoded once.  Withdrawals go
out at once, announcements when the advertisement interval of the group allows it.  A member that is
new, or asks for all again, is told what the others were told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from iosemu.kernel.time import SECOND
from iosemu.proto.base import TcpWrite
from iosemu.wire.bgp import RefreshSubtype, RouteRefresh, Update, end_of_rib, parse
from iosemu.wire.bgp_family import VPNV4
from iosemu.wire.bgp_nlri import Nlri

from . import additional, default, pack, selection, trace_out, vpn
from . import session as sessions
from .advertising import INTERVAL, Form, Group, Member, Told, home_of, state_of
from .outbound import Speaker, default_prefix, is_withheld
from .peer import Session
from .settings import DEFAULT_VRF, AdvertiseMap
from .table import RibState, Table
from .turn import Turn


def run(turn: Turn, group: Group) -> None:
    """Tell the members of a group what changed."""
    table = turn.state.routing.tables.get(home_of(group.key.table))
    if table is None or turn.state.is_read_only or not group.members:
        return
    changes = _changes(turn, group, table)
    announced, withdrawn = changes.announced, changes.withdrawn
    _deliver(turn, group, changes)
    newcomers = [member for member in group.members.values() if member.needs_all]
    if newcomers:
        _tell_all(turn, group, newcomers)
    touched = default_prefix(group.key.table)
    default.tell(
        turn,
        group,
        is_overwritten=touched is not None
        and (touched in withdrawn or any(touched in keys for _, keys in announced)),
    )


class _Changes(NamedTuple):
    """What is to be said now.  fewer: additional paths to be taken back, by their identifier.
    again: how many are announced that were before."""

    announced: list[pack.Batch]
    withdrawn: list[Nlri]
    fewer: dict[int, list[Nlri]]
    again: int = 0


def _changes(turn: Turn, group: Group, table: Table) -> _Changes:
    """What is to be said now; the rest of it waits in `pending`."""
    keys = _keys(turn, group, table)
    alone = next(iter(group.members)) if len(group.members) == 1 else None
    speaker = Speaker(
        turn, group.key.table, group.key.outbound, alone, _withheld(turn, group, table)
    )
    is_active_only = selection.settings_of(turn, group.key.table).suppress_inactive
    extras = additional.ranking(turn, group.key.table, group.key.outbound)
    fewer: dict[int, list[Nlri]] = {}
    is_vpn = group.key.table.family == VPNV4
    may_announce = turn.now >= group.due
    repeats, group.repeats = group.repeats, False
    sent, pending, nets, judge = group.sent, group.pending, table.nets, speaker.judge
    touched: list[tuple[Nlri, Told]] = []
    withdrawn: list[Nlri] = []
    again = 0
    for key in keys:
        net = nets.get(key)
        best = None if net is None else net.best
        if is_active_only and net is not None and net.rib is RibState.FAILURE:
            best = None
        bin_ = None if best is None else judge(key, best)
        held = sent.get(key)
        if extras is not None and (may_announce or bin_ is None):
            paths = () if bin_ is None or net is None else extras(net)
            additional.renew(group, speaker, key, paths, touched, fewer)
        if bin_ is None:
            if held is not None:
                del sent[key]
                withdrawn.append(key)
            pending.pop(key, None)
            continue
        told = bin_.told
        if is_vpn and (told.label is None or told.rule.is_self):
            told = told._replace(label=vpn.label_of(turn, key))  # type: ignore[arg-type]
        if not repeats and (told is held or told == held):
            if extras is None or may_announce:
                pending.pop(key, None)
            else:
                pending[key] = None
        elif may_announce:
            again += held is not None
            sent[key] = told
            touched.append((key, told))
            pending.pop(key, None)
        else:
            pending[key] = None
    group.version = table.version
    if touched:
        group.due = turn.now + group.key.outbound.advertisement_interval_s * SECOND
    elif pending:
        group.repeats = repeats
        turn.set_timer(group.due - turn.now, INTERVAL, group.key.table, group.index)
    return _Changes(pack.batches(touched), withdrawn, fewer, again)


def _withheld(turn: Turn, group: Group, table: Table) -> list[AdvertiseMap]:
    """The advertise maps that hold prefixes back, as it was found last."""
    maps = group.key.outbound.advertise_maps
    if group.conditions is None:
        group.conditions = tuple(is_withheld(turn, one, table.nets) for one in maps)
    return [one for one, holds in zip(maps, group.conditions, strict=True) if holds]


def _keys(turn: Turn, group: Group, table: Table) -> Iterable[Nlri]:
    """The prefixes to be judged; of a VRF those under its RD."""
    keys = _changed_keys(group, table)
    name = group.key.table.vrf
    if name == DEFAULT_VRF:
        return keys
    vrf = turn.state.routing.vrfs.get(name)
    rd = None if vrf is None else vrf.rd
    return [key for key in keys if key in group.sent or key.rd == rd]  # type: ignore[union-attr]


def _changed_keys(group: Group, table: Table) -> Iterable[Nlri]:
    if group.is_stale or group.version < table.trimmed:
        group.is_stale = False
        return dict.fromkeys((*group.sent, *table.nets)) if group.sent else list(table.nets)
    changed = table.changes_since(group.version)
    return dict.fromkeys((*group.pending, *changed)) if group.pending else changed


def _deliver(turn: Turn, group: Group, changes: _Changes) -> None:
    """To all members that know the rest already."""
    announced, withdrawn, fewer, again = changes
    members = [member for member in group.members.values() if not member.needs_all]
    if not members or not (announced or withdrawn or fewer):
        return
    family = group.key.table.family
    shapes = dict.fromkeys(member.form for member in members)
    gone = {
        form: list(found) for form, found in pack.withdrawals(family, withdrawn, shapes).items()
    }
    for path_id, keys in fewer.items():
        for form, found in pack.withdrawals(family, keys, shapes, path_id).items():
            gone.setdefault(form, []).extend(found)
    news = pack.announcements(family, announced, shapes)
    parcels = {form: pack.parcel((*gone.get(form, ()), *news[form])) for form in shapes}
    _note_most(group, announced, news)
    count = sum(len(keys) for _, keys in announced)
    group.updates += sum(one.messages for one in parcels.values())
    for member in members:
        member.announced += count
        member.implicit += again
        member.explicit += len(withdrawn)
        _send(turn, group, member, parcels[member.form])
    if trace_out.is_on(turn):
        for member in members:
            trace_out.told(turn, group, member, announced, withdrawn)


def _tell_all(turn: Turn, group: Group, newcomers: list[Member]) -> None:
    """To members that are new, or asked again: all the group was told."""
    family = group.key.table.family
    found = pack.batches(group.sent.items())
    found += pack.batches((key, told) for key, all_ in group.more.items() for told in all_)
    messages = pack.announcements(family, found, (member.form for member in newcomers))
    parcels = {form: pack.parcel(found) for form, found in messages.items()}
    _note_most(group, found, messages)
    group.updates += sum(one.messages for one in parcels.values())
    for member in newcomers:
        session = session_of(turn, group, member)
        if session is None:
            continue
        member.needs_all = False
        gone = [key for key in member.knows if key not in group.sent]
        member.knows = {}
        if session.can_refresh_enhanced:
            session.carried[family].marks_sent.begin(turn.now)
            sessions.send(turn, session, RouteRefresh(family, RefreshSubtype.BEGIN).emit())
        if gone:
            back = pack.withdrawals(family, gone, (member.form,))[member.form]
            _send(turn, group, member, pack.parcel(back))
        _send(turn, group, member, parcels[member.form])
        member.announced += len(group.sent)
        member.implicit += 0 if member.needs_end else len(group.sent)
        member.explicit += len(gone)
        if trace_out.is_on(turn):
            trace_out.told(turn, group, member, found, gone)
        default.tell_member(turn, group, member, is_overwritten=True)
        if session.can_refresh_enhanced:
            session.carried[family].marks_sent.end(turn.now)
            sessions.send(turn, session, RouteRefresh(family, RefreshSubtype.END).emit())
        if member.needs_end:
            member.needs_end = False
            sessions.send(turn, session, end_of_rib(family))
            session.carried[family].has_told_end = True


def _note_most(
    group: Group, told: Sequence[pack.Batch], messages: Mapping[Form, Sequence[bytes]]
) -> None:
    """How many prefixes the fullest message holds."""
    most = max((len(keys) for _, keys in told), default=0)
    if most <= group.most:
        return
    for form, made in messages.items():
        if len(made) > len(told):
            # Some batch took several messages.
            full = parse(max(made, key=len), form.context)
            assert isinstance(full, Update)
            most = min(most, sum(len(reach.prefixes) for reach in full.announced))
    group.most = max(group.most, most)


def session_of(turn: Turn, group: Group, member: Member) -> Session | None:
    """The session of a member that carries the family of its group."""
    peer = turn.state.peers.get(member.peer)
    return None if peer is None else peer.session_of(group.key.table.family)


def _send(turn: Turn, group: Group, member: Member, parcel: pack.Parcel) -> None:
    session = session_of(turn, group, member)
    if session is None or session.conn is None or not parcel.messages:
        return
    group.replicated += parcel.messages
    turn.peer(session.peer).sent.updates += parcel.messages
    session.written_at = turn.now
    turn.do(TcpWrite(session.conn, parcel.data))


def trim(turn: Turn) -> None:
    """What every reader of a table has seen need not be kept."""
    held = state_of(turn.state)
    for key, table in turn.state.routing.tables.items():
        seen = [group.version for group in held.readers_of(key)]
        seen += [version for one, version in held.aggregated.items() if home_of(one) == key]
        table.trim(min(seen, default=table.version))
