"""`debug ipv6 packet`: where packets come from and go to, in the words of IOS 15."""

from __future__ import annotations

from iosemu.wire.ipv6 import IPv6

from .context import Context
from .ipv6_packet import Packet6
from .state import Stack

FLAG = "ipv6 packet"


def received(stack: Stack, ctx: Context, packet: Packet6) -> None:
    """A packet for this router."""
    if ctx.debugging(FLAG):
        _say(ctx, packet.datagram, packet.ingress, "")


def sent(stack: Stack, ctx: Context, packet: Packet6, d: IPv6) -> None:
    """A packet on its way out."""
    if not ctx.debugging(FLAG):
        return
    what = "Originating" if packet.ingress is None else "Forwarding"
    source = "local" if packet.ingress is None else packet.ingress
    _say(ctx, d, source, f" ({packet.egress})", what)


def _say(ctx: Context, d: IPv6, source: str | None, target: str, what: str = "") -> None:
    lines = [
        f"IPV6: source {d.source} ({source})",
        f"      dest {d.target}{target}",
        f"      traffic class {d.traffic_class}, flow 0x{d.flow_label:X},"
        f" len {d.total_bytes}+14, prot {d.next_header}, hops {d.hop_limit}, {what}".rstrip(", "),
    ]
    for line in lines:
        ctx.debug(FLAG, line)
