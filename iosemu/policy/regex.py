"""Regular expressions of IOS: `.*+?[]()|^$_` and `\\1`, searched for in a line of text.

`_` is the beginning, the end, a blank, or one of `,{}()`.  Braces are plain characters.

What a peer sends is matched against what a user typed, so no pair of them may take long.  Without
back references the positions in the expression that a text may have come to are followed all
together, and each set of them is met once (a DFA made as needed): the time is that of reading the
text.  Back references need trying one way after the other; there the steps are limited, and an
expression that runs out of them matches nothing.
"""

from __future__ import annotations

from functools import lru_cache

from iosemu.values import dataclass

_DELIMITERS = frozenset(" ,{}()")
_MOST_STEPS = 50_000
_MOST_STATES = 2_000
_DEEPEST = 40


class BadPattern(ValueError):
    """Not a regular expression."""


# -- what an expression is made of ----


@dataclass(frozen=True, slots=True)
class Chars:
    """One character, of these or of all others."""

    members: frozenset[str]
    is_negated: bool = False

    def takes(self, char: str) -> bool:
        return (char in self.members) is not self.is_negated


@dataclass(frozen=True, slots=True)
class Start:
    """`^`."""


@dataclass(frozen=True, slots=True)
class End:
    """`$`."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """`_`."""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in the parentheses that were opened as the `number`th."""

    number: int
    inner: Node


@dataclass(frozen=True, slots=True)
class Again:
    """`\\1`: what the group matched."""

    number: int


@dataclass(frozen=True, slots=True)
class Series:
    """One after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`*` and `+` have no upper bound, `?` has one."""

    inner: Node
    is_needed: bool
    is_many: bool


Node = Chars | Start | End | Boundary | Group | Again | Series | Either | Repeat

_ANY = Chars(frozenset(), is_negated=True)
_DELIMITER = Chars(_DELIMITERS)


