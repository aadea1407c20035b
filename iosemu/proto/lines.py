"""What a server of terminals and the lines of its router say to each other.

The server is an engine; it names each connection by a number of its own (`conn`).  Knows nothing
of how a line works, nor of the protocol that the server speaks.
"""

from __future__ import annotations

from iosemu.address import Address
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Who wants a line, and where he called.  `transport`: as `transport input` names it."""

    conn: int
    vrf: str
    peer: Address
    peer_port: int
    local: Address
    local_port: int
    transport: str = "telnet"


# -- actions of the server ----


@dataclass(frozen=True, slots=True)
class CallLine:
    """Give the caller a virtual terminal; the answer is `LineGiven`."""

    caller: Caller


@dataclass(frozen=True, slots=True)
class StartLine:
    """The caller is connected: greet him."""

    conn: int


@dataclass(frozen=True, slots=True)
class LineKeys:
    """What the caller typed."""

    conn: int
    data: bytes


@dataclass(frozen=True, slots=True)
class LineWindow:
    """The caller's window has this size, in characters; 0: he does not know."""

    conn: int
    width: int
    length: int


@dataclass(frozen=True, slots=True)
class LineTerminal:
    """What the caller's terminal calls itself."""

    conn: int
    name: str


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """The caller is gone: the line is free."""

    conn: int


LineEvent = StartLine | LineKeys | LineWindow | LineTerminal | LeaveLine
LineAction = CallLine | LineEvent


# -- inputs of the server, in `Requested` ----


@dataclass(frozen=True, slots=True)
class LineGiven:
    """The number of the line a caller was given; None: there is none for him."""

    conn: int
    line: int | None


@dataclass(frozen=True, slots=True)
class LinePrinted:
    """What the line prints."""

    conn: int
    data: bytes


@dataclass(frozen=True, slots=True)
class LineLeft:
    """The line ended the session; everything it printed was told before."""

    conn: int
