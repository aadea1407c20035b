"""The persistent ordered mapping against a plain dict."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iosemu.config.entries import Entries

STEPS = st.lists(st.tuples(st.sampled_from("pdfg"), st.integers(0, 9), st.integers(0, 4)))


@given(STEPS)
def test_it_behaves_like_a_dict_that_can_be_searched(steps: list[tuple[str, int, int]]) -> None:
    entries: Entries[int, int] = Entries()
    plain: dict[int, int] = {}
    for action, key, value in steps:
        before = dict(entries)
        if action == "p":
            new = entries.put(key, value)
            plain[key] = value
        elif action == "d":
            new = entries.drop(key)
            plain.pop(key, None)
        elif action == "f":
            found = entries.find(value)
            assert (found is None) == (value not in plain.values())
            assert found is None or plain[found] == value
            new = entries
        else:
            assert entries.greatest() == max(plain, default=None)
            new = entries
        assert dict(entries) == before
        entries = new
        assert list(entries.items()) == list(plain.items())


def test_what_changes_nothing_is_the_same_object() -> None:
    entries = Entries({"a": 1})
    assert entries.put("a", entries["a"]) is entries
    assert entries.drop("b") is entries
