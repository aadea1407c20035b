"""Debug commands of EIGRP."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.cli.api import Exec, Lines, exec_command
from iosemu.proto.eigrp.trace import ALL_KINDS, FSM, NEIGHBORS, PACKETS, ROUTES, Kinds, Target

from .flags import FLAGS, register, switch, turned

FLAGS[PACKETS] = ("EIGRP", "EIGRP Packet debugging")
FLAGS[ROUTES] = ("IP-EIGRP", "EIGRP-IPv4 Route Event debugging")
register("eigrp.debug.fsm", FSM, "EIGRP", "EIGRP FSM Events/Actions debugging")
register("eigrp.debug.neighbors", NEIGHBORS, "EIGRP", "EIGRP Neighbors debugging")


@exec_command("eigrp.debug.packets")
def debug_packets(
    x: Exec,
    *,
    negated: bool,
    ack: bool,
    hello: bool,
    query: bool,
    reply: bool,
    request: bool,
    siaquery: bool,
    siareply: bool,
    stub: bool,
    terse: bool,
    unknown: bool,
    update: bool,
    verbose: bool,
) -> Lines:
    """Kinds add to those that are on already, and are taken away from them."""
    typed = {
        "UPDATE": update,
        "REQUEST": request,
        "QUERY": query,
        "REPLY": reply,
        "HELLO": hello,
        "UNKNOWN": unknown,
        "ACK": ack,
        "STUB": stub,
        "SIAQUERY": siaquery,
        "SIAREPLY": siareply,
    }
    chosen = {kind for kind, is_typed in typed.items() if is_typed}
    if terse:
        chosen |= set(ALL_KINDS) - {"HELLO"}
    if verbose or not chosen:
        chosen = set(ALL_KINDS)
    held = x.debugs.get(PACKETS)
    before = set(held.names) if isinstance(held, Kinds) else set()
    after = before - chosen if negated else before | chosen
    if not after:
        return [switch(x, PACKETS, on=False)]
    x.debugs[PACKETS] = kinds = Kinds(tuple(kind for kind in ALL_KINDS if kind in after))
    return turned(PACKETS, on=True, condition=kinds).split("\n")


@exec_command("eigrp.debug.packets.off")
def undebug_packets(
    x: Exec,
    *,
    ack: bool,
    hello: bool,
    query: bool,
    reply: bool,
    request: bool,
    siaquery: bool,
    siareply: bool,
    stub: bool,
    terse: bool,
    unknown: bool,
    update: bool,
    verbose: bool,
) -> Lines:
    return debug_packets(
        x,
        negated=True,
        ack=ack,
        hello=hello,
        query=query,
        reply=reply,
        request=request,
        siaquery=siaquery,
        siareply=siareply,
        stub=stub,
        terse=terse,
        unknown=unknown,
        update=update,
        verbose=verbose,
    )


@exec_command("eigrp.debug.ip")
def debug_routes(x: Exec, *, negated: bool, asn: int | None) -> Lines:
    if negated:
        return [switch(x, ROUTES, on=False)]
    x.debugs[ROUTES] = target = Target(asn)
    return [turned(ROUTES, on=True, condition=target)]


@exec_command("eigrp.debug.ip.off")
def undebug_routes(x: Exec, *, asn: int | None) -> Lines:
    return debug_routes(x, negated=True, asn=asn)


@exec_command("eigrp.debug.ip.neighbor")
def debug_neighbor(x: Exec, *, negated: bool, asn: int, address: IPv4Address) -> Lines:
    """Only routes from and to this neighbor."""
    if negated:
        return debug_routes(x, negated=True, asn=asn)
    x.debugs[ROUTES] = Target(asn, address)
    return [f"EIGRP-IPv4 Neighbor target enabled on AS {asn} for {address}"]


@exec_command("eigrp.debug.ip.neighbor.off")
def undebug_neighbor(x: Exec, *, asn: int, address: IPv4Address) -> Lines:
    return debug_neighbor(x, negated=True, asn=asn, address=address)
