"""`iosemu report` and `iosemu reproduce`: a lab as a few kilobytes that play anywhere.

lab/         the lab folder as it was opened
journal      everything that came from outside
digest.json  what happened: the digest, at the end of each minute too; where the lab was
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from iosemu.data import labs
from iosemu.kernel.digest import first_different_minute
from iosemu.kernel.journal import JournalDamaged
from iosemu.kernel.time import SECOND
from iosemu.lab.lab import Lab
from iosemu.lab.rewind import InternalError, ReplayDiffers
from iosemu.lab.version import version

from .errors import FAILED, GOOD, UsageError
from .open import in_memory, kept


def report(lab: str, target: Path, *, state: Path | None = None) -> int:
    """Write the folder; the exit code."""
    if target.exists():
        raise UsageError(f"{target} is there already")
    with kept(lab, state=state) as opened:
        try:
            target.mkdir(parents=True)
            hidden = shutil.ignore_patterns(".*")
            shutil.copytree(_folder(lab), target / "lab", ignore=hidden)
            (target / "journal").write_bytes(opened.journal.dump())
            (target / "digest.json").write_text(json.dumps(happened(opened), indent=1) + "\n")
        except OSError as error:
            raise UsageError(f"{error.filename}: {error.strerror}") from None
        size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
        print(f"{target}: {size} bytes; digest {opened.digest}")
    return GOOD


def happened(lab: Lab) -> dict[str, Any]:
    """What a reproduction is compared with."""
    world = lab.world
    return {
        "version": version(),
        "now": world.now,
        "head": lab.journal.head,
        "digest": lab.digest,
        "state": lab.state_digest(),
        "minutes": [[m, value.hex()] for m, value in world.digest.all_minutes(world.now)],
    }


def reproduce(folder: Path) -> int:
    """Play it and compare; 0 if the same happened."""
    try:
        said: dict[str, Any] = json.loads((folder / "digest.json").read_bytes())
        journal, now = (folder / "journal").read_bytes(), int(said["now"])
        minutes = [(int(m), bytes.fromhex(value)) for m, value in said["minutes"]]
        wanted = (str(said["digest"]), str(said["state"]))
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{folder}: digest.json is not as `iosemu report` writes it") from None
    lab = in_memory(folder / "lab")
    try:
        lab.replay(journal, until=now / SECOND)
    except JournalDamaged as error:
        raise UsageError(f"{folder}: {error}") from None
    except (ReplayDiffers, InternalError) as error:
        print(f"{folder}: {error}")
        return FAILED
    if (lab.digest, lab.state_digest()) == wanted:
        print(f"{folder}: the same happens; digest {lab.digest}")
        return GOOD
    minute = first_different_minute(minutes, lab.world.digest.all_minutes(lab.world.now))
    where = f"minute {minute}" if minute is not None else "its last minute"
    print(f"{folder}: goes another way in {where}; written by iosemu {said.get('version')}")
    return FAILED


def _folder(lab: str) -> Path:
    path, built_in = Path(lab), labs() / lab
    if not path.exists() and built_in.is_dir():
        return built_in
    return path if path.is_dir() else path.parent
