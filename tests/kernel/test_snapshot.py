"""The hash of a state sees values and nothing else."""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import pytest
from immutables import Map

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries
from iosemu.kernel import snapshot
from iosemu.kernel.cache import Cache
from iosemu.kernel.rng import Random
from iosemu.kernel.snapshot import state_digest
from iosemu.kernel.world import World


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@dataclass(slots=True)
class Thing:
    value: Any = None
    cache: Cache[Any, Any] = field(default_factory=Cache)


class Plain:
    def __init__(self, value: Any) -> None:
        self.value = value


DIFFERENT = [
    None,
    True,
    1,
    1.0,
    "1",
    b"1",
    bytearray(b"1"),
    (1,),
    [1],
    (1, (2,)),
    (1, 2),
    ((1,), 2),
    (),
    ("ab", "c"),
    ("a", "bc"),
    {1: 2},
    {2: 1},
    {1: 2, 3: 4},
    {3: 4, 1: 2},
    {1},
    frozenset({1}),
    Color.RED,
    Color.BLUE,
    IPv4Address(1),
    Thing(1),
    Thing(2),
    Plain(1),
    Plain(2),
    deque([1]),
    deque([2]),
    Map({1: 2}),
    Map({1: 3}),
    Entries({"a": 1}),
    Entries({"a": 2}),
    Random.named(1, "a"),
    Random.named(1, "b"),
    1 << 70,
    Thing,
]


def test_different_values_have_different_hashes() -> None:
    hashes = [state_digest(value) for value in DIFFERENT]
    assert len(set(hashes)) == len(DIFFERENT)


def test_the_hash_survives_a_pickle() -> None:
    world = World()
    world.parts["values"] = DIFFERENT
    assert state_digest(snapshot.loads(snapshot.dumps(world))) == state_digest(world)


def test_a_cache_is_not_seen_and_comes_back_empty() -> None:
    world = World()
    thing = world.parts["thing"] = Thing(1)
    before = state_digest(world)
    thing.cache["key"] = "derived"
    assert state_digest(world) == before
    assert snapshot.loads(snapshot.dumps(world)).parts["thing"].cache == {}


def test_sharing_does_not_matter() -> None:
    shared = Thing("x")
    assert state_digest([shared, shared]) == state_digest([Thing("x"), Thing("x")])


def test_the_order_of_a_dictionary_counts_and_that_of_a_set_or_map_does_not() -> None:
    names = [f"name {n}" for n in range(50)]
    assert state_digest(dict.fromkeys(names)) != state_digest(dict.fromkeys(reversed(names)))
    assert state_digest({*names}) == state_digest({*names[::-1]})
    assert state_digest(Map(dict.fromkeys(names))) == state_digest(Map(dict.fromkeys(names[::-1])))


def test_deep_state_is_walked_without_recursion() -> None:
    deep: Any = None
    for _ in range(100_000):
        deep = (deep,)
    assert state_digest(deep) != state_digest((deep,))


def test_a_snapshot_of_something_else_is_refused() -> None:
    import pickle

    with pytest.raises(AssertionError):
        snapshot.loads(pickle.dumps(1))
