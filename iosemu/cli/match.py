"""Matches one line against the commands of a mode.

Precedence of a word: exact keyword, abbreviated keyword, range or address, WORD, LINE.
"""

from __future__ import annotations

import re
from typing import Any

from iosemu.values import dataclass

from .automaton import ADD, SET, Ambiguous, State, Taken
from .tokens import Bad

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Found:
    """The line is a command: its index in the grammar and the values it captured.

    `is_short`: a negative form that stopped before its optional values.
    """

    command: int
    values: dict[str, Any]
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Invalid:
    """No command begins like this; `offset` is the first bad character in the line."""

    offset: int


@dataclass(frozen=True, slots=True)
class AmbiguousWord:
    """A word abbreviates several keywords; `end` is the offset after it in the line."""

    end: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incomplete:
    """More words are needed."""


Verdict = Found | Invalid | AmbiguousWord | Incomplete


def spans(line: str) -> list[tuple[int, int]]:
    """(start, end) of each word."""
    return [m.span() for m in _WORD.finditer(line)]


def match(root: State, line: str, skip: int = 0) -> Verdict:
    """Match the words of a line after the first `skip` ones."""
    words = line.split()
    state = root
    trail: list[Taken] = []
    for index in range(skip, len(words)):
        taken = state.take(words[index])
        if type(taken) is not Taken:
            return _failure(taken, line, index)
        if taken.values is not None and "LINE" in taken.values:
            start = spans(line)[index][0]
            taken.values["LINE"] = line[start:].rstrip()
            trail.append(taken)
            state = taken.state
            break
        trail.append(taken)
        state = taken.state
    if not state.ends:
        return Incomplete()
    is_short, command, thread = state.ends[0]
    return Found(command, capture(trail, thread), is_short)


def _failure(taken: Any, line: str, index: int) -> Invalid | AmbiguousWord:
    start, end = spans(line)[index]
    if type(taken) is Bad:
        return Invalid(start + taken.offset)
    assert type(taken) is Ambiguous
    return AmbiguousWord(end, taken.words)


def capture(trail: list[Taken], thread: int) -> dict[str, Any]:
    """The values that the winning thread took on its way."""
    steps = []
    for taken in reversed(trail):
        thread, leaf = taken.sources[thread]
        if leaf.captures or leaf.name is not None:
            steps.append((leaf, taken.values))
    values: dict[str, Any] = {}
    for leaf, typed in reversed(steps):
        for name, constant in leaf.captures:
            if type(constant) is tuple and name in values:
                values[name] = values[name] + constant
            else:
                values[name] = constant
        name_ = leaf.name
        if name_ is None or typed is None:
            continue
        value = typed[leaf.kind.name]
        if leaf.op is SET:
            values[name_] = value
        elif leaf.op is ADD:
            values[name_] = (*values.get(name_, ()), value)
        else:
            held = values[name_]
            values[name_] = (*held[:-1], held[-1] + value) if type(held) is tuple else held + value
    return values


__all__ = [
    "AmbiguousWord",
    "Found",
    "Incomplete",
    "Invalid",
    "Verdict",
    "capture",
    "match",
    "spans",
]
