"""What the shows of terminal lines are about."""

from __future__ import annotations

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class AliasesView:
    """`show aliases`: (area, ((name, command), ...)), areas without aliases left out."""

    areas: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
