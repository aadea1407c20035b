"""Static routes and key chains."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries

RouteKey = tuple[str | None, IPv4Address, IPv4Address, str | None, IPv4Address | None]
"""VRF, prefix, mask, interface, next hop."""


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """What follows the next hop of `ip route`."""

    distance: int = 1
    tag: int | None = None
    name: str | None = None
    permanent: bool = False
    track: int | None = None


@dataclass(frozen=True, slots=True)
class StaticConfig:
    """Static routes; the key is what two routes must differ in."""

    SLOT: ClassVar[str] = "static"
    routes: Entries[RouteKey, StaticRoute] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class KeyString:
    """`key-string`: 0 or 7 before a text."""

    text: str
    encryption: int | None = None


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From a time of day (seconds) of a date, for ever, for some seconds, or until another."""

    start_time: int
    start_month: str
    start_day: int
    start_year: int
    infinite: bool = False
    duration: int | None = None
    end_time: int | None = None
    end_month: str | None = None
    end_day: int | None = None
    end_year: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a chain."""

    key_string: KeyString | None = None
    algorithm: str | None = None
    accept: Lifetime | None = None
    send: Lifetime | None = None


@dataclass(frozen=True, slots=True)
class KeyChain:
    """Keys by number."""

    description: str | None = None
    keys: Entries[int, Key] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class KeyChainsConfig:
    """Key chains by name."""

    SLOT: ClassVar[str] = "key_chain"
    chains: Entries[str, KeyChain] = field(default_factory=Entries)
