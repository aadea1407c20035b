"""Commands of the ARP table."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address
from iosemu.cli.api import Exec, Lines, exec_command, show
from iosemu.kernel.time import MINUTE, Time
from iosemu.stack import clear_neighbors
from iosemu.stack.interface import Interface, Medium
from iosemu.stack.state import Stack

from .views import ArpRow, ArpTableView


@show("arp.show")
def show_arp(x: Exec) -> Iterator[ArpTableView]:
    yield arp_table(x, None)


@show("arp.show.ip")
def show_ip_arp(x: Exec, *, address: IPv4Address | None) -> Iterator[ArpTableView]:
    yield arp_table(x, address)


def arp_table(x: Exec, wanted: IPv4Address | None) -> ArpTableView:
    """Own addresses, static entries and what was learned, by address."""
    stack = x.part(Stack)
    static = stack.static_arp
    rows = [ArpRow(address, None, mac, None) for address, mac in static.items()]
    for interface in stack.interfaces.values():
        if interface.kind.medium is Medium.ETHERNET and interface.is_up:
            rows += (r for r in interface_rows(interface, x.now) if r.address not in static)
    chosen = [row for row in rows if wanted is None or row.address == wanted]
    return ArpTableView(tuple(sorted(chosen, key=lambda row: row.address)))


def interface_rows(interface: Interface, now: Time) -> Iterator[ArpRow]:
    for address, _ in interface.settings.addresses:
        yield ArpRow(address, None, interface.mac, interface.name)
    for address, entry in interface.arp.items():
        age_min = (now - entry.since) // MINUTE
        yield ArpRow(address, age_min, entry.mac, interface.name if entry.mac else None)


@exec_command("arp.clear")
def clear_arp_cache(x: Exec) -> Lines:
    clear_neighbors(x.part(Stack))
    return []


@exec_command("arp.clear.ip")
def clear_ip_arp(x: Exec, *, address: IPv4Address) -> Lines:
    clear_neighbors(x.part(Stack), address)
    return []
