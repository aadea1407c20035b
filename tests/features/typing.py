"""A router of a lab that is typed at, one line after the other."""

from __future__ import annotations

import iosemu
from iosemu.lab.lab import Lab

LAB = "hello"
NOW_S = 2


def running(name: str = LAB) -> Lab:
    """A lab two seconds after it was switched on."""
    lab = iosemu.load(name)
    lab.boot()
    lab.run_for(NOW_S)
    return lab


def typed(lab: Lab, *lines: str, device: str = "R1") -> list[str]:
    """What each line prints, the trailing blank lines apart."""
    return [lab[device].cli(line).rstrip("\n ") for line in lines]


def screen(lab: Lab, *lines: str, device: str = "R1") -> list[str]:
    """The lines as on a screen: prompt or question, what was typed, what was printed."""
    shown: list[str] = []
    for line in lines:
        shown.append(f"{lab[device].prompt}{line}".rstrip())
        output = lab[device].cli(line)
        shown += [one.rstrip() for one in output.split("\n")] if output else []
    return shown
