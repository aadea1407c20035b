"""Configuration of what is booted."""

from __future__ import annotations

from typing import ClassVar

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class FilesConfig:
    """`boot system`, in the order it is tried."""

    SLOT: ClassVar[str] = "files"
    boot_system: tuple[str, ...] = ()
