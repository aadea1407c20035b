"""IPv6 packets this router makes: where they leave, with which source address, and sending them."""

from __future__ import annotations

from iosemu.address import IPv6Address
from iosemu.proto.base import Send, SendUdp
from iosemu.rib.fib import Kind, Path
from iosemu.values import dataclass
from iosemu.wire import icmpv6 as wire
from iosemu.wire.ipv6 import IPv6, NextHeader, packet
from iosemu.wire.udp import Udp

from . import icmpv6, icmpv6_debug, ipv6
from .context import Context
from .interface import Interface
from .ipv6_output import flow_path, ipv6_hop, send_out, take_path
from .ipv6_packet import Drop6, Packet6
from .state import Reason, Stack, Vrf


@dataclass(frozen=True, slots=True)
class Origin6:
    """The way out of an own packet; `egress` None: to this router itself."""

    source: IPv6Address
    egress: str | None
    next_hop: IPv6Address | None


def origin(
    stack: Stack,
    vrf: Vrf,
    target: IPv6Address,
    source: IPv6Address | None = None,
    interface: str | None = None,
) -> Origin6 | Reason:
    """Choose path and source.  A link-local address or group means nothing without an interface,
    and with one no route is looked up."""
    own = vrf.fib6.lookup(target)
    if own.kind is Kind.RECEIVE and own.interface is not None:
        return Origin6(target if source is None else source, None, None)
    if interface is not None and is_own_link_local(stack, interface, target):
        return Origin6(target if source is None else source, None, None)
    if interface is not None and (target.is_link_local or target.is_multicast or own.kind is None):
        path = Path(interface, target)
    elif interface is not None:
        path = _on_interface(stack, vrf, target, interface)
    elif target.is_link_local or target.is_multicast or own.kind is not Kind.FORWARD:
        return Reason.NO_ROUTE
    else:
        path = own.paths[0]
        if len(own.paths) > 1 and source is not None:
            path = flow_path(stack, own, source, target)
    chosen = source_for(stack, vrf, path.interface, target) if source is None else source
    if chosen is None:
        return Reason.NO_SOURCE
    return Origin6(chosen, path.interface, ipv6_hop(path))


def _on_interface(stack: Stack, vrf: Vrf, target: IPv6Address, interface: str) -> Path:
    """The way of a route out of an interface the sender named, else the target itself."""
    for path in vrf.fib6.lookup(target).paths:
        if path.interface == interface:
            return path
    return Path(interface, target)


def is_own_link_local(stack: Stack, interface: str, target: IPv6Address) -> bool:
    """Whether it is the link-local address of this interface."""
    held = stack.interfaces.get(interface)
    return held is not None and held.ipv6 is not None and held.ipv6.source == target


def source_for(
    stack: Stack, vrf: Vrf, egress: str | None, target: IPv6Address
) -> IPv6Address | None:
    """The own address that suits a target best (RFC 6724): of its scope, of the interface it leaves
    by if that has one, and as like the target as can be."""
    out = stack.interfaces.get(egress or "")
    if out is not None and is_link_scope(target):
        return None if out.ipv6 is None else out.ipv6.source
    found = None if out is None else _most_alike(out, target)
    if found is not None:
        return found
    others = (
        _most_alike(interface, target)
        for interface in stack.interfaces.values()
        if interface.is_up and interface.settings.vrf == vrf.name
    )
    usable = [address for address in others if address is not None]
    if usable:
        return min(usable, key=lambda address: address ^ target)
    return None if out is None or out.ipv6 is None else out.ipv6.source


def is_link_scope(address: IPv6Address) -> bool:
    """A link-local address, or a group of the link."""
    return address.is_link_local or (address.is_multicast and address >> 112 & 0xF <= 2)


def _most_alike(interface: Interface, target: IPv6Address) -> IPv6Address | None:
    if interface.ipv6 is None:
        return None
    held = [own.address for own in interface.ipv6.in_use()]
    return min(held, key=lambda address: address ^ target, default=None)


