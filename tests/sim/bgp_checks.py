"""What a network of BGP routers came to, beside what the oracle says it has to."""

from __future__ import annotations

from iosemu import Lab
from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.proto.bgp.advertising import state_of
from iosemu.proto.bgp.engine import BgpEngine
from iosemu.proto.bgp.peer import Peer
from iosemu.proto.bgp.settings import PeerKey, PeerKind, TableKey
from iosemu.proto.bgp.state import State
from iosemu.proto.bgp.table import Path, Table
from iosemu.rib.table import Rib
from iosemu.wire.bgp_as_path import AsPath

from .bgp_net import Net, Session
from .bgp_oracle import Oracle, Way, goes_round

Stable = dict[tuple[int, int], Way]
EXTERNAL_DISTANCE, INTERNAL_DISTANCE = 20, 200


def state(lab: Lab, router: int) -> State:
    engine = lab.routers[f"R{router}"].device.engines["bgp"]
    assert isinstance(engine, BgpEngine)
    return engine.state


def table(lab: Lab, router: int) -> Table:
    return state(lab, router).routing.tables[TableKey()]


def rib(lab: Lab, router: int) -> Rib:
    return lab.routers[f"R{router}"].device.stack.vrf("default").rib


def block(prefix: int) -> IPv4Prefix:
    return IPv4Prefix(IPv4Address(50 << 24 | prefix << 16), 16)


def peer(lab: Lab, router: int, session: Session) -> Peer:
    address = IPv4Address.parse(session.address(session.other(router)))
    return state(lab, router).peers[PeerKey("default", address)]


def drops(lab: Lab, net: Net) -> dict[tuple[int, Session], int]:
    """How often each end of each session lost it."""
    return {(n, s): peer(lab, n, s).dropped for s in net.sessions for n in s.ends}


def faults(lab: Lab, oracle: Oracle, stable: Stable) -> list[str]:
    """Everything that is not as it has to be."""
    found = wrong_sessions(lab, oracle)
    return found or [
        *wrong_paths(lab, oracle, stable),
        *wrong_routes(lab, oracle),
        *unheard(lab, oracle),
        *loops(lab, oracle, stable),
    ]


def wrong_sessions(lab: Lab, oracle: Oracle) -> list[str]:
    """Sessions that are up and must not be, or the other way."""
    found = []
    for session in oracle.net.sessions:
        for n in session.ends:
            is_up = peer(lab, n, session).first.is_established
            if is_up is not (session in oracle.up):
                found.append(f"R{n}: session with R{session.other(n)} is up: {is_up}")
    return found


# -- best paths ----

Said = tuple[object, ...]


def wrong_paths(lab: Lab, oracle: Oracle, stable: Stable) -> list[str]:
    """Best paths that are not the oracle's."""
    found = []
    for n in oracle.net.routers:
        nets = table(lab, n).nets
        for prefix in oracle.net.prefixes:
            net = nets.get(block(prefix))
            best = None if net is None or net.best is None else seen(net.best)
            way = stable.get((n, prefix))
            wanted = None if way is None else said(n, way)
            if best != wanted:
                found.append(f"R{n}: {block(prefix)} is {best}, not {wanted}")
    return found


def seen(path: Path) -> Said:
    """What of a path is compared."""
    attributes = path.attributes
    return (
        str(path.source.address) if path.local is None else "own",
        str(attributes.next_hop),
        path.weight,
        100 if attributes.local_pref is None else attributes.local_pref,
        hops(attributes.as_path),
        int(attributes.origin),
        attributes.med,
        attributes.originator_id,
        attributes.cluster_list,
    )


