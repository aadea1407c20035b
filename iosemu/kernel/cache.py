"""Derived data inside the state.  May be imported by every package."""

from __future__ import annotations

from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Cache(dict[K, V]):
    """A dictionary that can be rebuilt from the rest of the state at any time.

    It pickles as empty and a state digest does not see it, so what it holds must never change what
    the program does, only how fast.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), ())
