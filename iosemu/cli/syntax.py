"""What a grammar file says, as frozen values: the syntax tree of the notation.

Knows nothing of files, matching or configuration; `notation` builds it, the rest of `cli` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a grammar file something is written; lines and columns count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class NotationError(Exception):
    """A grammar file is not well formed: file, line, column and what was expected there."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word typed as it is; `shown` is its spelling in the running configuration."""

    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class Value:
    """A typed value.  `kind` is its spelling in the notation, as `<1-10>` or `WORD`.

    `many`: one or more, giving a tuple.  `hidden`: accepted, and a key if it is named so, but
    never printed.
    """

    kind: str
    name: str | None = None
    many: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the branches; `optional`: or none of them; `many`: one or more, giving a tuple."""

    branches: tuple[Sequence, ...]
    optional: bool
    name: str | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class AnyOrder:
    """Any of the branches in any order, each at most once."""

    branches: tuple[Sequence, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A macro named by `let`, replaced when the grammar is compiled."""

    name: str
    capture: str | None = None


Item = Keyword | Value | Choice | AnyOrder | Use
Sequence = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One component of a configuration path: a field or slot, with the value names of its key.

    `auto`: (first, step) numbers an entry whose key was not typed.  `is_range`: the two keys are
    the first and the last of several entries, each under its number; `cut`: where a printed run of
    equal entries ends at the latest.
    """

    name: str
    keys: tuple[str, ...] = ()
    auto: tuple[int, int] | None = None
    is_range: bool = False
    cut: int | None = None


Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Help:
    """A help text for the last token of a path of tokens."""

    path: tuple[str, ...]
    text: str
    place: Place


_SIMULATED = {"": (), "set": ("no",), "unset": ("", "default")}
"""By what `inert when` says: the forms that tell what a router does anyhow."""


@dataclass(frozen=True, slots=True)
class Stanza:
    """One command.

    `negation`: "" cannot be negated, "[no]" may be, "no" this is a negative form.
    `action`: "sets", "appends", "deletes", "removes" or "" with its `path`.
    `matches`: "value" finds an entry by its content, to negate it and not to enter it twice; "no"
    only to negate it.
    `unless`: while this field of the mode's object is set the command is taken and not printed.
    `interleave`: a run of such commands prints entry by entry over all their collections.
    `included`: the name of the stanza this one repeats in another mode.  `leads`: its blocks stand
    before the lines of their mode, so the `!` is after them.
    """

    name: str
    mode: str
    syntax: Sequence
    place: Place
    negation: str = ""
    action: str = ""
    path: Path = ()
    where: tuple[str, ...] = ()
    enters: str | None = None
    order: str = "entered"
    prints: str = ""
    matches: str = ""
    alias_of: str | None = None
    via_handler: bool = False
    inert: bool = False
    apart: bool = False
    together: bool = False
    since: str | None = None
    until: str | None = None
    privilege: int | None = None
    help: tuple[Help, ...] = ()
    unless: Path = ()
    interleave: bool = False
    included: str | None = None
    inert_when: str = ""
    leads: bool = False

    def is_inert(self, form: str) -> bool:
        """Whether nothing is simulated of this form: "", "no" or "default"."""
        return self.inert and form not in _SIMULATED[self.inert_when]


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode as declared, or reopened (then all but the name is empty).

    `prompts`: (text, last release that has it or None, pattern of the object's key or None); the
    first that fits wins.
    `closes`: the word that leaves the mode and ends its block in the running configuration.
    `returns`: the mode `exit` goes back to, if not the one this was entered from.
    """

    name: str
    place: Place
    parents: tuple[str, ...] = ()
    prompts: tuple[tuple[str, str | None, str | None], ...] = ()
    context: str | None = None
    closes: str | None = None
    title: str | None = None
    returns: str | None = None


@dataclass(frozen=True, slots=True)
class Include:
    """The stanzas of a mode without a prompt, repeated in another mode.

    `path`: from the mode's object to the one they set in.  `unless`: a field of the mode's object;
    while it is set they are taken and not printed.
    """

    included: str
    mode: str
    path: Path
    unless: Path
    place: Place


@dataclass(frozen=True, slots=True)
class SlotDeclaration:
    """A part that a feature adds to the object of a mode."""

    name: str
    mode: str
    context: str
    place: Place


@dataclass(frozen=True, slots=True)
class GrammarFile:
    """Everything one grammar file says, in order."""

    name: str
    modes: tuple[Mode, ...] = ()
    slots: tuple[SlotDeclaration, ...] = ()
    stanzas: tuple[Stanza | Include, ...] = ()
    macros: dict[str, Sequence] = field(default_factory=dict)
    macro_help: dict[str, tuple[Help, ...]] = field(default_factory=dict)
    macro_places: dict[str, Place] = field(default_factory=dict)


def flag_name(branch: Sequence) -> str | None:
    """The bool that a branch of keywords alone gives: "replace_now"; `/all` gives "all"."""
    if branch and all(isinstance(item, Keyword) and item.shown for item in branch):
        words = [item.text for item in branch if isinstance(item, Keyword)]
        return "_".join(word.lstrip("/") for word in words).replace("-", "_")
    return None


def is_flags(item: Item) -> bool:
    """Whether branches of keywords alone give bools here: unnamed and not mandatory."""
    return isinstance(item, AnyOrder) or (
        isinstance(item, Choice) and item.name is None and item.optional
    )


def leaves(syntax: Sequence) -> Iterator[Keyword | Value]:
    """All keywords and values, in the order written."""
    for item in syntax:
        if isinstance(item, Keyword | Value):
            yield item
        elif isinstance(item, Choice | AnyOrder):
            for branch in item.branches:
                yield from leaves(branch)


def value_names(syntax: Sequence) -> dict[str, None]:
    """Names of everything this syntax captures, in order of first appearance."""
    names: dict[str, None] = {}
    for item in syntax:
        if isinstance(item, Value):
            if item.name is not None:
                names[item.name] = None
        elif isinstance(item, Choice | AnyOrder):
            if isinstance(item, Choice) and item.name is not None:
                names[item.name] = None
            for branch in item.branches:
                if is_flags(item) and (flag := flag_name(branch)) is not None:
                    names[flag] = None
                names.update(value_names(branch))
    return names


def hidden_names(syntax: Sequence) -> frozenset[str]:
    """Names of the values that are never printed."""
    return frozenset(
        item.name
        for item in leaves(syntax)
        if isinstance(item, Value) and item.hidden and item.name is not None
    )


def holds_many(syntax: Sequence) -> bool:
    """Whether a value or a choice here may be given several times."""
    return any(
        (isinstance(item, Value | Choice) and item.many)
        or (isinstance(item, Choice | AnyOrder) and any(map(holds_many, item.branches)))
        for item in syntax
    )
