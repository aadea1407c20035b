"""The root of a configuration, and objects that other features add their part to.

A feature's part of an object is a *slot*: a frozen dataclass with a class attribute `SLOT`, its
name in grammar paths.  The root has slots only, so adding a feature edits nothing here.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

from iosemu.values import dataclass, field

from .entries import Entries


class Slot(Protocol):
    """A frozen dataclass whose fields all have defaults."""

    SLOT: ClassVar[str]


S = TypeVar("S", bound=Slot)
O = TypeVar("O")


@cache
def empty(kind: type[S]) -> S:
    """The one default instance of a config class, so that unchanged parts are the same object."""
    return kind()


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of one device."""

    slots: Entries[str, Any] = field(default_factory=Entries)

    def of(self, kind: type[S]) -> S:
        """The slot of this class, its default if nothing was configured."""
        return slot_of(self, kind)


def slot_of(owner: Any, kind: type[S]) -> S:
    """The slot of this class in any object that has `slots` (the root, an interface)."""
    held: S | None = owner.slots.get(kind.SLOT)
    return empty(kind) if held is None else held


def with_slot(owner: O, value: Slot) -> O:
    """A copy of `owner` with this slot; a slot equal to its default is dropped."""
    slots: Entries[str, Any] = owner.slots  # type: ignore[attr-defined]
    kind = type(value)
    changed = slots.drop(kind.SLOT) if value == empty(kind) else slots.put(kind.SLOT, value)
    return replaced(owner, "slots", changed)


def replaced(owner: O, name: str, value: Any) -> O:
    """A copy of a dataclass with another value in one field.

    Most collections are the only field of their class, and a plain call then costs a third.
    """
    kind: type = type(owner)
    if is_alone(kind):
        return kind(value)  # type: ignore[no-any-return]
    return replace(owner, **{name: value})  # type: ignore[type-var]


@cache
def is_alone(kind: type) -> bool:
    """Whether a dataclass has one field."""
    return len(fields(kind)) == 1
