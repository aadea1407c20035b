"""Best paths into the routing table: distances, equal ways, table map, refusals."""

from __future__ import annotations

from typing import NamedTuple

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.proto.base import RouteAdd, RouteDelete
from iosemu.rib.route import EntryNote, NextHop, Route, RouteKey
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST
from iosemu.wire.bgp_nlri import Nlri

from . import policy
from .settings import PeerKind, TableKey, TableSettings
from .table import Local, Net, Path, RibState
from .turn import Turn

UNUSABLE_DISTANCE = 255
DISCARD = (NextHop(None, "Null0"),)


class RouteDetail(NamedTuple):
    """What `show ip route A.B.C.D` prints of a BGP route."""

    length: int
    tag: int
    is_internal: bool

    def note(self) -> EntryNote:
        """In words."""
        lines = [f"AS Hops {self.length}"]
        if self.tag:
            lines.append(f"Route tag {self.tag}")
        lines.append("MPLS label: none")
        has_tag = self.tag and not self.is_internal
        return EntryNote(
            kind="internal" if self.is_internal else None,
            tag_kind="external" if has_tag else None,
            path_lines=tuple(lines),
        )


class Ways(NamedTuple):
    """What all prefixes of the same paths share in the routing table."""

    next_hops: tuple[NextHop, ...]
    distance: int
    metric: int
    tag: int
    detail: RouteDetail


class Installer:
    """Puts the best paths of one table into the routing table; lives for one step."""

    __slots__ = ("backdoors", "foreign", "key", "last", "owner", "settings", "turn", "ways")

    def __init__(self, turn: Turn, key: TableKey, settings: TableSettings) -> None:
        self.turn, self.key, self.settings = turn, key, settings
        self.owner = owner_of(turn.settings.asn)
        self.foreign = turn.state.routing.foreign.get(key.vrf, {})
        self.backdoors = {one.prefix for one in settings.networks if one.is_backdoor}
        self.last: tuple[Path, tuple[Path, ...]] | None = None
        self.ways: Ways | None = None

    def offer(self, key: Nlri, net: Net) -> None:
        """Make the routing table have what the best path of a prefix is."""
        best = net.best
        if best is None or (best.local is not None and best.local is not Local.AGGREGATE):
            self.withdraw(key, net)
            return
        last = self.last
        if last is None or last[0] is not best or last[1] is not net.multipaths:
            self.last = best, net.multipaths
            self.ways = self._ways(best, net.multipaths)
        ways = self.ways
        assert ways is not None
        distance, metric, tag = ways.distance, ways.metric, ways.tag
        prefix: IPv4Prefix = key  # type: ignore[assignment]
        if key in self.backdoors:
            distance = self.settings.distances.local
        if self.settings.source_distances:
            distance = self._distance_from(prefix, best, distance)
        if self.settings.table_map is not None:
            mapped = policy.table_map(self.turn, self.settings, key, best)
            if mapped is None:
                self.withdraw(key, net)
                return
            metric = mapped.metric if mapped.metric is not None else metric
            tag = mapped.tag if mapped.tag is not None else tag
        route_key = RouteKey(self.key.vrf, prefix, self.owner)
        route = Route(route_key, ways.next_hops, distance, "B", "bgp", metric, tag, ways.detail)
        self.turn.actions.append(RouteAdd(route))
        held = self.foreign.get(prefix) if self.foreign else None
        is_refused = distance >= UNUSABLE_DISTANCE or (
            held is not None and held.distance <= distance
        )
        net.rib = RibState.FAILURE if is_refused else RibState.INSTALLED

    def withdraw(self, key: Nlri, net: Net) -> None:
        """Take back what was offered of a prefix."""
        if net.rib is RibState.NOT_OFFERED:
            return
        net.rib = RibState.NOT_OFFERED
        prefix: IPv4Prefix = key  # type: ignore[assignment]
        self.turn.actions.append(RouteDelete(RouteKey(self.key.vrf, prefix, self.owner)))

    def _ways(self, best: Path, multipaths: tuple[Path, ...]) -> Ways:
        distances = self.settings.distances
        attributes = best.attributes
        is_external = best.local is None and best.source.kind is PeerKind.EXTERNAL
        if best.local is not None:
            hops: tuple[NextHop, ...] = DISCARD
            distance = distances.local
        else:
            paths = multipaths or (best,)
            hops = tuple([NextHop(_address(path)) for path in paths])
            distance = distances.external if is_external else distances.internal
        tag = attributes.as_path.neighbor or 0
        detail = RouteDetail(attributes.as_path.hops, tag, not is_external and best.local is None)
        return Ways(hops, distance, attributes.med or 0, tag, detail)

    def _distance_from(self, prefix: IPv4Prefix, best: Path, distance: int) -> int:
        """`distance` may name the neighbor a path comes from."""
        peer = best.source.peer
        if peer is None:
            return distance
        for one in self.settings.source_distances:
            if (int(peer.address) ^ one.address) & ~one.wildcard & 0xFFFFFFFF:
                continue
            if one.acl is None or policy.permits(self.turn, one.acl, prefix):
                return one.distance
        return distance


def _address(path: Path) -> IPv4Address:
    # Of IPv6 the routing table takes the same actions.
    return path.attributes.next_hop  # type: ignore[return-value]


def owner_of(asn: int) -> str:
    """Whose routes they are in the routing table."""
    return f"bgp {asn}"


def is_installed(key: TableKey) -> bool:
    """Whether the best paths of a table become routes."""
    return key.family in (IPV4_UNICAST, IPV6_UNICAST)
