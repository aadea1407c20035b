"""Where the shipped files are: inside an installed wheel, or at the top of a checkout."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    shipped = _PACKAGE / "_data" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name


def grammars() -> Path:
    """The folder of the grammar files, `*.cli` and `order`."""
    return _folder("grammars")


def labs() -> Path:
    """The folder of the built-in labs, one folder each."""
    return _folder("labs")


def cache() -> Path:
    """The user's folder for what can be made again at any time."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "iosemu"
