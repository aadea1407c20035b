"""Which privilege level a command needs, once `privilege ... level` has moved some of them.

IOS keeps a level at each keyword of its parse tree: all keywords of a command must be allowed.
"""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.values import dataclass

from .syntax import Choice, Keyword, Sequence


@dataclass(frozen=True, slots=True)
class Rule:
    """A view includes, or excludes, a command by its first words; `all`: and what goes on."""

    mode: str
    words: tuple[str, ...]
    includes: bool
    all: bool

    def is_about(self, words: tuple[str, ...]) -> bool:
        """Whether a command with these first keywords is meant."""
        enough = len(words) >= len(self.words) if self.all else len(words) == len(self.words)
        return enough and all(
            word.startswith(part) for part, word in zip(self.words, words, strict=False)
        )


ALWAYS = frozenset((("enable",), ("enable", "view"), ("exit",), ("logout",), ("quit",)))
"""Commands of exec mode that every view has."""


@dataclass(frozen=True, slots=True)
class View:
    """What a user in a parser view sees.  A mode without rules is seen whole by who gets there."""

    rules: tuple[Rule, ...]

    def shows(self, mode: str, words: tuple[str, ...]) -> bool:
        """Whether the view has a command with these first keywords."""
        rules = [rule for rule in self.rules if rule.mode == mode]
        if mode == "exec":
            if words in ALWAYS or words == ("show", "parser", "view"):
                return True
        elif not rules and mode != "config":
            return True
        meant = [rule.includes for rule in rules if rule.is_about(words)]
        return bool(meant) and all(meant)


NOBODY = 16
"""A level nobody has."""
Levels = tuple[tuple[str, tuple[str, ...], int], ...] | View
"""Moved commands, (mode, first words, level), or the view a user is in."""


def first_words(syntax: Sequence) -> tuple[str, ...]:
    """The keywords a command begins with, whatever follows them."""
    words = []
    for item in syntax:
        if not isinstance(item, Keyword):
            break
        words.append(item.text.lower())
    return tuple(words)


def beginnings(syntax: Sequence) -> tuple[tuple[str, ...], ...]:
    """The keywords a command can begin with, one for each branch of a choice among keywords."""
    head = first_words(syntax)
    match syntax[len(head) :]:
        case (Choice(branches=branches, optional=False, many=False), *_):
            tails = [first_words(branch) for branch in branches]
            return tuple((*head, *tail) for tail in tails) if all(tails) else (head,)
    return (head,)


def needed(words: tuple[str, ...], own: int, at: int, moved: Iterable[_Moved]) -> int:
    """The level a command needs.

    words: its first keywords.  own: its level by the grammar.  at: how many keywords there are up
    to the one that has that level.  moved: (words, level) of its mode.
    """
    reached = [(len(head), level) for head, level in moved if _is_about(head, words)]
    if not reached:
        return own
    # `show` is for everybody and `show running-config` is not: moving `show` does not move that.
    covers = max(length for length, _ in reached) >= at
    return max([level for _, level in reached] + ([] if covers else [own]))


def bearers(commands: Iterable[tuple[tuple[str, ...], int]]) -> dict[tuple[str, ...], int]:
    """For each command, given by (first keywords, level), how many keywords there are up to the one
    that has its level: the shortest beginning that no command of a lower level shares."""
    held = list(commands)
    lowest: dict[tuple[str, ...], int] = {}
    for words, level in held:
        for length in range(1, len(words) + 1):
            head = words[:length]
            lowest[head] = min(lowest.get(head, level), level)
    return {
        words: next((n for n in range(1, len(words)) if lowest[words[:n]] == level), len(words))
        for words, level in held
    }


_Moved = tuple[tuple[str, ...], int]


def _is_about(head: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether a command with these words begins with this head, or is all that the head names."""
    return all(word.startswith(part) for part, word in zip(head, words, strict=False))
