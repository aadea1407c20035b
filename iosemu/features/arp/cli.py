"""Commands of the ARP table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from iosemu.address import IPv4Address, MacAddress
from iosemu.cli.api import Exec, Lines, exec_command, show
from iosemu.features.vrf.tables import table_of
from iosemu.kernel.time import MINUTE, SECOND, Time
from iosemu.proto.base import DEFAULT_VRF
from iosemu.stack import clear_neighbors
from iosemu.stack.arp import REFRESH_BEFORE_S
from iosemu.stack.interface import ArpEntry, Interface, Medium
from iosemu.stack.state import Stack

from .views import ArpDetailView, ArpEntryView, ArpRow, ArpSummaryView, ArpTableView


@show("arp.show")
def show_arp(
    x: Exec, *, address: IPv4Address | None, mac: MacAddress | None, name: str | None
) -> Iterator[ArpTableView]:
    return show_ip_arp(x, vrf=None, address=address, mac=mac, name=name)


@show("arp.show.ip")
def show_ip_arp(
    x: Exec,
    *,
    vrf: str | None,
    address: IPv4Address | None,
    mac: MacAddress | None,
    name: str | None,
) -> Iterator[ArpTableView]:
    wanted = (
        entry
        for entry in entries(x.part(Stack), x.now, table_of(x, vrf))
        if address in (None, entry.address)
        and mac in (None, entry.mac)
        and name in (None, entry.interface)
    )
    yield ArpTableView(tuple(map(row, wanted)))


def row(entry: ArpEntryView) -> ArpRow:
    """An entry as the table shows it: the interface of an incomplete one is left out."""
    age_min = None if entry.age is None else entry.age // MINUTE
    interface = None if entry.mac is None else entry.interface
    return ArpRow(entry.address, age_min, entry.mac, interface)


@show("arp.show.detail")
def show_detail(x: Exec) -> Iterator[ArpDetailView]:
    yield ArpDetailView(tuple(entries(x.part(Stack), x.now)))


@show("arp.show.summary")
def show_summary(x: Exec) -> Iterator[ArpSummaryView]:
    held = entries(x.part(Stack), x.now)
    kinds = Counter(entry.kind if entry.mac is not None else "Incomplete" for entry in held)
    yield ArpSummaryView(
        dynamic=kinds["Dynamic"],
        incomplete=kinds["Incomplete"],
        interface=kinds["Interface"],
        static=kinds["Static"],
        alias=kinds["Alias"],
    )


def entries(stack: Stack, now: Time, vrf: str = DEFAULT_VRF) -> list[ArpEntryView]:
    """Static entries, own addresses and what was learned in a VRF, by address."""
    found = [
        ArpEntryView(address, "Alias" if held.alias else "Static", held.mac, held.interface)
        for address, held in stack.static_arp.items()
        if vrf == DEFAULT_VRF
    ]
    for interface in stack.interfaces.values():
        if interface.settings.vrf != vrf:
            continue
        if interface.kind.medium is Medium.ETHERNET and interface.is_up:
            own = interface_entries(interface, now)
            found += (entry for entry in own if entry.address not in stack.static_arp)
    return sorted(found, key=lambda entry: entry.address)


def interface_entries(interface: Interface, now: Time) -> Iterator[ArpEntryView]:
    for address, _ in interface.settings.addresses:
        yield ArpEntryView(address, "Interface", interface.mac, interface.name)
    for address, entry in interface.arp.items():
        refresh = refresh_of(interface, entry, now)
        age = now - entry.since
        yield ArpEntryView(address, "Dynamic", entry.mac, interface.name, age, refresh)


def refresh_of(interface: Interface, entry: ArpEntry, now: Time) -> Time | None:
    """How long until a neighbor is asked for again; None: it never is, or has not answered yet."""
    timeout_s = interface.settings.arp_timeout_s
    if entry.mac is None or not timeout_s:
        return None
    return max(0, entry.since + max(1, timeout_s - REFRESH_BEFORE_S) * SECOND - now)


@exec_command("arp.clear")
def clear_arp_cache(x: Exec, *, address: IPv4Address | None, name: str | None) -> Lines:
    clear_neighbors(x.part(Stack), address, name)
    return []


@exec_command("arp.clear.ip")
def clear_ip_arp(x: Exec, *, address: IPv4Address) -> Lines:
    clear_neighbors(x.part(Stack), address)
    return []
