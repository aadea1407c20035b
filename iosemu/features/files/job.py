"""Copying takes time: a local copy at the speed of flash, a TFTP one until nobody answered.

There is no server in a lab, but what a router asks one for does leave it.
"""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import MILLISECOND, SECOND, Time, TimerFired
from iosemu.proto.base import (
    Action,
    Close,
    Done,
    IcmpError,
    Input,
    Interrupted,
    Open,
    Print,
    SendUdp,
    SetTimer,
    Started,
    Udp,
)
from iosemu.values import dataclass

START_NS = 100 * MILLISECOND
BYTES_PER_S = 100_000
TFTP_PORT = 69
TRIES = 5
WAIT_NS = 4 * SECOND
DUE = ("due",)


@dataclass(slots=True)
class Copied:
    """A local copy, which is done; the report comes when it would be."""

    length_bytes: int

    def duration_ns(self) -> Time:
        """How long so many bytes take."""
        return START_NS + self.length_bytes * SECOND // BYTES_PER_S

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Started():
                return [SetTimer(DUE, self.duration_ns())]
            case TimerFired():
                return [Print(f"{self.report()}\n"), Done()]
            case Interrupted():
                return [Done()]
            case _:
                return []

    def report(self) -> str:
        """ "1024 bytes copied in 0.110 secs (9309 bytes/sec)"."""
        milliseconds = self.duration_ns() // MILLISECOND
        rate = self.length_bytes * 1000 // milliseconds
        seconds = f"{milliseconds // 1000}.{milliseconds % 1000:03d}"
        return f"{self.length_bytes} bytes copied in {seconds} secs ({rate} bytes/sec)"

    def busy(self) -> bool:
        return False

    def view(self, query: object) -> None:
        return None


@dataclass(slots=True)
class Tftp:
    """A TFTP request (RFC 1350 section 5) that is repeated until it is given up.

    `opcode`: 1 to read, 2 to write.  `name`: of the file on the server.
    """

    server: IPv4Address
    opcode: int
    name: str
    port: int
    sent: int = 0

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Started():
                return [Open(Udp(self.port)), *self.ask()]
            case TimerFired() if self.sent < TRIES:
                return [Print("."), *self.ask()]
            case TimerFired():
                return [Print("."), *self.end("Timed out")]
            case IcmpError():
                return self.end("Unrecognized error")
            case Interrupted():
                return self.end("Interrupted")
            case _:
                return []

    def ask(self) -> list[Action]:
        """One more request."""
        self.sent += 1
        payload = self.opcode.to_bytes(2, "big") + self.name.encode("latin-1") + b"\0octet\0"
        request = SendUdp(self.server, self.port, TFTP_PORT, payload)
        return [request, SetTimer(DUE, WAIT_NS)]

    def end(self, reason: str) -> list[Action]:
        """Give up."""
        url = f"tftp://{self.server}/{self.name}"
        return [Close(Udp(self.port)), Print(f"\n%Error opening {url} ({reason})\n"), Done()]

    def busy(self) -> bool:
        return True

    def view(self, query: object) -> None:
        return None
