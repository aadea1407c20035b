"""What SLARP sends."""

from __future__ import annotations

from iosemu.address import mask_of
from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.proto.base import Action, Debug, SendFrame, SetLine, SetTimer
from iosemu.wire.cdp import GROUP
from iosemu.wire.hdlc import SLARP, AddressMessage, Keepalive, SlarpType

from .state import Line

INTERFACE = "serial interface"
"""Debug flag."""


def send_keepalive(line: Line, now: Time) -> list[Action]:
    """The next keepalive of a line."""
    line.sequence = line.sequence + 1 & 0xFFFFFFFF
    line.returned = line.theirs
    uptime_ms = now // MILLISECOND & 0xFFFFFFFF
    message = Keepalive(line.sequence, line.theirs, uptime_ms=uptime_ms)
    return [SendFrame(line.name, GROUP, SLARP, message.emit())]


def send_reply(line: Line) -> list[Action]:
    """The answer to one who asks for the address of this end, if it has one."""
    if line.address is None:
        return []
    address, length = line.address
    message = AddressMessage(SlarpType.REPLY, address, mask_of(length))
    return [SendFrame(line.name, GROUP, SLARP, message.emit())]


def arm(line: Line) -> list[Action]:
    """Send the next keepalive in time."""
    assert line.keepalive_s
    return [SetTimer(("keepalive", line.name), line.keepalive_s * SECOND)]


def tell(line: Line) -> list[Action]:
    """Say what the line is."""
    return [SetLine(line.name, line.is_up, line.is_looped)]


def debug(line: Line) -> Action:
    """What `debug serial interface` prints for a keepalive."""
    looped = " (looped)" if line.is_looped else ""
    state = "up" if line.is_up else "down"
    text = (
        f"{line.name}: HDLC myseq {line.sequence}, mineseen {line.seen}*,"
        f" yourseen {line.theirs}, line {state}{looped}"
    )
    return Debug(INTERFACE, text, line.name)
