"""A new configuration that shares with an old one whatever is equal.

Who compares by identity to see what changed (`Configured(old, new)`) then sees just that, also when
the new one was made from text and not from the old one.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from .entries import Entries


def grafted(old: Any, new: Any) -> Any:
    """`new`, with every part that equals the one of `old` at the same place being that one."""
    if old is new or type(old) is not type(new):
        return new
    if isinstance(new, Entries):
        return _entries(old, new)
    if is_dataclass(new) and not isinstance(new, type):
        return _object(old, new)
    return old if old == new else new


def _entries(old: Any, new: Any) -> Any:
    shared: Entries[Any, Any] = Entries(
        {key: grafted(old.get(key), value) for key, value in new.items()}
    )
    is_same = list(old) == list(shared) and all(old[key] is shared[key] for key in old)
    return old if is_same else shared


def _object(old: Any, new: Any) -> Any:
    changed = {}
    is_same = True
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        shared = grafted(before, after)
        is_same = is_same and shared is before
        if shared is not after:
            changed[field.name] = shared
    return old if is_same else replace(new, **changed)
