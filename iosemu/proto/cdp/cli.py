"""Commands of CDP."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, Lines, Rejected, check, exec_command, show
from iosemu.config.tree import Config
from iosemu.features.interface.config import InterfaceConfig, InterfacesConfig
from iosemu.kernel.time import SECOND, Time
from iosemu.wire.cdp import Addresses, Cdp, Hello, Type

from .config import CdpConfig
from .input import ClearCounters, ClearTable
from .state import Counters
from .views import (
    DetailView,
    Entry,
    EntryView,
    GlobalView,
    InterfaceRow,
    InterfacesView,
    NeighborsView,
    NeighborView,
    PortEntry,
    Query,
    TrafficView,
)

NOT_ENABLED = "% CDP is not enabled"


@check("cdp.enable")
def cdp_runs(owner: object, *, config: Config) -> str | None:
    if config.of(CdpConfig).run:
        return None
    return "% Cannot enable CDP on this interface, since CDP is not running"


def running(x: Exec) -> CdpConfig:
    """The configuration; Rejected while CDP does not run."""
    config = x.config.of(CdpConfig)
    if not config.run:
        raise Rejected(NOT_ENABLED)
    return config


@show("cdp.show")
def show_cdp(x: Exec) -> Iterator[GlobalView]:
    yield GlobalView(running(x))


@show("cdp.show.neighbors")
def show_neighbors(
    x: Exec, *, name: str | None, detail: bool
) -> Iterator[NeighborsView | DetailView]:
    running(x)
    chosen = tuple(n for n in neighbors(x) if name is None or n.interface == name)
    yield DetailView(chosen, has_total=True) if detail else NeighborsView(chosen)


@show("cdp.show.entry")
def show_entry(
    x: Exec, *, device: str, protocol: bool, version: bool
) -> Iterator[DetailView | EntryView]:
    running(x)
    chosen = tuple(n for n in neighbors(x) if device in ("*", n.device))
    if protocol or version:
        yield EntryView(chosen, protocol, version)
    else:
        yield DetailView(chosen, has_total=False)


@show("cdp.show.interface")
def show_interface(x: Exec, *, name: str | None) -> Iterator[InterfacesView]:
    config = running(x)
    ports: tuple[PortEntry, ...] = x.view("cdp", Query("ports"))
    rows = tuple(
        InterfaceRow(port.name, status(x.config, port), "up" if port.is_up else "down", "ARPA")
        for port in ports
        if name in (None, port.name)
    )
    yield InterfacesView(rows, config.timer_s, config.holdtime_s, has_summary=name is None)


def status(config: Config, port: PortEntry) -> str:
    """The hardware state of a port, in words."""
    interface: InterfaceConfig = config.of(InterfacesConfig).by_name[port.name]
    if interface.shutdown:
        return "administratively down"
    return "up" if port.is_up else "down"


@show("cdp.show.traffic")
def show_traffic(x: Exec) -> Iterator[TrafficView]:
    running(x)
    c: Counters = x.view("cdp", Query("counters"))
    yield TrafficView(
        output_v1=c.output_v1,
        output_v2=c.output_v2,
        input_v1=c.input_v1,
        input_v2=c.input_v2,
        header_errors=c.header_errors,
        checksum_errors=c.checksum_errors,
        encapsulation_failures=c.encapsulation_failures,
        invalid=c.invalid,
    )


@exec_command("cdp.clear.counters")
def clear_counters(x: Exec) -> Lines:
    x.post("cdp", ClearCounters())
    return []


@exec_command("cdp.clear.table")
def clear_table(x: Exec) -> Lines:
    x.post("cdp", ClearTable())
    return []


def neighbors(x: Exec) -> list[NeighborView]:
    """All neighbors, as the engine holds them."""
    held: tuple[Entry, ...] = x.view("cdp", Query("neighbors"))
    return [neighbor_view(entry, x.now) for entry in held]


def neighbor_view(entry: Entry, now: Time) -> NeighborView:
    packet = entry.packet
    full = packet.number(Type.DUPLEX)
    management = packet.field(Addresses, Type.MANAGEMENT_ADDRESSES)
    return NeighborView(
        device=packet.text(Type.DEVICE_ID) or "",
        interface=entry.interface,
        port=packet.text(Type.PORT_ID) or "",
        holdtime_s=packet.holdtime_s - (now - entry.heard_at) // SECOND,
        capabilities=packet.number(Type.CAPABILITIES) or 0,
        platform=packet.text(Type.PLATFORM) or "",
        software=packet.text(Type.VERSION) or "",
        addresses=addresses_of(packet, Type.ADDRESSES),
        management_addresses=(
            None if management is None else addresses_of(packet, Type.MANAGEMENT_ADDRESSES)
        ),
        version=packet.version,
        hello=hello_of(packet),
        native_vlan=packet.number(Type.NATIVE_VLAN),
        vtp_domain=packet.text(Type.VTP_DOMAIN),
        duplex=None if full is None else "full" if full else "half",
    )


def hello_of(packet: Cdp) -> str | None:
    """A protocol's hello, as IOS spells it out."""
    hello = packet.field(Hello, Type.PROTOCOL_HELLO)
    if hello is None:
        return None
    return (
        f"OUI=0x{hello.organization:06X}, Protocol ID=0x{hello.protocol:04X};"
        f" payload len={len(hello.payload)}, value={hello.payload.hex().upper()}"
    )


def addresses_of(packet: Cdp, type_: Type) -> tuple[str, ...]:
    """The IPv4 addresses of a field."""
    held = packet.field(Addresses, type_)
    found = () if held is None else tuple(address.ipv4 for address in held.addresses)
    return tuple(str(address) for address in found if address is not None)
