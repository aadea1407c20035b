"""Brings the stack's static neighbors to what is configured."""

from __future__ import annotations

from iosemu.config.tree import Config
from iosemu.stack.context import Context
from iosemu.stack.state import Stack

from .config import ArpConfig


def apply(stack: Stack, ctx: Context, old: Config, new: Config) -> None:
    """Replace the static entries; packets on their way are resolved anew."""
    config = new.of(ArpConfig)
    if config is not old.of(ArpConfig):
        stack.static_arp = dict(config.entries.items())
        stack.forget_headers()
