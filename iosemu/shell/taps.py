"""Devices of the operating system at the lab prompt: joining, listing, letting go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .errors import LabError

if TYPE_CHECKING:
    from iosemu.bridge import Bridge

    from .console import Console

DETACH = "--detach"
USAGE = "tap, tap R1:Ethernet0/1 NAME, or tap R1:Ethernet0/1 detach"


def tap(console: Console, words: list[str]) -> Iterator[str]:
    """Carry out the command; what it says."""
    match words:
        case []:
            yield from listed(console)
        case [end, "detach" | "--detach"]:
            yield detach(console, end)
        case [end, name]:
            yield attach(console, end, name)
            yield f"give it an address of that network: ip address add ... dev {name};"
            yield f"and bring it up: ip link set {name} up"
        case _:
            raise LabError(f"expected: {USAGE}")


def attach(console: Console, end: str, name: str) -> str:
    """Join a port to the TAP of this name, made if there is none."""
    # Imported here: only who asks for it needs it.
    from iosemu.bridge import TapError

    try:
        joint = bridge_of(console).attach(end, name)
    except (ValueError, TapError) as error:
        raise LabError(str(error)) from None
    except KeyError as error:
        raise LabError(str(error.args[0])) from None
    console.speed = 1.0
    return joint.text


def detach(console: Console, end: str) -> str:
    """Let go of what is joined to a port."""
    try:
        bridge_of(console).detach(end)
    except KeyError as error:
        raise LabError(str(error.args[0])) from None
    return f"{end} is detached"


def listed(console: Console) -> Iterator[str]:
    """What is joined, and how many frames came and went."""
    joined = console.bridge.joined if console.bridge is not None else []
    if not joined:
        yield "no port is joined to a TAP device"
    for joint in joined:
        refused = f", {joint.refused} refused" if joint.refused else ""
        yield f"{joint.text}: {joint.came} frames in, {joint.went} out{refused}"


def let_go(console: Console, text: str) -> str:
    """The arguments without `--detach`; with it, nothing outside is joined any more."""
    words = text.split()
    if DETACH not in words:
        return text
    if console.bridge is not None:
        console.bridge.close()
    words.remove(DETACH)
    return " ".join(words)


def must_be_gone(console: Console) -> None:
    """LabError while something outside is joined: it cannot go back in time."""
    if console.lab.outside is not None:
        joints = ", ".join(console.lab.outside.joints)
        raise LabError(f"{joints}: that cannot go back in time; say {DETACH} to let go of it")


def bridge_of(console: Console) -> Bridge:
    """The bridge of the lab the user is in."""
    from iosemu.bridge import Bridge

    if console.bridge is None or console.bridge.lab is not console.lab:
        console.bridge = Bridge(console.lab)
    return console.bridge
