"""Renderers of the ARP table."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.kernel.time import MINUTE, SECOND, Time

from .views import ArpDetailView, ArpEntryView, ArpRow, ArpSummaryView, ArpTableView


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


@renders(ArpSummaryView)
def arp_summary(view: ArpSummaryView) -> Iterator[str]:
    total = view.dynamic + view.incomplete + view.interface + view.static + view.alias
    yield f"Total number of entries in the ARP table: {total}."
    yield f"Total number of Dynamic ARP entries: {view.dynamic}."
    yield f"Total number of Incomplete ARP entries: {view.incomplete}."
    yield f"Total number of Interface ARP entries: {view.interface}."
    yield f"Total number of Static ARP entries: {view.static}."
    yield f"Total number of Alias ARP entries: {view.alias}."
    yield "Total number of Simple Application ARP entries: 0."
    yield "Total number of Application Alias ARP entries: 0."
    yield "Total number of Application Timer ARP entries: 0."


@renders(ArpDetailView)
def arp_detail(view: ArpDetailView) -> Iterator[str]:
    for entry in view.entries:
        yield ""
        yield f"ARP entry for {entry.address}, link type IP."
        way = "" if entry.interface is None else f", via {entry.interface}"
        updated = "" if entry.age is None else f", last updated {minutes(entry.age)} ago"
        yield f"  {entry.kind}{way}{updated}."
        mac = "incomplete" if entry.mac is None else f"{entry.mac}, 6 bytes long"
        yield f"  Encap type is ARPA, hardware address is {mac}."
        yield "  ARP subblocks:"
        yield from subblock(entry)


def subblock(entry: ArpEntryView) -> Iterator[str]:
    match entry.kind:
        case "Interface":
            yield "  * Interface ARP Subblock"
        case "Dynamic":
            yield "  * Dynamic ARP Subblock"
            if entry.refresh is not None:
                rest, seconds = divmod(entry.refresh // SECOND, 60)
                yield (
                    f"    Entry will be refreshed in {counted(rest, 'minute')}"
                    f" and {counted(seconds, 'second')}."
                )
                yield "    It has 1 chance to be refreshed before it is purged."
            yield f"    Entry is {'incomplete' if entry.mac is None else 'complete'}."
        case _:
            yield "  * Static ARP Subblock"
            yield "    Floating entry." if entry.interface is None else "    Entry is complete."
    if entry.mac is not None and entry.interface is not None and entry.kind != "Interface":
        yield "  * IP ARP Adjacency"
        yield f"    Adjacency (for {entry.address} on {entry.interface}) was installed."


def minutes(age: Time) -> str:
    return counted(age // MINUTE, "minute")


def counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
