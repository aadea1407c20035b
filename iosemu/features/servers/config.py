"""Server groups, accounting, and method lists of services that are not simulated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries

Methods = tuple[str, ...]
"""Methods in their order; a server group is the two words "group", NAME."""


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
class PppMethods:
    """`aaa authentication ppp`."""

    if_needed: bool = False
    methods: Methods = ()


@dataclass(frozen=True, slots=True)
class AccountingList:
    """`aaa accounting SERVICE NAME`: when records are sent, and where."""

    when: str = "none"
    methods: Methods = ()


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
    dot1x: Entries[str, Methods] = field(default_factory=Entries)
    ppp: Entries[str, PppMethods] = field(default_factory=Entries)
    network: Entries[str, Methods] = field(default_factory=Entries)
    auth_proxy: Methods = ()
    reverse_access: Entries[str, Methods] = field(default_factory=Entries)
    delay_start: DelayStart | None = None
    nested: bool = False
    stop_at_failure: bool = False
    update: Update | None = None
    accounting: Entries[tuple[str, str], AccountingList] = field(default_factory=Entries)
    dynamic_author: DynamicAuthor | None = None
