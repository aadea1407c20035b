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


def pick() -> str | None:
    """Ask which lab to open, by number or name; None at the end of input."""
    known = built_in()
    names = list(known)
    for number, (name, file) in enumerate(known.items(), 1):
        print(f"{number:>3}  {name:<16} {describe(file)}".rstrip())
    while True:
        try:
            asked = input("Lab (number, name or path): ").strip()
        except EOFError:
            print()
            return None
        if asked.isdecimal() and 1 <= int(asked) <= len(names):
            return names[int(asked) - 1]
        if not asked:
            continue
        begun = [name for name in names if name.startswith(asked.lower())]
        if asked in names or len(begun) == 1:
            return asked if asked in names else begun[0]
        path = Path(asked).expanduser()
        if path.exists():
            return str(path)
        print(f"no lab {asked!r}")


def pick_and_run() -> int:
    """Open the lab the user picks; the exit code."""
    lab = pick()
    if lab is None:
        return GOOD
    from iosemu.shell import run

    return run.run(lab)


def show_labs() -> int:
    """Print name and description of each; the exit code."""
    for name, file in built_in().items():
        print(f"{name:<16} {describe(file)}".rstrip())
    print("Open one with: iosemu run NAME")
    return GOOD
