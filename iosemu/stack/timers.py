"""Timers of the stack by their first word."""

from __future__ import annotations

from typing import Any

from iosemu.kernel.time import TimerKey

from . import access, arp, configure, ipv6, ipv6_address, line, nd, nd_router, receive, tcp
from .context import Context
from .state import Stack


def on_timer(stack: Stack, ctx: Context, key: TimerKey) -> None:
    """A timer set through `ctx.set_timer` ran out."""
    values: tuple[Any, ...] = key
    match values:
        case ("arp", name, address):
            if name in stack.interfaces:
                arp.on_timer(stack, ctx, stack.interfaces[name], address)
        case ("announce", name, round_):
            if name in stack.interfaces:
                arp.announce(stack, ctx, stack.interfaces[name], round_)
        case ("carrier", name):
            configure.on_carrier_timer(stack, ctx, name)
        case ("settled", name):
            configure.on_settled_timer(stack, ctx, name)
        case ("link", name):
            line.on_link_timer(stack, ctx, name)
        case ("protocol", name):
            line.on_protocol_timer(stack, ctx, name)
        case ("reassembly", fragment_key):
            receive.on_reassembly_timer(stack, ctx, fragment_key)
        case ("access-log", log_key):
            access.on_log_timer(stack, ctx, log_key)
        case ("nd", name, address):
            if name in stack.interfaces:
                nd.on_timer(stack, ctx, stack.interfaces[name], address)
        case ("dad", name, address):
            if name in stack.interfaces:
                ipv6_address.on_timer(stack, ctx, stack.interfaces[name], address)
        case ("ra", name):
            if name in stack.interfaces:
                nd_router.advertise(stack, ctx, stack.interfaces[name])
        case ("rs", name):
            if name in stack.interfaces:
                nd_router.solicit(stack, ctx, stack.interfaces[name])
        case ("reassembly6", pieces_key):
            ipv6.on_reassembly_timer(stack, ctx, pieces_key)
        case ("tcp", number, clock):
            tcp.on_timer(stack, ctx, number, clock)
        case _:
            raise AssertionError(key)
