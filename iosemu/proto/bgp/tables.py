"""What the sessions and the engine tell the tables: the one door between the two sides.

All that sessions know of prefixes is that an UPDATE carries them.  What changed is only noted;
`settle`, which the engine calls at the end of each step, chooses best paths and tells the rest.
"""

from __future__ import annotations

from iosemu.address import IpVersion, version_of
from iosemu.kernel.time import SECOND
from iosemu.proto.base import (
    InterfaceChanged,
    NextHopChanged,
    RouteChanged,
    RouteDelete,
    TimerFired,
    UntrackNextHop,
    Unwatch,
    Watch,
)
from iosemu.rib.route import RouteFilter, RouteKey
from iosemu.wire.bgp import RefreshSubtype
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4, Family
from iosemu.wire.bgp_nlri import Nlri, VpnPrefix
from iosemu.wire.bgp_update import Update

from . import (
    advertising,
    aggregate,
    dampening,
    groups,
    inbound,
    maximum,
    nexthops,
    origin,
    policy,
    restarting,
    selection,
    vpn,
)
from .advertising import home_of
from .install import owner_of
from .intake import Intake
from .peer import Session
from .routing import Receiver, ReceiverKey, Routing, version_for
from .settings import DEFAULT_VRF, PeerKey, Prefix, ProcessSettings, TableKey, TableSettings
from .state import State
from .table import Local, Net, Path, RibState, Slot, Source, Table
from .turn import Turn

SCAN = "scan"
TIMERS: tuple[str, ...] = (
    nexthops.WALK,
    SCAN,
    maximum.RESTART,
    dampening.REUSE,
    restarting.STALE,
    *advertising.TIMERS,
)
"""The first words of the timers of this side."""


# -- the process ----


def configured(turn: Turn, old: ProcessSettings | None) -> None:
    """The settings of the process are others now (`turn.state.settings`), or the configuration of
    something that policies name changed.  Sessions are told afterwards."""
    if turn.state.settings is None:
        if old is not None:
            _stop(turn, old)
        return
    settings = turn.settings
    if old is not None and old.asn != settings.asn:
        _stop(turn, old)
        old = None
    if old is None:
        turn.set_timer(_scan_s(settings) * SECOND, SCAN)
    _keep_tables(turn)
    _keep_watches(turn)
    vpn.configured(turn)
    if old is not None:
        for key in dict.fromkeys((*turn.state.routing.tables, *turn.settings.tables)):
            _reconsider(turn, key, old)
    origin.configured(turn, old)
    aggregate.configured(turn)
    groups.configured(turn, old)


def _stop(turn: Turn, old: ProcessSettings) -> None:
    """There is no process any more: everything it gave and asked for goes."""
    routing = turn.state.routing
    for key, table in routing.tables.items():
        _withdraw_table(turn, key, table, old.asn)
    for next_hop in routing.next_hops:
        turn.do(UntrackNextHop(next_hop.address, next_hop.vrf))
    for watch in routing.watched:
        turn.do(Unwatch(watch))
    for timer in (nexthops.WALK, SCAN):
        turn.stop_timer(timer)
    groups.stop(turn)
    turn.state.routing = Routing()


def _withdraw_table(turn: Turn, key: TableKey, table: Table, asn: int) -> None:
    for prefix, net in table.nets.items():
        if net.rib is not RibState.NOT_OFFERED:
            vrf = key.vrf
            if isinstance(prefix, VpnPrefix):
                vrf = turn.state.routing.by_rd[prefix.rd].name
            turn.do(RouteDelete(RouteKey(vrf, policy.bare(prefix), owner_of(asn))))


def _keep_tables(turn: Turn) -> None:
    """There is a table for each family that has settings; those of VRFs live in that of VPNv4."""
    routing = turn.state.routing
    wanted = [key for key in turn.settings.tables if key.vrf == DEFAULT_VRF]
    if any(key.vrf != DEFAULT_VRF for key in turn.settings.tables):
        wanted.append(TableKey(VPNV4))
    for key in wanted:
        routing.tables.setdefault(key, Table())
    for key in [key for key in routing.tables if key not in wanted]:
        _withdraw_table(turn, key, routing.tables.pop(key), turn.settings.asn)
        routing.dirty.pop(key, None)
        routing.intakes.clear()


def _keep_watches(turn: Turn) -> None:
    """Hear of the routes of others, in every VRF that has a table."""
    routing = turn.state.routing
    owner = owner_of(turn.settings.asn)
    wanted = tuple(
        dict.fromkeys(
            RouteFilter(
                key.vrf,
                besides=owner,
                version=version_for(key),
            )
            for key in (TableKey(), *turn.settings.tables)
        )
    )
    for watch in routing.watched:
        if watch not in wanted:
            turn.do(Unwatch(watch))
            routing.foreign.pop((watch.vrf, watch.version), None)
    for watch in wanted:
        if watch not in routing.watched:
            turn.do(Watch(watch))
    routing.watched = wanted


