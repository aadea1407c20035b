"""Router discovery: solicitations of a host, advertisements of a router (RFC 4861 6)."""

from __future__ import annotations

from iosemu.address import IPv6Address
from iosemu.kernel.time import MILLISECOND, SECOND
from iosemu.wire import icmpv6 as wire
from iosemu.wire.icmpv6 import (
    LinkAddress,
    Mtu,
    PrefixInformation,
    RouterAdvertisement,
    RouterSolicitation,
)

from . import nd, nd_debug
from .context import Context
from .interface import Interface, Medium
from .ipv6_state import ALL_NODES, ALL_ROUTERS, ANY
from .state import Stack

INITIAL_INTERVAL_NS = 16 * SECOND
INITIAL = 3
"""Advertisements after an interface came up that follow each other faster."""
SOLICITATIONS = 3
SOLICITATION_INTERVAL_NS = 4 * SECOND
ANSWER_DELAY_MS = 500
SHORTEST = 0.75
"""Of the interval, how long it takes at least."""


def start(stack: Stack, ctx: Context, interface: Interface) -> None:
    """An address came into use: a router advertises anew, a host looks for routers once."""
    link, settings = interface.ipv6, interface.settings.ipv6
    if link is None or settings is None or link.source is None:
        return
    if interface.kind.medium is not Medium.ETHERNET:
        return
    if stack.ipv6.is_routing:
        ctx.stop_timer(("rs", interface.name))
        if settings.advertises:
            link.advertisements = 0
            ctx.set_timer(("ra", interface.name), ctx.now)
        else:
            ctx.stop_timer(("ra", interface.name))
    elif not link.solicitations:
        solicit(stack, ctx, interface)


def stop(ctx: Context, interface: Interface) -> None:
    """The interface went down, or the router is none any more."""
    ctx.stop_timer(("ra", interface.name))
    ctx.stop_timer(("rs", interface.name))


def solicit(stack: Stack, ctx: Context, interface: Interface) -> None:
    """Ask for routers, up to three times."""
    link = interface.ipv6
    if link is None or link.source is None or stack.ipv6.is_routing:
        return
    options: tuple[wire.Option, ...] = (LinkAddress(interface.mac),)
    nd_debug.say(ctx, interface.name, f"Sending RS from {link.source}")
    message = RouterSolicitation(options)
    nd.send_message(stack, ctx, interface, ALL_ROUTERS, message, source=link.source)
    link.solicitations += 1
    if link.solicitations < SOLICITATIONS:
        ctx.set_timer(("rs", interface.name), ctx.now + SOLICITATION_INTERVAL_NS)


def advertise(stack: Stack, ctx: Context, interface: Interface) -> None:
    """Send an advertisement to everybody, and set the clock for the next."""
    link, settings = interface.ipv6, interface.settings.ipv6
    if link is None or settings is None or link.source is None or not stack.ipv6.is_routing:
        return
    send(stack, ctx, interface, ALL_NODES)
    link.advertisements += 1
    interval = settings.advertisement_interval_s * SECOND
    if link.advertisements < INITIAL:
        interval = min(interval, INITIAL_INTERVAL_NS)
    shortest = int(interval * SHORTEST)
    wait = shortest + ctx.random("nd").randrange(interval - shortest + 1)
    ctx.set_timer(("ra", interface.name), ctx.now + wait)


def send(stack: Stack, ctx: Context, interface: Interface, target: IPv6Address) -> None:
    """One advertisement of the prefixes of an interface."""
    link, settings = interface.ipv6, interface.settings.ipv6
    assert link is not None
    assert settings is not None
    assert link.source is not None
    prefixes = dict.fromkeys(own.prefix for own in link.in_use() if own.length < 128)
    options: tuple[wire.Option, ...] = (
        LinkAddress(interface.mac),
        Mtu(interface.ipv6_mtu_bytes),
        *(PrefixInformation(prefix) for prefix in prefixes),
    )
    message = RouterAdvertisement(
        stack.ipv6.hop_limit,
        settings.advertised_flags,
        settings.advertised_lifetime_s,
        settings.reachable_ms,
        settings.ns_interval_ms,
        options,
    )
    nd_debug.say(ctx, interface.name, f"Sending RA to {target}")
    nd.send_message(stack, ctx, interface, target, message, source=link.source)


def on_solicitation(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    source: IPv6Address,
    message: RouterSolicitation,
) -> bool:
    """A host looks for routers: the next advertisement comes soon.  False: drop the message."""
    mac = wire.link_address(message.options)
    if nd.is_bad_mac(mac) or (source == ANY and mac is not None):
        return False
    nd_debug.say(ctx, interface.name, f"Received RS from {source}")
    if not stack.ipv6.is_routing:
        return True
    if mac is not None:
        nd.learn(stack, ctx, interface, source, mac, is_router=False)
    settings = interface.settings.ipv6
    if settings is not None and settings.advertises:
        delay = ctx.random("nd").randrange(ANSWER_DELAY_MS + 1) * MILLISECOND
        ctx.set_timer(("ra", interface.name), ctx.now + delay)
    return True


def on_advertisement(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    source: IPv6Address,
    message: RouterAdvertisement,
) -> bool:
    """Another router speaks; what it says to hosts is not for this one, but it is a neighbor."""
    mac = wire.link_address(message.options)
    if not source.is_link_local or nd.is_bad_mac(mac):
        return False
    nd_debug.say(ctx, interface.name, f"Received RA from {source}")
    ctx.stop_timer(("rs", interface.name))
    if mac is not None:
        nd.learn(stack, ctx, interface, source, mac, is_router=True)
    return True
