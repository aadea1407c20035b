"""FRR in a namespace: its daemons, started from configurations, and what vtysh says of them.

Nothing of it lies outside one folder, so several can run on one host.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .namespace import Running, why_not

PROGRAMS = Path("/usr/lib/frr")
Run = Callable[..., str]
Start = Callable[..., Running]


def why_not_frr(*daemons: str) -> str | None:
    """Why these daemons cannot be run here; None: they can."""
    reason = why_not("vtysh")
    missing = [name for name in daemons if not (PROGRAMS / name).exists()]
    if reason is None and missing:
        return f"needs {', '.join(missing)} of FRR"
    return reason


class Frr:
    """The daemons of one router; `start` and `run` are those of a `Neighbor`."""

    def __init__(self, folder: Path, start: Start, run: Run) -> None:
        self.folder, self._start, self._run = folder, start, run
        # The daemons give up root before they write.
        shutil.chown(folder, "frr", "frr")

    def daemon(self, name: str, config: str, *options: str) -> Running:
        """Start one of them with a configuration."""
        place = self.folder
        (place / f"{name}.conf").write_text(config)
        return self._start(
            str(PROGRAMS / name),
            *("-A", "127.0.0.1"),
            *("-f", str(place / f"{name}.conf"), "-i", str(place / f"{name}.pid")),
            *("-z", str(place / "zserv.api"), "--vty_socket", str(place)),
            "--log=stdout",
            *options,
        )

    def vtysh(self, *lines: str) -> str:
        """What commands print; `configure terminal` and lines of configuration work too."""
        commands = [word for line in lines for word in ("-c", line)]
        return self._run("vtysh", "--vty_socket", str(self.folder), *commands)

    def json(self, command: str) -> Any:
        """What a show command knows."""
        return json.loads(self.vtysh(f"{command} json"))
