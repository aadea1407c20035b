"""`debug ipv6 icmp`: one line for each message, in the words of IOS 15."""

from __future__ import annotations

from iosemu.wire.icmpv6 import Type
from iosemu.wire.ipv6 import IPv6

from .context import Context

FLAG = "ipv6 icmp"
_NAMES = {
    int(Type.UNREACHABLE): "destination unreachable",
    int(Type.TOO_BIG): "packet too big",
    int(Type.TIME_EXCEEDED): "time exceeded",
    int(Type.PARAMETER_PROBLEM): "parameter problem",
    int(Type.ECHO): "echo request",
    int(Type.ECHO_REPLY): "echo reply",
    int(Type.MLD_QUERY): "MLD query",
    int(Type.MLD_REPORT): "MLD report",
    int(Type.MLD_DONE): "MLD done",
    int(Type.ROUTER_SOLICITATION): "router solicitation",
    int(Type.ROUTER_ADVERTISEMENT): "router advertisement",
    int(Type.NEIGHBOR_SOLICITATION): "neighbor solicitation",
    int(Type.NEIGHBOR_ADVERTISEMENT): "neighbor advertisement",
    int(Type.REDIRECT): "redirect",
}


def sent(ctx: Context, packet: IPv6) -> None:
    """Say what goes out."""
    if ctx.debugging(FLAG) and packet.payload:
        about = f"Src={packet.source}, Dst={packet.target}"
        ctx.debug(FLAG, f"ICMPv6: Sent {name(packet.payload[0])}, {about}")


def received(ctx: Context, source: object, target: object, type_: int) -> None:
    """Say what came for this router."""
    if ctx.debugging(FLAG):
        about = f"Src={source}, Dst={target}"
        ctx.debug(FLAG, f"ICMPv6: Received {name(type_)}, {about}")


def name(type_: int) -> str:
    """The message as the debug calls it."""
    return _NAMES.get(type_, f"type {type_}")
