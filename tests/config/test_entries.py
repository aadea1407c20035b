"""The persistent mapping under the configuration, against an ordinary dictionary."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from iosemu.config.entries import Entries

KEYS = st.integers(0, 9)
STEPS = st.lists(st.tuples(KEYS, st.one_of(st.none(), st.integers(0, 3))), max_size=25)


def step(entries: Entries[int, int], key: int, value: int | None) -> Entries[int, int]:
    return entries.drop(key) if value is None else entries.put(key, value)


def apply(model: dict[int, int], key: int, value: int | None) -> None:
    if value is None:
        model.pop(key, None)
    else:
        model[key] = value


@given(STEPS)
def test_entries_are_a_dictionary_in_order_of_entry(steps: list[tuple[int, int | None]]) -> None:
    entries: Entries[int, int] = Entries()
    model: dict[int, int] = {}
    for key, value in steps:
        before, items = entries, list(entries.items())
        entries = step(entries, key, value)
        apply(model, key, value)
        assert list(entries.items()) == list(model.items())
        assert list(before.items()) == items
        found = entries.find(1)
        assert (found is None) == (1 not in model.values())
        assert found is None or model[found] == 1
        assert entries.greatest() == max(model, default=None)
    assert pickle.loads(pickle.dumps(entries)) == entries


@given(STEPS, STEPS, st.booleans())
def test_changed_keys_are_those_whose_values_differ(
    first: list[tuple[int, int | None]], then: list[tuple[int, int | None]], restored: bool
) -> None:
    old: Entries[int, int] = Entries()
    for key, value in first:
        old = step(old, key, value)
    new = old
    for key, value in then:
        new = step(new, key, value)
    if restored:
        old = pickle.loads(pickle.dumps(old))
    gone = {key for key in old if key not in new}
    expected = gone | {key for key in new if new[key] != old.get(key)}
    changed = new.changed_keys(old)
    assert set(changed) == expected
    assert [key for key in changed if key in new] == [key for key in new if key in expected]


@given(STEPS, st.lists(st.tuples(KEYS, st.integers(0, 3)), max_size=9))
def test_values_are_found_and_the_greatest_key_is_known(
    first: list[tuple[int, int | None]], then: list[tuple[int, int]]
) -> None:
    entries: Entries[int, int] = Entries()
    for key, value in first:
        entries = step(entries, key, value)
    for key, value in [(0, 0), *then]:
        # Asked before every step, so that what is carried along is what is tested.
        assert entries.greatest() == max(entries, default=None)
        for wanted in range(4):
            found = entries.find(wanted)
            assert (found is None) == (wanted not in list(entries.values()))
            assert found is None or entries[found] == wanted
        entries = entries.put(key, value)


def test_unchanged_is_the_same_object() -> None:
    entries = Entries({"a": (1,)})
    assert entries.put("a", entries["a"]) is entries
    assert entries.drop("b") is entries


@dataclass(frozen=True)
class Total:
    """The sum of all values."""

    total: int

    @classmethod
    def of(cls, entries: Entries[int, int]) -> Total:
        return cls(sum(entries.values()))

    def changed(self, key: int, old: int | None, new: int | None) -> Total:
        return Total(self.total - (old or 0) + (new or 0))


@given(STEPS, st.integers(0, 25))
def test_what_is_derived_from_entries_is_carried_along(
    steps: list[tuple[int, int | None]], first_asked: int
) -> None:
    entries: Entries[int, int] = Entries()
    for count, (key, value) in enumerate(steps):
        if count == first_asked:
            entries.index(Total)
        entries = step(entries, key, value)
    assert entries.index(Total) == Total.of(entries)
    assert pickle.loads(pickle.dumps(entries)).index(Total) == entries.index(Total)


@given(STEPS, STEPS)
def test_touched_names_every_key_that_differs(
    before: list[tuple[int, int | None]], after: list[tuple[int, int | None]]
) -> None:
    old: Entries[int, int] = Entries()
    for key, value in before:
        old = step(old, key, value)
    new = old
    for key, value in after:
        new = step(new, key, value)
    touched = new.touched(old)
    assert touched is None or set(new.changed_keys(old)) <= set(touched)
    assert touched is not None or len(after) > 8
