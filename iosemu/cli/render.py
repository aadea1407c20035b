"""From values back to the words of a command: the inverse of matching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .automaton import digits_of
from .syntax import AnyOrder, Choice, Item, Keyword, Sequence, Value, flag_name, is_flags
from .tokens import Bad, Kind, kind_of

Words = tuple[list[str], frozenset[str]]
"""The words, and the value names that went into them."""

_NONE: Words = ([], frozenset())


def render(syntax: Sequence, values: Mapping[str, Any], usual: frozenset[str]) -> Words | None:
    """The words of a command with these values, None if they do not fit its syntax.

    `usual` names values that equal their default: an optional part with nothing else is left out.
    """
    words: list[str] = []
    used: frozenset[str] = frozenset()
    for item in syntax:
        part = _render_item(item, values, usual)
        if part is None:
            return None
        words += part[0]
        used |= part[1]
    return words, used


def _render_item(item: Item, values: Mapping[str, Any], usual: frozenset[str]) -> Words | None:
    match item:
        case Keyword():
            return _shown(item), frozenset()
        case Value():
            if item.hidden:
                return _NONE
            constant = only_number(item)
            if constant is not None:
                return [constant], frozenset()
            return _render_value(item, item.name, values)
        case Choice(many=True):
            return _render_many(item, values, usual)
        case Choice():
            return _render_choice(item, values, usual)
        case AnyOrder():
            words: list[str] = []
            used: frozenset[str] = frozenset()
            for branch in item.branches:
                part = _render_branch(branch, item, values, usual)
                if part is not None and part[1] - usual:
                    words += part[0]
                    used |= part[1]
            return words, used
        case _:
            raise AssertionError(item)


def only_number(item: Value) -> str | None:
    """The number of an unnamed range of one, as `line con <0-0>`; None for any other value."""
    low, dash, high = item.kind.strip("<>").partition("-")
    return low if item.name is None and dash and low == high else None


def _shown(item: Keyword) -> list[str]:
    return [item.shown] if item.shown else []


def _render_many(item: Choice, values: Mapping[str, Any], usual: frozenset[str]) -> Words | None:
    """A repeated group: its branches once for each value of the tuple."""
    assert item.name is not None
    held = values.get(item.name)
    if not isinstance(held, tuple) or not held:
        return _NONE if item.optional else None
    once = replace(item, many=False, optional=False)
    words: list[str] = []
    for one in held:
        part = _render_choice(once, {**values, item.name: one}, usual)
        if part is None:
            return None
        words += part[0]
    return words, frozenset((item.name,))


def _render_value(item: Value, name: str | None, values: Mapping[str, Any]) -> Words | None:
    kind = kind_of(item.kind)
    value = None if name is None else values.get(name)
    if name is None or kind is None or value is None or value == ():
        return None
    many = value if item.many else (value,)
    if not isinstance(many, tuple):
        return None
    words = []
    for one in many:
        text = _text(kind, one)
        if text is None:
            return None
        words.append(text)
    return words, frozenset((name,))


def _text(kind: Kind, value: Any) -> str | None:
    """The word of a value, None if it is not of this kind."""
    if not isinstance(value, kind.python) or isinstance(value, bool):
        return None
    text = kind.show(value)
    return None if type(kind.read(text)) is Bad else text


def _render_choice(item: Choice, values: Mapping[str, Any], usual: frozenset[str]) -> Words | None:
    best: Words | None = None
    for branch in item.branches:
        part = _render_branch(branch, item, values, usual)
        if part is not None and (best is None or len(part[1]) > len(best[1])):
            best = part
    if item.optional and (best is None or not best[1] - usual):
        return _NONE
    return best


def _render_branch(
    branch: Sequence,
    owner: Choice | AnyOrder,
    values: Mapping[str, Any],
    usual: frozenset[str],
) -> Words | None:
    first = branch[0]
    name = owner.name if isinstance(owner, Choice) else None
    if name is not None and isinstance(owner, Choice):
        value = values.get(name)
        if isinstance(first, Keyword):
            # Most branches are of other words, so the cheap question comes first.
            if str(value) != first.text and not isinstance(value, int):
                return None
            if value != digits_of(owner)(first.text) or isinstance(value, bool):
                return None
            return _joined((_shown(first), frozenset((name,))), branch[1:], values, usual)
        if isinstance(first, Value) and first.name is None:
            head = _render_value(first, name, values)
            return None if head is None else _joined(head, branch[1:], values, usual)
        if value is not None:
            return None
    flag = flag_name(branch) if is_flags(owner) else None
    if flag is not None:
        if not values.get(flag):
            return None
        return [k.shown for k in branch if isinstance(k, Keyword)], frozenset((flag,))
    return render(branch, values, usual)


def _joined(
    head: Words, rest: Sequence, values: Mapping[str, Any], usual: frozenset[str]
) -> Words | None:
    tail = render(rest, values, usual)
    return None if tail is None else (head[0] + tail[0], head[1] | tail[1])
