"""From a matched command to a new configuration: what `sets`, `appends`, `deletes`, `removes` do.

A `Binding` is compiled once per command against the class of the mode's object.  Applying it gives
a new object; parts that did not change stay the same object.
"""

from __future__ import annotations

import typing
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union

from iosemu.config.entries import Entries
from iosemu.config.tree import empty, replaced, slot_of, with_slot
from iosemu.values import dataclass

from .api import Rejected
from .syntax import Step


class BindError(Exception):
    """A stanza and the configuration classes do not fit; the text says how."""


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """The types of a class's fields."""
    try:
        return typing.get_type_hints(kind)
    except NameError as error:
        raise BindError(f"annotations of {kind.__name__} cannot be read: {error}") from None


@cache
def defaults_of(kind: type) -> dict[str, Any]:
    """The default of each field that has one."""
    found: dict[str, Any] = {}
    for f in fields(kind):
        if f.default is not MISSING:
            found[f.name] = f.default
        elif f.default_factory is not MISSING:
            found[f.name] = f.default_factory()
    return found


def options_of(hint: Any) -> tuple[Any, ...]:
    """The alternatives of a type: `int | None` gives (int, NoneType)."""
    if typing.get_origin(hint) in (Union, UnionType):
        return typing.get_args(hint)
    return (hint,)


def class_in(hint: Any) -> type | None:
    """The dataclass a type is, or is besides None."""
    for option in options_of(hint):
        if isinstance(option, type) and is_dataclass(option):
            return option
    return None


def classes_in(hint: Any) -> tuple[type, ...]:
    """All dataclasses among the alternatives of a type."""
    return tuple(o for o in options_of(hint) if isinstance(o, type) and is_dataclass(o))


class Several(tuple[Any, ...]):
    """Keys a handler chose for one: what is entered then is all these entries together."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a compiled path.

    `slot`: its class if it is a slot.  `keys`: value names of its key.  `kind`: the dataclass of
    the object there (of an entry if keyed), None for a plain value.  `hint`: its type.
    """

    name: str
    slot: type | None
    keys: tuple[str, ...]
    auto: tuple[int, int] | None
    kind: type | None
    hint: Any
    default: Any = None
    is_range: bool = False
    cut: int | None = None
    limit: int = 2147483647

    def get(self, owner: Any) -> Any:
        if self.slot is not None:
            return slot_of(owner, self.slot)
        return getattr(owner, self.name)

    def put(self, owner: Any, value: Any) -> Any:
        if self.slot is not None:
            return with_slot(owner, value)
        return replaced(owner, self.name, value)

    def key(self, values: dict[str, Any]) -> Any:
        """The key the values give: one value, or a tuple of several."""
        if len(self.keys) == 1:
            return values.get(self.keys[0])
        return tuple([values.get(name) for name in self.keys])

    def numbers(self, values: dict[str, Any]) -> tuple[int, ...]:
        """The keys of a range: its first number alone, or up to the last."""
        first, last = (values.get(name) for name in self.keys)
        assert isinstance(first, int)
        if last is None:
            return (first,)
        if last < first:
            raise Rejected("% The last number of a range is before its first")
        return tuple(range(first, last + 1))

    def key_values(self, key: Any) -> dict[str, Any]:
        """The other way round: names and values of a key."""
        if len(self.keys) == 1:
            return {self.keys[0]: key}
        return dict(zip(self.keys, key, strict=True))

    @property
    def is_optional(self) -> bool:
        return NoneType in options_of(self.hint)


def with_class(part: Part, names: tuple[str, ...]) -> Part:
    """The part with the class that has fields of these names, if its type offers several."""
    offered = classes_in(part.hint)
    if len(offered) < 2:
        return part
    fitting = [c for c in offered if set(names) <= field_names(c)]
    if not fitting:
        raise BindError(f"no class of {part.name} has the fields {', '.join(names)}")
    return replace(part, kind=fitting[0])


SlotTable = dict[tuple[type, str], type]


def compile_path(context: type, path: tuple[Step, ...], slots: SlotTable) -> tuple[Part, ...]:
    """Resolve a path from a class; BindError names what does not exist or fit."""
    parts: list[Part] = []
    owner: type | None = context
    for step in path:
        if owner is None:
            raise BindError(f"{parts[-1].name} has no fields, so no {step.name!r}")
        part = _compile_step(owner, step, slots)
        parts.append(part)
        owner = part.kind
    return tuple(parts)


def _compile_step(owner: type, step: Step, slots: SlotTable) -> Part:
    slot = slots.get((owner, step.name))
    hints = hints_of(owner)
    if slot is not None:
        return Part(step.name, slot, (), None, slot, slot)
    if step.name not in hints:
        raise BindError(f"{owner.__name__} has no field or slot {step.name!r}")
    hint = hints[step.name]
    default = defaults_of(owner).get(step.name)
    if not step.keys:
        return Part(step.name, None, (), None, class_in(hint), hint, default)
    if typing.get_origin(hint) is not Entries:
        raise BindError(f"{owner.__name__}.{step.name} must be Entries[key, value] to take a key")
    value = typing.get_args(hint)[1]
    kind = class_in(value)
    return Part(
        step.name, None, step.keys, step.auto, kind, value, default, step.is_range, step.cut
    )


