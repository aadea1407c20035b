"""Parser views."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.features.aaa.config import Secret
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class ViewCommand:
    """`commands AREA {include | exclude | include-exclusive} [all] COMMAND`; `all`: and whatever
    begins with it."""

    how: str
    all: bool = False


@dataclass(frozen=True, slots=True)
class ViewConfig:
    """`parser view NAME`; commands by area and words."""

    secret: Secret | None = None
    commands: Entries[tuple[str, tuple[str, ...]], ViewCommand] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class ParserConfig:
    """All views by name."""

    SLOT: ClassVar[str] = "parser"
    views: Entries[str, ViewConfig] = field(default_factory=Entries)
