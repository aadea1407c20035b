"""` --More-- `: output that is longer than the screen, one page at a time."""

from __future__ import annotations

from dataclasses import dataclass

PROMPT = " --More-- "
ERASE = "\b" * len(PROMPT) + " " * len(PROMPT) + "\b" * len(PROMPT)
_PAGE, _LINE = (0x20,), (0x0D, 0x0A)


@dataclass(slots=True)
class Pager:
    """Lines that wait.  `length`: rows of the screen; the last one is for the prompt."""

    lines: list[str]
    length: int
    width: int
    after_cr: bool = False

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

    def press(self, byte: int) -> list[str] | None:
        """What a key shows: a page, a line, or None: the rest is dropped."""
        after_cr, self.after_cr = self.after_cr, byte == 0x0D
        if after_cr and byte in (0x0A, 0x00):
            return []
        if byte in _PAGE:
            return self.page()
        if byte in _LINE:
            return self.take(1)
        return None
