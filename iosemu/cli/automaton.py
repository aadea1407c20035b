"""The set of live threads: which commands a half-typed line may still become.

A thread is (command, what is left of its syntax, whether it may already end).  A `State` is a set
of threads; taking a word leads to the next state.  States and their transitions are computed when
first needed and kept, so matching a line is a few dictionary look-ups a word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import Any

from iosemu.values import dataclass

from . import interfaces
from .syntax import AnyOrder, Choice, Keyword, Sequence, Value, flag_name, is_flags
from .tokens import ANY_WORD, KINDS, REST, TYPED, Bad, Kind, interface_number, kind_of

SET, ADD, JOIN = "set", "add", "join"


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One token: a keyword (`word`) or a value (`kind`).

    `shown` is its spelling in help and help paths; `captures` are names set to constants when it is
    taken; a value goes to `name` by `op` (set it, add it to a tuple, join it to the text there).
    """

    shown: str
    word: str | None = None
    kind: Kind | None = None
    captures: tuple[tuple[str, Any], ...] = ()
    name: str | None = None
    op: str = SET
    is_in_help: bool = True
    fixed_help: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives:
    """One of the branches, or none if `optional`."""

    branches: tuple[Items, ...]
    optional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Many:
    """The items once or more; `started`: they may end here."""

    items: Items
    started: bool = False


class Permutation:
    """Branches in any order; what is left of it is shared between equal remainders."""

    __slots__ = ("branches", "remainders")

    def __init__(
        self,
        branches: tuple[Items, ...],
        remainders: dict[tuple[Items, ...], Permutation] | None = None,
    ) -> None:
        self.branches = branches
        self.remainders = {} if remainders is None else remainders

    def without(self, index: int) -> Permutation:
        left = self.branches[:index] + self.branches[index + 1 :]
        found = self.remainders.get(left)
        if found is None:
            found = self.remainders[left] = Permutation(left, self.remainders)
        return found


class MayEnd:
    """From here on the line may stop: the form after `no` needs no more."""

    __slots__ = ()


MAY_END = MayEnd()
Item = Leaf | Alternatives | Many | Permutation | MayEnd
Items = tuple[Item, ...]
Rest = tuple[Any, Any] | None
"""What is left of a syntax: (item, rest) or None at the end."""


# -- from the syntax tree to items ----


def compile_syntax(syntax: Sequence) -> Items:
    """The items of a syntax without macros."""
    return tuple(_compile(item) for item in syntax)


def _compile(item: Any) -> Item:
    match item:
        case Keyword():
            return Leaf(item.text, word=item.text.lower())
        case Value():
            return _compile_value(item, item.name, ADD if item.many else SET)
        case Choice():
            convert = digits_of(item)
            branches = tuple(_compile_branch(b, item, convert) for b in item.branches)
            group = Alternatives(branches, item.optional)
            return Many((group,)) if item.many else group
        case AnyOrder():
            return Permutation(tuple(_compile_branch(b, item, str) for b in item.branches))
        case _:
            raise AssertionError(item)


def digits_of(choice: Choice) -> type:
    """The type of a named choice: int if every branch begins with a keyword of digits."""
    words = [b[0].text if b and isinstance(b[0], Keyword) else "" for b in choice.branches]
    return int if all(w.isdecimal() for w in words) else str


def _compile_branch(branch: Sequence, owner: Choice | AnyOrder, convert: type) -> Items:
    items = compile_syntax(branch)
    first = branch[0]
    name = owner.name if isinstance(owner, Choice) else None
    is_many = isinstance(owner, Choice) and owner.many
    if name is not None and isinstance(first, Keyword):
        constant = convert(first.text)
        captures = ((name, (constant,) if is_many else constant),)
        leaf = Leaf(first.text, word=first.text.lower(), captures=captures)
        return (leaf, *items[1:])
    if name is not None and isinstance(first, Value) and first.name is None:
        op = ADD if is_many or first.many else SET
        return (_compile_value(first, name, op), *items[1:])
    flag = flag_name(branch) if is_flags(owner) else None
    if flag is not None and isinstance(first, Keyword):
        return (Leaf(first.text, word=first.text.lower(), captures=((flag, True),)), *items[1:])
    return items


def _compile_value(value: Value, target: str | None, op: str) -> Item:
    kind = kind_of(value.kind)
    assert kind is not None, value.kind
    item: Item
    if value.kind == "INTERFACE":
        item = _compile_interface(kind, target, op)
    else:
        item = Leaf(value.kind, kind=kind, name=target, op=op)
    return Many((item,)) if value.many else item


