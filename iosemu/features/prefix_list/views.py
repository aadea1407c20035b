"""What the shows of prefix lists are about."""

from __future__ import annotations

from iosemu.policy.prefix_list import PrefixListEntry
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class PrefixListView:
    """One list; `style`: "", "detail" or "summary".  `last_changed`: of a heading before it."""

    name: str
    description: str | None
    entries: tuple[tuple[int, PrefixListEntry], ...]
    style: str = ""
    uses: int = 0
    family: str = "ip"


@dataclass(frozen=True, slots=True)
class LastChangeView:
    """The list of the last deletion or insertion."""

    name: str
