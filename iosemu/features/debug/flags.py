"""Debug flags: what the routers' parts call them, and how IOS names them to the user."""

from __future__ import annotations

from iosemu.cli.api import Exec, Lines, exec_command

FLAGS: dict[str, tuple[str, str]] = {}
"""Flag -> (heading of `show debugging`, what "is on")."""


def turned(flag: str, *, on: bool, condition: object = True) -> str:
    """What the command prints: "ICMP packet debugging is on", and behind it the condition."""
    behind = str(condition) if on and condition is not True else ""
    return f"{FLAGS[flag][1]} is {'on' if on else 'off'}{behind}"


def register(name: str, flag: str, heading: str, what: str) -> None:
    """Add a flag with its commands: the stanzas `name` ([no] debug ...) and `name.off` (undebug).

    heading, what: as `show debugging` groups and names it: "Generic IP", "ICMP packet debugging".
    """
    FLAGS[flag] = (heading, what)

    def on_or_off(x: Exec, *, negated: bool) -> Lines:
        return [switch(x, flag, on=not negated)]

    def off(x: Exec) -> Lines:
        return [switch(x, flag, on=False)]

    exec_command(name)(on_or_off)
    exec_command(f"{name}.off")(off)


def switch(x: Exec, flag: str, *, on: bool) -> str:
    """Turn a flag on or off; what the command prints."""
    if on:
        x.debugs[flag] = True
    else:
        x.debugs.pop(flag, None)
    return turned(flag, on=on)
