"""Where saves of a lab lie: in its instance by name, anywhere else by path."""

from __future__ import annotations

from pathlib import Path

from iosemu.lab.lab import Lab

from .errors import LabError

SUFFIX = ".save"


def saved_names(lab: Lab) -> list[str]:
    """Names of the saves in the lab's instance."""
    folder = _folder(lab)
    if folder is None or not folder.is_dir():
        return []
    return sorted(path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}"))


def place_of(lab: Lab, name: str) -> Path:
    """The file of a save: a path if it looks like one, else a name in the instance."""
    folder = _folder(lab)
    if "/" in name or folder is None:
        return Path(name).expanduser()
    return folder / f"{name}{SUFFIX}"


def write(lab: Lab, name: str) -> Path:
    """Save the lab; where.  LabError if the file is there already or cannot be written."""
    place = place_of(lab, name)
    if place.exists():
        raise LabError(f"{place} is there already")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(lab.save())
    except OSError as error:
        raise LabError(f"{error.filename or place}: {error.strerror}") from None
    return place


def read(lab: Lab, name: str) -> bytes:
    """The bytes of a save; LabError if there is none."""
    place = place_of(lab, name)
    try:
        return place.read_bytes()
    except OSError as error:
        raise LabError(f"{place}: {error.strerror}") from None


def _folder(lab: Lab) -> Path | None:
    return None if lab.instance is None else lab.instance.folder / "saves"