def _reconsider(turn: Turn, key: TableKey, old: ProcessSettings) -> None:
    """Choose and install anew if what that goes by changed."""
    new = turn.settings
    before, after = old.tables.get(key, TableSettings()), selection.settings_of(turn, key)
    if before.next_hops != after.next_hops:
        nexthops.revalidate(turn)
        if before.next_hops.scan_s != after.next_hops.scan_s:
            turn.set_timer(_scan_s(new) * SECOND, SCAN)
    if before.dampening is not None and after.dampening is None:
        dampening.clear(turn, home_of(key))
    is_installed_otherwise = (
        before.distances != after.distances
        or before.source_distances != after.source_distances
        or before.table_map != after.table_map
        or before.table_map_filters != after.table_map_filters
        or before.networks != after.networks
        or before.redistribute_internal != after.redistribute_internal
        or before.dmzlink_bw != after.dmzlink_bw
    )
    if (
        is_installed_otherwise
        or old.bestpath != new.bestpath
        or decides_by(before) != decides_by(after)
    ):
        selection.mark_all(turn, home_of(key), is_forced=is_installed_otherwise)


def decides_by(settings: TableSettings) -> tuple[object, ...]:
    """What of the settings of a table the choice of paths depends on."""
    return (
        settings.maximum_paths_external,
        settings.maximum_paths_internal,
        settings.maximum_paths_mixed,
        settings.synchronization,
    )


def _scan_s(settings: ProcessSettings) -> int:
    held: TableSettings | None = settings.tables.get(TableKey())
    return nexthops.DEFAULT_SETTINGS.scan_s if held is None else held.next_hops.scan_s


def reading_ended(turn: Turn) -> None:
    """The read-only period after the start of the process is over; `settle` does what waited."""


# -- sessions ----


def session_up(turn: Turn, session: Session) -> None:
    """A session is established: tell the neighbor the tables of the families it carries."""
    settings = turn.peer(session.peer).settings
    heard = session.heard
    for family in session.carried:
        key = ReceiverKey(session.peer, TableKey(family, session.peer.vrf))
        policy = turn.settings.policy(*key)
        source = Source(
            session.peer,
            settings.kind,
            settings.remote_as if heard is None else heard.asn,
            session.peer.address,
            session.remote_id,
            policy is not None and policy.outbound.route_reflector_client,
        )
        turn.state.routing.receivers[key] = Receiver(source)
        restarting.returned(turn, session, family, home_of(key.table))
    groups.session_up(turn, session)


def session_down(turn: Turn, session: Session, *, may_return: bool = False) -> None:
    """It is no more: forget what it told, unless it ended without a word and may return after a
    restart.  `session.carried` is what it carried."""
    routing = turn.state.routing
    for family in session.carried:
        key = ReceiverKey(session.peer, TableKey(family, session.peer.vrf))
        routing.intakes.pop((session.key, family), None)
        if routing.receivers.pop(key, None) is None:
            continue
        home = home_of(key.table)
        if not may_return or not restarting.keep(turn, session, family, home):
            forget(turn, home, session.peer)
    groups.session_down(turn, session)


def neighbor_gone(turn: Turn, peer: PeerKey) -> None:
    """A neighbor is none any more, and its sessions ended before."""
    turn.stop_timer(maximum.RESTART, peer)
    for key, table in turn.state.routing.tables.items():
        if peer in table.counts or peer in table.received:
            forget(turn, key, peer)


def forget(turn: Turn, key: TableKey, peer: PeerKey) -> None:
    """Take out all that a neighbor told."""
    table = turn.state.routing.tables.get(key)
    if table is None:
        return
    selection.mark(turn, key, table.forget(peer))
    table.received.pop(peer, None)


def update_received(turn: Turn, session: Session, update: Update) -> None:
    """An UPDATE came; what is malformed in it is among its withdrawals already."""
    for unreach in update.withdrawn:
        intake = intake_of(turn, session, unreach.family)
        if intake is not None:
            before = intake.held
            inbound.withdraw(turn, intake, unreach)
            intake.receiver.explicit += before - intake.held
    for reach in update.announced:
        intake = intake_of(turn, session, reach.family)
        if intake is not None:
            receiver, before = intake.receiver, intake.held
            refused = sum(receiver.denied.values())
            inbound.announce(turn, intake, reach)
            refused = sum(receiver.denied.values()) - refused
            receiver.count(len(reach.prefixes), refused, intake.held - before)
            if intake.policy.maximum_prefix is not None:
                maximum.check(turn, session, intake)
    if update.end_of_rib is not None:
        carriage = session.carried.get(update.end_of_rib)
        if carriage is not None:
            carriage.has_ended = True
            key = TableKey(update.end_of_rib, session.peer.vrf)
            restarting.drop(turn, session.peer, update.end_of_rib, home_of(key))


