"""Commands whose text goes on over lines until a delimiter: banners.

The lines are gathered, then carried out as one line with line feeds in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DELIMITER = "^C"
"""How Ctrl-C as a delimiter is written in a configuration: two characters that mean one."""

_HEAD = re.compile(
    r"\s*ban(?:n|ne|ner)?\s+(?:(?:e|ex|exec|i\w*|l\w*|m\w*)\s+(?=\S)|(?=[^\w\s]))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Block:
    """A command that waits for the rest of its text; `text`: what there is of the line so far."""

    text: str
    delimiter: str

    def with_line(self, line: str) -> Block | str:
        """One more line: the block as it then is, or the whole command."""
        end = line.find(self.delimiter)
        if end < 0:
            return Block(f"{self.text}\n{line}", self.delimiter)
        return f"{self.text}\n{line[:end]}{self.delimiter}"


def block_of(line: str) -> Block | None:
    """The block a line opens; None if it opens none, or is whole."""
    found = _HEAD.match(line)
    if found is None:
        return None
    delimiter = delimiter_of(line[found.end() :])
    is_whole = delimiter in line[found.end() + len(delimiter) :]
    return None if is_whole else Block(line, delimiter)


def delimiter_of(text: str) -> str:
    """What ends a text that begins with it."""
    for delimiter in (DELIMITER, "\x03"):
        if text.startswith(delimiter):
            return delimiter
    return text[:1]


def text_of(delimited: str) -> str:
    """The text between the delimiters; what follows the second one is dropped."""
    delimiter = delimiter_of(delimited)
    return delimited[len(delimiter) :].split(delimiter, 1)[0]


def whole_lines(lines: Iterable[str]) -> Iterator[str]:
    """Lines of a configuration, those of a block as one."""
    block: Block | None = None
    for line in lines:
        if block is None:
            block = block_of(line)
            if block is None:
                yield line
            continue
        grown = block.with_line(line)
        block = None if isinstance(grown, str) else grown
        if isinstance(grown, str):
            yield grown
    if block is not None:
        yield block.text + block.delimiter
