"""Community lists, plain and extended and large: entries as configured, and matching.

Standard lists name communities; expanded ones have regular expressions, matched against all
communities of a path as they are printed, in order of their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from iosemu.config.entries import Entries
from iosemu.values import dataclass, field
from iosemu.wire.bgp_community import (
    GRACEFUL_SHUTDOWN,
    INTERNET,
    LOCAL_AS,
    NO_ADVERTISE,
    NO_EXPORT,
    ExtendedCommunity,
    LargeCommunity,
    community_text,
)

from .as_path import MOST_KEPT
from .regex import regex

C = TypeVar("C", int, ExtendedCommunity, LargeCommunity)

_WORDS = {
    "internet": INTERNET,
    "gshut": GRACEFUL_SHUTDOWN,
    "no-export": NO_EXPORT,
    "no-advertise": NO_ADVERTISE,
    "local-AS": LOCAL_AS,
}


def community_of(typed: int | str) -> int:
    """The community that was typed: a word, 65000:1, or a number."""
    known = _WORDS.get(str(typed))
    if known is not None:
        return known
    high, colon, low = str(typed).partition(":")
    return int(high) << 16 | int(low) if colon else int(high)


# -- as configured ----


@dataclass(frozen=True, slots=True)
class CommunityEntry:
    """A line of a standard list: a path has to have all of these communities."""

    action: str
    communities: tuple[int | str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ExtendedEntry:
    """A line of a standard extended list, as typed: ("rt", "65000:1", "soo", "65000:2")."""

    action: str
    communities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegexEntry:
    """A line of an expanded list."""

    action: str
    regex: str


@dataclass(frozen=True, slots=True)
class StandardList:
    """Lines in order, by a number that nobody sees."""

    entries: Entries[int, CommunityEntry] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class StandardExtendedList:
    """Likewise of extended communities."""

    entries: Entries[int, ExtendedEntry] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class ExpandedList:
    """Likewise of regular expressions."""

    entries: Entries[int, RegexEntry] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class LargeEntry:
    """A line of a standard list of large communities, as typed: 65000:1:2."""

    action: str
    communities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandardLargeList:
    """Likewise of large communities."""

    entries: Entries[int, LargeEntry] = field(default_factory=Entries)


CommunityList = StandardList | ExpandedList
ExtendedList = StandardExtendedList | ExpandedList
LargeList = StandardLargeList | ExpandedList


# -- ready to match ----


Row = tuple[Callable[[tuple[C, ...]], bool], bool]
"""Whether a path with these communities fits, and whether the line permits."""


class CommunityProgram(Generic[C]):
    """A list ready to match; what it said of the communities of a path is kept."""

    __slots__ = ("_exact", "_kept", "_rows")

    def __init__(self, rows: list[Row[C]], exact: list[Row[C]] | None = None) -> None:
        self._rows: list[Row[C]] = rows
        self._exact: list[Row[C]] = rows if exact is None else exact
        self._kept: dict[tuple[C, ...], bool] = {}

    def permits(self, communities: tuple[C, ...]) -> bool:
        """The verdict about all communities of a path; a list without lines permits nothing."""
        said = self._kept.get(communities)
        if said is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            said = self._kept[communities] = _judge(self._rows, communities)
        return said

    def permits_exactly(self, communities: tuple[C, ...]) -> bool:
        """With `exact-match`: there must not be others than those a line names."""
        return _judge(self._exact, communities)


def _judge(rows: list[Row[C]], communities: tuple[C, ...]) -> bool:
    for fits, is_permit in rows:
        if fits(communities):
            return is_permit
    return False


def community_program(held: CommunityList, *, new_format: bool) -> CommunityProgram[int]:
    """A list of plain communities; their text follows `ip bgp-community new-format`."""
    if isinstance(held, ExpandedList):
        return _expanded(held, lambda each: community_text(each, new_format=new_format))
    rows = [
        (frozenset(map(community_of, each.communities or ())), each.action == "permit")
        for each in _in_order(held.entries)
    ]
    return CommunityProgram(
        [(_has_all(wanted - {INTERNET}), is_permit) for wanted, is_permit in rows],
        [(_is_exactly(wanted), is_permit) for wanted, is_permit in rows],
    )


def extended_program(held: ExtendedList) -> CommunityProgram[ExtendedCommunity]:
    """A list of extended communities."""
    if isinstance(held, ExpandedList):
        return _expanded(held, str)
    return CommunityProgram(
        [
            (_has_all(frozenset(extended_of(each.communities))), each.action == "permit")
            for each in _in_order(held.entries)
        ]
    )


def large_program(held: LargeList) -> CommunityProgram[LargeCommunity]:
    """A list of large communities."""
    if isinstance(held, ExpandedList):
        return _expanded(held, str)
    rows = [
        (frozenset(map(LargeCommunity.parse, each.communities)), each.action == "permit")
        for each in _in_order(held.entries)
    ]
    return CommunityProgram(
        [(_has_all(wanted), is_permit) for wanted, is_permit in rows],
        [(_has_only(wanted), is_permit) for wanted, is_permit in rows],
    )


def extended_of(typed: Iterable[str]) -> tuple[ExtendedCommunity, ...]:
    """Of words, `rt` and `soo`, with the values that follow them; ValueError for a bad value."""
    found: list[ExtendedCommunity] = []
    make = ExtendedCommunity.route_target
    for word in typed:
        if word in ("rt", "soo"):
            is_target = word == "rt"
            make = ExtendedCommunity.route_target if is_target else ExtendedCommunity.site_of_origin
        else:
            found.append(make(word))
    return tuple(found)


T = TypeVar("T")


def _in_order(entries: Entries[int, T]) -> Iterable[T]:
    return [entries[number] for number in sorted(entries)]


def _has_all(wanted: frozenset[C]) -> Callable[[tuple[C, ...]], bool]:
    """A line that names nothing, or only `internet`, fits all paths."""
    return wanted.issubset


def _is_exactly(wanted: frozenset[int]) -> Callable[[tuple[int, ...]], bool]:
    """Nothing else; `internet` still fits all paths."""
    if INTERNET in wanted:
        return _has_all(wanted - {INTERNET})
    return _has_only(wanted)


def _has_only(wanted: frozenset[C]) -> Callable[[tuple[C, ...]], bool]:
    return lambda communities: wanted == frozenset(communities)


def _expanded(held: ExpandedList, text_of: Callable[[C], str]) -> CommunityProgram[C]:
    def fits(pattern: str) -> Callable[[tuple[C, ...]], bool]:
        found = regex(pattern)
        return lambda communities: found.search(" ".join(map(text_of, sorted(communities))))

    return CommunityProgram(
        [(fits(each.regex), each.action == "permit") for each in _in_order(held.entries)]
    )
