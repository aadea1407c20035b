"""Static routes."""

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
