"""`debug ip packet [LIST] [detail]` in the words of IOS 15.

It sees what the processor switches: datagrams from and to this router, those with options, those
dropped, and everything that arrives where `no ip route-cache` is configured.
"""

from __future__ import annotations

from iosemu.values import dataclass
from iosemu.wire.ipv4 import IPv4, Protocol
from iosemu.wire.tcp import Flag

from . import access
from .chain import Packet
from .context import Context
from .state import Reason, Stack

FLAG = "ip packet"
_DROPPED = {
    Reason.NO_ROUTE: "unroutable",
    Reason.UNRESOLVED: "unroutable",
    Reason.DISCARDED: "unroutable",
    Reason.NO_ADJACENCY: "unroutable",
    Reason.ENCAPSULATION: "encapsulation failed",
    Reason.ACCESS: "access denied",
    Reason.TTL: "dispose ip.hopcount",
    Reason.NOT_A_GATEWAY: "not a gateway",
    Reason.DONT_FRAGMENT: "dispose ip.mtu",
    Reason.NO_PORT: "dispose udp.noport",
    Reason.NO_PROTOCOL: "unknown protocol",
}
_TCP_FLAGS = (
    (Flag.ACK, "ACK"),
    (Flag.PSH, "PSH"),
    (Flag.RST, "RST"),
    (Flag.SYN, "SYN"),
    (Flag.FIN, "FIN"),
    (Flag.URG, "URG"),
)


@dataclass(frozen=True, slots=True)
class PacketCondition:
    """What was typed behind `debug ip packet`."""

    access_list: int | None = None
    detail: bool = False

    def __str__(self) -> str:
        listed = "" if self.access_list is None else f" for access list {self.access_list}"
        return (" (detailed)" if self.detail else "") + listed


def sending(stack: Stack, ctx: Context, packet: Packet) -> None:
    """An own datagram is about to leave."""
    if not ctx.debugging(FLAG):
        return
    target = packet.datagram.target
    is_group = target.is_multicast or target.is_broadcast
    if not is_group:
        _routed(stack, ctx, packet, f"({packet.egress})", "FIB")
    _say(
        stack,
        ctx,
        packet,
        f"({packet.egress})",
        "sending broad/multicast" if is_group else "sending",
    )


def received(stack: Stack, ctx: Context, packet: Packet) -> None:
    """A datagram or fragment is for this router."""
    if not ctx.debugging(FLAG):
        return
    target, ingress = packet.datagram.target, stack.interfaces.get(packet.ingress or "")
    if ingress is not None and ingress.owns(target):
        _routed(stack, ctx, packet, f"({packet.ingress})", "RIB")
        _say(stack, ctx, packet, f"({packet.ingress})", "rcvd 3")
    elif any(interface.owns(target) for interface in stack.interfaces.values()):
        _routed(stack, ctx, packet, f"({_owner(stack, packet)})", "RIB")
        _say(stack, ctx, packet, "", "rcvd 4")
    else:
        _say(stack, ctx, packet, "", "rcvd 0" if target.is_multicast else "rcvd 2")


def _owner(stack: Stack, packet: Packet) -> str:
    target = packet.datagram.target
    return next(name for name, held in stack.interfaces.items() if held.owns(target))


def forwarded(stack: Stack, ctx: Context, packet: Packet) -> None:
    """A transit datagram goes on; what CEF switches is not seen."""
    if not ctx.debugging(FLAG) or not _is_process_switched(stack, packet):
        return
    _routed(stack, ctx, packet, f"({packet.egress})", "FIB")
    gateway = packet.next_hop or packet.datagram.target
    _say(stack, ctx, packet, f"({packet.egress}), g={gateway}", "forward")


def dropped(stack: Stack, ctx: Context, packet: Packet, reason: Reason) -> None:
    """A datagram ends here, for a reason the processor sees."""
    if ctx.debugging(FLAG) and reason in _DROPPED:
        way = "" if packet.egress is None else f"({packet.egress})"
        _say(stack, ctx, packet, way, _DROPPED[reason])


def unroutable(stack: Stack, ctx: Context, datagram: IPv4) -> None:
    """An own datagram found no way out."""
    if ctx.debugging(FLAG):
        _say(stack, ctx, Packet("", datagram), "", "unroutable")


def _is_process_switched(stack: Stack, packet: Packet) -> bool:
    ingress = stack.interfaces.get(packet.ingress or "")
    return bool(packet.datagram.options) or (
        ingress is not None and ingress.settings.is_process_switched
    )


def _routed(stack: Stack, ctx: Context, packet: Packet, way: str, table: str) -> None:
    if _is_wanted(stack, ctx, packet):
        ctx.debug(FLAG, f"IP: tableid=0, {_ends(packet, way)}, routed via {table}", _about(packet))


def _say(stack: Stack, ctx: Context, packet: Packet, way: str, what: str) -> None:
    if not _is_wanted(stack, ctx, packet):
        return
    d = packet.datagram
    ctx.debug(FLAG, f"IP: {_ends(packet, way)}, len {d.total_bytes}, {what}", _about(packet))
    condition = ctx.debug_condition(FLAG)
    if isinstance(condition, PacketCondition) and condition.detail:
        text = detail(d)
        if text is not None:
            ctx.debug(FLAG, f"    {text}", _about(packet))


def _is_wanted(stack: Stack, ctx: Context, packet: Packet) -> bool:
    """Whether the access list of the debug permits it; one that does not exist permits all."""
    condition = ctx.debug_condition(FLAG)
    if not isinstance(condition, PacketCondition) or condition.access_list is None:
        return True
    return access.permits(stack, str(condition.access_list), packet.datagram)


def _ends(packet: Packet, way: str) -> str:
    d = packet.datagram
    return f"s={d.source} ({packet.ingress or 'local'}), d={d.target}{' ' if way else ''}{way}"


def _about(packet: Packet) -> str | None:
    return packet.ingress or packet.egress


def detail(d: IPv4) -> str | None:
    """What is inside: types, ports, TCP numbers; None for other protocols and later fragments."""
    head = d.payload
    if d.fragment_offset or len(head) < 4:
        return None
    if d.protocol == Protocol.ICMP:
        return f"ICMP type={head[0]}, code={head[1]}"
    ports = f"src={_number(head, 0)}, dst={_number(head, 2)}"
    if d.protocol == Protocol.UDP:
        return f"UDP {ports}"
    if d.protocol == Protocol.TCP and len(head) >= 20:
        sequence = int.from_bytes(head[4:8], "big")
        acknowledgment = int.from_bytes(head[8:12], "big")
        flags = "".join(f" {name}" for flag, name in _TCP_FLAGS if head[13] & flag)
        numbers = f"seq={sequence}, ack={acknowledgment}, win={_number(head, 14)}"
        return f"TCP {ports}, {numbers}{flags}"
    return None


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")
