"""AS path access lists: regular expressions matched against the AS path as it is printed."""

from __future__ import annotations

from iosemu.config.entries import Entries
from iosemu.values import dataclass, field

from .regex import Regex, regex


@dataclass(frozen=True, slots=True)
class AsPathEntry:
    """One line of `ip as-path access-list`."""

    action: str
    regex: str


@dataclass(frozen=True, slots=True)
class AsPathList:
    """Lines in the order they were typed, by a number that nobody sees."""

    entries: Entries[int, AsPathEntry] = field(default_factory=Entries)


class AsPathProgram:
    """A list ready to match; what it said of a path is kept."""

    __slots__ = ("_rows", "_said")

    def __init__(self, held: AsPathList) -> None:
        entries = [held.entries[number] for number in sorted(held.entries)]
        self._rows: list[tuple[Regex, bool]] = [
            (regex(each.regex), each.action == "permit") for each in entries
        ]
        self._said: dict[str, bool] = {}

    def permits(self, text: str) -> bool:
        """The verdict about a path as printed; a list without lines permits all."""
        said = self._said.get(text)
        if said is None:
            if len(self._said) >= MOST_KEPT:
                self._said.clear()
            said = self._said[text] = self._judge(text)
        return said

    def _judge(self, text: str) -> bool:
        for row, is_permit in self._rows:
            if row.search(text):
                return is_permit
        return not self._rows


MOST_KEPT = 4096
"""Verdicts kept for one list."""
