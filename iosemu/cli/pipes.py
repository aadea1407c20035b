"""Output modifiers: what stands after `|` in an exec line, as functions on the lines.

`redirect`, `append` and `tee` need files, `json` needs the views: the session carries those out and
finds them here as plain values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from iosemu.values import dataclass

FILTERS: dict[str, str] = {
    "append": "Append redirected output to URL (URLs supporting append operation only)",
    "begin": "Begin with the line that matches",
    "count": "Count number of lines which match regexp",
    "exclude": "Exclude lines that match",
    "include": "Include lines that match",
    "json": "Structured output",
    "redirect": "Redirect output to URL",
    "section": "Filter a section of output",
    "tee": "Copy output to URL",
}
"""Names with their help."""

TO_FILE = frozenset(("append", "redirect", "tee"))
NEEDS_NO_TEXT = frozenset(("json",))


PATTERN = ("LINE", "Regular Expression")
OPERANDS = dict.fromkeys(TO_FILE, ("WORD", "Uniform Resource Locator"))
"""What stands behind a modifier, with its help; behind all others a PATTERN."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """One output modifier; `text` is its pattern or file."""

    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PipeError(Exception):
    """What is typed after `|` is no output modifier; `offset` is the first bad character.

    `kind` is as in `errors.Failure`: "invalid", "ambiguous" or "incomplete".
    """

    kind: str
    offset: int = 0


_BAR = re.compile(r"(?:^|\s)\|\s*")
_CHAIN = re.compile(r"\s\|\s*([a-z]+)(?:\s+(?=\S)|$)")


def names_of(word: str) -> list[str]:
    """The modifiers a word may abbreviate."""
    lower = word.lower()
    return [lower] if lower in FILTERS else [n for n in FILTERS if n.startswith(lower)]


def command_of(line: str) -> str:
    """What stands before the first `|` that begins an output modifier."""
    first = _BAR.search(line)
    return line if first is None else line[: first.start()]


def before_bar(line: str) -> int | None:
    """The offset behind the last `|` that begins an output modifier; None without one."""
    first = _BAR.search(line)
    if first is None:
        return None
    at = first
    while (following := _CHAIN.search(line, at.end())) is not None:
        found = _BAR.match(line, following.start())
        if found is None or len(names_of(following[1])) != 1:
            break
        at = found
    return line.index("|", at.start()) + 1


def split_pipes(line: str) -> tuple[str, tuple[Pipe, ...]]:
    """The command, and its output modifiers in order.

    A `|` without a blank before it belongs to a pattern; so does one that no modifier follows.
    """
    first = _BAR.search(line)
    if first is None:
        return line, ()
    command, at = line[: first.start()], first.end()
    pipes: list[Pipe] = []
    while True:
        name, start = _name(line, at)
        end = _end_of_text(line, start)
        text = line[start:end].strip()
        if not text and name not in NEEDS_NO_TEXT:
            raise PipeError("incomplete")
        pipes.append(Pipe(name, text))
        following = _BAR.match(line, end)
        if following is None:
            return command, tuple(pipes)
        at = following.end()


def _name(line: str, at: int) -> tuple[str, int]:
    """The modifier named at an offset, and where its text begins."""
    found = re.compile(r"\S+").match(line, at)
    if found is None:
        raise PipeError("incomplete")
    names = names_of(found[0])
    if not names:
        raise PipeError("invalid", at)
    if len(names) > 1:
        raise PipeError("ambiguous", found.end())
    return names[0], found.end()


def _end_of_text(line: str, start: int) -> int:
    """Where the text of a modifier ends: at the next ` | NAME TEXT`, or with the line."""
    at = start
    while (found := _CHAIN.search(line, at)) is not None:
        names = names_of(found[1])
        has_text = found.end() < len(line)
        if len(names) == 1 and (has_text or names[0] in NEEDS_NO_TEXT):
            return found.start()
        at = found.start() + 1
    return len(line)


def compiled(pattern: str) -> re.Pattern[str]:
    """An IOS regular expression; re.error if it is none.

    IOS knows no escapes for classes of characters, no look-around and no lazy repetition, so these
    are taken as the plain characters they are there.
    """
    plain = re.sub(r"\\([A-Za-z0-9])", r"\1", pattern)
    plain = re.sub(r"\(\?", r"(", plain)
    return re.compile(plain)


def include(lines: Iterable[str], pattern: str) -> Iterator[str]:
    """Lines that match."""
    search = compiled(pattern).search
    return (line for line in lines if search(line))


def exclude(lines: Iterable[str], pattern: str) -> Iterator[str]:
    """Lines that do not match."""
    search = compiled(pattern).search
    return (line for line in lines if not search(line))


def begin(lines: Iterable[str], pattern: str) -> Iterator[str]:
    """All lines from the first that matches."""
    search = compiled(pattern).search
    is_begun = False
    for line in lines:
        is_begun = is_begun or search(line) is not None
        if is_begun:
            yield line


def section(lines: Iterable[str], pattern: str) -> Iterator[str]:
    """Lines that match, each with the lines below it that are indented more."""
    search = compiled(pattern).search
    inside: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if inside is not None and line.strip() and indent > inside:
            yield line
            continue
        inside = indent if search(line) else None
        if inside is not None:
            yield line


def count(lines: Iterable[str], pattern: str) -> Iterator[str]:
    """The number of lines that match."""
    search = compiled(pattern).search
    yield f"Number of lines which match regexp = {sum(1 for line in lines if search(line))}"


_FUNCTIONS: dict[str, Callable[[Iterable[str], str], Iterator[str]]] = {
    "include": include,
    "exclude": exclude,
    "begin": begin,
    "section": section,
    "count": count,
}


def apply_pipes(
    lines: Iterable[str],
    pipes: Iterable[Pipe],
    write: Callable[[str, str, list[str]], Iterable[str]] | None = None,
) -> Iterable[str]:
    """The output after all modifiers.

    `write(name, url, lines)` is called for redirect, append and tee and returns what to print.
    """
    for pipe in pipes:
        if pipe.name in TO_FILE:
            assert write is not None, pipe
            lines = write(pipe.name, pipe.text, list(lines))
        elif pipe.name in _FUNCTIONS:
            lines = _FUNCTIONS[pipe.name](lines, pipe.text)
    return lines
