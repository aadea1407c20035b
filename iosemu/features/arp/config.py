"""Static ARP entries."""

from __future__ import annotations

from typing import ClassVar

from iosemu.address import IPv4Address, MacAddress
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class StaticEntry:
    """`arp ADDRESS MAC arpa [INTERFACE] [alias]`."""

    mac: MacAddress
    interface: str | None = None
    alias: bool = False


@dataclass(frozen=True, slots=True)
class ArpConfig:
    """Static entries by address."""

    SLOT: ClassVar[str] = "arp"
    entries: Entries[IPv4Address, StaticEntry] = field(default_factory=Entries)
