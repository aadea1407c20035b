"""What engines ask of the stack: datagrams, sockets, groups."""

from __future__ import annotations

from collections.abc import Hashable

from iosemu.address import IPv4Address, IPv6Address
from iosemu.proto.base import (
    Close,
    Farewell,
    Join,
    Leave,
    Open,
    Send,
    SendFrame,
    SendUdp,
    Socket,
    TcpAbort,
    TcpAccept,
    TcpClear,
    TcpClose,
    TcpListen,
    TcpOpen,
    TcpPause,
    TcpResume,
    TcpSign,
    TcpWrite,
)
from iosemu.wire import ip_options as options
from iosemu.wire.ipv4 import HEADER_BYTES, IPv4, Protocol, datagram
from iosemu.wire.udp import Udp

from . import ipv6_origin, packet_debug, tcp, udp_debug
from .chain import Drop, drop_unsent
from .context import Context
from .frames import MINIMUM_BYTES, send_snap, set_farewell, transmit
from .interface import HARDWARE, Interface
from .origin import ANY, Origin, count_group, dispatch, origin
from .state import Stack

_PATCHED = 0xFFFF << 112 | 0xFFFF << 64
"""Identification and checksum in a header as a 160-bit number."""
StackAction = Send | SendUdp | SendFrame | Farewell | Open | Close | Join | Leave | tcp.TcpAction


def send(stack: Stack, ctx: Context, owner: Hashable, action: StackAction) -> None:
    """Carry out one action of an engine or job; `owner` is the key its inputs go to."""
    match action:
        case Send():
            _send(stack, ctx, action)
        case SendUdp():
            _send_udp(stack, ctx, action)
        case SendFrame():
            send_snap(stack, ctx, action)
        case Farewell():
            set_farewell(stack, action)
        case Open():
            stack.vrf(action.vrf).sockets[action.socket] = owner
            stack.forget_flows()
            if isinstance(action.socket, TcpListen):
                tcp.listen(stack, ctx, action.vrf, action.socket, action.tcp)
        case Close():
            sockets = stack.vrf(action.vrf).sockets
            if sockets.get(action.socket) == owner:
                _close(stack, action.vrf, action.socket)
        case Join():
            _join(stack, owner, action)
        case Leave():
            _leave(stack, owner, action)
        case (
            TcpOpen()
            | TcpAccept()
            | TcpWrite()
            | TcpPause()
            | TcpResume()
            | TcpSign()
            | TcpClose()
            | TcpAbort()
            | TcpClear()
        ):
            tcp.perform(stack, ctx, owner, action)


def close_all(stack: Stack, ctx: Context, owner: Hashable) -> None:
    """Give back every socket, group and connection of an owner that ended."""
    tcp.forget(stack, ctx, owner)
    for vrf in stack.vrfs.values():
        for socket in [s for s, held in vrf.sockets.items() if held == owner]:
            _close(stack, vrf.name, socket)
    for interface in stack.interfaces.values():
        for group in [g for g, owners in interface.groups.items() if owner in owners]:
            _leave(stack, owner, Leave(interface.name, group))


def _close(stack: Stack, vrf: str, socket: Socket) -> None:
    del stack.vrf(vrf).sockets[socket]
    stack.forget_flows()
    if isinstance(socket, TcpListen):
        tcp.unlisten(stack, vrf, socket)


def _send(stack: Stack, ctx: Context, action: Send) -> None:
    target = action.target
    if isinstance(target, IPv6Address):
        ipv6_origin.send(stack, ctx, action)
        return
    if action.protocol == Protocol.ICMP and action.payload:
        type_ = action.payload[0]
        stack.ip.icmp_sent[type_] = stack.ip.icmp_sent.get(type_, 0) + 1
    if action.interface is not None and _send_known(stack, ctx, action, target):
        return
    number = action.identification
    for way in _ways(stack, ctx, action, target):
        message = datagram(
            way.source,
            target,
            action.protocol,
            action.payload,
            ttl=action.ttl,
            tos=action.tos,
            identification=stack.next_identification() if number is None else number,
            dont_fragment=action.dont_fragment,
        )
        _dispatch(stack, ctx, action, way, message)


def _send_known(stack: Stack, ctx: Context, action: Send, target: IPv4Address) -> bool:
    """Send to a neighbor or group whose link header is known, without the stages, which would find
    nothing to do; False if there may be something.  Hellos of all protocols go this way."""
    interface = stack.interfaces.get(action.interface or "")
    if interface is not None and _say_again(stack, ctx, interface, action, target):
        return True
    header = None if interface is None else interface.headers.get(target)
    if (
        interface is None
        or header is None
        or not interface.is_up
        or not interface.passes_ip
        or action.source is not None
        or action.options
        or HEADER_BYTES + len(action.payload) > interface.ip_mtu_bytes
        or stack.following is not None
        or stack.redirects
        or ctx.debugging(packet_debug.FLAG)
    ):
        return False
    source = interface.address
    if source is None:
        return False
    number = action.identification
    message = datagram(
        source,
        target,
        action.protocol,
        action.payload,
        ttl=action.ttl,
        tos=action.tos,
        identification=stack.next_identification() if number is None else number,
        dont_fragment=action.dont_fragment,
    )
    stack.ip.generated += 1
    count_group(stack, target)
    frame = header + message.emit()
    if number is None and target.is_multicast:
        _remember(stack, interface, action, len(header), frame)
    transmit(stack, ctx, interface, frame)
    return True


