"""What `ip route` configures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries


class StaticKey(NamedTuple):
    """One `ip route` line: the same network may be given several times with other next hops."""

    network: IPv4Address
    mask: IPv4Address
    interface: str | None
    address: IPv4Address | None


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """The options of a line.  `track`: number of a tracked object, None without."""

    distance: int = 1
    name: str | None = None
    permanent: bool = False
    tag: int = 0


@dataclass(frozen=True, slots=True)
class StaticConfig:
    """All static routes of the global table."""

    SLOT: ClassVar[str] = "static"

    routes: Entries[StaticKey, StaticRoute] = field(default_factory=Entries)
