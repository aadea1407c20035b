"""`iosemu exec LAB DEVICE LINE...`: type lines on a device and print what it says."""

from __future__ import annotations

from collections.abc import Sequence

from iosemu.lab.timeout import Timeout

from .durations import seconds_of
from .errors import FAILED, GOOD, LabError, UsageError
from .open import booted

_REFUSED = ("% Invalid", "% Incomplete", "% Ambiguous", "% Unknown command", "% Bad IP address")


def execute(lab: str, device: str, lines: Sequence[str], *, after: str = "") -> int:
    """Print the output of each line; 1 if the device refused one."""
    opened = booted(lab)
    name = next((n for n in opened.routers if n.lower() == device.lower()), None)
    if name is None:
        raise UsageError(f"{lab}: no device {device!r}; expected {', '.join(opened.routers)}")
    if after:
        opened.run_for(_seconds(after))
    code = GOOD
    for line in lines:
        try:
            printed = opened[name].cli(line)
        except Timeout as late:
            printed, code = late.output, FAILED
        if printed:
            print(printed)
        if any(row.startswith(_REFUSED) for row in printed.splitlines()):
            code = FAILED
    return code


def _seconds(text: str) -> float:
    try:
        return seconds_of(text)
    except LabError as error:
        raise UsageError(f"--after: {error}") from None