def _remember(stack: Stack, out: Interface, action: Send, link: int, frame: bytes) -> None:
    """Keep a datagram to a group for the next time the same is asked for; `link`: bytes in front of
    the IP header."""
    size = len(frame) if out.is_serial else max(len(frame), MINIMUM_BYTES)
    header = int.from_bytes(frame[link : link + HEADER_BYTES], "big") & ~_PATCHED
    rest = frame[link + HEADER_BYTES :].ljust(size - link - HEADER_BYTES, b"\0")
    out.said[action.target] = action, frame[:link], header, rest
    stack.warm[out.name] = None


def _say_again(
    stack: Stack, ctx: Context, out: Interface, action: Send, target: IPv4Address
) -> bool:
    """Send the very datagram that was asked for last, under the next identification."""
    said = out.said.get(target)
    if (
        said is None
        or said[0] is not action
        or stack.following is not None
        or stack.redirects
        or ctx.debugging(packet_debug.FLAG)
    ):
        return False
    _, link, header, rest = said
    header += stack.next_identification() << 112
    header += 0xFFFF - (header % 0xFFFF or 0xFFFF) << 64
    statistics = stack.ip
    statistics.generated += 1
    statistics.multicasts_sent += 1
    transmit(stack, ctx, out, link + header.to_bytes(HEADER_BYTES, "big") + rest)
    return True


def _send_udp(stack: Stack, ctx: Context, action: SendUdp) -> None:
    target = action.target
    if isinstance(target, IPv6Address):
        ipv6_origin.send_udp(stack, ctx, action)
        return
    udp = Udp(action.source_port, action.target_port, action.payload)
    for way in _ways(stack, ctx, action, target):
        stack.ip.udp_sent += 1
        udp_debug.sent(ctx, way.source, target, udp)
        message = datagram(
            way.source,
            target,
            Protocol.UDP,
            udp.emit(way.source, _final(action, target)),
            ttl=action.ttl,
            tos=action.tos,
            identification=stack.next_identification(),
            dont_fragment=action.dont_fragment,
        )
        _dispatch(stack, ctx, action, way, message)


def _dispatch(
    stack: Stack, ctx: Context, action: Send | SendUdp, way: Origin, message: IPv4
) -> None:
    if action.options:
        message = message._replace(options=action.options)
    dispatch(stack, ctx, stack.vrf(action.vrf), way, message)


def _final(action: SendUdp, target: IPv4Address) -> IPv4Address:
    """Where a datagram ends, which its UDP checksum covers: the last of a source route."""
    route = options.source_route(options.parse(action.options)) if action.options else None
    return target if route is None else route.addresses[-1]


def _ways(stack: Stack, ctx: Context, action: Send | SendUdp, target: IPv4Address) -> list[Origin]:
    """Where a datagram leaves: one way, or every interface for a group without an interface."""
    vrf, source = stack.vrf(action.vrf), action.source
    assert not isinstance(source, IPv6Address), "both ends are of one version"
    interfaces: list[str | None] = [action.interface]
    if action.interface is None and (target.is_multicast or target.is_broadcast):
        interfaces = [i.name for i in stack.interfaces.values() if _can_flood(i, action.vrf)]
    found = []
    for interface in interfaces:
        way = origin(stack, vrf, target, source, interface)
        if isinstance(way, Drop):
            unsent = _as_sent(action, source or ANY, target)
            drop_unsent(stack, ctx, action.vrf, way.reason, unsent)
            packet_debug.unroutable(stack, ctx, unsent)
        else:
            found.append(way)
    return found


def _as_sent(action: Send | SendUdp, source: IPv4Address, target: IPv4Address) -> IPv4:
    """A datagram that found no way out, for those who watch."""
    if isinstance(action, Send):
        return datagram(source, target, action.protocol, action.payload)
    udp = Udp(action.source_port, action.target_port, action.payload)
    return datagram(source, target, Protocol.UDP, udp.emit(source, target))


def _can_flood(interface: Interface, vrf: str) -> bool:
    settings = interface.settings
    is_link = interface.kind.medium in HARDWARE
    return is_link and interface.is_up and settings.vrf == vrf and bool(settings.addresses)


def _join(stack: Stack, owner: Hashable, action: Join) -> None:
    interface = stack.interfaces.get(action.interface)
    if interface is None:
        return
    owners = interface.groups.setdefault(action.group, [])
    if owner not in owners:
        owners.append(owner)


def _leave(stack: Stack, owner: Hashable, action: Leave) -> None:
    interface = stack.interfaces.get(action.interface)
    owners = None if interface is None else interface.groups.get(action.group)
    if interface is None or owners is None or owner not in owners:
        return
    owners.remove(owner)
    if not owners:
        del interface.groups[action.group]
        stack.forget_flows()
