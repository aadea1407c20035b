"""What the shows of file systems are about."""

from __future__ import annotations

from iosemu.proto.calendar import TimeOfDay
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class FileView:
    """One file; `mode` as "-rw-"; `written` None: the file system keeps no dates."""

    number: int
    mode: str
    size_bytes: int
    written: TimeOfDay | None
    name: str


@dataclass(frozen=True, slots=True)
class DirectoryView:
    """`dir`: a directory, or one file of it."""

    place: str
    files: tuple[FileView, ...]
    total_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class FlashView:
    """`show flash:`: every file of the disk by its path."""

    files: tuple[FileView, ...]
    used_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class FileSystemView:
    """One line of `show file systems`; sizes None where there are none."""

    is_default: bool
    total_bytes: int | None
    free_bytes: int | None
    kind: str
    flags: str
    prefixes: str


@dataclass(frozen=True, slots=True)
class FileSystemsView:
    """`show file systems`."""

    systems: tuple[FileSystemView, ...]