@cache
def _compile_interface(kind: Kind, name: str | None, op: str) -> Alternatives:
    """As one word ("e0/0"), or as a type keyword and a number."""
    branches: list[Items] = [(Leaf("INTERFACE", kind=kind, name=name, op=op, is_in_help=False),)]
    for t in interfaces.TYPES:
        number = interface_number(t.name)
        captures = () if name is None else ((name, (t.name,) if op == ADD else t.name),)
        branches.append(
            (
                Leaf(t.name, word=t.name.lower(), captures=captures, fixed_help=t.help),
                Leaf(
                    number.name,
                    kind=number,
                    name=name,
                    op=JOIN,
                    fixed_help=f"{t.name} interface number",
                ),
            )
        )
    return Alternatives(tuple(branches), optional=False)


def push(items: Items, rest: Rest) -> Rest:
    """The items before the rest."""
    for item in reversed(items):
        rest = (item, rest)
    return rest


def ways(rest: Rest, may_end: bool = False) -> Iterator[tuple[Leaf | None, Rest, bool]]:
    """What may come next: (leaf, what is left after it, may end after it).

    (None, None, _) says that the line may end here.
    """
    if may_end:
        yield None, None, True
    if rest is None:
        yield None, None, False
        return
    item, after = rest
    match item:
        case Leaf():
            yield item, after, may_end
        case Alternatives():
            for branch in item.branches:
                yield from ways(push(branch, after), may_end)
            if item.optional:
                yield from ways(after, may_end)
        case Many():
            again = item if item.started else _started(item)
            yield from ways(push((*item.items, again), after), may_end)
            if item.started:
                yield from ways(after, may_end)
        case Permutation():
            for index, branch in enumerate(item.branches):
                left: Items = (*branch, item.without(index)) if len(item.branches) > 1 else branch
                yield from ways(push(left, after), may_end)
            yield from ways(after, may_end)
        case _:
            yield from ways(after, True)


_STARTED: dict[Many, Many] = {}


def _started(item: Many) -> Many:
    found = _STARTED.get(item)
    if found is None:
        found = _STARTED[item] = Many(item.items, started=True)
    return found


# -- states ----

Thread = tuple[int, Rest, bool]


class Ambiguous:
    """More than one keyword begins with the word."""

    __slots__ = ("words",)

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words


class Taken:
    """One word taken: the state it leads to, and for each thread there its (origin, leaf).

    `values` holds the value of the word for each kind that took it, by the kind's name.
    """

    __slots__ = ("sources", "state", "values")

    def __init__(
        self, state: State, sources: tuple[tuple[int, Leaf], ...], values: dict[str, Any] | None
    ) -> None:
        self.state = state
        self.sources = sources
        self.values = values


Way = tuple[int, Leaf, Thread]


_REMEMBERED_VALUES = 256
"""Words a state remembers the values of."""


