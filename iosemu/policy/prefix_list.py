"""Prefix lists: entries as configured, and matching a prefix against them."""

from __future__ import annotations

from dataclasses import dataclass, field

from iosemu.address import IPv4Prefix
from iosemu.config.entries import Entries


@dataclass(frozen=True, slots=True)
class PrefixListEntry:
    """One line of a prefix list; `ge` and `le` bound the length of what it matches."""

    action: str
    prefix: IPv4Prefix
    ge: int | None = None
    le: int | None = None

    @property
    def lengths(self) -> tuple[int, int]:
        """The least and the greatest length it matches: of the prefix itself without bounds."""
        if self.ge is None and self.le is None:
            return self.prefix.length, self.prefix.length
        return self.ge or self.prefix.length, 32 if self.le is None else self.le

    def matches(self, prefix: IPv4Prefix) -> bool:
        """Whether the prefix lies in this one and has a length within the bounds."""
        least, greatest = self.lengths
        return least <= prefix.length <= greatest and self.prefix.covers(prefix)


@dataclass(frozen=True, slots=True)
class PrefixList:
    """Entries by sequence number."""

    description: str | None = None
    entries: Entries[int, PrefixListEntry] = field(default_factory=Entries)

    def first(self, prefix: IPv4Prefix) -> int | None:
        """The number of the first entry that matches, None where the implicit deny decides."""
        for sequence in sorted(self.entries):
            if self.entries[sequence].matches(prefix):
                return sequence
        return None

    def permits(self, prefix: IPv4Prefix) -> bool:
        """The verdict; a list without entries permits all."""
        sequence = self.first(prefix)
        if sequence is None:
            return not self.entries
        return self.entries[sequence].action == "permit"


def entry_text(entry: PrefixListEntry) -> str:
    """As printed behind `seq N`."""
    bounds = [f"ge {entry.ge}"] if entry.ge is not None else []
    bounds += [f"le {entry.le}"] if entry.le is not None else []
    return " ".join([entry.action, str(entry.prefix), *bounds])