def hops(path: AsPath) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Those in this confederation, and all others."""
    inner = tuple(asn for segment in path if segment.is_confederation for asn in segment.asns)
    outer = tuple(asn for segment in path if not segment.is_confederation for asn in segment.asns)
    return inner, outer


def said(router: int, way: Way) -> Said:
    own = 1 << 24
    return (
        "own" if way.session is None else way.session.address(way.session.other(router)),
        way.next_hop,
        way.weight,
        100 if way.preference is None else way.preference,
        (way.confed, way.path),
        way.origin,
        way.med,
        None if way.originator is None else own + way.originator,
        tuple(c if c >= 1000 else own + c for c in way.clusters),
    )


# -- routing tables ----


def wrong_routes(lab: Lab, oracle: Oracle) -> list[str]:
    """Routes that are not the best path."""
    found = []
    for n in oracle.net.routers:
        nets = table(lab, n).nets
        for prefix in oracle.net.prefixes:
            held = rib(lab, n).get(block(prefix))
            net = nets.get(block(prefix))
            best = None if net is None else net.best
            actual: object = None
            if held is not None and held.protocol == "bgp":
                addresses = [str(hop.address) for hop in held.next_hops]
                actual = (addresses, held.distance, held.metric)
            elif held is not None:
                actual = held.protocol
            wanted: object = None
            if (n, prefix) in oracle.net.owned:
                wanted = "static"
            elif best is not None:
                is_external = best.source.kind is PeerKind.EXTERNAL
                distance = EXTERNAL_DISTANCE if is_external else INTERNAL_DISTANCE
                wanted = ([str(best.attributes.next_hop)], distance, best.attributes.med or 0)
            if actual != wanted:
                found.append(f"R{n}: route to {block(prefix)} is {actual}, not {wanted}")
    return found


def loops(lab: Lab, oracle: Oracle, stable: Stable) -> list[str]:
    """Where packets go round, though by the oracle they would not."""
    found = []
    excused = oracle.loops(stable)
    for prefix in oracle.net.prefixes:
        ways = {}
        for n in oracle.net.routers:
            held = rib(lab, n).get(block(prefix))
            if held is not None and held.protocol == "bgp":
                ways[n] = onward(lab, oracle.net, n, held.next_hops[0].address or 0)
        found += [
            f"R{n}: a loop on the way to {block(prefix)}"
            for n in sorted(goes_round(ways))
            if (n, prefix) not in excused
        ]
    return found


def onward(lab: Lab, net: Net, router: int, address: int) -> set[int]:
    """The routers that a next hop leads to."""
    route = rib(lab, router).lookup(address)
    if route is None:
        return set()
    hops = [address if hop.address is None else hop.address for hop in route.next_hops]
    # The last byte of the address on a segment is the router.
    return {hop & 255 for hop in hops}


# -- what was told ----


def unheard(lab: Lab, oracle: Oracle) -> list[str]:
    """What a router remembers that it told a neighbor, and the neighbor does not have or has
    otherwise; and what the neighbor has without having been told."""
    found = []
    for session in oracle.up:
        for n in session.ends:
            found += _unheard(lab, oracle, n, session)
    return found


def _unheard(lab: Lab, oracle: Oracle, router: int, session: Session) -> list[str]:
    there = session.other(router)
    far, near = peer(lab, router, session).key, peer(lab, there, session).key
    group = state_of(state(lab, router)).group_of(TableKey(), far)
    assert group is not None
    found = []
    for prefix in oracle.net.prefixes:
        told = group.sent.get(block(prefix))
        net = table(lab, there).nets.get(block(prefix))
        paths = () if net is None else net.paths
        held = next((path for path in paths if path.source.peer == near), None)
        wanted = None
        if told is not None:
            attributes = told.attributes
            inner, outer = hops(attributes.as_path)
            own = session.address(router)
            if not told.rule.is_self and not (
                told.rule.is_shared and not _is_on(attributes.next_hop, session)
            ):
                own = str(attributes.next_hop)
            originator = attributes.originator_id
            clusters = tuple(c if c < 1 << 24 else c & 255 for c in attributes.cluster_list)
            way = Way(
                session,
                own,
                outer,
                inner,
                int(attributes.origin),
                attributes.med,
                attributes.local_pref,
                0,
                None if originator is None else originator & 255,
                clusters,
            )
            wanted = oracle.taken(there, session, prefix, way)
        actual = None if held is None else seen(held)
        if actual != (None if wanted is None else said(there, wanted)):
            found.append(f"R{there}: has {actual} of {block(prefix)}, R{router} told {told}")
    return found


def _is_on(address: int, session: Session) -> bool:
    if session.segment is None:
        return False
    return address >> 8 == (10 << 16 | session.segment)
