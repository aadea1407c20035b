"""Write a lab as it is now as a new lab folder: its topology, and what each device runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from iosemu.data import labs
from iosemu.lab.lab import Lab
from iosemu.lab.loader import topology_file

from .errors import GOOD, LabError, UsageError
from .open import kept

SUFFIX = ".clab.yml"


def export(lab: Lab, origin: str | Path, target: Path) -> list[Path]:
    """Write the folder; the files.  LabError if it is there already or cannot be written."""
    if target.exists():
        raise LabError(f"{target} is there already")
    topology: dict[str, Any] = yaml.load(_source(origin).read_bytes(), yaml.CSafeLoader)
    for name in lab.routers:
        node = topology["topology"]["nodes"][name] or {}
        topology["topology"]["nodes"][name] = node | {"startup-config": f"configs/{name}.cfg"}
    files = {
        target / f"{topology['name']}{SUFFIX}": yaml.safe_dump(topology, sort_keys=False),
        **{
            target / "configs" / f"{name}.cfg": node.configuration()
            for name, node in lab.devices.items()
        },
    }
    try:
        (target / "configs").mkdir(parents=True)
        for file, text in files.items():
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LabError(f"{error.filename}: {error.strerror}") from None
    return list(files)


def export_kept(lab: str, target: Path, *, state: Path | None = None) -> int:
    """`iosemu export`: print the files; the exit code."""
    with kept(lab, state=state) as opened:
        try:
            for file in export(opened, lab, target):
                print(file)
        except LabError as error:
            raise UsageError(str(error)) from None
    return GOOD


def _source(origin: str | Path) -> Path:
    path = Path(origin)
    built_in = labs() / str(origin)
    return topology_file(built_in if not path.exists() and built_in.is_dir() else path)
