"""Hands the stack the access lists that changed."""

from __future__ import annotations

from iosemu.config.tree import Config
from iosemu.stack.access import define
from iosemu.stack.context import Context
from iosemu.stack.state import Stack

from .config import AclsConfig


def apply(stack: Stack, ctx: Context, old: Config, new: Config) -> None:
    """Lists by name; a number is a name too."""
    before, after = old.of(AclsConfig), new.of(AclsConfig)
    if before is after:
        return
    for name in after.standard.changed_keys(before.standard):
        define(stack, str(name), after.standard.get(name))
    for name in after.extended.changed_keys(before.extended):
        define(stack, str(name), after.extended.get(name))
    stack.access.log_threshold = after.log_threshold
