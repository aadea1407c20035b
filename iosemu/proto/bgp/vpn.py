"""VPNs: what VRFs export and import, RFC 4364.

The table of VPNv4 holds everything: what neighbors of a VRF tell and what starts there, under the
RD of the VRF, and what comes through the core.  A VRF imports the best path of any other prefix
whose route targets it wants: a copy under its own RD that knows where it is from.  What was
imported is not exported once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from iosemu.features.vrf.read import VrfFamilySettings, VrfSettings, vrfs_of
from iosemu.proto.base import RouteDelete
from iosemu.rib.route import RouteKey
from iosemu.wire.bgp_community import ExtendedCommunity
from iosemu.wire.bgp_family import IPV4_UNICAST, VPNV4
from iosemu.wire.bgp_nlri import Nlri, RouteDistinguisher, VpnPrefix

from . import policy, refresh, selection
from .install import owner_of
from .settings import DEFAULT_VRF, TableKey
from .table import Path, RibState, Table
from .turn import Turn

TABLE = TableKey(VPNV4)
FIRST_LABEL = 16


class Vrf(NamedTuple):
    """A VRF that takes part: with an RD, and IPv4 enabled."""

    name: str
    rd: RouteDistinguisher
    family: VrfFamilySettings

    @property
    def table(self) -> TableKey:
        """Whose settings hold for its prefixes."""
        return TableKey(IPV4_UNICAST, self.name)

    def takes(self, path: Path) -> bool:
        """Whether a path under its RD is for it: what the core told under the same RD has to have
        a target that is imported, as any other."""
        peer = path.source.peer
        if path.imported is not None or peer is None or peer.vrf != DEFAULT_VRF:
            return True
        imports = self.family.import_targets
        return any(one in imports for one in path.attributes.extended_communities)


def _vrf(held: VrfSettings) -> Vrf | None:
    if held.rd is None or held.ipv4 is None:
        return None
    return Vrf(held.name, held.rd, held.ipv4)


def configured(turn: Turn) -> None:
    """VRFs may be others now: what is under an RD that is gone goes, what targets say is asked
    again."""
    routing = turn.state.routing
    found = map(_vrf, vrfs_of(turn.state.config).values())
    wanted = {vrf.name: vrf for vrf in found if vrf is not None}
    held, routing.vrfs = routing.vrfs, wanted
    routing.by_rd = {vrf.rd: vrf for vrf in wanted.values()}
    table = routing.tables.get(TABLE)
    if held == wanted or table is None:
        return
    routing.intakes.clear()
    for name, old in held.items():
        new = wanted.get(name)
        if new is None or new.rd != old.rd:
            _clear(turn, table, old)
        elif new.family != old.family:
            _tag_again(turn, table, old, new)
            if new.family.import_targets != old.family.import_targets:
                _take_again(turn, table, new)
    if not keeps_all(turn):
        _drop_unwanted(turn, table)
    import_changed(turn, list(table.nets))
    _ask_again(turn, held)


def _take_again(turn: Turn, table: Table, vrf: Vrf) -> None:
    """What the core told under the RD of a VRF may be for it now, or is so no longer."""
    for key, net in table.nets.items():
        if key.rd == vrf.rd and net.best is not None:  # type: ignore[union-attr]
            table.note_change(key, net)
            selection.mark(turn, TABLE, (key,))
    turn.state.routing.reinstalled[TABLE] = None


def _drop_unwanted(turn: Turn, table: Table) -> None:
    """Forget what the core told and no VRF imports any more."""
    known: dict[tuple[ExtendedCommunity, ...], bool] = {}
    for key, net in list(table.nets.items()):
        for path in net.paths:
            peer = path.source.peer
            if peer is None or peer.vrf != DEFAULT_VRF or path.imported is not None:
                continue
            targets = path.attributes.extended_communities
            if targets not in known:
                known[targets] = is_wanted(turn, targets)
            if not known[targets] and table.take(key, path.slot):
                selection.mark(turn, TABLE, (key,))


def _clear(turn: Turn, table: Table, vrf: Vrf) -> None:
    """A VRF has this RD no longer."""
    for key in [key for key in table.nets if key.rd == vrf.rd]:  # type: ignore[union-attr]
        net = table.nets[key]
        for path in net.paths:
            table.take(key, path.slot)
        if net.rib is not RibState.NOT_OFFERED:
            net.rib = RibState.NOT_OFFERED
            owner = owner_of(turn.settings.asn)
            turn.do(RouteDelete(RouteKey(vrf.name, policy.bare(key), owner)))
        selection.mark(turn, TABLE, (key,))


def _ask_again(turn: Turn, held: Mapping[str, Vrf]) -> None:
    """What was refused before may be wanted now: of everybody, where more is imported, and of the
    neighbors of a VRF that has another RD."""
    routing = turn.state.routing
    before = {target for vrf in held.values() for target in vrf.family.import_targets}
    is_more = any(
        target not in before
        for vrf in routing.vrfs.values()
        for target in vrf.family.import_targets
    )
    for peer, table in list(routing.receivers):
        old, new = held.get(table.vrf), routing.vrfs.get(table.vrf)
        has_moved = new is not None and (old is None or old.rd != new.rd)
        if has_moved or (is_more and table == TABLE):
            refresh.ask_peer(turn, peer, table.family)


def _tag_again(turn: Turn, table: Table, old: Vrf, new: Vrf) -> None:
    """Other targets on what a VRF exports."""
    if (old.family.export_targets, old.family.export_map) == (
        new.family.export_targets,
        new.family.export_map,
    ):
        return
    for key, net in table.nets.items():
        assert isinstance(key, VpnPrefix)
        if key.rd != new.rd:
            continue
        for path in net.paths:
            if path.imported is None and _is_of(path, new.name):
                kept = tuple(
                    one for one in path.attributes.extended_communities if not one.is_route_target
                )
                bare = path._replace(attributes=path.attributes._replace(extended_communities=kept))
                table.put(key, exported(turn, new, key, bare))
                selection.mark(turn, TABLE, (key,))


def _is_of(path: Path, name: str) -> bool:
    """Whether a path came into the table by a VRF, not through the core."""
    return path.source.peer is None or path.source.peer.vrf == name


# -- export ----


def exported(turn: Turn, vrf: Vrf, key: Nlri, path: Path) -> Path:
    """A path of a VRF with its route targets.  An export map that sets some replaces those of the
    VRF, or adds to them; where it does not match, they stay."""
    if path.attributes.extended_communities:
        # A customer does not choose the VPN.
        kept = [one for one in path.attributes.extended_communities if not one.is_route_target]
    else:
        kept = []
    tagged = path.attributes._replace(extended_communities=(*kept, *vrf.family.export_targets))
    if vrf.family.export_map is not None:
        facts = policy.facts_of(path.source, turn.settings.asn)
        bound = policy.bound_map(turn, vrf.family.export_map, tagged, facts)
        outcome = None if bound is None else bound.decide(policy.bare(key))
        if outcome is not None:
            tagged = outcome.attributes
    return path._replace(attributes=tagged)


def key_of(vrf: Vrf, key: Nlri) -> VpnPrefix:
    """A prefix of a VRF as the table of VPNv4 knows it."""
    if isinstance(key, VpnPrefix):
        return key
    return VpnPrefix(vrf.rd, key)  # type: ignore[arg-type]


def label_of(turn: Turn, key: VpnPrefix) -> int:
    """The label by which this router is told apart what is for this prefix; given on demand."""
    labels = turn.state.routing.labels
    found = labels.get(key)
    if found is None:
        found = labels[key] = max(labels.values(), default=FIRST_LABEL - 1) + 1
    return found


# -- import ----


def keeps_all(turn: Turn) -> bool:
    """Whether this router keeps VPN prefixes that no VRF of its own wants: as a route reflector."""
    if not turn.settings.route_target_filter:
        return True
    settings = selection.settings_of(turn, TABLE)
    return any(one.outbound.route_reflector_client for one in settings.policies.values())


def is_wanted(turn: Turn, communities: Iterable[ExtendedCommunity]) -> bool:
    """Whether any VRF imports what has these communities."""
    vrfs = turn.state.routing.vrfs.values()
    return any(one in vrf.family.import_targets for one in communities for vrf in vrfs)


def import_changed(turn: Turn, keys: Iterable[Nlri]) -> None:
    """Best paths changed: VRFs that import them take the new ones."""
    routing = turn.state.routing
    table = routing.tables[TABLE]
    vrfs = list(routing.vrfs.values())
    if not vrfs:
        return
    for key in keys:
        assert isinstance(key, VpnPrefix)
        net = table.nets.get(key)
        best = None if net is None else net.best
        if best is not None and best.imported is not None:
            best = None
        for vrf in vrfs:
            if vrf.rd != key.rd:
                _import(turn, table, vrf, key, best)


def _import(turn: Turn, table: Table, vrf: Vrf, key: VpnPrefix, best: Path | None) -> None:
    target = VpnPrefix(vrf.rd, key.prefix)
    net = table.nets.get(target)
    wanted = None if best is None else _imported(turn, vrf, key, best)
    for held in () if net is None else net.paths:
        if held.imported == key and (wanted is None or held.slot != wanted.slot):
            table.take(target, held.slot)
            selection.mark(turn, TABLE, (target,))
    if wanted is not None and table.put(target, wanted):
        selection.mark(turn, TABLE, (target,))


def _imported(turn: Turn, vrf: Vrf, key: VpnPrefix, path: Path) -> Path | None:
    """A path as a VRF imports it; None: it does not."""
    imports = vrf.family.import_targets
    if not any(one in imports for one in path.attributes.extended_communities):
        return None
    if vrf.family.import_map is not None:
        facts = policy.facts_of(path.source, turn.settings.asn)
        bound = policy.bound_map(turn, vrf.family.import_map, path.attributes, facts)
        outcome = None if bound is None else bound.decide(key.prefix)
        if outcome is None:
            return None
        path = path._replace(attributes=outcome.attributes)
    return path._replace(imported=key)
