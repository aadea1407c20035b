"""What the shows of community lists are about."""

from __future__ import annotations

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class CommunityListView:
    """One list; entries as (action, what it names as printed)."""

    name: str | int
    is_expanded: bool
    entries: tuple[tuple[str, str], ...]
    is_large: bool = False


@dataclass(frozen=True, slots=True)
class ExtendedListView:
    """One list of extended communities, with the numbers of its entries."""

    name: str | int
    is_expanded: bool
    entries: tuple[tuple[int, str, str], ...]
