"""Our `dataclass` against the standard library's: the same behaviour, method by method."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any, ClassVar

import pytest

from iosemu import values


def pair(**options: Any) -> tuple[Any, Any]:
    """One class made by each."""

    def body() -> type:
        class Sample:
            """A sample."""

            KIND: ClassVar[str] = "sample"
            first: int
            second: tuple[int, ...] = ()
            third: list[int] = dataclasses.field(default_factory=list)
            fourth: int = dataclasses.field(default=4, compare=False, repr=False)

        return Sample

    return values.dataclass(**options)(body()), dataclasses.dataclass(**options)(body())


OPTIONS = [
    {"frozen": True, "slots": True},
    {"slots": True},
    {"frozen": True},
    {},
    {"frozen": True, "slots": True, "eq": False},
    {"slots": True, "order": True},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_it_makes_what_the_standard_library_makes(options: dict[str, bool]) -> None:
    ours, theirs = pair(**options)
    for kind in (ours, theirs):
        one, same, other = kind(1, (2,)), kind(1, second=(2,), fourth=5), kind(1, (3,))
        assert (one == same) is options.get("eq", True)
        assert one != other
        assert one.third is not same.third
        assert repr(one).endswith("Sample(first=1, second=(2,), third=[])")
        assert dataclasses.replace(one, first=7).first == 7
        assert [each.name for each in dataclasses.fields(kind)] == list(kind.__match_args__)
        assert one != object()
    assert hasattr(ours, "__slots__") == hasattr(theirs, "__slots__")
    assert (ours.__hash__ is None) == (theirs.__hash__ is None)


def test_frozen_values_refuse_changes_and_are_keys() -> None:
    for kind in pair(frozen=True, slots=True):
        one = kind(1, (2,), third=())
        assert {one: "found"}[kind(1, (2,), third=())] == "found"
        with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'first'"):
            one.first = 2
        with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'first'"):
            del one.first


def test_wrong_arguments_are_refused_as_by_an_ordinary_class() -> None:
    for kind in pair(frozen=True, slots=True):
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'first'"):
            kind()
        with pytest.raises(TypeError, match="unexpected keyword argument 'nothing'"):
            kind(1, nothing=2)


@values.dataclass(frozen=True, slots=True)
class Base:
    left: int


@values.dataclass(frozen=True, slots=True)
class Derived(Base):
    right: int = 0

    def __post_init__(self) -> None:
        assert self.right >= 0

    def __repr__(self) -> str:
        return f"<{self.left} {self.right}>"


def test_values_travel_and_derived_classes_keep_what_they_write() -> None:
    value = Derived(1, 2)
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.copy(value) == value
    assert repr(value) == "<1 2>"
    assert repr(Base(1)) == "Base(left=1)"
    assert value != Base(1)
    with pytest.raises(AssertionError):
        Derived(1, -1)
    match value:
        case Derived(left, right):
            assert (left, right) == (1, 2)
