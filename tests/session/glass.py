"""A user at a real terminal: a process under a pty, and the glass that shows what it prints.

The glass answers what a terminal answers (where the cursor is), so prompts with a toolbar work.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0


class _Glass(pyte.Screen):
    """A screen whose answers go back to the process."""

    child: pexpect.spawn

    def write_process_input(self, data: str) -> None:
        self.child.send(data)


class Window:
    """`iosemu` on a terminal of 100 x 30."""

    def __init__(
        self,
        state: Path,
        *arguments: str,
        rows: int = 30,
        columns: int = 100,
        under: Sequence[str] = (),
    ) -> None:
        """`under`: a command that runs the one behind it, as `nsenter`."""
        command = [*under, sys.executable, "-m", "iosemu", *arguments]
        self.child = pexpect.spawn(
            command[0],
            command[1:],
            cwd=ROOT,
            timeout=PATIENCE_S,
            dimensions=(rows, columns),
            env={**os.environ, "TERM": "xterm", "XDG_STATE_HOME": str(state)},
        )
        self.child.delaybeforesend = None
        self.glass = _Glass(columns, rows)
        self.glass.child = self.child
        self.stream = pyte.ByteStream(self.glass)

    def type(self, keys: str) -> None:
        self.child.send(keys)

    def line(self, text: str) -> None:
        """Text and Enter."""
        self.child.send(text + "\r")

    def resize(self, rows: int, columns: int) -> None:
        self.child.setwinsize(rows, columns)
        self.glass.resize(rows, columns)

    @property
    def rows(self) -> list[str]:
        """What is on the glass, without the blank end of each row."""
        return [row.rstrip() for row in self.glass.display]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    def wait(self, pattern: str) -> re.Match[str]:
        """Read until the glass shows a match; AssertionError with the glass if it never does."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = re.search(pattern, self.text, re.MULTILINE)
            if found is not None:
                return found
            with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
                self.stream.feed(self.child.read_nonblocking(65_536, timeout=0.1))
        raise AssertionError(f"no {pattern!r} on the glass:\n{self.text}")

    def end(self) -> int | None:
        """Wait until the process ends; its exit code."""
        with contextlib.suppress(pexpect.EOF):
            while True:
                self.stream.feed(self.child.read_nonblocking(65_536, timeout=PATIENCE_S))
        self.child.close()
        status: int | None = self.child.exitstatus
        return status

    def kill(self) -> None:
        self.child.close(force=True)
