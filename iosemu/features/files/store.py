"""The file systems: which there are, what a URL means, reading and writing.

Files are in `proto.parts.Files`; nothing here asks or prints.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from iosemu.cli.api import Rejected
from iosemu.features.system.platforms import platform_of
from iosemu.kernel.time import Time
from iosemu.proto.parts import Clock, Files, Identity
from iosemu.values import dataclass

T = TypeVar("T")
BLOCK_BYTES = 4096


class Box(Protocol):
    """The device: its time, its parts by class, its configuration as text."""

    @property
    def now(self) -> Time: ...

    def part(self, kind: type[T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk of a model; `flash:` always means it too."""

    name: str
    capacity_bytes: int


DISKS = {
    "iol": Disk("unix:", 2_147_479_552),
    "iosv": Disk("flash0:", 2_142_715_904),
    "c7200": Disk("disk0:", 67_084_288),
    "csr1000v": Disk("bootflash:", 7_897_796_608),
}
NVRAM, SYSTEM, NULL = "nvram:", "system:", "null:"
NETWORK = ("tftp:", "ftp:", "http:", "https:", "scp:", "rcp:")
RUNNING = "running-config"


@dataclass(frozen=True, slots=True)
class Place:
    """A file by its file system, canonical and with its colon, and its path without leading `/`."""

    system: str
    path: str

    def __str__(self) -> str:
        slash = "/" if self.path and self.system not in (NVRAM, SYSTEM, NULL) else ""
        return f"{self.system}{slash}{self.path}"

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def short(self) -> str:
        """As messages of `verify` write it: without the slash."""
        return f"{self.system}{self.path}"


@dataclass(slots=True)
class WorkingDirectory:
    """Where a name without file system is: part of the state, lost by a reload."""

    place: Place | None = None


def refused(doing: str, url: str, reason: str) -> Rejected:
    """`%Error opening flash:x (No such file or directory)`."""
    return Rejected(f"%Error {doing} {url} ({reason})")


def disk_of(box: Box) -> Disk:
    """The disk of this router's model."""
    return DISKS[box.part(Identity).hardware]


def located(box: Box, url: str) -> Place:
    """What a URL means; Rejected if there is no such file system."""
    lowered = url.lower()
    if "running-config".startswith(lowered) and len(lowered) >= 3:
        return Place(SYSTEM, RUNNING)
    if "startup-config".startswith(lowered) and len(lowered) >= 3:
        return Place(NVRAM, "startup-config")
    prefix, colon, path = url.partition(":")
    if not colon:
        here = box.part(WorkingDirectory).place or Place(disk_of(box).name, "")
        return Place(here.system, joined("" if url.startswith("/") else here.path, url))
    system = f"{prefix.lower()}:"
    if system in ("flash:", disk_of(box).name):
        return Place(disk_of(box).name, joined("", path))
    if system in (NVRAM, SYSTEM, NULL):
        return Place(system, joined("", path))
    if system in NETWORK:
        return Place(system, path)
    raise refused("opening", url, "No such device")


def joined(folder: str, path: str) -> str:
    """A path from a folder, without leading slash, `.` and `..`."""
    parts: list[str] = []
    for part in [*folder.split("/"), *path.split("/")]:
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def is_disk(box: Box, place: Place) -> bool:
    """Whether the place is on the disk."""
    return place.system == disk_of(box).name


def table_of(box: Box, place: Place) -> dict[str, bytes] | None:
    """The files beside this one; None in a file system that keeps none."""
    files = box.part(Files)
    if is_disk(box, place):
        return files.flash
    return files.nvram if place.system == NVRAM else None


def read(box: Box, place: Place, running: Callable[[], str]) -> bytes:
    """What a file holds; `running` gives the running configuration.  Rejected without it."""
    if place == Place(SYSTEM, RUNNING):
        return running().encode("latin-1", "replace")
    held = (table_of(box, place) or {}).get(place.path)
    if held is None:
        is_folder = is_disk(box, place) and place.path in box.part(Files).folders
        reason = "Is a directory" if is_folder else "No such file or directory"
        raise refused("opening", str(place), reason)
    return held


def exists(box: Box, place: Place) -> bool:
    """Whether there is a file."""
    return place.path in (table_of(box, place) or {})


def write(box: Box, place: Place, data: bytes) -> None:
    """Put a file; Rejected if its directory is missing or the disk is full."""
    if place.system == NULL:
        return
    table = table_of(box, place)
    if table is None or not place.path:
        raise refused("opening", str(place), "Permission denied")
    if is_disk(box, place):
        files = box.part(Files)
        folder = place.path.rpartition("/")[0]
        if folder and folder not in files.folders:
            raise refused("opening", str(place), "No such file or directory")
        if place.path in files.folders:
            raise refused("opening", str(place), "Is a directory")
        held = table.get(place.path, b"")
        if blocks_bytes(data) - blocks_bytes(held) > free_bytes(box, place):
            raise refused("writing", str(place), "No space left on device")
        files.written_s[place.path] = box.part(Clock).seconds(box.now)
    elif len(data) - len(table.get(place.path, b"")) > free_bytes(box, place):
        raise refused("writing", str(place), "No space left on device")
    table[place.path] = data


def remove(box: Box, place: Place) -> None:
    """Take a file away; Rejected if there is none."""
    table = table_of(box, place) or {}
    if place.path not in table:
        raise refused("deleting", str(place), "No such file or directory")
    del table[place.path]
    if is_disk(box, place):
        box.part(Files).written_s.pop(place.path, None)


def children(box: Box, place: Place) -> list[str]:
    """Paths of all files and directories below a directory of the disk, at any depth."""
    files = box.part(Files)
    start = f"{place.path}/" if place.path else ""
    return [p for p in (*files.folders, *files.flash) if p.startswith(start) and p != place.path]


def blocks_bytes(data: bytes) -> int:
    """What a file takes of the disk."""
    return -(-len(data) // BLOCK_BYTES) * BLOCK_BYTES


def capacity_bytes(box: Box, place: Place) -> int:
    """The size of a file system."""
    if is_disk(box, place):
        return disk_of(box).capacity_bytes
    return platform_of(box.part(Identity).hardware).nvram_kbytes * 1024


def free_bytes(box: Box, place: Place) -> int:
    """What is left of a file system."""
    table = table_of(box, place) or {}
    if is_disk(box, place):
        folders = len(box.part(Files).folders) * BLOCK_BYTES
        return capacity_bytes(box, place) - sum(map(blocks_bytes, table.values())) - folders
    return capacity_bytes(box, place) - sum(map(len, table.values()))
