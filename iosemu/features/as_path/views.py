"""What the show of AS path access lists is about."""

from __future__ import annotations

from iosemu.policy.as_path import AsPathEntry
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class AsPathListView:
    """One list."""

    number: int
    entries: tuple[AsPathEntry, ...]
