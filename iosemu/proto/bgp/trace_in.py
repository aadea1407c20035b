"""`debug ip bgp updates` of what comes in; texts are made only while the flag is on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from iosemu.features.community.config import CommunitiesConfig
from iosemu.rib.route import Route, RouteKey
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_community import community_text
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST
from iosemu.wire.bgp_nlri import Nlri

from .routing import ReceiverKey
from .settings import DEFAULT_VRF, PeerKey, TableKey
from .table import Path
from .turn import Turn

FLAG = "ip bgp updates in"
_NUMBERS = {IPV4_UNICAST: 0, IPV6_UNICAST: 1}
_VPN = 4


def is_on(turn: Turn, peer: PeerKey | None = None) -> bool:
    """Whether the flag is on, and for this neighbor if it is on for one."""
    condition = turn.state.debugs.get(FLAG)
    if condition is None:
        return False
    wanted = getattr(condition, "neighbor", None)
    return wanted is None or (peer is not None and wanted == peer.address)


def _heading(table: TableKey) -> str:
    number = _NUMBERS.get(table.family, _VPN)
    return f"BGP({_VPN if table.vrf != DEFAULT_VRF else number}):"


def received(
    turn: Turn,
    source: ReceiverKey,
    prefixes: Sequence[Nlri],
    path: Path,
    known: Collection[Nlri] = (),
) -> None:
    """An update, then each prefix of it; known: those of which it says nothing new."""
    head = f"{_heading(source.table)} {source.peer.address}"
    a = path.attributes
    preference = "" if a.local_pref is None else f", localpref {a.local_pref}"
    metric = "" if a.med is None else f", metric {a.med}"
    merged = f", merged path {a.as_path}, AS_PATH " if a.as_path else ""
    turn.debug(
        FLAG,
        f"{head} rcvd UPDATE w/ attr: nexthop {a.next_hop},"
        f" origin {a.origin.code}{preference}{metric}{_reflected(a)}{merged}{_marks(turn, a)}",
    )
    for prefix in prefixes:
        more = "...duplicate ignored" if prefix in known else ""
        turn.debug(FLAG, f"{head} rcvd {prefix}{more}")


def _reflected(attributes: Attributes) -> str:
    """What route reflectors added."""
    origin, clusters = attributes.originator_id, attributes.cluster_list
    said = "" if origin is None else f", originator {origin}"
    return f"{said}, clusterlist {' '.join(map(str, clusters))}" if clusters else said


def _marks(turn: Turn, attributes: Attributes) -> str:
    """The communities."""
    is_new = turn.state.config.of(CommunitiesConfig).new_format
    plain = [community_text(each, new_format=is_new) for each in attributes.communities]
    said = f", community {' '.join(plain)}" if plain else ""
    more = " ".join(map(str, attributes.extended_communities))
    return f"{said}, extended community {more}" if more else said


def withdrawn(turn: Turn, source: ReceiverKey, prefixes: Sequence[Nlri]) -> None:
    """What a neighbor takes back."""
    head = f"{_heading(source.table)} {source.peer.address}"
    for prefix in prefixes:
        turn.debug(FLAG, f"{head} rcv UPDATE about {prefix} -- withdrawn")


def denied(
    turn: Turn,
    source: ReceiverKey,
    prefixes: Sequence[Nlri],
    attributes: Attributes,
    reason: str,
) -> None:
    """What is not taken, and why."""
    head = f"{_heading(source.table)} {source.peer.address}"
    merged = f" {attributes.as_path}" if attributes.as_path else ""
    turn.debug(
        FLAG,
        f"{head} rcv UPDATE w/ attr: nexthop {attributes.next_hop},"
        f" origin {attributes.origin.code}, originator {attributes.originator_id or '0.0.0.0'},"
        f" merged path{merged}, AS_PATH , community , extended community , SSA attribute ",
    )
    for prefix in prefixes:
        turn.debug(FLAG, f"{head} rcv UPDATE about {prefix} -- DENIED due to: {reason};")


def installing(turn: Turn, table: TableKey, changes: Sequence[Route | RouteKey]) -> None:
    """Best paths on their way into the routing table."""
    name = "main" if table.vrf == DEFAULT_VRF else table.vrf
    for change in changes:
        if not isinstance(change, Route):
            continue
        hops = [str(hop.address) for hop in change.next_hops if hop.address is not None]
        for number, hop in enumerate(hops, 1):
            turn.debug(
                FLAG,
                f"{_heading(table)} Revise route installing {number} of {len(hops)} routes for"
                f" {change.prefix} -> {hop}(global) to {name} IP table",
            )
