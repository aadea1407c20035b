"""The small servers: echo, discard and chargen over TCP and UDP (RFC 862, 863, 864).

The engine also carries out `clear tcp`, which is nobody else's.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from iosemu.config.tree import Config
from iosemu.features.services.config import ServicesConfig
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    Action,
    Close,
    Configured,
    Datagram,
    IcmpError,
    Input,
    InterfaceChanged,
    Open,
    Requested,
    SendUdp,
    TcpClear,
    TcpClose,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpListen,
    TcpReady,
    TcpUp,
    TcpWrite,
    Udp,
)
from iosemu.values import dataclass, field

ECHO, DISCARD, CHARGEN = 7, 9, 19
PORTS = (ECHO, DISCARD, CHARGEN)
LINE_CHARACTERS = 72
LINES = 1000
"""Of the character generator, at a time."""
_ALPHABET = bytes(range(33, 127)) + b" "


@dataclass(frozen=True, slots=True)
class ClearConnection:
    """`clear tcp`: reset this one."""

    number: int


@dataclass(slots=True)
class SmallServers:
    """ports: by connection, the server it is of.  lines: by connection, lines generated."""

    SLOTS: ClassVar[tuple[type, ...]] = (ServicesConfig,)
    ports: dict[int, int] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(old, new):
                return on_configured(old, new)
            case TcpUp():
                return on_up(self, event)
            case TcpData(conn, data):
                return [TcpWrite(conn, data)] if self.ports[conn] == ECHO else []
            case TcpReady(conn):
                return generate(self, conn) if self.ports[conn] == CHARGEN else []
            case TcpEnd(conn):
                return [TcpClose(conn)]
            case TcpDown(conn):
                self.ports.pop(conn, None)
                self.lines.pop(conn, None)
                return []
            case Datagram():
                return on_datagram(event)
            case Requested(ClearConnection(number)):
                return [TcpClear(number)]
            case InterfaceChanged() | IcmpError():
                return []
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        """Connections by port."""
        return dict(self.ports)


def on_configured(old: Config, new: Config) -> list[Action]:
    """Open and close the ports; connections that are up stay."""
    before, after = old.of(ServicesConfig), new.of(ServicesConfig)
    actions: list[Action] = []
    if after.tcp_small_servers != before.tcp_small_servers:
        action = Open if after.tcp_small_servers else Close
        actions += (action(TcpListen(port)) for port in PORTS)
    if after.udp_small_servers != before.udp_small_servers:
        action = Open if after.udp_small_servers else Close
        actions += (action(Udp(port)) for port in PORTS)
    return actions


def on_up(engine: SmallServers, event: TcpUp) -> list[Action]:
    engine.ports[event.conn] = event.local_port
    if event.local_port != CHARGEN:
        return []
    engine.lines[event.conn] = 0
    return generate(engine, event.conn)


def generate(engine: SmallServers, conn: int) -> list[Action]:
    """The next lines of the pattern, more than a window: there is word when most are gone."""
    first = engine.lines[conn]
    engine.lines[conn] = first + LINES
    return [TcpWrite(conn, b"".join(pattern(first + n) for n in range(LINES)))]


def pattern(number: int) -> bytes:
    """A line of the character generator, each one character further than the one before."""
    start = number % len(_ALPHABET)
    turned = _ALPHABET[start:] + _ALPHABET[:start]
    return turned[:LINE_CHARACTERS] + b"\r\n"


def on_datagram(event: Datagram) -> list[Action]:
    """Answer, unless to another small server: two of them would never end."""
    if event.source_port in PORTS or event.target.is_multicast or event.target.is_broadcast:
        return []
    match event.target_port:
        case port if port == ECHO:
            payload = event.payload
        case port if port == CHARGEN:
            payload = pattern(len(event.payload))
        case _:
            return []
    source, target = (event.target_port, event.source_port)
    return [SendUdp(event.source, source, target, payload, source=event.target, vrf=event.vrf)]
