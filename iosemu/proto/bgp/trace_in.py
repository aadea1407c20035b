"""`debug ip bgp updates` of what comes in; texts are made only while the flag is on."""

from __future__ import annotations

from collections.abc import Sequence

from iosemu.wire.bgp_nlri import Nlri

from .settings import PeerKey
from .table import Path
from .turn import Turn

FLAG = "ip bgp updates in"


def is_on(turn: Turn, peer: PeerKey) -> bool:
    """Whether the flag is on, and for this neighbor if it is on for one."""
    condition = turn.state.debugs.get(FLAG)
    return condition is not None and getattr(condition, "neighbor", None) in (None, peer.address)


def received(turn: Turn, peer: PeerKey, prefixes: Sequence[Nlri], path: Path) -> None:
    """An update, then each prefix of it."""
    a = path.attributes
    metric = "" if a.med is None else f", metric {a.med}"
    preference = "" if a.local_pref is None else f", localpref {a.local_pref}"
    hops = f", merged path {a.as_path}" if a.as_path else ""
    turn.debug(
        FLAG,
        f"BGP(0): {peer.address} rcvd UPDATE w/ attr: nexthop {a.next_hop},"
        f" origin {a.origin.code}{preference}{metric}{hops}, AS_PATH ",
    )
    for prefix in prefixes:
        turn.debug(FLAG, f"BGP(0): {peer.address} rcvd {prefix}")


def withdrawn(turn: Turn, peer: PeerKey, prefixes: Sequence[Nlri]) -> None:
    """What a neighbor takes back."""
    for prefix in prefixes:
        turn.debug(FLAG, f"BGP(0): {peer.address} rcv UPDATE about {prefix} -- withdrawn")


def denied(turn: Turn, peer: PeerKey, prefixes: Sequence[Nlri], reason: str) -> None:
    """What is not taken, and why."""
    for prefix in prefixes:
        turn.debug(
            FLAG,
            f"BGP(0): {peer.address} rcv UPDATE about {prefix} -- DENIED due to: {reason};",
        )
