"""An engine that echoes what comes by TCP, and calls out when asked to: to try the machine of the
stack against another one.  Not part of any router but those of these tests."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from iosemu.data import grammars
from iosemu.kernel.time import Time
from iosemu.lab.program import Program, assemble
from iosemu.proto.base import (
    Action,
    Datagram,
    Input,
    InterfaceChanged,
    Open,
    TcpClose,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpListen,
    TcpOpen,
    TcpReady,
    TcpUp,
    TcpWrite,
    Udp,
)
from iosemu.registry import FEATURES, Feature

ECHO_PORT = 7
CALL_PORT = 4007
"""A datagram here asks for a call back to its sender, at the port it names."""
SAID = bytes(range(256)) * 400


@dataclass(slots=True)
class EchoEngine:
    """Echoes at ECHO_PORT; of its own calls it says SAID, closes, and counts what comes."""

    SLOTS: ClassVar[tuple[type, ...]] = ()

    is_open: bool = False
    calls: dict[int, int] = field(default_factory=dict)
    """Own connections, with how many bytes came."""
    ends: list[str] = field(default_factory=list)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case InterfaceChanged() if not self.is_open:
                self.is_open = True
                return [Open(TcpListen(ECHO_PORT)), Open(Udp(CALL_PORT))]
            case Datagram():
                return [TcpOpen("call", event.source, int(event.payload))]
            case TcpUp(conn, "call"):
                self.calls[conn] = 0
                return [TcpWrite(conn, SAID), TcpClose(conn)]
            case TcpData(conn, data) if conn in self.calls:
                self.calls[conn] += len(data)
                return []
            case TcpData(conn, data):
                return [TcpWrite(conn, data)]
            case TcpEnd(conn) if conn not in self.calls:
                return [TcpClose(conn)]
            case TcpDown(conn, _, reason):
                self.ends.append(f"{reason.value} after {self.calls.get(conn, 0)}")
                return []
            case InterfaceChanged() | TcpUp() | TcpEnd() | TcpReady():
                return []
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return tuple(self.ends)


@cache
def program() -> Program:
    """The built-in program and this engine."""
    return assemble((*FEATURES, Feature("echo", engine=f"{__name__}:EchoEngine")), grammars())
