"""The redirect cache of a host (`no ip routing`): better gateways learned from ICMP redirects."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import Time
from iosemu.rib.fib import Path
from iosemu.wire.icmp import Error
from iosemu.wire.ipv4 import HEADER_BYTES

from .chain import Packet
from .context import Context
from .state import Redirected, Stack

_QUOTED_TARGET = slice(16, 20)
_MOST_TARGETS = 256


def learn(stack: Stack, ctx: Context, packet: Packet, interface: str, message: Error) -> None:
    """Follow a redirect of the gateway in use to another on the same link (RFC 1122 3.2.2.2).

    A router that routes does not listen to them.
    """
    own = stack.interfaces.get(interface)
    if stack.is_routing or own is None or len(message.quoted) < HEADER_BYTES:
        return
    target = IPv4Address(int.from_bytes(message.quoted[_QUOTED_TARGET], "big"))
    gateway = message.gateway
    if own.subnet_of(gateway) is None or own.owns(gateway) or own.subnet_of(target) is not None:
        return
    if packet.datagram.source != _gateway_in_use(stack, target):
        return
    if target in stack.redirects or len(stack.redirects) < _MOST_TARGETS:
        stack.redirects[target] = Redirected(gateway, interface, ctx.now)


def _gateway_in_use(stack: Stack, target: IPv4Address) -> IPv4Address | None:
    held = stack.redirects.get(target)
    return stack.default_gateway if held is None else held.gateway


def path(stack: Stack, target: IPv4Address) -> Path | None:
    """The way to a target that was redirected, while its interface is up."""
    held = stack.redirects.get(target)
    if held is None:
        return None
    interface = stack.interfaces.get(held.interface)
    if interface is None or not interface.is_up or interface.subnet_of(held.gateway) is None:
        return None
    return Path(held.interface, held.gateway)


def used(stack: Stack, target: IPv4Address, now: Time) -> None:
    """A datagram went along the way of a redirect."""
    held = stack.redirects.get(target)
    if held is not None:
        held.used_at = now
        held.uses += 1


def forget_all(stack: Stack) -> None:
    """`clear ip redirect`, or the host became a router or has another gateway."""
    stack.redirects.clear()
