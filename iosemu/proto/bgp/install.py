"""Best paths into the routing table: distances, equal ways, table map, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from struct import unpack
from typing import NamedTuple

from iosemu.kernel.time import Time
from iosemu.proto.base import RouteChanges
from iosemu.rib.route import EntryNote, NextHop, Route, RouteKey
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST
from iosemu.wire.bgp_nlri import Nlri, VpnPrefix

from . import policy, trace_in
from .nexthops import vrf_of
from .routing import NextHopKey, version_for
from .settings import DEFAULT_VRF, PeerKind, TableKey, TableSettings
from .table import Local, Net, Path, RibState
from .turn import Turn

UNUSABLE_DISTANCE = 255
LINK_BANDWIDTH = 0x4004
LEAST_SHARE = 12
"""Shares are made with so fine a grain."""
DISCARD = (NextHop(None, "Null0"),)


class RouteDetail(NamedTuple):
    """What `show ip route A.B.C.D` prints of a BGP route."""

    length: int
    tag: int
    is_internal: bool
    is_reserved: bool = False
    """Not for other protocols: of this AS, without `bgp redistribute-internal`."""

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
    """What all prefixes of the same paths share in the routing table: a `Route` but for its key."""

    next_hops: tuple[NextHop, ...]
    distance: int
    code: str = "B"
    protocol: str = "bgp"
    metric: int = 0
    tag: int = 0
    detail: RouteDetail | None = None
    since: Time = 0


NO_WAYS = Ways((), UNUSABLE_DISTANCE)


class Installer:
    """Puts the best paths of one table into the routing table; lives for one step."""

    __slots__ = (
        "backdoors",
        "changes",
        "foreign",
        "is_plain",
        "is_vpn",
        "key",
        "last",
        "owner",
        "settings",
        "turn",
        "vrf",
        "ways",
    )

    def __init__(self, turn: Turn, key: TableKey, settings: TableSettings) -> None:
        self.turn, self.key, self.settings = turn, key, settings
        self.owner = owner_of(turn.settings.asn)
        self.foreign = turn.state.routing.foreign_of(key)
        self.backdoors = {one.prefix for one in settings.networks if one.is_backdoor}
        self.last: tuple[Path, tuple[Path, ...]] | None = None
        self.ways = NO_WAYS
        self.changes: list[Route | RouteKey] = []
        self.is_vpn = key.vrf != DEFAULT_VRF
        self.vrf = turn.state.routing.vrfs.get(key.vrf) if self.is_vpn else None
        self.is_plain = not (
            self.backdoors or settings.source_distances or settings.table_map is not None
        )

    def done(self) -> None:
        """Hand over what was offered and withdrawn."""
        if self.changes:
            if trace_in.is_on(self.turn):
                trace_in.installing(self.turn, self.key, self.changes)
            self.turn.actions.append(RouteChanges(tuple(self.changes)))

    def offer(self, key: Nlri, net: Net) -> None:
        """Make the routing table have what the best path of a prefix is."""
        best = net.best
        last = self.last
        if last is None or last[0] is not best or last[1] is not net.multipaths:
            if best is None or not self._is_route(best):
                self.withdraw(key, net)
                return
            self.last = best, net.multipaths
            self.ways = self._ways(best, net.multipaths)
        ways = self.ways
        if best is not None and best.is_local and best.imported is not None:
            hops = self._leaked(best.imported)
            if not hops:
                self.withdraw(key, net)
                return
            ways = ways._replace(next_hops=hops)
        if not self.is_plain:
            assert best is not None
            found = self._adjusted(key, best, ways)
            if found is None:
                self.withdraw(key, net)
                return
            ways = found
        # A route is made for every prefix of a full table: without the calls of the constructors.
        new = tuple.__new__
        if type(key) is VpnPrefix:
            key = key.prefix
        self.changes.append(new(Route, (new(RouteKey, (self.key.vrf, key, self.owner)), *ways)))
        held = self.foreign.get(key) if self.foreign else None  # type: ignore[arg-type]
        is_refused = ways.distance >= UNUSABLE_DISTANCE or (
            held is not None and held.distance <= ways.distance
        )
        net.rib = RibState.FAILURE if is_refused else RibState.INSTALLED

    def offer_all(self, best: Path, nets: Sequence[tuple[Nlri, Net]]) -> None:
        """The same for many prefixes that have this path alone."""
        ways = self._ways(best, ())
        is_plain = self.is_plain and not self.is_vpn and ways.distance < UNUSABLE_DISTANCE
        if not is_plain or best.local is not None:
            for key, net in nets:
                self.offer(key, net)
            return
        new, append = tuple.__new__, self.changes.append
        vrf, owner, installed = self.key.vrf, self.owner, RibState.INSTALLED
        foreign, distance = self.foreign, ways.distance
        for key, net in nets:
            append(new(Route, (new(RouteKey, (vrf, key, owner)), *ways)))
            held = foreign.get(key)  # type: ignore[arg-type]
            is_refused = held is not None and held.distance <= distance
            net.rib = RibState.FAILURE if is_refused else installed

    def withdraw(self, key: Nlri, net: Net) -> None:
        """Take back what was offered of a prefix."""
        if net.rib is RibState.NOT_OFFERED:
            return
        net.rib = RibState.NOT_OFFERED
        self.changes.append(RouteKey(self.key.vrf, policy.bare(key), self.owner))

    def _adjusted(self, key: Nlri, best: Path, ways: Ways) -> Ways | None:
        """What `distance`, backdoors and the table map make of one prefix; None: no route."""
        if policy.bare(key) in self.backdoors:
            ways = ways._replace(distance=self.settings.distances.local)
        if self.settings.source_distances:
            ways = ways._replace(distance=self._distance_from(key, best, ways.distance))
        if self.settings.table_map is None:
            return ways
        mapped = policy.table_map(self.turn, self.settings, key, best)
        if mapped is None:
            return None
        if mapped.metric is not None:
            ways = ways._replace(metric=mapped.metric)
        return ways if mapped.tag is None else ways._replace(tag=mapped.tag)

    def _ways(self, best: Path, multipaths: tuple[Path, ...]) -> Ways:
        distances = self.settings.distances
        attributes = best.attributes
        is_external = best.local is None and best.source.kind is PeerKind.EXTERNAL
        if best.local is not None:
            hops: tuple[NextHop, ...] = DISCARD
            distance = distances.local if best.imported is None else distances.external
        else:
            paths = multipaths or (best,)
            hops = tuple([self._way(path) for path in paths])
            if self.settings.dmzlink_bw and len(hops) > 1:
                shares = shares_of(paths)
                hops = tuple([h._replace(weight=w) for h, w in zip(hops, shares, strict=True)])
            distance = distances.external if is_external else distances.internal
        tag = attributes.as_path.neighbor or 0
        is_internal = not is_external and best.local is None
        is_reserved = is_internal and not self.settings.redistribute_internal
        detail = RouteDetail(attributes.as_path.hops, tag, is_internal, is_reserved)
        return Ways(hops, distance, metric=attributes.med or 0, tag=tag, detail=detail)

    def _is_route(self, path: Path) -> bool:
        """Whether a path becomes a route: one of this router if it is an aggregate or of another
        VRF, one of the core if it is for this VRF."""
        if path.is_local:
            return path.local is Local.AGGREGATE or path.imported is not None
        return self.vrf is None or self.vrf.takes(path)

    def _leaked(self, source: VpnPrefix) -> tuple[NextHop, ...]:
        """The ways of a prefix that another VRF of this router has."""
        routing = self.turn.state.routing
        vrf = routing.by_rd.get(source.rd)
        if vrf is None:
            return ()
        held = routing.foreign_of(vrf.table).get(source.prefix)
        return () if held is None else tuple([self._there(hop, vrf.name) for hop in held.next_hops])

    def _there(self, hop: NextHop, vrf: str) -> NextHop:
        """A next hop of a VRF for the routes of another one: with the interface it is at."""
        if hop.interface is not None or hop.address is None:
            return hop
        version = version_for(self.key)
        for prefix, route in self.turn.state.routing.foreign.get((vrf, version), {}).items():
            if route.protocol == "connected" and prefix.holds(hop.address):
                return hop._replace(interface=route.next_hops[0].interface)
        return hop._replace(vrf=vrf)

    def _way(self, path: Path) -> NextHop:
        """The next hop of a path; on a shared link of IPv6 its link-local address there, and of
        another VRF with the interface it is at."""
        address, link_local = path.attributes.next_hop, path.attributes.link_local
        vrf = vrf_of(path, self.key)
        is_elsewhere = vrf != self.key.vrf
        if link_local is None and not is_elsewhere:
            return NextHop(address)
        held = self.turn.state.routing.next_hops.get(NextHopKey(vrf, address))
        route = None if held is None else held.told
        if route is not None and route.protocol == "connected":
            if link_local is not None:
                return NextHop(link_local, route.next_hops[0].interface)
            if vrf != DEFAULT_VRF:
                return NextHop(address, route.next_hops[0].interface)
        return NextHop(address, vrf=vrf if is_elsewhere else None)

    def _distance_from(self, key: Nlri, best: Path, distance: int) -> int:
        """`distance` may name the neighbor a path comes from."""
        peer = best.source.peer
        if peer is None:
            return distance
        for one in self.settings.source_distances:
            if (int(peer.address) ^ one.address) & ~one.wildcard & 0xFFFFFFFF:
                continue
            if one.acl is None or policy.permits(self.turn, one.acl, policy.bare(key)):
                return one.distance
        return distance


def shares_of(paths: Sequence[Path]) -> list[int]:
    """`bgp dmzlink-bw`: how the load is dealt, in proportion to the bandwidths that came with the
    paths; alike if one came without."""
    found = [bandwidth_of(path) for path in paths]
    if not all(found):
        return [1] * len(paths)
    least = min(found)
    rounded = [round(one * LEAST_SHARE / least) for one in found]
    divisor = gcd(*rounded)
    return [one // divisor for one in rounded]


def bandwidth_of(path: Path) -> float:
    """The link bandwidth in bytes a second, 0 if the path has none."""
    for one in path.attributes.extended_communities:
        if one.kind == LINK_BANDWIDTH:
            value: float = unpack(">f", (one & 0xFFFFFFFF).to_bytes(4, "big"))[0]
            return value
    return 0.0


def owner_of(asn: int) -> str:
    """Whose routes they are in the routing table."""
    return f"bgp {asn}"


def is_installed(key: TableKey) -> bool:
    """Whether the best paths of a table become routes."""
    return key.family in (IPV4_UNICAST, IPV6_UNICAST)
