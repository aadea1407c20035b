"""Renderer of the ARP table."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import ArpRow, ArpTableView


@renders(ArpTableView)
def arp_table(view: ArpTableView) -> Iterator[str]:
    if not view.rows:
        return
    yield "Protocol  Address          Age (min)  Hardware Addr   Type   Interface"
    for row in view.rows:
        yield arp_row(row)


def arp_row(row: ArpRow) -> str:
    age = "-" if row.age_min is None else str(row.age_min)
    mac = "Incomplete" if row.mac is None else str(row.mac)
    return (
        f"Internet  {row.address:<15}{age:>10}   {mac:<14}  ARPA   {row.interface or ''}".rstrip()
    )
