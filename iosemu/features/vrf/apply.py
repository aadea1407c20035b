"""Gives every VRF its tables in the stack.

Tables outlive their VRF: engines may still hold routes in them, and its number stays taken.
"""

from __future__ import annotations

from iosemu.config.tree import Config
from iosemu.proto.base import DEFAULT_VRF
from iosemu.stack.context import Context
from iosemu.stack.state import Stack

from .config import VrfsConfig


def apply(stack: Stack, ctx: Context, old: Config, new: Config) -> None:
    """Tables for those that are new, in the order they were entered."""
    held = new.of(VrfsConfig)
    for name in (*held.definitions, *held.classic):
        if name not in stack.vrfs:
            stack.vrf(name).fib.is_classful = stack.vrf(DEFAULT_VRF).fib.is_classful
