"""Exec commands of EIGRP: what is asked of the engine, and what of its answer is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.cli.api import Exec, Lines, exec_command, show
from iosemu.proto.parts import Clock

from .requests import ClearEvents, ClearNeighbors
from .views import (
    About,
    AccountingView,
    DestinationView,
    EntryView,
    EventsView,
    InterfacesView,
    NeighborsView,
    NotesView,
    PluginsView,
    ProtocolView,
    Query,
    TimersView,
    TopologySummaryView,
    TopologyView,
    TrafficView,
)

DEFAULT = "default"


@show("eigrp.show.neighbors")
def show_neighbors(
    x: Exec, *, vrf: str | None, asn: int | None, static: bool, detail: bool, name: str | None
) -> Iterator[NeighborsView]:
    for view in x.view("eigrp", Query(About.NEIGHBORS, x.now, asn, vrf or DEFAULT)) or ():
        rows = (row for row in view.rows if name in (None, row.interface))
        chosen = tuple(row for row in rows if row.is_static or not static)
        yield replace(view, rows=chosen, has_detail=detail)


@show("eigrp.family.neighbors")
def show_family_neighbors(
    x: Exec,
    *,
    unicast: bool,
    vrf: str | None,
    asn: int | None,
    static: bool,
    detail: bool,
    name: str | None,
) -> Iterator[NeighborsView]:
    yield from show_neighbors(x, vrf=vrf, asn=asn, static=static, detail=detail, name=name)


@show("eigrp.show.interfaces")
def show_interfaces(
    x: Exec, *, vrf: str | None, asn: int | None, detail: bool, name: str | None
) -> Iterator[InterfacesView]:
    for view in x.view("eigrp", Query(About.INTERFACES, x.now, asn, vrf or DEFAULT)) or ():
        rows = tuple(row for row in view.rows if name in (None, row.name))
        yield replace(view, rows=rows, has_detail=detail)


@show("eigrp.family.interfaces")
def show_family_interfaces(
    x: Exec, *, unicast: bool, vrf: str | None, asn: int | None, detail: bool, name: str | None
) -> Iterator[InterfacesView]:
    yield from show_interfaces(x, vrf=vrf, asn=asn, detail=detail, name=name)


@show("eigrp.show.topology")
def show_topology(
    x: Exec, *, vrf: str | None, asn: int | None, number: int | None, kind: str
) -> Iterator[TopologyView | TopologySummaryView]:
    """The autonomous system may stand before or behind `topology`."""
    asn = asn or number
    if kind == "summary":
        yield from x.view("eigrp", Query(About.SUMMARY, x.now, asn, vrf or DEFAULT)) or ()
        return
    for view in x.view("eigrp", Query(About.TOPOLOGY, x.now, asn, vrf or DEFAULT)) or ():
        chosen = tuple(d for d in view.destinations if is_of(d, kind))
        yield replace(view, destinations=chosen, is_all=kind in ("all-links", "detail-links"))


@show("eigrp.family.topology")
def show_family_topology(
    x: Exec, *, unicast: bool, vrf: str | None, asn: int | None, kind: str
) -> Iterator[TopologyView | TopologySummaryView]:
    yield from show_topology(x, vrf=vrf, asn=asn, number=None, kind=kind)


def is_of(destination: DestinationView, kind: str) -> bool:
    """Whether a part of the table has a destination."""
    match kind:
        case "active":
            return destination.is_active
        case "pending":
            return destination.is_update_due or destination.is_reply_due
        case "zero-successors":
            return destination.successors == 0
        case _:
            return True


@show("eigrp.show.topology.entry")
def show_entry(
    x: Exec,
    *,
    vrf: str | None,
    asn: int | None,
    number: int | None,
    prefix: IPv4Prefix | None,
    address: IPv4Address | None,
    mask: IPv4Address | None,
) -> Iterator[TopologyView | EntryView]:
    """The whole table without a destination.  An address alone means the longest prefix that holds
    it."""
    asn = asn or number
    if address is not None and mask is not None:
        prefix = IPv4Prefix.of(address, int(mask).bit_count())
    if prefix is None and address is None:
        yield from x.view("eigrp", Query(About.TOPOLOGY, x.now, asn, vrf or DEFAULT)) or ()
        return
    query = Query(About.ENTRY, x.now, asn, vrf or DEFAULT, prefix, address)
    yield from x.view("eigrp", query) or ()


@show("eigrp.family.topology.entry")
def show_family_entry(
    x: Exec,
    *,
    unicast: bool,
    vrf: str | None,
    asn: int | None,
    prefix: IPv4Prefix | None,
    address: IPv4Address | None,
    mask: IPv4Address | None,
) -> Iterator[TopologyView | EntryView]:
    yield from show_entry(
        x, vrf=vrf, asn=asn, number=None, prefix=prefix, address=address, mask=mask
    )


@show("eigrp.show.traffic")
def show_traffic(x: Exec, *, vrf: str | None, asn: int | None) -> Iterator[TrafficView]:
    yield from x.view("eigrp", Query(About.TRAFFIC, x.now, asn, vrf or DEFAULT)) or ()


@show("eigrp.family.traffic")
def show_family_traffic(
    x: Exec, *, unicast: bool, vrf: str | None, asn: int | None
) -> Iterator[TrafficView]:
    yield from show_traffic(x, vrf=vrf, asn=asn)


@show("eigrp.show.events")
def show_events(x: Exec, *, vrf: str | None, asn: int | None) -> Iterator[EventsView]:
    views: tuple[NotesView, ...]
    views = x.view("eigrp", Query(About.EVENTS, x.now, asn, vrf or DEFAULT)) or ()
    for view in views:
        yield EventsView(view.head, tuple((clock(x, at), text) for at, text in view.notes))


def clock(x: Exec, at: int) -> str:
    """The time of day of an instant where the device is."""
    of, _ = x.part(Clock).local(at)
    return f"{of.hour:02d}:{of.minute:02d}:{of.second:02d}.{of.millisecond:03d}"


@show("eigrp.family.events")
def show_family_events(
    x: Exec, *, unicast: bool, vrf: str | None, asn: int | None
) -> Iterator[EventsView]:
    yield from show_events(x, vrf=vrf, asn=asn)


@show("eigrp.show.timers")
def show_timers(x: Exec, *, vrf: str | None, asn: int | None) -> Iterator[TimersView]:
    yield from x.view("eigrp", Query(About.TIMERS, x.now, asn, vrf or DEFAULT)) or ()


@show("eigrp.family.timers")
def show_family_timers(
    x: Exec, *, unicast: bool, vrf: str | None, asn: int | None
) -> Iterator[TimersView]:
    yield from show_timers(x, vrf=vrf, asn=asn)


@show("eigrp.show.accounting")
def show_accounting(x: Exec, *, vrf: str | None, asn: int | None) -> Iterator[AccountingView]:
    yield from x.view("eigrp", Query(About.ACCOUNTING, x.now, asn, vrf or DEFAULT)) or ()


@show("eigrp.family.accounting")
def show_family_accounting(
    x: Exec, *, unicast: bool, vrf: str | None, asn: int | None
) -> Iterator[AccountingView]:
    yield from show_accounting(x, vrf=vrf, asn=asn)


PLUGINS = (
    ("eigrp-release", "8.00.00", "Portable EIGRP Release"),
    ("parser", "2.02.00", "EIGRP Parser Support"),
    ("igrp2", "3.00.00", "Reliable Transport/Dual Database"),
    ("ipv4-af", "2.01.01", "Routing Protocol Support"),
)
"""What IOS 15.4 lists, as far as it is built here."""


@show("eigrp.show.plugins")
def show_plugins(x: Exec) -> Iterator[PluginsView]:
    yield PluginsView(PLUGINS)


@show("eigrp.show.protocols")
def show_protocols(x: Exec, *, vrf: str | None) -> Iterator[ProtocolView]:
    yield from x.view("eigrp", Query(About.PROTOCOLS, x.now, vrf=vrf or DEFAULT)) or ()


@exec_command("eigrp.clear.neighbors")
def clear_neighbors(
    x: Exec, *, asn: int | None, name: str | None, address: IPv4Address | None, soft: bool
) -> Lines:
    x.post("eigrp", ClearNeighbors(asn, name, address, soft))
    return []


@exec_command("eigrp.clear.events")
def clear_events(x: Exec, *, asn: int | None) -> Lines:
    x.post("eigrp", ClearEvents(asn))
    return []
