"""Prefix lists, IPv4 and IPv6: entries as configured, and matching a prefix against them."""

from __future__ import annotations

from typing import NamedTuple

from iosemu.address import IPv4Prefix, IPv6Prefix
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field

Prefix = IPv4Prefix | IPv6Prefix


def width_of(prefix: Prefix) -> int:
    """The length of an address of its family, in bits."""
    return 128 if isinstance(prefix, IPv6Prefix) else 32


@dataclass(frozen=True, slots=True)
class PrefixListEntry:
    """One line of a prefix list; `ge` and `le` bound the length of what it matches."""

    action: str
    prefix: Prefix
    ge: int | None = None
    le: int | None = None

    @property
    def lengths(self) -> tuple[int, int]:
        """The least and the greatest length it matches: of the prefix itself without bounds."""
        if self.ge is None and self.le is None:
            return self.prefix.length, self.prefix.length
        greatest = width_of(self.prefix) if self.le is None else self.le
        return self.ge or self.prefix.length, greatest

    def matches(self, prefix: Prefix) -> bool:
        """Whether the prefix lies in this one and has a length within the bounds."""
        least, greatest = self.lengths
        if type(prefix) is not type(self.prefix) or not least <= prefix.length <= greatest:
            return False
        return self.prefix.holds(prefix.network)


@dataclass(frozen=True, slots=True)
class PrefixList:
    """Entries by sequence number."""

    description: str | None = None
    entries: Entries[int, PrefixListEntry] = field(default_factory=Entries)

    def first(self, prefix: Prefix) -> int | None:
        """The number of the first entry that matches, None where the implicit deny decides."""
        for sequence in sorted(self.entries):
            if self.entries[sequence].matches(prefix):
                return sequence
        return None

    def permits(self, prefix: Prefix) -> bool:
        """The verdict; a list without entries permits all."""
        sequence = self.first(prefix)
        if sequence is None:
            return not self.entries
        return self.entries[sequence].action == "permit"


class Row(NamedTuple):
    """An entry ready to match, with its place in the list."""

    place: int
    least: int
    greatest: int
    is_permit: bool


class PrefixProgram:
    """A list ready to match: for each length its entries have, the entries by network."""

    __slots__ = ("_by_length", "_is_empty")

    def __init__(self, held: PrefixList) -> None:
        by_length: dict[int, dict[int, list[Row]]] = {}
        masks: dict[int, int] = {}
        for place, sequence in enumerate(sorted(held.entries)):
            entry = held.entries[sequence]
            length = entry.prefix.length
            row = Row(place, *entry.lengths, entry.action == "permit")
            masks[length] = int(entry.prefix.mask)
            by_length.setdefault(length, {}).setdefault(int(entry.prefix.network), []).append(row)
        self._is_empty = not by_length
        self._by_length = [(n, masks[n], by_length[n]) for n in sorted(by_length)]

    def permits(self, prefix: Prefix) -> bool:
        """The verdict on a prefix of the list's family, as `PrefixList.permits` has it."""
        network, length = prefix
        found: Row | None = None
        for least, mask, rows in self._by_length:
            if least > length:
                break
            for row in rows.get(network & mask, ()):
                if row[1] <= length <= row[2] and (found is None or row[0] < found[0]):
                    found = row
                    break
        return self._is_empty if found is None else found.is_permit


def entry_text(entry: PrefixListEntry) -> str:
    """As printed behind `seq N`."""
    bounds = [f"ge {entry.ge}"] if entry.ge is not None else []
    bounds += [f"le {entry.le}"] if entry.le is not None else []
    return " ".join([entry.action, str(entry.prefix), *bounds])
