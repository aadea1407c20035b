"""Commands of file systems."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from iosemu.cli.api import (
    Box,
    Dialog,
    Exec,
    Lines,
    Rejected,
    check,
    config_effect,
    exec_command,
    show,
)
from iosemu.proto.calendar import TimeOfDay, time_of_day
from iosemu.proto.parts import Clock, Files

from . import dialogs, store
from .dialogs import Delete, MakeDirectory, RemoveDirectory, Rename, content
from .store import NETWORK, NULL, NVRAM, RUNNING, SYSTEM, Place
from .views import DirectoryView, FileSystemsView, FileSystemView, FileView, FlashView

FOLDER, FILE = "drw-", "-rw-"
_REGISTER = re.compile(r"0[xX]([0-9a-fA-F]{1,4})|[0-9]{1,5}")


@show("files.dir")
def directory(x: Exec, *, all: bool, recursive: bool, url: str | None) -> Iterator[DirectoryView]:
    place = store.located(x, url or "")
    if place.system in (*NETWORK, SYSTEM, NULL):
        raise store.refused("opening", str(place), "Not supported")
    yield (
        nvram_directory(x, place)
        if place.system == NVRAM
        else disk_directory(x, place, recursive=recursive)
    )


@show("files.dir.systems")
def all_directories(x: Exec, *, all: bool, recursive: bool) -> Iterator[DirectoryView]:
    yield disk_directory(x, Place(store.disk_of(x).name, ""), recursive=recursive)
    yield nvram_directory(x, Place(NVRAM, ""))


def disk_directory(x: Exec, place: Place, *, recursive: bool = False) -> DirectoryView:
    """A directory of the disk, or one file of it; numbers are places on the whole disk."""
    files = x.part(Files)
    found = disk_files(x)
    is_folder = not place.path or place.path in files.folders
    if is_folder:
        start = f"{place.path}/" if place.path else ""
        found = [
            (path, view)
            for path, view in found
            if path.startswith(start) and path != place.path
            if recursive or "/" not in path[len(start) :]
        ]
    else:
        found = [(path, view) for path, view in found if path == place.path]
        if not found:
            raise store.refused("opening", str(place), "No such file or directory")
    shown = f"{place.system}/{place.path}" + ("/" if is_folder and place.path else "")
    return DirectoryView(
        shown,
        tuple(view for _, view in found),
        store.capacity_bytes(x, place),
        store.free_bytes(x, place),
    )


def disk_files(x: Exec) -> list[tuple[str, FileView]]:
    """Everything on the disk in the order it was made, with its path."""
    files = x.part(Files)
    found = []
    for number, path in enumerate((*files.folders, *files.flash), 1):
        data = files.flash.get(path)
        view = FileView(
            number,
            FOLDER if data is None else FILE,
            len(data or b""),
            date_of(x, path),
            path.rpartition("/")[2],
        )
        found.append((path, view))
    return found


def date_of(x: Exec, path: str) -> TimeOfDay:
    """When a file of the disk was written."""
    return time_of_day(x.part(Files).written_s.get(path, x.part(Clock).epoch_s) * 1000)


def nvram_directory(x: Exec, place: Place) -> DirectoryView:
    """The configuration memory: its files have no dates; the configuration is at its end."""
    files = x.part(Files)
    last = store.capacity_bytes(x, place) // 1024 - 3
    found = []
    for number, (name, data) in enumerate(files.nvram.items(), 1):
        if place.path in ("", name):
            shown = last if name == "startup-config" else number
            found.append(FileView(shown, FILE, len(data), None, name))
    if place.path and not found:
        raise store.refused("opening", str(place), "No such file or directory")
    found.sort(key=lambda file: -file.number)
    return DirectoryView(
        f"{NVRAM}/{place.path}",
        tuple(found),
        store.capacity_bytes(x, place),
        store.free_bytes(x, place),
    )


@show("files.show.flash")
def show_flash(x: Exec) -> Iterator[FlashView]:
    place = Place(store.disk_of(x).name, "")
    total, free = store.capacity_bytes(x, place), store.free_bytes(x, place)
    views = []
    for path, view in disk_files(x):
        views.append(FileView(view.number, view.mode, view.size_bytes, view.written, path))
    yield FlashView(tuple(views), total - free, free)


@show("files.show.systems")
def show_systems(x: Exec) -> Iterator[FileSystemsView]:
    disk = Place(store.disk_of(x).name, "")
    nvram = Place(NVRAM, "")

    def without_size(kind: str, flags: str, prefix: str) -> FileSystemView:
        return FileSystemView(False, None, None, kind, flags, prefix)

    def with_size(place: Place, kind: str, prefix: str, *, is_default: bool) -> FileSystemView:
        total, free = store.capacity_bytes(x, place), store.free_bytes(x, place)
        return FileSystemView(is_default, total, free, kind, "rw", prefix)

    here = x.part(store.WorkingDirectory).place or disk
    alias = "" if disk.system == "unix:" else " flash:#"
    yield FileSystemsView(
        (
            without_size("opaque", "rw", SYSTEM),
            without_size("opaque", "rw", NULL),
            without_size("network", "rw", "tftp:"),
            with_size(disk, "disk", f"{disk.system}{alias}", is_default=here.system == disk.system),
            with_size(nvram, "nvram", NVRAM, is_default=here.system == NVRAM),
        )
    )


@exec_command("files.more")
def more(x: Exec, *, url: str) -> Lines:
    place = store.located(x, url)
    if place.system in NETWORK:
        raise store.refused("opening", url, "Timed out")
    return content(x, place).decode("latin-1").splitlines()


@exec_command("files.copy")
def copy(x: Exec, *, source: str, target: str, noconfirm: bool) -> Dialog | Lines:
    return dialogs.copy(x, source, target, quiet=noconfirm)


@exec_command("files.write.network")
def write_network(x: Exec) -> Dialog | Lines:
    return dialogs.copy(x, RUNNING, "tftp:")


@exec_command("files.delete")
def delete(x: Exec, *, force: bool, recursive: bool, url: str) -> Dialog | Lines:
    place = changeable(x, url)
    if force:
        return dialogs.delete(x, place, recursive=recursive)
    return Delete(place, recursive)


def changeable(x: Exec, url: str) -> Place:
    """A place where files can be deleted."""
    place = store.located(x, url)
    if place.system not in (NVRAM, store.disk_of(x).name):
        raise store.refused("deleting", str(place), "Permission denied")
    return place


def on_disk(x: Exec, url: str) -> Place:
    """A place on the disk, which alone has directories."""
    place = store.located(x, url)
    if not store.is_disk(x, place):
        raise store.refused("opening", str(place), "Not supported")
    return place


@exec_command("files.rename")
def rename(x: Exec, *, source: str, target: str) -> Dialog:
    one, other = changeable(x, source), changeable(x, target)
    if one.system != other.system:
        raise Rejected("%Error: cannot rename between file systems")
    content(x, one)
    return Rename(one, other)


@exec_command("files.mkdir")
def mkdir(x: Exec, *, url: str) -> Dialog:
    return MakeDirectory(on_disk(x, url))


@exec_command("files.rmdir")
def rmdir(x: Exec, *, url: str) -> Dialog:
    return RemoveDirectory(on_disk(x, url))


@exec_command("files.cd")
def cd(x: Exec, *, url: str | None) -> Lines:
    place = store.located(x, url) if url else Place(store.disk_of(x).name, "")
    is_there = not place.path or place.path in x.part(Files).folders
    if place.system not in (NVRAM, store.disk_of(x).name) or not is_there:
        raise Rejected(f"%Error changing directory to {place} (No such file or directory)")
    x.part(store.WorkingDirectory).place = place
    return []


@exec_command("files.pwd")
def pwd(x: Exec) -> Lines:
    place = x.part(store.WorkingDirectory).place or Place(store.disk_of(x).name, "")
    return [f"{place.system}/{place.path}" if store.is_disk(x, place) else str(place)]


@exec_command("files.verify.md5")
def verify(x: Exec, *, url: str, expected: str | None) -> Lines:
    """The MD5 of a file, or whether it is the expected one."""
    place = store.located(x, url)
    digest = hashlib.md5(content(x, place), usedforsecurity=False).hexdigest()
    done = f".MD5 of {place.short} Done!"
    if expected is None:
        return [done, f"verify /md5 ({place.short}) = {digest}", ""]
    if expected.lower() == digest:
        return [done, f"Verified ({place.short}) = {digest}"]
    return [
        done,
        f"%Error verifying {place.short}",
        f"Computed signature  = {digest}",
        f"Submitted signature = {expected}",
    ]


@exec_command("files.format")
def format_disk(x: Exec, *, url: str) -> Lines:
    """Refused: nobody wants to lose the files of a lab."""
    place = store.located(x, url)
    raise store.refused("formatting", place.system, "Operation not permitted")


@check("files.register")
def is_a_register(config: object, *, value: str) -> str | None:
    """Refuse what is no 16-bit number, hexadecimal with 0x."""
    return None if register_of(value) is not None else f"% Bad register value: {value}"


@config_effect("files.register")
def set_register(box: Box, *, value: str) -> None:
    """Keep it for the next boot."""
    box.part(Files).register = register_of(value)


def register_of(text: str) -> int | None:
    """The value of a configuration register, None if the text is none."""
    found = _REGISTER.fullmatch(text)
    if found is None:
        return None
    value = int(text, 16) if found[1] else int(text)
    return value if value <= 0xFFFF else None
