"""A terminal that takes only what a device line may send: printable ASCII, CR, LF, BS, BEL."""

from __future__ import annotations


class Screen:
    """Rows of text; writing at a column replaces what is there, as on glass."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = [[]]
        self.column = 0

    def write(self, data: str) -> None:
        """Show output; AssertionError for any other byte."""
        for character in data:
            match character:
                case "\r":
                    self.column = 0
                case "\n":
                    self.rows.append([])
                case "\b":
                    assert self.column > 0, "backspace at the left edge"
                    self.column -= 1
                case "\a":
                    pass
                case _:
                    self._put(character)

    def _put(self, character: str) -> None:
        assert " " <= character <= "~", f"not a printable character: {character!r}"
        row = self.rows[-1]
        row.extend(" " * (self.column + 1 - len(row)))
        row[self.column] = character
        self.column += 1

    def text(self) -> str:
        """All rows, and where the cursor stands on the last one."""
        rows = ["".join(row).rstrip() for row in self.rows]
        return "\n".join(rows) + f"\n[cursor at column {self.column}]\n"
