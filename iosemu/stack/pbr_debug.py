"""`debug ip policy [LIST]` in the words of IOS 15: transit packets as CEF has them, own ones as
process switching has them."""

from __future__ import annotations

from iosemu.policy.route_map import RouteMapEntry
from iosemu.values import dataclass

from . import access
from .chain import Packet
from .context import Context
from .state import Stack

FLAG = "ip policy"


@dataclass(frozen=True, slots=True)
class PolicyCondition:
    """What was typed behind `debug ip policy`."""

    access_list: int

    def __str__(self) -> str:
        return f" for access list {self.access_list}"


def no_match(stack: Stack, ctx: Context, packet: Packet) -> None:
    """No entry of the route map fits."""
    if _is_wanted(stack, ctx, packet):
        own = packet.ingress is None
        _say(
            ctx,
            packet,
            "policy rejected -- normal forwarding"
            if own
            else "FIB policy rejected(no match) - normal forwarding",
        )


def match(
    stack: Stack, ctx: Context, packet: Packet, name: str, sequence: int, entry: RouteMapEntry
) -> None:
    """An entry fits."""
    if not _is_wanted(stack, ctx, packet):
        return
    if packet.ingress is None:
        _say(ctx, packet, "policy match")
        ctx.debug(FLAG, f"IP: route map {name}, item {sequence}, {entry.action}")
    else:
        _say(ctx, packet, "FIB policy match")
        _say(ctx, packet, "PBR Counted")


def decided(stack: Stack, ctx: Context, packet: Packet, *, is_routed: bool) -> None:
    """The entry gave a way out, or it is left to the routing table."""
    if not _is_wanted(stack, ctx, packet):
        return
    hop = packet.next_hop or packet.datagram.target
    if packet.ingress is not None:
        if is_routed:
            _say(ctx, packet, "FIB policy routed", gateway=f", g={hop}")
        else:
            _say(ctx, packet, "FIB policy rejected - normal forwarding")
    elif is_routed:
        _say(ctx, packet, "policy routed", gateway=f" ({packet.egress})")
        ctx.debug(FLAG, f"IP: local to {packet.egress} {hop}", packet.egress)
    else:
        _say(ctx, packet, "policy rejected -- normal forwarding")


def _say(ctx: Context, packet: Packet, what: str, gateway: str = "") -> None:
    d = packet.datagram
    heard = packet.ingress or "local"
    text = f"IP: s={d.source} ({heard}), d={d.target}{gateway}, len {d.total_bytes}, {what}"
    ctx.debug(FLAG, text, packet.ingress)


def _is_wanted(stack: Stack, ctx: Context, packet: Packet) -> bool:
    """Whether the access list of the debug permits it; one that does not exist permits all."""
    if not ctx.debugging(FLAG):
        return False
    condition = ctx.debug_condition(FLAG)
    if not isinstance(condition, PolicyCondition):
        return True
    return access.permits(stack, str(condition.access_list), packet.datagram)
