"""A persistent, ordered mapping: what a configuration keeps by key.

Putting one entry into a collection of 100,000 shares the rest.  The hash map is the `immutables`
library's; the order of entry, which that library does not keep, is a number beside each value.

Each copy remembers the last few steps that made it, so that who knew one of its ancestors learns
what changed without comparing everything (`changed_keys`).  What a feature derives from all entries
(`index`) is likewise carried from copy to copy.
"""

from __future__ import annotations

from collections.abc import Hashable, ItemsView, Iterator, Mapping, ValuesView
from typing import Any, Generic, Protocol, TypeVar

from immutables import Map

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Step = tuple[object, Any]
"""The mark of the collection a step started from, and the key it touched."""
_STEPS = 8


class Index(Protocol):
    """Something derived from a whole collection, as a frozen value.

    The class itself is what `Entries.index` is asked for.
    """

    @classmethod
    def of(cls, entries: Any) -> Any:
        """Made anew from all entries."""

    def changed(self, key: Any, old: Any, new: Any) -> Any:
        """Of a copy in which one entry differs; None: it was or is not there."""


I = TypeVar("I", bound=Index)


class Entries(Mapping[K, V], Generic[K, V]):
    """Immutable; iterates in the order the keys were first entered."""

    __slots__ = ("_greatest", "_indexes", "_map", "_mark", "_next", "_ordered", "_places", "_steps")

    def __init__(self, items: Mapping[K, V] | None = None) -> None:
        pairs = items or {}
        self._map: Map[K, tuple[int, V]] = Map(
            {k: (n, v) for n, (k, v) in enumerate(pairs.items())}
        )
        self._next = len(pairs)
        self._ordered: tuple[K, ...] | None = None
        self._mark = object()
        self._steps: tuple[Step, ...] = ()
        # Derived when first asked for, then carried along: where each value is, and the last key.
        self._places: Map[V, K] | None = None
        self._greatest: K | None = None
        self._indexes: dict[type[Index], Any] = {}

    def _stepped(
        self, key: K, map_: Map[K, tuple[int, V]], next_: int, before: V | None, after: V | None
    ) -> Entries[K, V]:
        new: Entries[K, V] = Entries.__new__(Entries)
        new._map, new._next, new._ordered = map_, next_, None
        new._places, new._greatest = None, None
        new._mark = object()
        new._steps = (*self._steps[1 - _STEPS :], (self._mark, key))
        new._indexes = {}
        for kind, index in self._indexes.items():
            new._indexes[kind] = index.changed(key, before, after)
        return new

    def put(self, key: K, value: V) -> Entries[K, V]:
        """A copy with this entry; a key that is there keeps its place."""
        held = self._map.get(key)
        if held is None:
            map_ = self._map.set(key, (self._next, value))
            new = self._stepped(key, map_, self._next + 1, None, value)
            if self._places is not None and value not in self._places:
                new._places = self._places.set(value, key)
            if self._greatest is not None:
                new._greatest = max(self._greatest, key)  # type: ignore[call-overload]
            return new
        if held[1] is value:
            return self
        map_ = self._map.set(key, (held[0], value))
        return self._stepped(key, map_, self._next, held[1], value)

    def drop(self, key: K) -> Entries[K, V]:
        """A copy without this key; itself if the key is absent."""
        held = self._map.get(key)
        if held is None:
            return self
        return self._stepped(key, self._map.delete(key), self._next, held[1], None)

    def find(self, value: V) -> K | None:
        """The first key of a hashable value, None if no entry has it; fast after adding entries."""
        if self._places is None:
            self._places = Map({v: k for k, v in reversed(list(self.items()))})
        return self._places.get(value)

    def greatest(self) -> K | None:
        """The greatest key, None if there is none; fast after adding entries."""
        if self._greatest is None and self._map:
            self._greatest = max(self._map)  # type: ignore[type-var]
        return self._greatest

    def index(self, kind: type[I]) -> I:
        """What this class derives from the entries; fast after putting and dropping some."""
        found: I | None = self._indexes.get(kind)
        if found is None:
            found = self._indexes[kind] = kind.of(self)
        return found

    def touched(self, old: Entries[K, V]) -> Mapping[K, None] | None:
        """The keys put or dropped since `old`; None if this was not made from it by a few steps."""
        if self is old:
            return {}
        for at, (mark, _) in enumerate(self._steps):
            if mark is old._mark:
                return dict.fromkeys(key for _, key in self._steps[at:])
        return None

    def changed_keys(self, old: Entries[K, V]) -> list[K]:
        """Keys that are not the same in `old`: gone ones, then others in the order of this one.

        Costs a few steps if this was made from `old` by at most 8 of them, else a comparison.
        """
        touched = self.touched(old)
        if touched is None:
            candidates = [key for key in old if key not in self._map] + list(self)
        elif len(touched) > 1:
            candidates = sorted(touched, key=lambda k: self._map[k][0] if k in self._map else -1)
        else:
            candidates = list(touched)
        return [key for key in candidates if self.get(key) != old.get(key)]

    def __getitem__(self, key: K) -> V:
        return self._map[key][1]

    def get(self, key: K, default: Any = None) -> Any:
        held = self._map.get(key)
        return default if held is None else held[1]

    def __iter__(self) -> Iterator[K]:
        if self._ordered is None:
            self._ordered = tuple(sorted(self._map, key=lambda k: self._map[k][0]))
        return iter(self._ordered)

    def items(self) -> ItemsView[K, V]:
        # The map is asked once for a key, the inherited view asks through two calls.
        held = self._map
        return {key: held[key][1] for key in self}.items()

    def values(self) -> ValuesView[V]:
        return dict(self.items()).values()

    def __len__(self) -> int:
        return len(self._map)

    def __contains__(self, key: object) -> bool:
        return key in self._map

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entries):
            return NotImplemented
        return self is other or (
            len(self) == len(other) and list(self.items()) == list(other.items())
        )

    def __hash__(self) -> int:
        return hash(tuple(self.items()))

    def __repr__(self) -> str:
        return f"Entries({dict(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Entries, (dict(self),))
