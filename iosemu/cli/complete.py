"""What may come next: `?` help and the Tab key, from the same threads that match a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iosemu.values import dataclass

from .automaton import Ambiguous, Leaf, State, Taken
from .configure import Modes
from .errors import Failure, error_lines
from .grammar import CONFIG, EXEC, Grammar
from .levels import Levels
from .match import spans
from .pipes import FILTERS, NEEDS_NO_TEXT, OPERANDS, PATTERN, before_bar, command_of, names_of
from .tokens import ANY_WORD, Bad

# What IOS says of a value when nothing better is known.
_GENERAL = {
    "A.B.C.D": "IP address",
    "A.B.C.D/nn": "IP prefix <network>/<length>, e.g., 35.0.0.0/8",
    "X:X:X:X::X": "IPv6 address",
    "X:X:X:X::X/nn": "IPv6 prefix",
    "X:X:X:X::X/host": "IPv6 prefix",
    "H.H.H": "48-bit hardware address",
}

_SHOWN = {"X:X:X:X::X/nn": "X:X:X:X::X/<0-128>", "X:X:X:X::X/host": "X:X:X:X::X/<0-128>"}
"""How help writes kinds that it does not write as the notation does."""

UNRECOGNIZED = ("% Unrecognized command",)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may come next: its spelling, its help, whether it is a keyword."""

    word: str
    help: str
    is_keyword: bool


_CONFIG_WORDS = (
    ("default", "Set a command to its defaults"),
    ("do", "To run exec commands in config mode"),
    ("end", "Exit from configure mode"),
    ("exit", "Exit from configure mode"),
    ("no", "Negate a command or set its defaults"),
)


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a half-typed line stands: the mode, the state there and the words that led to it."""

    mode: str
    state: State
    trail: tuple[Taken, ...]
    form: str


class _Stuck(Exception):
    """The words before the cursor are no beginning of a command."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__(lines)
        self.lines = lines


@dataclass(frozen=True, slots=True)
class _Asked:
    grammar: Grammar
    version: str
    privilege: int
    levels: Levels


def help_lines(
    grammar: Grammar,
    modes: Modes,
    line: str,
    *,
    version: str = "15.4",
    privilege: int = 15,
    levels: Levels = (),
    width: int = 80,
    aliases: Mapping[str, str] = {},
) -> list[str]:
    """What `?` prints after `line`, the text before the cursor.

    A line that ends in a word lists the keywords that word begins; one that ends in a blank lists
    with help what may come next, `<cr>` last.  `aliases`: short names of commands of the mode.
    """
    asked = _Asked(grammar, version, privilege, levels)
    typed, partial = _cut(line)
    if (bar := before_bar(line)) is not None:
        return _help_behind_bar(asked, modes, line, bar, width)
    try:
        position = _position(asked, modes, typed)
    except _Stuck as stuck:
        return list(stuck.lines)
    found = _choices(asked, position, typed)
    if partial:
        short = [] if typed.strip() else _short_names(aliases, partial)
        return _word_help(position, found, partial, width, short)
    lines = _title(asked, position, typed)
    table = [(_SHOWN.get(c.word, c.word), c.help) for c in found]
    if position.state.ends and typed.split():
        table.append(("<cr>", ""))
    return lines + columns(table, width) if table else list(UNRECOGNIZED)


def complete_word(
    grammar: Grammar,
    modes: Modes,
    line: str,
    *,
    version: str = "15.4",
    privilege: int = 15,
    levels: Levels = (),
) -> str | None:
    """The line with its last word completed and a blank, as Tab does; None if it is not unique."""
    asked = _Asked(grammar, version, privilege, levels)
    typed, partial = _cut(line)
    if not partial:
        return None
    lower = partial.lower()
    if (bar := before_bar(line)) is not None:
        words = list(FILTERS) if bar == len(typed.rstrip()) else []
    else:
        try:
            position = _position(asked, modes, typed)
        except _Stuck:
            return None
        words = [c.word for c in _choices(asked, position, typed) if c.is_keyword]
    exact = [w for w in words if w.lower() == lower]
    found = exact or [w for w in words if w.lower().startswith(lower)]
    return typed + found[0] + " " if len(found) == 1 else None


def _help_behind_bar(asked: _Asked, modes: Modes, line: str, bar: int, width: int) -> list[str]:
    """`?` behind `|`: the output modifiers, or what the one that is there takes."""
    command = command_of(line)
    try:
        position = _position(asked, modes, command)
    except _Stuck as stuck:
        return list(stuck.lines)
    if position.mode != EXEC or not position.state.ends:
        return list(UNRECOGNIZED)
    words = line[bar:].split()
    if not words or (len(words) == 1 and not line[-1].isspace()):
        names = [n for n in FILTERS if n.startswith(words[0].lower())] if words else list(FILTERS)
        if not names:
            return list(UNRECOGNIZED)
        return (
            list(word_rows(names, width))
            if words
            else columns([(name, FILTERS[name]) for name in names], width)
        )
    names = names_of(words[0])
    if len(names) != 1:
        return list(UNRECOGNIZED)
    table = [] if names[0] in NEEDS_NO_TEXT else [OPERANDS.get(names[0], PATTERN)]
    if not table or len(words) > 1:
        table.append(("<cr>", ""))
    return columns(table, width)


def _cut(line: str) -> tuple[str, str]:
    """The line before its last, unfinished word, and that word ("" after a blank)."""
    if not line or line[-1].isspace():
        return line, ""
    start = spans(line)[-1][0]
    return line[:start], line[start:]


