"""` --More-- `: output that is longer than the screen, one page at a time."""

from __future__ import annotations

import re

from iosemu.cli.pipes import compiled
from iosemu.values import dataclass

PROMPT = " --More-- "
_PAGE, _LINE = (0x20,), (0x0D, 0x0A)
_SEARCHES = {0x2F: "/", 0x2B: "+", 0x2D: "-"}
_RUBOUT = (0x08, 0x7F)
FILTERING = "filtering..."
BAD_PATTERN = "% Failed to compile regular expression"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a key does: `echo` is printed as it stands, then the lines of `page`.

    `erases`: the prompt goes first.  `asks`: the prompt stands again after it, if lines are left.
    """

    echo: str = ""
    page: tuple[str, ...] = ()
    erases: bool = False
    asks: bool = False


@dataclass(slots=True)
class Pager:
    """Lines that wait.  `length`: rows of the screen; the last one is for the prompt.

    `search`: a pattern being typed, with `/`, `+` or `-` before it.
    """

    lines: list[str]
    length: int
    width: int
    after_cr: bool = False
    search: str | None = None

    @property
    def prompt(self) -> str:
        """What stands on the last row."""
        return PROMPT if self.search is None else self.search

    def page(self) -> list[str]:
        """The lines of the next page."""
        return self.take(self.length - 1)

    def take(self, rows: int) -> list[str]:
        """The next lines that fill so many rows, at least one line; a long line takes several."""
        taken, used = 0, 0
        for line in self.lines:
            used += max(-(-len(line) // self.width), 1) if self.width else 1
            if taken and used > rows:
                break
            taken += 1
        page, self.lines = self.lines[:taken], self.lines[taken:]
        return page

    def press(self, byte: int) -> Turn:
        """Space: a page; Enter: a line; `/`, `+`, `-`: a pattern; any other key: no more."""
        after_cr, self.after_cr = self.after_cr, byte == 0x0D
        if after_cr and byte in (0x0A, 0x00):
            return Turn()
        if self.search is not None:
            return self._search_key(self.search, byte)
        if byte in _PAGE:
            return Turn(page=tuple(self.page()), erases=True, asks=True)
        if byte in _LINE:
            return Turn(page=tuple(self.take(1)), erases=True, asks=True)
        if byte in _SEARCHES:
            self.search = _SEARCHES[byte]
            return Turn(echo=self.search, erases=True)
        self.lines.clear()
        return Turn(erases=True, asks=True)

    def _search_key(self, typed: str, byte: int) -> Turn:
        if byte in _LINE:
            self.search = None
            try:
                self._sift(typed[0], compiled(typed[1:]))
            except re.error:
                return Turn("\n", (BAD_PATTERN,), asks=True)
            return Turn("\n", (FILTERING, *self.take(self.length - 2)), asks=True)
        if byte in _RUBOUT:
            self.search = typed[:-1] or None
            return Turn("\b \b", asks=self.search is None)
        if 0x20 <= byte < 0x7F:
            self.search = typed + chr(byte)
            return Turn(chr(byte))
        return Turn()

    def _sift(self, how: str, found: re.Pattern[str]) -> None:
        """`/`: from the first line that matches on; `+`: lines that match; `-`: those that do
        not."""
        matching = [found.search(line) is not None for line in self.lines]
        if how == "/":
            start = matching.index(True) if True in matching else len(matching)
            del self.lines[:start]
            return
        wanted = how == "+"
        self.lines = [
            line for line, is_match in zip(self.lines, matching, strict=True) if is_match is wanted
        ]