class _Parser:
    """Recursive descent; `at` is the next character."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.groups, self.has_again = text, 0, 0, False
        self.closed: set[int] = set()

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        self.at += 1
        return char

    def whole(self) -> Node:
        found = self.either()
        if self.at < len(self.text):
            raise BadPattern("unmatched )")
        return found

    def either(self) -> Node:
        branches = [self.series()]
        while self.peek() == "|":
            self.take()
            branches.append(self.series())
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def series(self) -> Node:
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated())
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def repeated(self) -> Node:
        found = self.atom()
        while (sign := self.peek()) and sign in "*+?":
            self.take()
            found = _repeat(found, is_needed=sign == "+", is_many=sign != "?")
        return found

    def atom(self) -> Node:
        match char := self.take():
            case "*" | "+" | "?":
                raise BadPattern(f"{char} follows nothing")
            case "(":
                return self.group()
            case "[":
                return self.chars()
            case ".":
                return _ANY
            case "^":
                return Start()
            case "$":
                return End()
            case "_":
                return Boundary()
            case "\\":
                return self.escaped()
            case _:
                return Chars(frozenset(char))

    def group(self) -> Node:
        self.groups += 1
        number = self.groups
        if number - len(self.closed) > _DEEPEST:
            raise BadPattern("too many (")
        inner = self.either()
        if self.take() != ")":
            raise BadPattern("unmatched (")
        self.closed.add(number)
        return Group(number, inner)

    def escaped(self) -> Node:
        char = self.take()
        if not char:
            raise BadPattern("trailing backslash")
        if char not in "123456789":
            return Chars(frozenset(char))
        if int(char) not in self.closed:
            raise BadPattern(f"no group {char}")
        self.has_again = True
        return Again(int(char))

    def chars(self) -> Node:
        is_negated = self.peek() == "^"
        if is_negated:
            self.take()
        members: set[str] = set()
        is_first = True
        while is_first or self.peek() != "]":
            char = self.take()
            if not char:
                raise BadPattern("unmatched [")
            is_first = False
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
                self.take()
                last = self.take()
                if last < char:
                    raise BadPattern("invalid range")
                members.update(map(chr, range(ord(char), ord(last) + 1)))
            else:
                members.add(char)
        self.take()
        return Chars(frozenset(members), is_negated)


def _repeat(inner: Node, *, is_needed: bool, is_many: bool) -> Repeat:
    """`a+?` and the like are one repetition."""
    if isinstance(inner, Repeat):
        return Repeat(inner.inner, inner.is_needed and is_needed, inner.is_many or is_many)
    return Repeat(inner, is_needed, is_many)


# -- all ways together ----


@dataclass(slots=True)
class _State:
    """A place in the expression.  `test`: the character, anchor or boundary that leads to `ways`;
    None: they are reached at once."""

    test: Chars | Start | End | Boundary | None = None
    ways: tuple[int, ...] = ()


class _Automaton:
    """Places of an expression without back references, and the sets of them met so far."""

    def __init__(self, root: Node) -> None:
        self.states = [_State()]
        self.first = self.place(root, 0)
        self.sets: dict[frozenset[int], dict[str, frozenset[int] | None]] = {}
        self.ends: dict[frozenset[int], bool] = {}

    def add(self, state: _State) -> int:
        self.states.append(state)
        return len(self.states) - 1

    def place(self, node: Node, then: int) -> int:
        """The place from which `node` leads to the place `then`.  0 is the end: a match."""
        match node:
            case Series(parts):
                for part in reversed(parts):
                    then = self.place(part, then)
                return then
            case Either(branches):
                return self.add(_State(None, tuple(self.place(each, then) for each in branches)))
            case Group(_, inner):
                return self.place(inner, then)
            case Repeat(inner, is_needed, is_many):
                return self.repeat(inner, then, is_needed=is_needed, is_many=is_many)
            case Again():
                raise AssertionError("back references are tried one after the other")
            case _:
                return self.add(_State(node, (then,)))

    def repeat(self, inner: Node, then: int, *, is_needed: bool, is_many: bool) -> int:
        fork = self.add(_State())
        inside = self.place(inner, fork if is_many else then)
        self.states[fork].ways = (inside, then)
        return inside if is_needed else fork

    def reached(self, start: frozenset[int], before: str, after: str) -> frozenset[int]:
        """All places reached without a character.  `before`, `after`: the characters on both
        sides, empty at the ends of the text."""
        open_, found = list(start), set(start)
        while open_:
            state = self.states[open_.pop()]
            match state.test:
                case Chars():
                    continue
                case Start() if before:
                    continue
                case End() if after:
                    continue
                # A boundary also stands for a delimiter, which is then taken: see `step`.
                case Boundary() if before and after:
                    continue
                case _:
                    new = set(state.ways) - found
                    found |= new
                    open_ += new
        return frozenset(found)

    def step(self, at: frozenset[int], before: str, char: str) -> frozenset[int] | None:
        """The places behind a character, with the beginning of a further try; None: it matches."""
        here = self.reached(at, before, char)
        if 0 in here:
            return None
        found = {self.first}
        for number in here:
            state = self.states[number]
            test = _DELIMITER if isinstance(state.test, Boundary) else state.test
            if isinstance(test, Chars) and test.takes(char):
                found.update(state.ways)
        return frozenset(found)

    def search(self, text: str) -> bool:
        at: frozenset[int] = frozenset((self.first,))
        before = ""
        for char in text:
            known = self.sets.get(at) if before else None
            if known is None:
                if len(self.sets) > _MOST_STATES:
                    self.sets.clear()
                    self.ends.clear()
                # What may stand at the very beginning is not remembered.
                known = self.sets.setdefault(at, {}) if before else {}
            if char in known:
                then = known[char]
            else:
                then = known[char] = self.step(at, before, char)
            if then is None:
                return True
            at, before = then, char
        if not before:
            return 0 in self.reached(at, "", "")
        found = self.ends.get(at)
        if found is None:
            found = self.ends[at] = 0 in self.reached(at, before, "")
        return found


# -- one way after the other ----


@dataclass(frozen=True, slots=True)
class _Way:
    """What remains to be matched, as a linked list.  `closes`: (group, where it began)."""

    node: Node | None
    then: _Way | None
    closes: tuple[int, int] | None = None
    entered: int = -1
    """Of a repetition tried again: where the last round began; one that took nothing is the end."""


Groups = tuple[tuple[int, int, int], ...]


def _search_back(root: Node, text: str) -> bool:
    """Try all ways from all beginnings, depth first, with an explicit stack."""
    steps = 0
    for start in range(len(text) + 1):
        tries: list[tuple[_Way | None, int, Groups]] = [(_Way(root, None), start, ())]
        while tries:
            steps += 1
            if steps > _MOST_STEPS:
                return False
            way, at, groups = tries.pop()
            if way is None:
                return True
            tries += _ways(way, text, at, groups)
    return False


def _ways(way: _Way, text: str, at: int, groups: Groups) -> list[tuple[_Way | None, int, Groups]]:
    """Where the first thing that remains leads; the last of them is tried first."""
    then = way.then
    if way.closes is not None:
        number, start = way.closes
        return [(then, at, (*(g for g in groups if g[0] != number), (number, start, at)))]
    match way.node:
        case Chars() as chars:
            ok = at < len(text) and chars.takes(text[at])
            return [(then, at + 1, groups)] if ok else []
        case Start():
            return [(then, at, groups)] if at == 0 else []
        case End():
            return [(then, at, groups)] if at == len(text) else []
        case Boundary():
            found = [(then, at, groups)] if at in (0, len(text)) else []
            if at < len(text) and text[at] in _DELIMITERS:
                found.append((then, at + 1, groups))
            return found
        case Group(number, inner):
            return [(_Way(inner, _Way(None, then, (number, at))), at, groups)]
        case Again(number):
            held = next((text[s:e] for n, s, e in groups if n == number), None)
            ok = held is not None and text.startswith(held, at)
            return [(then, at + len(held or ""), groups)] if ok else []
        case Series(parts):
            for part in reversed(parts):
                then = _Way(part, then)
            return [(then, at, groups)]
        case Either(branches):
            return [(_Way(each, then), at, groups) for each in reversed(branches)]
        case Repeat(inner, is_needed, is_many):
            if way.entered == at:
                return [(then, at, groups)]
            rest = then
            if is_many:
                rest = _Way(Repeat(inner, is_needed=False, is_many=True), then, None, at)
            found = [] if is_needed else [(then, at, groups)]
            return [*found, (_Way(inner, rest), at, groups)]
        case _:
            raise AssertionError(way)


# -- what others use ----


class Regex:
    """An expression ready to search; BadPattern if it is none."""

    __slots__ = ("_automaton", "_root", "text")

    def __init__(self, text: str) -> None:
        parser = _Parser(text)
        self.text = text
        self._root = parser.whole()
        self._automaton = None if parser.has_again else _Automaton(self._root)

    def search(self, text: str) -> bool:
        """Whether it matches somewhere in the text."""
        if self._automaton is None:
            return _search_back(self._root, text)
        return self._automaton.search(text)


@lru_cache(maxsize=256)
def regex(text: str) -> Regex:
    """The expression of this text, made once; BadPattern if it is none."""
    return Regex(text)
