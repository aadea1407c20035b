"""What the show of key chains is about."""

from __future__ import annotations

from iosemu.values import dataclass

from .config import Lifetime


@dataclass(frozen=True, slots=True)
class LifetimeView:
    """When a key is sent or accepted; `lifetime` None: always."""

    use: str
    lifetime: Lifetime | None
    holds: bool


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key; `text` None: it has no string, or none that can be read."""

    number: int
    text: str | None
    algorithm: str | None
    lifetimes: tuple[LifetimeView, ...]


@dataclass(frozen=True, slots=True)
class KeyChainView:
    """One chain; `zone`: the name of the device's time."""

    name: str
    zone: str
    keys: tuple[KeyView, ...]
