"""`dataclass` as in the standard library, but its methods are made when a class is first used.

The standard library writes, compiles and runs the text of six methods for each class as it is
defined: half a millisecond, and a router has 800 such classes, of which a short run uses a few.
Here a class starts with methods that fetch the real ones when one is first called.  Fields,
`replace`, `match`, slots and pickling are those of the standard library.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field
else:
    field = dataclasses.field

    def dataclass(
        *, frozen: bool = False, slots: bool = False, order: bool = False, eq: bool = True
    ) -> Any:
        """The decorator; its options mean what they do in `dataclasses`."""
        if order:
            return dataclasses.dataclass(frozen=frozen, slots=slots, order=True)
        return lambda cls: _promised(cls, frozen, slots, eq)


def _promised(cls: type, frozen: bool, slots: bool, eq: bool) -> type:
    """The class with all that costs nothing, and promises of the rest."""
    written = {name for name, value in cls.__dict__.items() if value is not None}
    kept: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    names = ["__init__", "__repr__", *(["__eq__"] if eq else [])]
    if eq and frozen:
        names.append("__hash__")
    elif eq and "__hash__" not in written:
        type.__setattr__(kept, "__hash__", None)
    for name in names:
        if name not in written:
            setattr(kept, name, _promise(kept, name, frozen))
    if frozen:
        type.__setattr__(kept, "__setattr__", _refuse_to_set)
        type.__setattr__(kept, "__delattr__", _refuse_to_delete)
        if slots:
            type.__setattr__(kept, "__getstate__", _state)
            type.__setattr__(kept, "__setstate__", _set_state)
    return kept  # type: ignore[no-any-return]


def _promise(cls: type, name: str, frozen: bool) -> Any:
    """A method that puts the real one in its place and calls that."""

    def promise(self: Any, /, *values: Any, **named: Any) -> Any:
        method = _made(cls, name, frozen)
        method.__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, method)
        return method(self, *values, **named)

    promise.__name__ = name
    return promise


def _made(cls: type, name: str, frozen: bool) -> Any:
    """One method, as the standard library makes it for a class with the same fields."""
    fields = dataclasses.fields(cls)
    body: dict[str, Any] = {"__annotations__": {each.name: each.type for each in fields}}
    body |= {"__module__": cls.__module__, "__doc__": cls.__doc__ or cls.__name__}
    for each in fields:
        given: dict[str, Any] = {}
        if each.default is not dataclasses.MISSING:
            given["default"] = each.default
        if each.default_factory is not dataclasses.MISSING:
            given["default_factory"] = each.default_factory
        body[each.name] = dataclasses.field(
            init=each.init,
            repr=each.repr,
            hash=each.hash,
            compare=each.compare,
            kw_only=each.kw_only,
            **given,
        )
    if hasattr(cls, "__post_init__"):
        body["__post_init__"] = cls.__post_init__
    twin: Any = dataclasses.dataclass(
        init=name == "__init__",
        repr=name == "__repr__",
        eq=name in ("__eq__", "__hash__"),
        frozen=frozen and name in ("__init__", "__hash__"),
    )(type(cls.__name__, (), body))
    return getattr(twin, name)


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
