"""Which privilege level a command needs, once `privilege ... level` has moved some of them.

IOS keeps a level at each keyword of its parse tree: all keywords of a command must be allowed.
"""

from __future__ import annotations

from collections.abc import Iterable

from .syntax import Keyword, Sequence

Levels = tuple[tuple[str, tuple[str, ...], int], ...]
"""Moved commands: (mode, first words, level)."""


def first_words(syntax: Sequence) -> tuple[str, ...]:
    """The keywords a command begins with, whatever follows them."""
    words = []
    for item in syntax:
        if not isinstance(item, Keyword):
            break
        words.append(item.text.lower())
    return tuple(words)


def needed(words: tuple[str, ...], own: int, word_level: int, moved: Iterable[_Moved]) -> int:
    """The level a command needs.

    words: its first keywords.  own: its level by the grammar.  word_level: the lowest level by the
    grammar of all commands with its first word.  moved: (words, level) of its mode.
    """
    reached = [(len(head), level) for head, level in moved if _is_about(head, words)]
    if not reached:
        return own
    longest = max(length for length, _ in reached)
    # `show` is for everybody and `show running-config` is not: moving `show` does not move that.
    covers = longest >= len(words) or own == word_level
    return max([level for _, level in reached] + ([] if covers else [own]))


_Moved = tuple[tuple[str, ...], int]


def _is_about(head: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether a command with these words begins with this head, or is all that the head names."""
    return all(word.startswith(part) for part, word in zip(head, words, strict=False))
