"""Which log lines go where."""

from __future__ import annotations

from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field

LEVELS = (
    "emergencies",
    "alerts",
    "critical",
    "errors",
    "warnings",
    "notifications",
    "informational",
    "debugging",
)
"""Severity names; the index is the severity."""

FACILITIES = (
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "sys9",
    "sys10",
    "sys11",
    "sys12",
    "sys13",
    "sys14",
    "cron",
    "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    "local7",
)
"""Facility names; the index is the number in a syslog datagram (RFC 3164 4.1.1, IOS's names)."""

SYSLOG_PORT = 514


@dataclass(frozen=True, slots=True)
class Buffered:
    """`logging buffered [SIZE] [LEVEL]`; size in bytes."""

    size: int = 8192
    level: str = "debugging"


@dataclass(frozen=True, slots=True)
class Host:
    """`logging host ADDRESS`: a syslog server; `port` None: 514."""

    port: int | None = None

    def __post_init__(self) -> None:
        if self.port == SYSLOG_PORT:
            object.__setattr__(self, "port", None)


@dataclass(frozen=True, slots=True)
class UnservedHost:
    """A syslog server that is kept but not served: over TCP, or in another routing table."""

    vrf: str | None = None
    transport: str | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class DiscriminatedBuffer:
    """`logging buffered discriminator NAME ...`."""

    name: str = ""
    size: int | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class QueueLimit:
    """`logging queue-limit [trap] N`."""

    trap: bool = False
    messages: int = 100


@dataclass(frozen=True, slots=True)
class RateLimit:
    """`logging rate-limit [console] [all] N [except LEVEL]`; messages a second."""

    console: bool = False
    all: bool = False
    rate: int = 0
    level: str | None = None


@dataclass(frozen=True, slots=True)
class OriginId:
    """`logging origin-id {hostname | ip | string TEXT}`."""

    what: str = ""
    text: str | None = None


@dataclass(frozen=True, slots=True)
class LoggingConfig:
    """Destinations of log lines; None: off.  A level is one of `LEVELS`."""

    SLOT: ClassVar[str] = "logging"
    on: bool = True
    buffered: Buffered | None = Buffered()
    console: str | None = "debugging"
    monitor: str | None = "debugging"
    trap: str | None = "informational"
    facility: str = "local7"
    source_interface: str | None = None
    origin_id: OriginId | None = None
    message_counter: bool = True
    hosts: Entries[IPv4Address, Host] = field(default_factory=Entries)
    unserved: Entries[IPv4Address, UnservedHost] = field(default_factory=Entries)
    count: bool = False
    discriminators: Entries[str, str] = field(default_factory=Entries)
    queue_limit: QueueLimit | None = None
    exception_bytes: int = 4096
    buffered_discriminator: DiscriminatedBuffer | None = None
    host_discriminators: Entries[IPv4Address, str] = field(default_factory=Entries)
    vrf_sources: Entries[str, str] = field(default_factory=Entries)
    alarm: str | None = None
    esm_config: bool = True
    userinfo: bool = False
    snmp_authfail: bool = False
    server_arp: bool = False
    rate_limit: RateLimit | None = None
    history: str = "warnings"


def severity_of(level: str) -> int:
    """The number of a severity name."""
    return LEVELS.index(level)
