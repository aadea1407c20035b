"""Sends log lines to syslog servers (RFC 3164), one datagram a line, as IOS does.

The device hands over each line that the trap level lets pass; which those are is not decided here.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from iosemu.address import IPv4Address
from iosemu.config.tree import Config
from iosemu.features.system.config import SystemConfig
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    Action,
    Configured,
    Input,
    InterfaceChanged,
    Requested,
    SendUdp,
    Syslog,
    TimerFired,
)
from iosemu.proto.parts import LogLine
from iosemu.values import dataclass, field

from .config import FACILITIES, SYSLOG_PORT, Host, LoggingConfig
from .messages import HostStartStop

SOURCE_PORT = 51_000
"""IOS takes any high port and keeps it; this one says whose datagram it is in a capture."""


@dataclass(slots=True)
class LoggingEngine:
    """logged: lines sent to each server.  addresses: the primary one of each interface that is up.
    number: lines sent, which each datagram carries."""

    SLOTS = (LoggingConfig, SystemConfig)
    config: Config = field(default_factory=Config)
    addresses: dict[str, IPv4Address] = field(default_factory=dict)
    logged: dict[IPv4Address, int] = field(default_factory=dict)
    number: int = 0

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(old, new):
                return on_configured(self, old, new)
            case InterfaceChanged():
                return on_interface(self, event)
            case Requested(LogLine() as line):
                return on_line(self, line)
            case TimerFired(("flush",)):
                # Its only purpose is that the lines queued in this instant are worked off.
                return []
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        """Lines sent to each server."""
        return dict(self.logged)


def on_configured(engine: LoggingEngine, old: Config, new: Config) -> list[Action]:
    """Start and stop servers."""
    engine.config = new
    before, after = old.of(LoggingConfig).hosts, new.of(LoggingConfig).hosts
    actions: list[Action] = []
    for address in before:
        if address not in after:
            engine.logged.pop(address, None)
            actions.append(Syslog(HostStartStop(address, port_of(before[address]), False)))
    for address in after:
        if address not in before:
            engine.logged[address] = 0
            actions.append(Syslog(HostStartStop(address, port_of(after[address]), True)))
    return actions


def port_of(host: Host) -> int:
    return SYSLOG_PORT if host.port is None else host.port


def on_interface(engine: LoggingEngine, event: InterfaceChanged) -> list[Action]:
    if event.new is not None and event.new.is_up and event.new.addresses:
        engine.addresses[event.name] = event.new.addresses[0][0]
    else:
        engine.addresses.pop(event.name, None)
    return []


def on_line(engine: LoggingEngine, line: LogLine) -> list[Action]:
    """Continuation lines go alone, without a stamp."""
    config = engine.config.of(LoggingConfig)
    source = engine.addresses.get(config.source_interface or "")
    actions: list[Action] = []
    for text in line.text.split("\n"):
        engine.number += 1
        for address, host in config.hosts.items():
            engine.logged[address] += 1
            payload = datagram(engine, config, line.severity, text)
            actions.append(SendUdp(address, SOURCE_PORT, port_of(host), payload, source=source))
    return actions


def datagram(engine: LoggingEngine, config: LoggingConfig, severity: int, text: str) -> bytes:
    """`<189>12: R1: *Mar  1 00:00:01.003: %SYS-5-CONFIG_I: ...`."""
    priority = FACILITIES.index(config.facility) * 8 + severity
    number = f"{engine.number}: " if config.message_counter else ""
    return f"<{priority}>{number}{origin(engine, config)}{text}".encode("latin-1", "replace")


def origin(engine: LoggingEngine, config: LoggingConfig) -> str:
    """What `logging origin-id` adds."""
    wanted = config.origin_id
    if wanted is None:
        return ""
    if wanted.what == "hostname":
        return f"{engine.config.of(SystemConfig).hostname}: "
    if wanted.what == "string":
        return f"{wanted.text}: "
    address = engine.addresses.get(config.source_interface or "")
    if address is None:
        address = next(iter(engine.addresses.values()), None)
    return "" if address is None else f"{address}: "
