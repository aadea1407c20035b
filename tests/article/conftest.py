"""The text of the article."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def source(shared: Path) -> list[str]:
    """Its lines, the first under number 1."""
    text = (shared / "source" / "blog.txt").read_text(encoding="utf-8")
    return ["", *text.replace("\u00a0", " ").split("\n")]
