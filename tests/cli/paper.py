"""Paper classes for a grammar of key servers, to exercise the engine without any feature."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries


@dataclass(frozen=True, slots=True)
class Identity:
    number: int | None = None
    address: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class ListName:
    number: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Cipher:
    cipher: str
    bits: int | None = None


@dataclass(frozen=True, slots=True)
class Retransmit:
    interval: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Rekey:
    algorithm: Cipher | None = None
    lifetime: int = 86400
    retransmit: Retransmit | None = None
    authentication: str | None = None
    unicast: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    method: str
    packets: int | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class SaConfig:
    profile: str | None = None
    match: ListName | None = None
    replay: Replay | None = None


@dataclass(frozen=True, slots=True)
class CoopConfig:
    priority: int = 1
    peers: Entries[IPv4Address, bool] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class LocalServerConfig:
    rekey: Rekey = Rekey()
    authorization: ListName | None = None
    sas: Entries[int, SaConfig] = field(default_factory=Entries)
    receive_only: bool = False
    address: IPv4Address | None = None
    redundancy: CoopConfig | None = None


@dataclass(frozen=True, slots=True)
class GroupConfig:
    identity: Identity | None = None
    passive: bool = False
    servers: Entries[IPv4Address, bool] = field(default_factory=Entries)
    local_server: LocalServerConfig | None = None


@dataclass(frozen=True, slots=True)
class GdoiConfig:
    SLOT: ClassVar[str] = "gdoi"
    groups: Entries[str, GroupConfig] = field(default_factory=Entries)


CLASSES: dict[str, type] = {
    c.__name__: c for c in (GdoiConfig, GroupConfig, LocalServerConfig, SaConfig, CoopConfig)
}
