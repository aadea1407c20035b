"""Server groups and how accounting is done; no server is simulated."""

from __future__ import annotations

from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Server:
    """`server ADDRESS` of a group; ports None: the usual ones."""

    auth_port: int | None = None
    acct_port: int | None = None


@dataclass(frozen=True, slots=True)
class PrivateServer:
    """`server-private ADDRESS`."""

    auth_port: int | None = None
    acct_port: int | None = None
    port: int | None = None
    encryption: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """`ip radius source-interface INTERFACE`."""

    protocol: str
    interface: str


@dataclass(frozen=True, slots=True)
class ServerGroup:
    """`aaa group server PROTOCOL NAME`."""

    servers: Entries[IPv4Address, Server] = field(default_factory=Entries)
    names: Entries[str, bool] = field(default_factory=Entries)
    private: Entries[IPv4Address, PrivateServer] = field(default_factory=Entries)
    source: Source | None = None
    deadtime_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class DelayStart:
    """`aaa accounting delay-start [all]`."""

    vrfs: str | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """`aaa accounting update`."""

    newinfo: bool = False
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """A client of dynamic authorization."""

    encryption: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class DynamicAuthor:
    """`aaa server radius dynamic-author`."""

    clients: Entries[IPv4Address | str, Client] = field(default_factory=Entries)
    port: int | None = None
    auth_type: str | None = None
    ignores_session_key: bool = False
    ignores_server_key: bool = False


@dataclass(frozen=True, slots=True)
class ServersConfig:
    """All about servers nobody asks."""

    SLOT: ClassVar[str] = "servers"
    groups: Entries[tuple[str, str], ServerGroup] = field(default_factory=Entries)
    delay_start: DelayStart | None = None
    nested: bool = False
    stop_at_failure: bool = False
    update: Update | None = None
    dynamic_author: DynamicAuthor | None = None
