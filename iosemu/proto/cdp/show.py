"""Renderers of CDP."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.cli.interfaces import BY_NAME

from .views import (
    DetailView,
    EntryView,
    GlobalView,
    InterfacesView,
    NeighborsView,
    NeighborView,
    TrafficView,
)

CAPABILITIES = (
    ("R", "Router"),
    ("T", "Trans-Bridge"),
    ("B", "Source-Route-Bridge"),
    ("S", "Switch"),
    ("H", "Host"),
    ("I", "IGMP"),
    ("r", "Repeater"),
    ("P", "Phone"),
    ("D", "Remote"),
    ("C", "CVTA"),
    ("M", "Two-port"),
)
"""Letter and word of each capability, from the lowest bit."""
RULER = "-------------------------"


@renders(GlobalView)
def global_settings(view: GlobalView) -> Iterator[str]:
    version_2 = "" if view.config.advertise_v2 else "not "
    yield "Global CDP information:"
    yield f"\tSending CDP packets every {view.config.timer_s} seconds"
    yield f"\tSending a holdtime value of {view.config.holdtime_s} seconds"
    yield f"\tSending CDPv2 advertisements is {version_2} enabled"


@renders(NeighborsView)
def neighbors(view: NeighborsView) -> Iterator[str]:
    yield "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge"
    yield "                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone, "
    yield "                  D - Remote, C - CVTA, M - Two-port Mac Relay "
    yield ""
    yield "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID"
    for neighbor in view.neighbors:
        yield from neighbor_row(neighbor)
    yield ""
    yield f"Total cdp entries displayed : {len(view.neighbors)}"


def neighbor_row(view: NeighborView) -> Iterator[str]:
    """A line, or two if the name is as wide as its column."""
    device = view.device
    if len(device) > 16:
        yield device
        device = ""
    letters = [letter for letter, _ in capabilities(view)]
    # The letters stand around the middle of their column.
    can = " " * (16 - len(letters)) + "".join(f"{letter} " for letter in letters)
    platform = view.platform.removeprefix("cisco ").removeprefix("Cisco ")[:9]
    yield (
        f"{device:<17}{spaced(view.interface):<18}{view.holdtime_s:<3}{can:<20}"
        f"{platform:<10}{spaced(view.port)}"
    )


def capabilities(view: NeighborView) -> list[tuple[str, str]]:
    return [names for bit, names in enumerate(CAPABILITIES) if view.capabilities >> bit & 1]


def spaced(name: str) -> str:
    """ "Ethernet0/0" as "Eth 0/0"; a port of any other kind as it is."""
    family = name.rstrip("0123456789/.")
    return f"{family[:3]} {name[len(family) :]}" if family in BY_NAME else name


@renders(DetailView)
def detail(view: DetailView) -> Iterator[str]:
    for neighbor in view.neighbors:
        yield RULER
        yield from neighbor_block(neighbor)
        yield ""
    if view.has_total:
        yield ""
        yield f"Total cdp entries displayed : {len(view.neighbors)}"


def neighbor_block(view: NeighborView) -> Iterator[str]:
    yield f"Device ID: {view.device}"
    yield "Entry address(es): "
    yield from address_lines(view.addresses)
    words = "".join(f"{word} " for _, word in capabilities(view))
    yield f"Platform: {view.platform},  Capabilities: {words}"
    yield f"Interface: {view.interface},  Port ID (outgoing port): {view.port}"
    yield f"Holdtime : {view.holdtime_s} sec"
    yield ""
    yield "Version :"
    yield from view.software.split("\n")
    yield ""
    yield f"advertisement version: {view.version}"
    if view.hello is not None:
        yield f"Protocol Hello:  {view.hello}"
    if view.vtp_domain is not None:
        yield f"VTP Management Domain: '{view.vtp_domain}'"
    if view.native_vlan is not None:
        yield f"Native VLAN: {view.native_vlan}"
    if view.duplex is not None:
        yield f"Duplex: {view.duplex}"
    if view.management_addresses is not None:
        yield "Management address(es): "
        yield from address_lines(view.management_addresses)


def address_lines(addresses: tuple[str, ...]) -> Iterator[str]:
    for address in addresses:
        yield f"  IP address: {address}"


@renders(EntryView)
def entry(view: EntryView) -> Iterator[str]:
    for neighbor in view.neighbors:
        yield ""
        if view.protocol:
            yield f"Protocol information for {neighbor.device} :"
            yield from address_lines(neighbor.addresses)
        if view.version:
            yield f"Version information for {neighbor.device} :"
            yield from (f"  {line}" for line in neighbor.software.split("\n"))


@renders(InterfacesView)
def interfaces(view: InterfacesView) -> Iterator[str]:
    for row in view.rows:
        yield f"{row.name} is {row.status}, line protocol is {row.protocol}"
        yield f"  Encapsulation {row.encapsulation}"
        yield f"  Sending CDP packets every {view.timer_s} seconds"
        yield f"  Holdtime is {view.holdtime_s} seconds"
    if view.has_summary:
        up = sum(row.protocol == "up" for row in view.rows)
        yield ""
        yield f" cdp enabled interfaces : {len(view.rows)}"
        yield f" interfaces up          : {up}"
        yield f" interfaces down        : {len(view.rows) - up}"


@renders(TrafficView)
def traffic(view: TrafficView) -> Iterator[str]:
    yield "CDP counters :"
    yield (
        f"\tTotal packets output: {view.output_v1 + view.output_v2},"
        f" Input: {view.input_v1 + view.input_v2}"
    )
    yield (
        f"\tHdr syntax: {view.header_errors}, Chksum error: {view.checksum_errors},"
        f" Encaps failed: {view.encapsulation_failures}"
    )
    yield f"\tNo memory: 0, Invalid packet: {view.invalid}, "
    yield f"\tCDP version 1 advertisements output: {view.output_v1}, Input: {view.input_v1}"
    yield f"\tCDP version 2 advertisements output: {view.output_v2}, Input: {view.input_v2}"
