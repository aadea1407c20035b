"""Raw outputs of real devices, where they are; they are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PLACES = (
    os.environ.get("IOSEMU_SHARED", ""),
    *(str(parent / "shared") for parent in Path(__file__).resolve().parents[1:5]),
)


def sample(name: str) -> list[str]:
    """The lines of a raw sample; skips the test where the samples are not installed."""
    for place in filter(None, PLACES):
        path = Path(place) / "formats" / "samples" / name
        if path.is_file():
            return path.read_text(encoding="utf-8").replace("\r\n", "\n").splitlines()
    pytest.skip(f"raw sample {name} is not here (set IOSEMU_SHARED)")


def rendered(view: object) -> list[str]:
    """What the registered renderer prints."""
    from iosemu.cli.api import RENDERERS

    return list(RENDERERS[type(view)](view))


def unpadded(lines: list[str]) -> list[str]:
    """Samples lose trailing blanks on their way, so neither side keeps them here."""
    return [line.rstrip() for line in lines]
