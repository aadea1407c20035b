"""What happens to SLARP: links, keepalives, the time for the next one.

A line counts as up as soon as it has a link, and goes down when three keepalives in a row were not
confirmed.  So an end whose other end speaks something else is up for half a minute first, as IOS.
The first keepalive goes out within a second: two ends that see their link come up together must not
go on in step, because then what comes in looks like what went out.
"""

from __future__ import annotations

from iosemu.kernel.time import SECOND, Time
from iosemu.proto.base import (
    Action,
    InterfaceState,
    LinkFrame,
    LinkFrames,
    Open,
    SetTimer,
    StopTimer,
)
from iosemu.wire.base import WireError
from iosemu.wire.hdlc import SLARP, Keepalive, SlarpType, parse_slarp

from .output import arm, debug, send_keepalive, send_reply, tell
from .state import MISSED, Line, State

SOCKET = LinkFrames(SLARP)


def on_interface(state: State, now: Time, name: str, new: InterfaceState | None) -> list[Action]:
    """A serial line got or lost its link, its encapsulation or its keepalives."""
    serial = None if new is None else new.serial
    line = state.lines.get(name)
    if new is None or serial is None or serial.encapsulation != "hdlc" or not serial.has_link:
        if line is None:
            return []
        del state.lines[name]
        return [StopTimer(("keepalive", name))]
    actions: list[Action] = []
    if not state.is_listening:
        state.is_listening = True
        actions.append(Open(SOCKET))
    address = new.addresses[0] if new.addresses else None
    if line is not None and line.keepalive_s == serial.keepalive_s:
        line.is_down_when_looped, line.address = serial.is_down_when_looped, address
        return actions
    started = Line(name, serial.keepalive_s, serial.is_down_when_looped, address, is_up=True)
    state.lines[name] = started
    if not started.keepalive_s:
        return [*actions, StopTimer(("keepalive", name)), *tell(started)]
    first = SetTimer(("keepalive", name), state.random.randrange(SECOND))
    return [*actions, *tell(started), first]


def on_keepalive_due(state: State, now: Time, name: str) -> list[Action]:
    """Judge the line by what came back, and send the next keepalive."""
    line = state.lines.get(name)
    if line is None:
        return []
    was = line.is_up, line.is_looped
    if line.missed >= MISSED:
        line.is_up = line.is_looped = line.is_suspect = False
    else:
        line.is_up = not (line.is_looped and line.is_down_when_looped)
    actions = send_keepalive(line, now)
    if was != (line.is_up, line.is_looped):
        actions += tell(line)
    return [*actions, debug(line), *arm(line)]


def on_frame(state: State, now: Time, event: LinkFrame) -> list[Action]:
    """A SLARP packet arrived; a malformed one is dropped."""
    line = state.lines.get(event.interface)
    if line is None:
        return []
    try:
        message = parse_slarp(event.payload)
    except WireError:
        return []
    if isinstance(message, Keepalive):
        return on_keepalive(state, line, message)
    return send_reply(line) if message.type is SlarpType.REQUEST else []


def on_keepalive(state: State, line: Line, message: Keepalive) -> list[Action]:
    """Note what the other end has and what it saw; notice that it is this end itself."""
    if not line.keepalive_s:
        return []
    if (message.sequence, message.returned) == (line.sequence, line.returned):
        return on_own_keepalive(state, line)
    was_looped, line.is_looped, line.is_suspect = line.is_looped, False, False
    line.theirs = message.sequence
    # What was sent before a restart and comes back late confirms nothing.
    if line.sequence - message.returned & 0xFFFFFFFF < MISSED:
        line.seen = message.returned
    return tell(line) if was_looped else []


def on_own_keepalive(state: State, line: Line) -> list[Action]:
    """What was sent last came in.  It may be chance, if both ends started together; so the
    sequence jumps, and only if the new one comes in too is the line looped."""
    if not line.is_suspect:
        line.is_suspect = True
        missed = line.missed
        line.sequence = state.random.getrandbits(32)
        line.seen = line.sequence - missed & 0xFFFFFFFF
        return []
    line.seen = line.sequence
    if line.is_looped:
        return []
    line.is_looped = True
    line.is_up = not line.is_down_when_looped
    return tell(line)
