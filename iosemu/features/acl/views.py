"""What the shows of access lists are about."""

from __future__ import annotations

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry.  `text`: all of it but its number.

    `is_active`: of its time range, None without one.
    """

    sequence: int
    action: str | None
    text: str
    matches: int = 0
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class AclView:
    """One list with its entries in order; remarks are not among them."""

    name: str
    is_standard: bool
    entries: tuple[EntryView, ...]
