"""Brings the stack's static neighbors to what is configured."""

from __future__ import annotations

from iosemu.config.tree import Config
from iosemu.stack.context import Context
from iosemu.stack.state import Stack, StaticArp

from .config import ArpConfig


def apply(stack: Stack, ctx: Context, old: Config, new: Config) -> None:
    """Put and drop what changed; packets on their way are resolved anew."""
    before, after = old.of(ArpConfig).entries, new.of(ArpConfig).entries
    if before is after:
        return
    for address in after.changed_keys(before):
        if address in after:
            held = after[address]
            stack.static_arp[address] = StaticArp(held.mac, held.interface, held.alias)
        else:
            del stack.static_arp[address]
    stack.forget_headers()
