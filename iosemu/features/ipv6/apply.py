"""Brings IPv6 of the stack to what is configured; interfaces get theirs with their settings."""

from __future__ import annotations

from iosemu.config.tree import Config
from iosemu.stack.context import Context
from iosemu.stack.ipv6_address import set_routing
from iosemu.stack.ipv6_state import Assigned, Ipv6Settings
from iosemu.stack.state import Stack

from .config import Ipv6Config, Ipv6InterfaceConfig

PREFERENCES = {"High": 0x08, "Medium": 0x00, "Low": 0x18}
"""RFC 4191 2.1, as bits of the flags of an advertisement."""
MANAGED, OTHER = 0x80, 0x40


def apply(stack: Stack, ctx: Context, old: Config, new: Config) -> None:
    """Router or host, hop limit, rate of errors."""
    config = new.of(Ipv6Config)
    if config is old.of(Ipv6Config):
        return
    stack.ipv6.hop_limit = config.hop_limit
    if stack.ipv6.bucket != config.errors.bucket:
        stack.ipv6.bucket = stack.ipv6.tokens = config.errors.bucket
    stack.ipv6.error_interval_ms = config.errors.interval_ms
    set_routing(stack, ctx, is_on=config.routing)


def settings_of(config: Ipv6InterfaceConfig) -> Ipv6Settings | None:
    """What the stack is to know of IPv6 on an interface."""
    if not config.is_enabled:
        return None
    flags = MANAGED * config.managed | OTHER * config.other
    return Ipv6Settings(
        assigned=tuple(
            Assigned(address, options.eui_64, options.anycast)
            for address, options in config.addresses.items()
        ),
        link_local=config.link_local,
        mtu_bytes=config.mtu_bytes,
        dad_attempts=config.dad_attempts,
        ns_interval_ms=config.ns_interval_ms,
        reachable_ms=config.reachable_ms,
        advertises=not config.ra_suppress,
        advertisement_interval_s=config.ra_interval_s,
        advertised_lifetime_s=config.ra_lifetime_s,
        advertised_flags=flags | PREFERENCES[config.router_preference],
        has_unreachables=config.unreachables,
        has_redirects=config.redirects,
    )
