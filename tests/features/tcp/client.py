"""An engine for tests: it opens connections, sends what it is given, and keeps what it hears."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from iosemu.kernel.time import Time
from iosemu.lab.lab import Lab
from iosemu.proto.base import (
    Action,
    Datagram,
    Input,
    Requested,
    TcpClose,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpOpen,
    TcpOptions,
    TcpReason,
    TcpUp,
    TcpWrite,
)
from tests.stack.net import ip

NAME = "client"


@dataclass(slots=True)
class Client:
    """heard: bytes by connection.  up: connections by token.  ends: reasons by token."""

    heard: dict[int, bytearray] = field(default_factory=dict)
    up: dict[Hashable, int] = field(default_factory=dict)
    ends: dict[Hashable, TcpReason] = field(default_factory=dict)
    datagrams: list[bytes] = field(default_factory=list)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Requested(what):
                return [what]
            case TcpUp(conn, token):
                self.up[token] = conn
                self.heard[conn] = bytearray()
            case TcpData(conn, data):
                self.heard[conn] += data
            case TcpEnd(conn):
                return [TcpClose(conn)]
            case TcpDown(_, token, reason):
                self.ends[token] = reason
            case Datagram():
                self.datagrams.append(event.payload)
            case _:
                pass
        return []

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return None


@dataclass
class Caller:
    """A client on a router of a lab."""

    lab: Lab
    device: str

    def __post_init__(self) -> None:
        self.lab.routers[self.device].device.engines.setdefault(NAME, Client())

    @property
    def client(self) -> Client:
        client = self.lab.routers[self.device].device.engines[NAME]
        assert isinstance(client, Client)
        return client

    def do(self, action: Action) -> None:
        self.lab.routers[self.device].post(NAME, action)

    def connect(
        self, target: str, port: int, token: str = "one", options: TcpOptions | None = None
    ) -> None:
        self.do(TcpOpen(token, ip(target), port, tcp=options or TcpOptions()))

    def write(self, data: bytes, token: str = "one") -> None:
        self.do(TcpWrite(self.client.up[token], data))

    def close(self, token: str = "one") -> None:
        self.do(TcpClose(self.client.up[token]))

    def heard(self, token: str = "one") -> bytes:
        return bytes(self.client.heard[self.client.up[token]])
