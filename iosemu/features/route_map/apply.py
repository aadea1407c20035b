"""Hands the stack the route maps that changed."""

from __future__ import annotations

from iosemu.config.tree import Config
from iosemu.stack.context import Context
from iosemu.stack.pbr import define
from iosemu.stack.state import Stack

from .config import RouteMapsConfig


def apply(stack: Stack, ctx: Context, old: Config, new: Config) -> None:
    """Route maps by name, and the one for own packets."""
    before, after = old.of(RouteMapsConfig), new.of(RouteMapsConfig)
    for name in after.maps.changed_keys(before.maps):
        define(stack, name, after.maps.get(name))
    stack.policies.local = after.local_policy
