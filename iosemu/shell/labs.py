"""`iosemu labs`: the labs that come with the program."""

from __future__ import annotations

from pathlib import Path

from iosemu.data import labs as labs_folder
from iosemu.shell.errors import GOOD


def built_in() -> dict[str, Path]:
    """Built-in labs by name."""
    folder = labs_folder()
    found = sorted(folder.glob("*/*.clab.yml")) if folder.is_dir() else []
    return {file.parent.name: file for file in found}


def describe(file: Path) -> str:
    """The first comment of a topology file; empty if it begins otherwise."""
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    return first.lstrip("# ").strip() if first.startswith("#") else ""


def show_labs() -> int:
    """Print name and description of each; the exit code."""
    for name, file in built_in().items():
        print(f"{name:<16} {describe(file)}".rstrip())
    print("Open one with: iosemu run NAME")
    return GOOD