@dataclass(frozen=True, slots=True)
class Binding:
    """What a command does to its mode's object.

    `names`: values it captures, without those that are keys.  `absent`: the value of each name that
    was not typed (None, or False for a flag).  `where`: for "removes", the names that must be
    equal, which are fields of an entry or parts of its key, named `where_keys`.  `keeps`: an object
    that is there keeps the fields this command does not name, since other commands set them.
    """

    action: str
    parts: tuple[Part, ...]
    names: tuple[str, ...]
    absent: dict[str, Any]
    where: tuple[str, ...] = ()
    matches: str = ""
    where_keys: tuple[str, ...] = ()
    keeps: bool = False

    @property
    def last(self) -> Part:
        return self.parts[-1]

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of all keys along the path."""
        return tuple(k for p in self.parts for k in p.keys)


def needed_fields(kind: type, given: tuple[str, ...]) -> list[str]:
    """Fields that have no default and are not given."""
    defaults = defaults_of(kind)
    return [f.name for f in fields(kind) if f.name not in defaults and f.name not in given]


def check_fit(binding: Binding) -> None:
    """BindError if the values cannot become what the path holds."""
    last, names = binding.last, binding.names
    for part in binding.parts[:-1]:
        if part.kind is not None and part.slot is None:
            needed = needed_fields(part.kind, part.keys)
            if needed:
                raise BindError(f"{part.kind.__name__} needs a default for {needed[0]!r}")
    if binding.action in ("deletes", "removes"):
        if binding.action == "removes" and typing.get_origin(last.hint) is not Entries:
            raise BindError(f"{last.name} must be Entries to remove from")
        return
    if binding.action == "appends":
        if typing.get_origin(last.hint) is not tuple:
            raise BindError(f"{last.name} must be a tuple to append to")
        return
    if last.kind is not None:
        known = hints_of(last.kind)
        missing = [n for n in names if n not in known]
        if missing:
            raise BindError(f"{last.kind.__name__} has no field {missing[0]!r}")
        needed = needed_fields(last.kind, (*names, *last.keys))
        if needed:
            raise BindError(f"{last.kind.__name__} needs a value for {needed[0]!r}")
    elif len(names) > 1:
        raise BindError(f"{last.name} takes {len(names)} values ({', '.join(names)}): no dataclass")
    elif not names and bool not in options_of(last.hint):
        raise BindError(f"{last.name} takes no value, so it must be bool")


# -- applying ----


def apply(binding: Binding, owner: Any, values: dict[str, Any], form: str) -> Any:
    """The object after the command.  `form`: "" as typed, "no" or "default"."""
    return _Applied(binding, values, form).update(owner, 0)


class _Applied:
    """One application: walks down the path and puts what changed on the way back."""

    __slots__ = ("binding", "form", "values")

    def __init__(self, binding: Binding, values: dict[str, Any], form: str) -> None:
        self.binding = binding
        self.values = values
        self.form = form

    def update(self, owner: Any, index: int) -> Any:
        part = self.binding.parts[index]
        is_last = index == len(self.binding.parts) - 1
        old = part.get(owner)
        if is_last:
            new = self.entry(part, old) if part.keys else self.field(part, old)
        elif part.keys:
            new = self.below_entry(part, old, index)
        else:
            new = self.below_field(part, old, index)
        # Collections keep their identity when nothing changes; comparing them costs their size.
        is_same = new is old or (is_last and not part.keys and new == old)
        return owner if is_same else part.put(owner, new)

    @property
    def is_removal(self) -> bool:
        return bool(self.form) or self.binding.action in ("deletes", "removes")

    def below_entry(self, part: Part, entries: Any, index: int) -> Any:
        key = part.key(self.values)
        entry = entries.get(key)
        if entry is None:
            if self.is_removal:
                return entries
            empty_entry = fresh(part, self.values)
            made = self.update(empty_entry, index + 1)
            return entries if made == empty_entry else entries.put(key, made)
        new = self.update(entry, index + 1)
        if new is entry:
            return entries
        # An entry that nothing configures any more is as if it had never been named.
        if self.is_removal and new == fresh(part, self.values):
            return entries.drop(key)
        return entries.put(key, new)

    def below_field(self, part: Part, inner: Any, index: int) -> Any:
        assert part.kind is not None
        if inner is None:
            return None if self.is_removal else self.update(part.kind(), index + 1)
        new = self.update(inner, index + 1)
        if self.is_removal and part.is_optional and new is not inner and new == part.kind():
            return None
        return new

    def field(self, part: Part, old: Any) -> Any:
        binding = self.binding
        if binding.action == "appends":
            return self.appended(part, old)
        if binding.action == "removes":
            return removed(old, binding, self.values)
        if binding.action == "deletes" or self.form == "no":
            return cleared(part)
        if self.form == "default":
            return empty(part.slot) if part.slot is not None else part.default
        if part.kind is not None:
            return built(part.kind, old if binding.keeps else None, binding, self.values)
        return self.scalar(part)

    def scalar(self, part: Part) -> Any:
        if not self.binding.names:
            return True
        value = self.values.get(self.binding.names[0])
        if value is None:
            value = True if bool in options_of(part.hint) else part.default
        return value

    def appended(self, part: Part, old: Any) -> Any:
        names = self.binding.names
        given = self.values.get(names[0]) if len(names) == 1 else None
        item_hint = typing.get_args(part.hint)[0]
        kind = class_in(item_hint)
        if kind is not None:
            given = (built(kind, None, self.binding, self.values),)
        elif not isinstance(given, tuple):
            given = () if given is None else (given,)
        if self.form == "default" or (self.form == "no" and not given):
            return part.default
        if self.form == "no":
            return tuple(v for v in old if v not in given)
        return (*old, *(v for v in given if v not in old))

    def entry(self, part: Part, entries: Any) -> Any:
        binding, values = self.binding, self.values
        if part.is_range:
            return self.several(part, entries)
        key = part.key(values)
        if binding.action == "deletes":
            return entries.drop(key)
        if self.form and binding.matches and (part.auto is None or key is None):
            found = self.same_content(part, entries)
            return entries if found is _NOTHING else entries.drop(found)
        if self.form:
            return entries.drop(key)
        # No two entries say the same, whatever their numbers.
        if binding.matches == "value" and self.same_content(part, entries) is not _NOTHING:
            return entries
        if key is None and part.auto is not None:
            first, step = part.auto
            last = entries.greatest()
            key = first if last is None else last + step
            if key > part.limit:
                raise Rejected("% Sequence number exceeds the greatest one")
            values[part.keys[0]] = key
        return entries.put(key, self.content(part, entries.get(key)))

    def several(self, part: Part, entries: Any) -> Any:
        """Put or drop the entries of a range."""
        for key in part.numbers(self.values):
            if self.is_removal:
                entries = entries.drop(key)
            else:
                entries = entries.put(key, self.content(part, entries.get(key)))
        return entries

    def content(self, part: Part, old: Any) -> Any:
        if part.kind is None:
            return self.scalar(part)
        held = old if self.binding.keeps else None
        new = built(part.kind, held, self.binding, self.values)
        return old if new == old else new

    def same_content(self, part: Part, entries: Any) -> Any:
        """The key of the entry these values would make."""
        if part.kind is None or not field_names(part.kind).intersection(part.keys):
            wanted = (
                self.scalar(part)
                if part.kind is None
                else built(part.kind, None, self.binding, self.values)
            )
            key = entries.find(wanted)
            return _NOTHING if key is None else key
        for key, entry in entries.items():
            values = {**self.values, **part.key_values(key)}
            if built(part.kind, None, self.binding, values) == entry:
                return key
        return _NOTHING


_NOTHING = object()


def cleared(part: Part) -> Any:
    """What `no` leaves: False, None, or else the default."""
    if part.slot is not None:
        return empty(part.slot)
    options = options_of(part.hint)
    if NoneType in options:
        return None
    if bool in options:
        return False
    return part.default


@cache
def field_names(kind: type) -> frozenset[str]:
    """Names of the fields of a dataclass."""
    return frozenset(f.name for f in fields(kind))


def fresh(part: Part, values: dict[str, Any]) -> Any:
    """A new entry: its class with the fields that bear the names of its key."""
    assert part.kind is not None
    known = field_names(part.kind)
    return part.kind(**{k: values.get(k) for k in part.keys if k in known})


@cache
def _filling(
    kind: type, names: tuple[str, ...], keys: tuple[str, ...]
) -> tuple[tuple[str, Any], ...]:
    """The fields among these names, each with its default or `_NOTHING`."""
    defaults, known = defaults_of(kind), field_names(kind)
    return tuple((n, defaults.get(n, _NOTHING)) for n in (*names, *keys) if n in known)


def built(kind: Any, old: Any, binding: Binding, values: dict[str, Any]) -> Any:
    """An object with the typed values; names that were not typed get the field's default."""
    given: dict[str, Any] = {}
    for name, default in _filling(kind, binding.names, binding.last.keys):
        value = values.get(name)
        if value is None:
            value = binding.absent.get(name) if default is _NOTHING else default
        given[name] = value
    return replace(old, **given) if type(old) is kind else kind(**given)


def removed(entries: Any, binding: Binding, values: dict[str, Any]) -> Any:
    """The entries without those whose named fields have the typed values."""
    for key, entry in list(entries.items()):
        held = dict(
            zip(binding.where_keys, key if isinstance(key, tuple) else (key,), strict=False)
        )
        if all(_held(name, held, entry) == values.get(name) for name in binding.where):
            entries = entries.drop(key)
    return entries


def _held(name: str, key: dict[str, Any], entry: Any) -> Any:
    """What an entry has under this name: a part of its key, or else a field."""
    return key[name] if name in key else getattr(entry, name)
