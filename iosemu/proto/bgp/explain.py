"""Which lines of BGP's configuration decided about a packet."""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import Box, Said, Why, explains
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.rib.route import NextHop, Route

from .config import BgpConfig, BgpProcess, Neighbor, Peer
from .install import DISCARD, RouteDetail


@explains("route from bgp")
def bgp_route(box: Box, route: Route, hops: tuple[NextHop, ...]) -> Why:
    """How far the prefix is, and the neighbors that are its next hops."""
    if route.next_hops == DISCARD:
        return Why(f"bgp aggregate {route.prefix}")
    kind, detail = "BGP route", route.detail
    if isinstance(detail, RouteDetail):
        kind = "iBGP route" if detail.is_internal else "eBGP route"
        kind += f" of {detail.length} AS hop{'s' * (detail.length != 1)},"
    process = box.config.of(BgpConfig).process
    lines = [] if process is None else [_line(process, hop) for hop in hops]
    return Why(f"{kind} {route.prefix}", tuple(line for line in lines if line is not None))


def _line(process: BgpProcess, hop: NextHop) -> Said | None:
    """`neighbor A remote-as N` of a neighbor that is the next hop itself."""
    held: Neighbor | None = None if hop.address is None else process.neighbors.get(hop.address)
    if held is None:
        return None
    assert hop.address is not None
    line = Neighbor(remote=held.remote, group=held.group)
    alone = Entries[Peer, Neighbor]().put(hop.address, line)
    bare = BgpProcess(asn=process.asn)
    return Said(
        with_slot(Config(), BgpConfig(replace(bare, neighbors=alone))),
        with_slot(Config(), BgpConfig(bare)),
    )