def intake_of(turn: Turn, session: Session, family: Family) -> Intake | None:
    """Where the prefixes of a family go that a session brings; None: nowhere."""
    routing = turn.state.routing
    carriage = session.carried.get(family)
    held = routing.intakes.get((session.key, family))
    if held is not None and held[0] is turn.settings and held[1] is carriage:
        return held[2]
    key = ReceiverKey(session.peer, TableKey(family, session.peer.vrf))
    receiver = routing.receivers.get(key)
    home = home_of(key.table)
    policy = turn.settings.policy(*key)
    vrf = None if home == key.table else routing.vrfs.get(key.table.vrf)
    if receiver is None or carriage is None or home not in routing.tables:
        return None
    if vrf is None and home != key.table:
        # Without an RD a VRF has no paths.
        return None
    settings = selection.settings_of(turn, key.table)
    intake = Intake(
        key,
        home,
        routing.tables[home],
        receiver,
        inbound.NO_POLICY if policy is None else policy.inbound,
        routing.dirty.setdefault(home, {}),
        carriage,
        vrf,
        settings.dampening is not None,
        # As a backup, for neighbors that cannot be asked again.
        policy is not None
        and policy.inbound.soft_reconfiguration
        and not (settings.soft_reconfiguration_backup and session.can_refresh),
    )
    routing.intakes[session.key, family] = turn.settings, carriage, intake
    return intake


def refresh_received(turn: Turn, session: Session, family: Family, subtype: int) -> None:
    """The neighbor wants a table anew (0), or begins (1) or ends (2) to tell its own anew."""
    intake = intake_of(turn, session, family)
    if intake is None:
        return
    receiver, carriage = intake.receiver, session.carried[family]
    if subtype == RefreshSubtype.REQUEST:
        groups.refresh_received(turn, session, family)
    elif subtype == RefreshSubtype.BEGIN:
        carriage.is_refreshing = True
        carriage.marks_received.begin(turn.now)
        paths = intake.table.of_peer(session.peer)
        receiver.stale = {(prefix, path.path_id): None for prefix, path in paths}
    elif subtype == RefreshSubtype.END:
        carriage.is_refreshing = False
        carriage.marks_received.end(turn.now)
        before = intake.held
        stale, receiver.stale = receiver.stale or {}, None
        for prefix, path_id in stale:
            inbound.remove(intake, prefix, path_id)
        receiver.explicit += before - intake.held


def soft_in(turn: Turn, session: Session, family: Family) -> bool:
    """`clear ip bgp soft in`: judge anew what was kept; False: nothing is kept, the neighbor has to
    be asked."""
    intake = intake_of(turn, session, family)
    if intake is None or not intake.keeps or intake.peer.peer not in intake.table.received:
        return False
    receiver, before = intake.receiver, intake.held
    inbound.reconsider(turn, intake)
    receiver.count(0, 0, intake.held - before)
    return True


def soft_out(turn: Turn, session: Session, family: Family) -> None:
    """`clear ip bgp soft out`: tell the neighbor its table again, by the policies of now."""
    groups.soft_out(turn, session, family)


def ready(turn: Turn, session: Session) -> None:
    """There is room again in a connection that was full."""


# -- paths of this router ----


def originate(turn: Turn, key: TableKey, prefix: Nlri, path: Path) -> None:
    """A local path: `path.local` says how it came about.  It replaces the one of its slot."""
    routing = turn.state.routing
    if key.vrf != DEFAULT_VRF:
        vrf = routing.vrfs.get(key.vrf)
        if vrf is None:
            return
        key, prefix = vpn.TABLE, vpn.key_of(vrf, prefix)
        path = vpn.exported(turn, vrf, prefix, path)
    if routing.tables[key].put(prefix, path):
        selection.mark(turn, key, (prefix,))


def withdraw_local(turn: Turn, key: TableKey, prefix: Nlri, local: Local) -> None:
    """There is no local path of this kind any more."""
    routing = turn.state.routing
    if key.vrf != DEFAULT_VRF:
        vrf = routing.vrfs.get(key.vrf)
        if vrf is None:
            return
        key, prefix = vpn.TABLE, vpn.key_of(vrf, prefix)
    if routing.tables[key].take(prefix, Slot(None, 0, local)):
        selection.mark(turn, key, (prefix,))


# -- what the router tells ----