class State:
    """A set of threads, with its outgoing words."""

    __slots__ = (
        "_by_kinds",
        "_by_value",
        "_by_word",
        "_space",
        "ends",
        "rest",
        "threads",
        "typed",
        "ways",
        "word_keys",
        "words",
    )

    def __init__(self, threads: tuple[Thread, ...], space: Space) -> None:
        self.threads = threads
        self._space = space
        self.words: dict[str, list[Way]] = {}
        self.ways: list[Way] = []
        self.ends: list[tuple[bool, int, int]] = []
        values: dict[str, tuple[Kind, list[Way]]] = {}
        for index, (command, left, may_end) in enumerate(threads):
            for leaf, after, then in ways(left, may_end):
                if leaf is None:
                    self.ends.append((then, command, index))
                    continue
                way = (index, leaf, (command, after, then))
                self.ways.append(way)
                if leaf.word is not None:
                    self.words.setdefault(leaf.word, []).append(way)
                else:
                    assert leaf.kind is not None
                    values.setdefault(leaf.kind.name, (leaf.kind, []))[1].append(way)
        self.ends.sort()
        self.word_keys = sorted(self.words)
        self.typed = [v for v in values.values() if v[0].rank == TYPED]
        self.rest = sorted(
            (v for v in values.values() if v[0].rank >= ANY_WORD), key=lambda v: v[0].rank
        )
        self._by_word: dict[str, Taken | Ambiguous] = {}
        self._by_value: dict[str, Taken] = {}
        self._by_kinds: dict[tuple[str, ...], tuple[State, tuple[tuple[int, Leaf], ...]]] = {}

    def take(self, word: str) -> Taken | Ambiguous | Bad:
        """Go on with a word: a keyword, an abbreviation, a typed value, or any word."""
        known = self._by_word.get(word) or self._by_value.get(word)
        if known is not None:
            return known
        keys = self.keywords(word.lower())
        if keys:
            taken: Taken | Ambiguous = (
                self._follow(self.words[keys[0]]) if len(keys) == 1 else Ambiguous(tuple(keys))
            )
            self._by_word[word] = taken
            return taken
        return self._take_value(word)

    def keywords(self, lower: str) -> list[str]:
        """The keywords a word may mean: itself, or those it begins."""
        if lower in self.words:
            return [lower]
        keys = self.word_keys
        start = end = bisect_left(keys, lower)
        while end < len(keys) and keys[end].startswith(lower):
            end += 1
        return keys[start:end]

    def _take_value(self, word: str) -> Taken | Bad:
        values: dict[str, Any] = {}
        furthest = 0
        for kind, _ in self.typed:
            value = kind.read(word)
            if type(value) is Bad:
                furthest = max(furthest, value.offset)
            else:
                values[kind.name] = value
        if not values:
            for kind, _ in self.rest:
                if not values or kind.rank == self.rest[0][0].rank:
                    values[kind.name] = kind.read(word)
        if not values:
            return Bad(max(furthest, self._common_keyword(word.lower())))
        names = tuple(values)
        known = self._by_kinds.get(names)
        if known is None:
            ways = [w for k, found in (*self.typed, *self.rest) if k.name in values for w in found]
            taken = self._follow(ways)
            known = self._by_kinds[names] = (taken.state, taken.sources)
        taken = Taken(known[0], known[1], values)
        # Masks, next hops and names come again and again; the rest of a line does not.
        if "LINE" not in values:
            if len(self._by_value) >= _REMEMBERED_VALUES:
                self._by_value.clear()
            self._by_value[word] = taken
        return taken

    def _follow(self, ways: list[Way]) -> Taken:
        targets: dict[Thread, tuple[int, Leaf]] = {}
        for index, leaf, thread in ways:
            targets.setdefault(thread, (index, leaf))
        return Taken(self._space.state(tuple(targets)), tuple(targets.values()), None)

    def followers(self) -> list[State]:
        """The states that one more word may lead to, each kind of value counted alone."""
        found = [self._follow(ways).state for ways in self.words.values()]
        for kind, ways in (*self.typed, *self.rest):
            # A word may be of several kinds: what `<1-99>` takes, `<1-199>` takes too.
            beside = [w for k, more in self.typed if overlap(kind, k) for w in more]
            found.append(self._follow(ways if kind.rank != TYPED else beside).state)
        return found

    def _common_keyword(self, lower: str) -> int:
        """How many characters of the word some keyword begins with.

        In sorted order no keyword shares more with the word than one of its neighbors.
        """
        place = bisect_left(self.word_keys, lower)
        near = self.word_keys[max(place - 1, 0) : place + 1]
        return max((_shared(key, lower) for key in near), default=0)

    @property
    def takes_rest(self) -> bool:
        """Whether the rest of the line, blanks included, is one value."""
        return bool(self.rest) and self.rest[-1][0].rank == REST


def _shared(one: str, other: str) -> int:
    """How many characters two words begin with alike."""
    for count, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return count
    return min(len(one), len(other))


def overlap(one: Kind, other: Kind) -> bool:
    """Whether some word is of both kinds: the same, or ranges of numbers that meet."""
    if one is other:
        return True
    if not (is_range(one) and is_range(other)):
        return False
    (a, b), (c, d) = ([int(n) for n in kind.name[1:-1].rsplit("-", 1)] for kind in (one, other))
    return a <= d and c <= b


def is_range(kind: Kind) -> bool:
    """Whether a kind is numbers from one to another, and no autonomous system number of two."""
    return kind.name[0] == "<" and kind.name not in KINDS


class Space:
    """All states reached from one root, so that equal sets are the same object."""

    def __init__(self) -> None:
        self._states: dict[tuple[Thread, ...], State] = {}

    def state(self, threads: tuple[Thread, ...]) -> State:
        """The state of these threads."""
        found = self._states.get(threads)
        if found is None:
            found = self._states[threads] = State(threads, self)
        return found
