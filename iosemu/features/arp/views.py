"""What `show arp` is about."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.address import IPv4Address, MacAddress


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
