"""Open a lab for a subcommand: every mistake of the user becomes a UsageError."""

from __future__ import annotations

from pathlib import Path

from iosemu.kernel.journal import JournalDamaged
from iosemu.lab.history import UP_S
from iosemu.lab.instance import InstanceLocked, NoInstance, user_state
from iosemu.lab.lab import Lab, load
from iosemu.lab.places import LabFileError
from iosemu.lab.rewind import ReplayDiffers

from .errors import UsageError


def in_memory(lab: str | Path) -> Lab:
    """A lab in memory, off."""
    return _loaded(lab)


def booted(lab: str | Path) -> Lab:
    """A lab in memory, up and quiet."""
    return _up(_loaded(lab))


def kept(lab: str | Path, *, state: Path | None = None, fresh: bool = False) -> Lab:
    """The lab where it was left, or up and quiet if it is opened the first time."""
    opened = _loaded(lab, state=state or user_state(), fresh=fresh)
    return opened if opened.journal.path() else _up(opened)


def refusals(lab: Lab) -> list[str]:
    """One line for each device that refused lines of its startup configuration."""
    return [
        f"{name}: {refused_lines(router.device.refused)}"
        for name, router in lab.routers.items()
        if router.device.refused
    ]


def refused_lines(count: int) -> str:
    """As "1 line refused"."""
    return f"{count} line{'' if count == 1 else 's'} refused"


def _up(lab: Lab) -> Lab:
    lab.boot()
    lab.run_for(UP_S)
    return lab


def _loaded(lab: str | Path, *, state: Path | None = None, fresh: bool = False) -> Lab:
    try:
        return load(lab, state=state, fresh=fresh)
    except (LabFileError, InstanceLocked, NoInstance) as error:
        raise UsageError(str(error)) from None
    except (ReplayDiffers, JournalDamaged) as error:
        raise UsageError(f"{lab}: {error}\nStart over with: iosemu run {lab} --fresh") from None
    except OSError as error:
        raise UsageError(f"{error.filename or lab}: {error.strerror}") from None
