"""Configuration of what is booted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FilesConfig:
    """`boot system`, in the order it is tried."""

    SLOT: ClassVar[str] = "files"
    boot_system: tuple[str, ...] = ()
