"""Open a lab for a subcommand: every mistake of the user becomes a UsageError."""

from __future__ import annotations

from pathlib import Path

from iosemu.lab.lab import Lab, load
from iosemu.lab.places import LabFileError

from .errors import UsageError

BOOT_S = 5.0
"""After this time all is up that comes up by itself, and the boot's log lines are over."""


def open_lab(lab: str | Path) -> Lab:
    """The lab, loaded, not yet switched on."""
    try:
        return load(lab)
    except LabFileError as error:
        raise UsageError(str(error)) from None


def booted(lab: str | Path) -> Lab:
    """The lab, up and quiet."""
    opened = open_lab(lab)
    opened.boot()
    opened.run_for(BOOT_S)
    return opened


def refusals(lab: Lab) -> list[str]:
    """One line for each device that refused lines of its startup configuration."""
    return [
        f"{name}: {router.device.refused} lines refused"
        for name, router in lab.routers.items()
        if router.device.refused
    ]