def route_changed(turn: Turn, event: RouteChanged) -> None:
    """A watched route."""
    routing = turn.state.routing
    foreign = routing.foreign.setdefault((event.vrf, version_of(event.prefix)), {})
    if event.best is None:
        foreign.pop(event.prefix, None)
    else:
        foreign[event.prefix] = event.best
    net = _net_of(turn, event.vrf, event.prefix)
    if net is not None and net.rib is not RibState.NOT_OFFERED:
        # Told only while the best route is another's.
        net.rib = RibState.INSTALLED if event.best is None else RibState.FAILURE
        _note_inactive(turn, event, net)
    if net is not None and version_of(event.prefix) is IpVersion.V4 and event.vrf == DEFAULT_VRF:
        key = TableKey()
        if turn.state.settings is not None and selection.settings_of(turn, key).synchronization:
            selection.mark(turn, key, (event.prefix,))
    if turn.state.settings is not None:
        origin.route_changed(turn, event.vrf, event.prefix)
        groups.route_changed(turn)


def _note_inactive(turn: Turn, event: RouteChanged, net: Net) -> None:
    """With `bgp suppress-inactive` others are told only of what is in the routing table."""
    family = IPV6_UNICAST if version_of(event.prefix) is IpVersion.V6 else IPV4_UNICAST
    key = TableKey(family, event.vrf)
    if turn.state.settings is None or not selection.settings_of(turn, key).suppress_inactive:
        return
    vrf = turn.state.routing.vrfs.get(event.vrf)
    known = event.prefix if vrf is None else vpn.key_of(vrf, event.prefix)
    turn.state.routing.tables[home_of(key)].note_change(known, net)


def _net_of(turn: Turn, vrf: str, prefix: Prefix) -> Net | None:
    """What BGP has of a prefix of a VRF's routing table."""
    routing = turn.state.routing
    family = IPV6_UNICAST if version_of(prefix) is IpVersion.V6 else IPV4_UNICAST
    if vrf == DEFAULT_VRF:
        table = routing.tables.get(TableKey(family))
        return None if table is None else table.nets.get(prefix)
    held = routing.vrfs.get(vrf)
    table = routing.tables.get(vpn.TABLE)
    return None if held is None or table is None else table.nets.get(vpn.key_of(held, prefix))


def next_hop_changed(turn: Turn, event: NextHopChanged) -> None:
    """A tracked next hop resolves by another route."""
    nexthops.on_change(turn, event)


def interface_changed(turn: Turn, event: InterfaceChanged) -> None:
    """An interface; `turn.state.interfaces` has the new one."""
    turn.state.routing.addresses.clear()


def timer_fired(turn: Turn, timer: TimerFired) -> None:
    """A timer of this side."""
    if timer.key[0] in advertising.TIMERS:
        groups.timer_fired(turn, timer)
        return
    match timer.key:
        case (nexthops.WALK,):
            selection.mark_users(turn, nexthops.on_walk(turn))
        case (dampening.REUSE,):
            dampening.on_reuse(turn)
        case (str() as name,) if name == SCAN:
            selection.mark_users(turn, nexthops.on_scan(turn))
            groups.scanned(turn)
            nexthops.forget_unused(turn, selection.used_next_hops(turn))
            turn.set_timer(_scan_s(turn.settings) * SECOND, SCAN)
        case (restarting.STALE, PeerKey() as peer, Family() as family, TableKey() as key):
            restarting.drop(turn, peer, family, key)
        case (str(), PeerKey() as peer):
            maximum.on_restart(turn, peer)
        case _:
            raise AssertionError(timer)


# -- best paths ----


def is_busy(state: State) -> bool:
    """Whether a change is known that best paths do not go by yet, or that is about to be told."""
    routing = state.routing
    return routing.walk_at is not None or any(routing.dirty.values()) or groups.is_busy(state)


def settle(turn: Turn) -> None:
    """Choose for every prefix that something happened to, and put it into the routing table; not
    while the process only listens.  Then aggregates follow, and others are told."""
    if turn.state.is_read_only or turn.state.settings is None:
        return
    _choose(turn)
    while aggregate.changed(turn):
        _choose(turn)
    groups.settled(turn)


def _choose(turn: Turn) -> None:
    routing = turn.state.routing
    if not routing.dirty:
        return
    for key, prefixes in routing.dirty.items():
        if not prefixes:
            continue
        selection.run(turn, key, prefixes)
        if key == vpn.TABLE:
            changed = list(prefixes)
            prefixes.clear()
            vpn.import_changed(turn, changed)
            # What was imported goes no further, so that this ends it.
            selection.run(turn, key, prefixes)
        prefixes.clear()
    routing.reinstalled.clear()
