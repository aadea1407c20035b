"""Where the reference data is: beside the checkout, or where IOSEMU_SHARED says."""

from __future__ import annotations

import os
from pathlib import Path


def reference() -> Path | None:
    """The folder, None if there is none on this machine."""
    named = os.environ.get("IOSEMU_SHARED")
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(named) if named else beside
    return folder if (folder / "GOALS.md").is_file() else None
