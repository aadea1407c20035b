"""Broadcasts that reach this router: received, flooded into a subnet, sent on to helpers."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Address
from iosemu.rib.fib import FibEntry
from iosemu.wire.base import WireError
from iosemu.wire.ipv4 import Protocol
from iosemu.wire.udp import Udp

from . import options, origin
from .chain import Consumed, Drop, Packet, Verdict, drop, drop_unsent, walk
from .context import Context
from .interface import Interface
from .output import OUTPUT
from .receive import receive
from .state import Stack

BOOT_SERVER = 67
_RELAY = slice(24, 28)
"""Where a BOOTP request names the relay it came through (RFC 951: giaddr)."""
_HOPS = 3
_MOST_HOPS = 16


def is_one(stack: Stack, entry: FibEntry, target: IPv4Address) -> bool:
    """Whether an address this router receives on is a broadcast address."""
    if entry.interface is None:
        return True
    return not stack.interfaces[entry.interface].owns(target)


def receive_one(stack: Stack, ctx: Context, packet: Packet, entry: FibEntry) -> Verdict:
    """Receive a broadcast, after its copies went where the configuration sends them."""
    assert packet.ingress is not None
    ingress = stack.interfaces[packet.ingress]
    if ingress.settings.helpers and packet.is_link_group:
        _help(stack, ctx, packet, ingress)
    out = None if entry.interface is None else stack.interfaces[entry.interface]
    if out is not None and out is not ingress and out.settings.has_directed_broadcast:
        _flood(stack, ctx, packet, out)
    return receive(stack, ctx, packet)


def _flood(stack: Stack, ctx: Context, packet: Packet, out: Interface) -> None:
    """`ip directed-broadcast`: into the subnet as a broadcast of its link (RFC 2644)."""
    d = packet.datagram
    subnet = out.subnet_of(d.target)
    if subnet is None or d.target != subnet.broadcast or d.ttl < 2 or not stack.is_routing:
        return
    copy = Packet(packet.vrf, d._replace(ttl=d.ttl - 1), packet.ingress, egress=out.name)
    if options.record(stack, ctx, copy) is not copy:
        return
    verdict = walk(stack, ctx, copy, OUTPUT)
    stack.ip.flooded += 1
    if isinstance(verdict, Drop):
        drop(stack, ctx, copy, verdict.reason)
    elif isinstance(verdict, Consumed):
        stack.ip.forwarded += 1


def _help(stack: Stack, ctx: Context, packet: Packet, ingress: Interface) -> None:
    """`ip helper-address`: a UDP broadcast to a port that is helped goes on as a unicast."""
    d = packet.datagram
    if d.protocol != Protocol.UDP or d.is_fragment or d.ttl < 2 or not stack.is_routing:
        return
    try:
        udp = Udp.parse(d.payload, d.source, d.target)
    except WireError:
        return
    if udp.target_port not in stack.helped_ports:
        return
    source, payload = d.source, udp.payload
    if udp.target_port == BOOT_SERVER:
        if ingress.address is None or payload[_HOPS : _HOPS + 1] >= bytes([_MOST_HOPS]):
            return
        source, payload = ingress.address, relayed(payload, ingress.address)
    for helper in ingress.settings.helpers:
        _send_on(stack, ctx, packet, helper, source, replace(udp, payload=payload))


def relayed(request: bytes, own: IPv4Address) -> bytes:
    """A BOOTP request that went through this relay: one hop more, and where to answer to."""
    if len(request) < _RELAY.stop:
        return request
    changed = bytearray(request)
    changed[_HOPS] += 1
    if not any(changed[_RELAY]):
        changed[_RELAY] = own.to_bytes(4, "big")
    return bytes(changed)


def _send_on(
    stack: Stack, ctx: Context, packet: Packet, helper: IPv4Address, source: IPv4Address, udp: Udp
) -> None:
    d, vrf = packet.datagram, stack.vrf(packet.vrf)
    way = origin.origin(stack, vrf, helper, source)
    if isinstance(way, Drop):
        drop_unsent(stack, ctx, packet.vrf, way.reason, d._replace(target=helper))
        return
    stack.ip.broadcasts_forwarded += 1
    message = d._replace(
        source=source, target=helper, ttl=d.ttl - 1, options=b"", payload=udp.emit(source, helper)
    )
    origin.dispatch(stack, ctx, vrf, way, message)
