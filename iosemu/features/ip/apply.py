"""Brings the stack's IPv4 switches to what is configured."""

from __future__ import annotations

from iosemu.config.tree import Config
from iosemu.kernel.time import MILLISECOND
from iosemu.stack.context import Context
from iosemu.stack.state import Stack

from .config import IpConfig


def apply(stack: Stack, ctx: Context, old: Config, new: Config) -> None:
    """Routing or host, default gateway, rate of unreachables."""
    config = new.of(IpConfig)
    if config is old.of(IpConfig):
        return
    stack.is_routing = config.routing
    stack.default_gateway = config.default_gateway
    interval_ms = config.unreachable_interval_ms
    interval_ns = None if interval_ms is None else interval_ms * MILLISECOND
    stack.icmp.interval_ns = stack.icmp.df_interval_ns = interval_ns
    stack.forget_flows()
