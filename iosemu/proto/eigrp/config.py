"""What `router eigrp` configures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries


class EigrpNetwork(NamedTuple):
    """`network A.B.C.D [wildcard]`; without a wildcard the class of the address."""

    address: IPv4Address
    wildcard: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class EigrpProcessConfig:
    """One `router eigrp`."""

    networks: Entries[EigrpNetwork, bool] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class EigrpConfig:
    """All processes: an autonomous system, or the name of a named one."""

    SLOT: ClassVar[str] = "eigrp"

    processes: Entries[int | str, EigrpProcessConfig] = field(default_factory=Entries)
