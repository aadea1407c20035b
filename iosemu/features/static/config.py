"""What `ip route` and `ip default-network` configure."""

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
    """The options of a line.

    track: number of a tracked object, None without.  multicast: the line is meant for multicast
    sources alone and never forwards a unicast packet.
    """

    distance: int = 1
    name: str | None = None
    permanent: bool = False
    tag: int = 0
    track: int | None = None
    multicast: bool = False


PLAIN = StaticRoute()
"""A line without options: most lines share it."""


@dataclass(frozen=True, slots=True)
class StaticConfig:
    """All static routes of the global table, and the candidates for a default route."""

    SLOT: ClassVar[str] = "static"

    routes: Entries[StaticKey, StaticRoute] = field(default_factory=Entries)
    default_networks: Entries[IPv4Address, bool] = field(default_factory=Entries)
