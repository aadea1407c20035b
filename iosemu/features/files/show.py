"""Renderers of file systems."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.proto.calendar import MONTHS, TimeOfDay

from .views import DirectoryView, FileSystemsView, FlashView


@renders(DirectoryView)
def directory(view: DirectoryView) -> Iterator[str]:
    yield f"Directory of {view.place}"
    yield ""
    for file in view.files:
        yield (
            f"{file.number:5d}  {file.mode:<4}  {file.size_bytes:>10d}  {dated(file.written):>27}"
            f"  {file.name}"
        )
    if not view.files:
        yield "No files in directory"
    yield ""
    yield f"{view.total_bytes} bytes total ({view.free_bytes} bytes free)"


def dated(at: TimeOfDay | None) -> str:
    """ "Jan 2 2016 18:10:37 +00:00"."""
    if at is None:
        return "<no date>"
    return f"{MONTHS[at.month - 1]} {at.day} {at.year} {of_day(at)}"


def of_day(at: TimeOfDay) -> str:
    """ "18:10:37 +00:00"."""
    return f"{at.hour:02d}:{at.minute:02d}:{at.second:02d} +00:00"


@renders(FlashView)
def flash(view: FlashView) -> Iterator[str]:
    yield "-#- --length-- -----date/time------ path"
    for file in view.files:
        at = file.written
        assert at is not None
        date = f"{MONTHS[at.month - 1]} {at.day} {at.year} {of_day(at)}"
        yield f"{file.number:<3d} {file.size_bytes:>10d} {date} {file.name}"
    yield ""
    yield f"{view.free_bytes} bytes available ({view.used_bytes} bytes used)"


@renders(FileSystemsView)
def file_systems(view: FileSystemsView) -> Iterator[str]:
    yield "File Systems:"
    yield ""
    yield "       Size(b)       Free(b)      Type  Flags  Prefixes"
    for one in view.systems:
        mark = "*" if one.is_default else " "
        total = "-" if one.total_bytes is None else str(one.total_bytes)
        free = "-" if one.free_bytes is None else str(one.free_bytes)
        yield f"{mark}{total:>13} {free:>13}  {one.kind:>8}  {one.flags:>5}   {one.prefixes}"
    yield ""