def dispatch(stack: Stack, ctx: Context, vrf: Vrf, way: Origin6, d: IPv6) -> None:
    """Send an own packet along its way, or receive it if it is to this router."""
    host = stack.ipv6
    host.statistics.generated += 1
    made = Packet6(vrf.name, d, d, None, False, way.egress, way.next_hop)
    if way.egress is None:
        host.statistics.received += 1
        made.ingress = vrf.fib6.receive.get(d.target) or _owner_of(stack, vrf, d.target)
        if made.ingress is None:
            host.drop(Reason.NO_ROUTE.name)
            return
        ipv6.receive(stack, ctx, made, is_own=True)
        return
    ended = send_out(stack, ctx, made)
    if ended is not None:
        host.drop(ended.reason.name)


def _owner_of(stack: Stack, vrf: Vrf, target: IPv6Address) -> str | None:
    for interface in stack.interfaces.values():
        if interface.settings.vrf == vrf.name and is_own_link_local(stack, interface.name, target):
            return interface.name
    return None


def send(stack: Stack, ctx: Context, action: Send) -> None:
    """A packet of an engine.  As for raw sockets of hosts (RFC 3542 3.1), the checksum of ICMPv6 is
    put in here, where the source is known."""
    assert isinstance(action.target, IPv6Address)
    assert action.source is None or isinstance(action.source, IPv6Address)
    vrf = stack.vrf(action.vrf)
    way = origin(stack, vrf, action.target, action.source, action.interface)
    if isinstance(way, Reason):
        stack.ipv6.drop(way.name)
        return
    body = action.payload
    if action.protocol == NextHeader.ICMPV6 and len(body) >= 4:
        body = wire.with_checksum(body, way.source, action.target)
        icmpv6.count_sent(stack, body)
    made = _packet(way, action, action.protocol, body)
    if action.protocol == NextHeader.ICMPV6:
        icmpv6_debug.sent(ctx, made)
    dispatch(stack, ctx, vrf, way, made)


def send_udp(stack: Stack, ctx: Context, action: SendUdp) -> None:
    """A UDP datagram of an engine."""
    assert isinstance(action.target, IPv6Address)
    assert action.source is None or isinstance(action.source, IPv6Address)
    vrf = stack.vrf(action.vrf)
    way = origin(stack, vrf, action.target, action.source, action.interface)
    if isinstance(way, Reason):
        stack.ipv6.drop(way.name)
        return
    udp = Udp(action.source_port, action.target_port, action.payload)
    stack.ipv6.statistics.udp_sent += 1
    body = udp.emit(way.source, action.target)
    dispatch(stack, ctx, vrf, way, _packet(way, action, NextHeader.UDP, body))


def _packet(way: Origin6, action: Send | SendUdp, protocol: int, body: bytes) -> IPv6:
    assert isinstance(action.target, IPv6Address)
    return packet(
        way.source,
        action.target,
        protocol,
        body,
        hop_limit=action.ttl,
        traffic_class=action.tos,
    )


def send_icmp(
    stack: Stack,
    ctx: Context,
    vrf_name: str,
    target: IPv6Address,
    message: wire.Icmpv6,
    ingress: str | None,
    source: IPv6Address | None = None,
    *,
    traffic_class: int = 0,
) -> None:
    """A message of the router itself; to a link-local address it goes back where it came from."""
    vrf = stack.vrf(vrf_name)
    interface = ingress if is_link_scope(target) else None
    if source is None and interface is None:
        # Errors name the interface the packet came in by, as those of IPv4 do.
        source = source_for(stack, vrf, ingress, target)
        source = None if source is not None and source.is_link_local else source
    way = origin(stack, vrf, target, source, interface)
    if isinstance(way, Reason):
        stack.ipv6.drop(way.name)
        return
    made = icmpv6.message_packet(way.source, target, message, stack.ipv6.hop_limit)
    made = made._replace(traffic_class=traffic_class)
    icmpv6.count_sent(stack, made.payload)
    icmpv6_debug.sent(ctx, made)
    dispatch(stack, ctx, vrf, way, made)


__all__ = ["Drop6", "Origin6", "dispatch", "origin", "send", "send_icmp", "send_udp", "take_path"]