def _position(asked: _Asked, modes: Modes, typed: str) -> _Position:
    """Walk the finished words; _Stuck holds what IOS prints if that is not possible."""
    words = typed.split()
    mode = modes[-1].mode if modes else EXEC
    form, skip = "", 0
    if modes and words and words[0] == "do":
        mode, skip = EXEC, 1
    elif words and words[0] in ("no", "default") and modes:
        form, skip = words[0], 1
    state = asked.grammar.root(mode, form, asked.version, asked.privilege, asked.levels)
    trail: list[Taken] = []
    for index, word in enumerate(words[skip:], skip):
        taken = state.take(word)
        if isinstance(taken, Ambiguous):
            failure = Failure("ambiguous", spans(typed)[index][1])
            raise _Stuck(error_lines(failure, typed, 0))
        if isinstance(taken, Bad):
            raise _Stuck(UNRECOGNIZED)
        trail.append(taken)
        state = taken.state
        if taken.values is not None and "LINE" in taken.values:
            break
    return _Position(mode, state, tuple(trail), form)


def _choices(asked: _Asked, position: _Position, typed: str) -> list[Choice]:
    """What the threads accept next, sorted as IOS lists it."""
    found: dict[str, Choice] = {}
    for index, leaf, (command, _, _) in position.state.ways:
        if leaf.is_in_help and leaf.shown not in found:
            path = (*_path(position.trail, index), leaf.shown)
            text = leaf.fixed_help or help_of(asked.grammar, position.mode, command, path)
            found[leaf.shown] = Choice(leaf.shown, text or "", leaf.word is not None)
    words = typed.split()
    if position.mode != EXEC and not position.trail and not position.form:
        mode = asked.grammar.modes[position.mode].mode
        if mode.closes and mode.title:
            found[mode.closes] = Choice(mode.closes, f"Exit from {mode.title} mode", True)
        elif mode.title and position.mode != CONFIG:
            left = " ".join(w if w[1:] != w[1:].lower() else w.lower() for w in mode.title.split())
            found.setdefault("exit", Choice("exit", f"Exit from {left} mode", True))
        for word, text in _CONFIG_WORDS:
            if word != "exit" or mode.closes is None or mode.title is None:
                found.setdefault(word, Choice(word, text, True))
    is_show = position.mode == EXEC and position.trail and _path(position.trail, 0)[0] == "show"
    if is_show and position.state.ends and words:
        found["|"] = Choice("|", "Output modifiers", False)
    return sorted(found.values(), key=lambda c: c.word)


def _path(trail: tuple[Taken, ...], thread: int) -> tuple[str, ...]:
    """The tokens, as help paths spell them, that led to a thread."""
    leaves: list[Leaf] = []
    for taken in reversed(trail):
        thread, leaf = taken.sources[thread]
        leaves.append(leaf)
    return tuple(leaf.shown for leaf in reversed(leaves))


def help_of(grammar: Grammar, mode: str, command: int, path: tuple[str, ...]) -> str | None:
    """The help of the last token of a path: the longest suffix wins, the own stanza's first."""
    table = grammar.modes[mode].help
    own = grammar.commands[command].help
    for start in range(len(path)):
        suffix = path[start:]
        for line in own:
            if line.path == suffix:
                return line.text
        if suffix in table:
            return table[suffix][0].text
    return _GENERAL.get(path[-1])


def _title(asked: _Asked, position: _Position, typed: str) -> list[str]:
    """The heading of the full list of a mode."""
    title = asked.grammar.modes[position.mode].mode.title
    return [f"{title} commands:"] if title and not typed.split() else []


def _short_names(aliases: Mapping[str, str], partial: str) -> list[str]:
    """The aliases a word begins, as they stand before the keywords: `*s=show`."""
    return [
        f'*{name}="{text}"' if " " in text else f"*{name}={text}"
        for name, text in sorted(aliases.items())
        if name.startswith(partial)
    ]


def _word_help(
    position: _Position, found: list[Choice], partial: str, width: int, short: list[str]
) -> list[str]:
    """`word?`: the keywords it begins, in columns; else the values it may be."""
    lower = partial.lower()
    words = short + [c.word for c in found if c.is_keyword and c.word.lower().startswith(lower)]
    if words:
        return list(word_rows(words, width))
    kinds = {
        kind.name
        for kind, _ in (*position.state.typed, *position.state.rest)
        if kind.rank >= ANY_WORD or type(kind.read(partial)) is not Bad
    }
    table = [(_SHOWN.get(c.word, c.word), c.help) for c in found if c.word in kinds]
    return columns(table, width) if table else list(UNRECOGNIZED)


def word_rows(words: list[str], width: int) -> Iterator[str]:
    """Words side by side, two blanks between them, in rows that fit the width."""
    cell = max(map(len, words)) + 2
    count = max(1, (width or 80) // cell)
    for start in range(0, len(words), count):
        yield "".join(f"{w:<{cell}}" for w in words[start : start + count]).rstrip()


def columns(table: list[tuple[str, str]], width: int) -> list[str]:
    """The two columns of `?`: names as wide as the longest, two blanks, help.

    A help text keeps its own line breaks, blanks included; one that is too wide is broken between
    words and goes on three columns further right.
    """
    widest = max(len(name) for name, _ in table)
    column = widest + 4
    lines: list[str] = []
    for name, text in table:
        first, *rest = wrapped(text, column, width)
        lines.append(f"  {name:<{widest}}  {first}".rstrip())
        lines += rest
    return lines


def wrapped(text: str, column: int, width: int) -> list[str]:
    """The lines of a help text, the first without indentation."""
    if "\n" in text:
        return text.split("\n")
    room = (width or 1 << 30) - column
    if len(text) <= room:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        limit = room if not lines else room - 3
        if line and len(line) + 1 + len(word) > limit:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return [lines[0], *(" " * (column + 3) + rest for rest in lines[1:])]
