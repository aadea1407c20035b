"""Commands of the log."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address
from iosemu.cli.api import Dialog, Exec, Lines, exec_command, show
from iosemu.proto.base import DEFAULT_VRF
from iosemu.proto.parts import LogBuffer, LogCounts
from iosemu.rib.fib import Fib, Kind
from iosemu.stack.state import Stack
from iosemu.values import dataclass

from .config import LoggingConfig
from .engine import port_of
from .views import (
    Destination,
    FacilityRows,
    HostView,
    LoggingCountView,
    LoggingView,
    MessageRow,
)


@show("logging.show")
def show_logging(x: Exec) -> Iterator[LoggingView]:
    config = x.config.of(LoggingConfig)
    buffer, counts = x.part(LogBuffer), x.part(LogCounts)
    kept = config.buffered
    yield LoggingView(
        is_enabled=config.on,
        console=Destination(config.console, counts.console),
        monitor=Destination(config.monitor, counts.monitor),
        buffer=Destination(None if kept is None else kept.level, buffer.logged),
        size_bytes=0 if kept is None else kept.size,
        lines=tuple(row for line in buffer.lines for row in line.text.split("\n")),
        trap=Destination(config.trap, counts.trap),
        hosts=hosts(x, config),
        source_interface=config.source_interface,
        exception_bytes=config.exception_bytes,
        is_counting=config.count,
        has_sequence=config.message_counter,
    )


def hosts(x: Exec, config: LoggingConfig) -> tuple[HostView, ...]:
    """The syslog servers."""
    logged = x.view("logging", "hosts") or {}
    fib = x.part(Stack).vrf(DEFAULT_VRF).fib
    return tuple(
        HostView(address, port_of(host), logged.get(address, 0), has_route(fib, address))
        for address, host in config.hosts.items()
    )


def has_route(fib: Fib, address: IPv4Address) -> bool:
    """Whether datagrams to an address leave, or stay with this router."""
    return fib.lookup(address).kind in (Kind.FORWARD, Kind.RECEIVE)


@show("logging.show.count")
def show_count(x: Exec) -> Iterator[LoggingCountView]:
    facilities: dict[str, list[MessageRow]] = {}
    for (facility, severity, name), (count, last) in x.part(LogCounts).by_message.items():
        row = MessageRow(name, severity, count, x.clock(last))
        facilities.setdefault(facility, []).append(row)
    yield LoggingCountView(tuple(FacilityRows(f, tuple(r)) for f, r in facilities.items()))


@dataclass(frozen=True, slots=True)
class ConfirmClear:
    """`clear logging`."""

    def ask(self) -> str:
        return "Clear logging buffer [confirm]"

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        if text.strip().lower() in ("", "y"):
            x.part(LogBuffer).clear()
        return []


@exec_command("logging.clear")
def clear_logging(x: Exec) -> Dialog:
    return ConfirmClear()
