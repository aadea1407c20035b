"""AS path access lists of a router by number."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.policy.as_path import AsPathList
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class AsPathsConfig:
    """All of them."""

    SLOT: ClassVar[str] = "as_path"
    lists: Entries[int, AsPathList] = field(default_factory=Entries)
