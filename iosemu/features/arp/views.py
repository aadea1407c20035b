"""What `show arp` is about."""

from __future__ import annotations

from iosemu.address import IPv4Address, MacAddress
from iosemu.kernel.time import Time
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class ArpRow:
    """One entry: `age_min` None for an own or static address, `mac` None while incomplete."""

    address: IPv4Address
    age_min: int | None
    mac: MacAddress | None
    interface: str | None


@dataclass(frozen=True, slots=True)
class ArpTableView:
    """The ARP table in the order of addresses."""

    rows: tuple[ArpRow, ...]


@dataclass(frozen=True, slots=True)
class ArpSummaryView:
    """`show arp summary`: how many entries of each kind."""

    dynamic: int
    incomplete: int
    interface: int
    static: int
    alias: int


@dataclass(frozen=True, slots=True)
class ArpEntryView:
    """One entry of `show arp detail`.

    `kind` as "Dynamic", "Interface", "Static", "Alias"; of a dynamic one `refresh` is the time
    until it is asked for again, None: never.
    """

    address: IPv4Address
    kind: str
    mac: MacAddress | None
    interface: str | None
    age: Time | None = None
    refresh: Time | None = None


@dataclass(frozen=True, slots=True)
class ArpDetailView:
    """`show arp detail`."""

    entries: tuple[ArpEntryView, ...]
