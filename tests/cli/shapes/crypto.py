"""Crypto maps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries


@dataclass(frozen=True, slots=True)
class ReverseRoute:
    """`reverse-route [static]`."""

    static: bool = False


@dataclass(frozen=True, slots=True)
class PeerOptions:
    """`set peer A.B.C.D [default]`."""

    default: bool = False


@dataclass(frozen=True, slots=True)
class MapEntry:
    """One entry of a crypto map; `dynamic` names the dynamic map it hands on to."""

    kind: str = "ipsec-isakmp"
    dynamic: str | None = None
    description: str | None = None
    group: str | None = None
    peers: Entries[IPv4Address, PeerOptions] = field(default_factory=Entries)
    lifetime_s: int | None = None
    lifetime_kb: int | None = None
    transform_sets: tuple[str, ...] = ()
    pfs: str | None = None
    isakmp_profile: str | None = None
    match: int | str | None = None
    reverse_route: ReverseRoute | None = None


@dataclass(frozen=True, slots=True)
class CryptoMap:
    """Entries by sequence number."""

    local_address: str | None = None
    fail_close: bool = False
    entries: Entries[int, MapEntry] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class CryptoConfig:
    """Crypto maps by name."""

    SLOT: ClassVar[str] = "crypto"
    maps: Entries[str, CryptoMap] = field(default_factory=Entries)
