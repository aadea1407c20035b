"""Queries of the shows that count what went through interfaces, and of their controllers."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, Rejected, show
from iosemu.stack.interface import Interface
from iosemu.stack.state import Stack

from .cli import configured, counters_view, interface_named, listed_interfaces
from .hardware import hardware_of
from .views import (
    AccountingView,
    EthernetControllerView,
    SerialControllerView,
    StatsView,
    SummaryRow,
    SummaryView,
    TrafficRow,
)


def chosen(x: Exec, name: str | None) -> list[Interface]:
    """One interface, or all that shows list."""
    stack = x.part(Stack)
    return listed_interfaces(stack) if name is None else [interface_named(stack, name)]


@show("interface.show.summary")
def show_summary(x: Exec, *, name: str | None) -> Iterator[SummaryView]:
    yield SummaryView(tuple(summary_row(x, interface) for interface in chosen(x, name)))


def summary_row(x: Exec, interface: Interface) -> SummaryRow:
    counters = counters_view(interface, x.now)
    return SummaryRow(
        name=interface.name,
        is_up=interface.is_up,
        output_queued=x.queued(interface.name) if interface.is_hardware else 0,
        output_drops=counters.output_drops,
        input_bps=counters.input_bps,
        input_pps=counters.input_pps,
        output_bps=counters.output_bps,
        output_pps=counters.output_pps,
    )


@show("interface.show.stats")
def show_stats(x: Exec, *, name: str | None) -> Iterator[StatsView]:
    for interface in chosen(x, name):
        received, sent = interface.received, interface.sent
        if name is not None or received.packets or sent.packets:
            yield StatsView(
                interface.name,
                (
                    TrafficRow(
                        "Processor",
                        received.slow_packets,
                        received.slow_bytes,
                        sent.slow_packets,
                        sent.slow_bytes,
                    ),
                    TrafficRow(
                        "Route cache",
                        received.packets - received.slow_packets,
                        received.bytes - received.slow_bytes,
                        sent.packets - sent.slow_packets,
                        sent.bytes - sent.slow_bytes,
                    ),
                    TrafficRow("Total", received.packets, received.bytes, sent.packets, sent.bytes),
                ),
            )


@show("interface.show.accounting")
def show_accounting(x: Exec, *, name: str | None) -> Iterator[AccountingView]:
    for interface in chosen(x, name):
        description = configured(x, interface.name).description
        yield AccountingView(interface.name, description, accounting_rows(interface))


def accounting_rows(interface: Interface) -> tuple[TrafficRow, ...]:
    """By protocol, those that were seen: what is none of the others is IP."""
    received, sent = interface.received, interface.sent
    named = {
        protocol: (*received.others.get(protocol, (0, 0)), *sent.others.get(protocol, (0, 0)))
        for protocol in ("Other", "ARP", "CDP")
    }
    total = (received.packets, received.bytes, sent.packets, sent.bytes)
    ip = tuple(all_ - sum(other[n] for other in named.values()) for n, all_ in enumerate(total))
    rows = {"Other": named["Other"], "IP": ip, "ARP": named["ARP"], "CDP": named["CDP"]}
    return tuple(TrafficRow(protocol, *row) for protocol, row in rows.items() if any(row))


@show("interface.show.controllers")
def show_controllers(
    x: Exec, *, name: str | None
) -> Iterator[SerialControllerView | EthernetControllerView]:
    found = [interface for interface in chosen(x, name) if interface.is_hardware]
    if name is not None and not found:
        raise Rejected("%Controller not found")
    for interface in found:
        if interface.is_serial:
            yield serial_controller(interface)
        else:
            yield ethernet_controller(interface)


def serial_controller(interface: Interface) -> SerialControllerView:
    return SerialControllerView(
        port=port_number(interface.name),
        is_up=interface.carrier,
        has_signals=interface.carrier,
        is_dce=interface.is_dce,
        clock_bps=interface.clock_bps,
        mtu_bytes=interface.mtu_bytes,
        input_packets=interface.received.packets,
        output_packets=interface.sent.packets,
    )


def ethernet_controller(interface: Interface) -> EthernetControllerView:
    return EthernetControllerView(
        name=interface.name,
        hardware=hardware_of(interface.name).name,
        unit=port_number(interface.name),
        mac=interface.mac,
        mtu_bytes=interface.mtu_bytes,
        lost_carrier=interface.carrier_losses,
        resets=interface.resets,
        input_crc=interface.crc_errors,
        input_runts=interface.runts,
        input_giants=interface.giants,
    )


def port_number(name: str) -> int:
    """The last number of a name."""
    return int(name[len(name.rstrip("0123456789")) :])
