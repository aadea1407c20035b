"""Which program this is: a journal is played again exactly by the version that wrote it."""

from __future__ import annotations

from functools import cache


@cache
def version() -> str:
    """The installed version; "checkout" where nothing is installed."""
    # Imported here: it takes a twentieth of a start, and only a kept lab asks.
    from importlib import metadata

    try:
        return metadata.version("iosemu")
    except metadata.PackageNotFoundError:
        return "checkout"
