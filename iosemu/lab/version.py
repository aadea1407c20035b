"""Which program this is: a journal is played again exactly by the version that wrote it."""

from __future__ import annotations

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """The installed version; "checkout" where nothing is installed."""
    try:
        return metadata.version("iosemu")
    except metadata.PackageNotFoundError:
        return "checkout"
