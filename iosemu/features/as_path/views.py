"""What the show of AS path access lists is about."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.policy.as_path import AsPathEntry


@dataclass(frozen=True, slots=True)
class AsPathListView:
    """One list."""

    number: int
    entries: tuple[AsPathEntry, ...]
