"""Tcl source to words: braces, quotes, backslashes, `$variable`, `[command]`; and lists."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from iosemu.values import dataclass

BLANKS = " \t"
ENDS = "\n;"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


class TclError(Exception):
    """What `catch` catches: a message."""


class Incomplete(TclError):
    """The source ends inside a brace, a quote or a bracket: more lines are to come."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name` or `$name(index)`."""

    name: str
    index: Word | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """`[command]`."""

    text: str


Part = Text | Variable | Script
Word = tuple[Part, ...]


class Reader:
    """A position in a source."""

    def __init__(self, source: str, at: int = 0) -> None:
        self.source, self.at = source, at

    @property
    def next(self) -> str:
        """The next character, empty at the end."""
        return self.source[self.at : self.at + 1]

    def skip(self, characters: str) -> None:
        """Go over any of these characters, and over a backslash at the end of a line."""
        while self.next:
            if self.source.startswith("\\\n", self.at):
                self.at += 2
            elif self.next in characters:
                self.at += 1
            else:
                return

    def command(self) -> tuple[Word, ...] | None:
        """The words of the next command, None at the end of the source."""
        self.skip(BLANKS + ENDS)
        while self.next == "#":
            while self.next and self.next != "\n":
                self.at += 2 if self.next == "\\" else 1
            self.skip(BLANKS + ENDS)
        if not self.next:
            return None
        words = []
        while self.next and self.next not in ENDS:
            words.append(self.word())
            self.skip(BLANKS)
        return tuple(words)

    def word(self) -> Word:
        """One word."""
        if self.next == "{":
            text = self.braced()
            self.end_of_word("brace")
            return (Text(text),)
        if self.next == '"':
            self.at += 1
            parts = self.parts('"')
            if self.next != '"':
                raise Incomplete('missing "')
            self.at += 1
            self.end_of_word("quote")
            return parts
        return self.parts(BLANKS + ENDS)

    def end_of_word(self, name: str) -> None:
        """Nothing may follow a closed word directly."""
        if self.next and self.next not in BLANKS + ENDS:
            raise TclError(f"extra characters after close-{name}")

    def braced(self) -> str:
        """What stands in braces, as it is but for continued lines."""
        start, depth = self.at + 1, 0
        while self.next:
            if self.next == "\\":
                self.at += 1
            elif self.next == "{":
                depth += 1
            elif self.next == "}":
                depth -= 1
                if not depth:
                    self.at += 1
                    return self.source[start : self.at - 1].replace("\\\n", " ")
            self.at += 1
        raise Incomplete("missing close-brace")

    def parts(self, ends: str) -> Word:
        """Text with substitutions up to one of the ends."""
        parts: list[Part] = []
        held = ""
        while self.next and self.next not in ends:
            part: Part | None = None
            if self.next == "\\":
                held += self.escape()
            elif self.next == "[":
                part = Script(self.bracketed())
            elif self.next == "$" and (part := self.variable()) is None:
                held += "$"
            elif self.next and part is None:
                held += self.next
                self.at += 1
            if part is not None:
                parts += [Text(held), part] if held else [part]
                held = ""
        return (*parts, Text(held)) if held or not parts else tuple(parts)

    def escape(self) -> str:
        """A backslash and what follows it."""
        following = self.source[self.at + 1 : self.at + 2]
        self.at += 2
        if following == "\n":
            self.skip(BLANKS)
            return " "
        return _ESCAPES.get(following, following)

    def bracketed(self) -> str:
        """The script in brackets."""
        inner = Reader(self.source, self.at + 1)
        while inner.next != "]":
            if not inner.next:
                raise Incomplete("missing close-bracket")
            match inner.next:
                case "{":
                    inner.braced()
                case "[":
                    inner.bracketed()
                case "\\":
                    inner.at += 2
                case _:
                    inner.at += 1
        text = self.source[self.at + 1 : inner.at]
        self.at = inner.at + 1
        return text

    def variable(self) -> Variable | None:
        """`$name`, `${name}` or `$name(index)`; None if the dollar stands alone, and is passed."""
        self.at += 1
        if self.next == "{":
            return Variable(self.braced())
        start = self.at
        while self.next.isalnum() or (self.next and self.next in "_:"):
            self.at += 1
        name = self.source[start : self.at]
        if not name:
            return None
        if self.next != "(":
            return Variable(name)
        self.at += 1
        index = self.parts(")")
        self.at += 1
        return Variable(name, index)


@lru_cache(maxsize=512)
def parsed(source: str) -> tuple[tuple[tuple[Word, ...], ...], TclError | None]:
    """The commands of a source, and the error that ends it early; kept, as loops run them often."""
    reader = Reader(source)
    commands = []
    try:
        while (words := reader.command()) is not None:
            commands.append(words)
    except TclError as error:
        return tuple(commands), error
    return tuple(commands), None


def is_complete(source: str) -> bool:
    """Whether a source can be run, or more lines have to come first."""
    reader = Reader(source)
    try:
        while reader.command() is not None:
            pass
    except Incomplete:
        return False
    except (TclError, RecursionError):
        return True
    return True


# -- lists ----


def elements(text: str) -> list[str]:
    """The elements of a list."""
    reader = Reader(text)
    found = []
    blanks = BLANKS + "\n\r"
    reader.skip(blanks)
    while reader.next:
        if reader.next == "{":
            try:
                found.append(reader.braced())
            except Incomplete:
                raise TclError("unmatched open brace in list") from None
        else:
            ends = '"' if reader.next == '"' else blanks
            reader.at += ends == '"'
            element = ""
            while reader.next and reader.next not in ends:
                if reader.next == "\\":
                    element += reader.escape()
                else:
                    element += reader.next
                    reader.at += 1
            reader.at += ends == '"'
            found.append(element)
        reader.skip(blanks)
    return found


def listed(items: Iterable[str]) -> str:
    """A list of these elements."""
    return " ".join(map(quoted, items))


def quoted(item: str) -> str:
    """An element as it stands in a list."""
    if not item:
        return "{}"
    if not any(c in item for c in ' \t\n;"$[]{}\\'):
        return item
    if item.count("{") == item.count("}") and not item.endswith("\\"):
        return f"{{{item}}}"
    return "".join(f"\\{c}" if c in ' \t\n;"$[]{}\\' else c for c in item)
