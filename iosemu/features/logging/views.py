"""What the log shows are about."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class Destination:
    """One destination: its level (None: disabled) and how many messages it got."""

    level: str | None
    logged: int


@dataclass(frozen=True, slots=True)
class HostView:
    """One syslog server; `is_up`: whether there is a route to it."""

    address: IPv4Address
    port: int
    logged: int
    is_up: bool


@dataclass(frozen=True, slots=True)
class LoggingView:
    """`show logging`."""

    is_enabled: bool
    console: Destination
    monitor: Destination
    buffer: Destination
    size_bytes: int
    lines: tuple[str, ...]
    trap: Destination = Destination("informational", 0)
    hosts: tuple[HostView, ...] = ()
    source_interface: str | None = None
    exception_bytes: int = 4096
    is_counting: bool = False
    has_sequence: bool = False


@dataclass(frozen=True, slots=True)
class MessageRow:
    """How often a message occurred, and when last."""

    name: str
    severity: int
    count: int
    last: str


@dataclass(frozen=True, slots=True)
class FacilityRows:
    """The messages of one facility."""

    facility: str
    rows: tuple[MessageRow, ...]


@dataclass(frozen=True, slots=True)
class LoggingCountView:
    """`show logging count`."""

    facilities: tuple[FacilityRows, ...]
