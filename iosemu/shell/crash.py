"""Our own defects, told to a user: two lines on the terminal, the rest in a file."""

from __future__ import annotations

import os
import platform
import sys
import time
import traceback
from pathlib import Path

from iosemu.shell.errors import FAILED


def state_folder() -> Path:
    """Where this program keeps its files for the user (XDG base directories)."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "iosemu"


def report(error: BaseException, arguments: list[str]) -> int:
    """Write a crash report and say where it is; the exit code."""
    text = "\n".join(
        (
            f"iosemu {' '.join(arguments)}",
            f"Python {platform.python_version()} on {platform.platform()}",
            "",
            traceback_of(error),
        )
    )
    print(f"iosemu: internal error: {type(error).__name__}: {one_line(error)}", file=sys.stderr)
    try:
        print(f"iosemu: the crash report is in {write(text)}", file=sys.stderr)
    except OSError as fault:
        print(f"iosemu: the crash report could not be written: {fault}", file=sys.stderr)
    return FAILED


def traceback_of(error: BaseException) -> str:
    """Where an error came from, for the developers."""
    return "".join(traceback.format_exception(error))


def write(text: str) -> Path:
    """Keep a report in the state folder; where it is.  OSError as the system says."""
    folder = state_folder() / "crashes"
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.iterdir())) + 1
    file = folder / time.strftime(f"%Y%m%d-%H%M%S-{os.getpid()}-{number}.txt")
    file.write_text(text, encoding="utf-8")
    return file


def one_line(error: BaseException) -> str:
    """The text of an error without its line ends, cut to a row."""
    return " ".join(str(error).split())[:200]
