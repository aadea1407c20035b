"""Commands about what runs on a router.

Virtual time stands still while an engine works, so a simulated processor is always idle: 0 %.
What is counted is how often each process was given something to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from iosemu.cli.api import EXEC, Exec, Lines, exec_command, show
from iosemu.features.interface.cli import sorted_interfaces
from iosemu.features.ip.config import IpConfig
from iosemu.features.system.platforms import platform_of
from iosemu.proto.parts import Identity, Work
from iosemu.stack.interface import Medium
from iosemu.stack.state import Stack

from .views import (
    HistoryView,
    MemoryRow,
    MemoryUseView,
    MemoryView,
    Pool,
    ProcessesView,
    ProcessListView,
    ProcessRow,
    ProtocolRow,
    ProtocolsView,
)

NAMES = {
    "connected": "IP Connected Rou",
    "static": "IP Static Routin",
    "logging": "Logger",
    "cdp": "CDP Protocol",
    "Ping": "IP Ping",
    "Traceroute": "IP Traceroute",
}
"""Engines and jobs as IOS calls such a process; any other goes by its own name."""

IDLE = (0, 0, 0)


def processes(x: Exec) -> list[ProcessRow]:
    """Every engine and every job there ever was."""
    return [
        ProcessRow(number, 0, invoked, NAMES.get(name, name))
        for number, (name, invoked) in enumerate(x.part(Work).steps.items(), 1)
    ]


@show("processes.list")
def show_processes(x: Exec) -> Iterator[ProcessListView]:
    yield ProcessListView(IDLE, tuple(processes(x)))


@dataclass(slots=True)
class LeastFree:
    """The least memory that was found free, in bytes, whenever somebody looked; None: never."""

    bytes: int | None = None


@show("processes.memory")
@show("processes.memory.statistics")
def show_memory(x: Exec) -> Iterator[MemoryView]:
    """What is used is what the state of the router takes as text; a frame is no router's."""
    processor, packets = (kbytes * 1024 for kbytes in platform_of(hardware(x)).memory_kbytes)
    used = min(x.memory_bytes(), processor)
    least = x.part(LeastFree)
    least.bytes = min(processor - used, processor if least.bytes is None else least.bytes)
    pools = [Pool("Processor", processor, used, least.bytes)]
    if packets:
        pools.append(Pool("I/O", packets, 0, packets))
    yield MemoryView(tuple(pools))


def hardware(x: Exec) -> str:
    return x.part(Identity).hardware


@show("processes.cpu")
def show_processes_cpu(x: Exec, *, sorted: bool) -> Iterator[ProcessesView]:
    rows = processes(x)
    if sorted:
        # All are as busy; the one invoked most often first.
        rows.sort(key=lambda row: (-row.invoked, row.number))
    yield ProcessesView(IDLE, tuple(rows))


@show("processes.cpu.history")
def show_history(x: Exec) -> Iterator[HistoryView]:
    yield HistoryView(x.hostname, seconds=(0,) * 60, minutes=(0,) * 60, hours=(0,) * 72)


@show("processes.memory.by-process")
def show_memory_by_process(x: Exec, *, sorted: bool) -> Iterator[MemoryUseView]:
    """What the state of each engine takes as text; the rest of the router is `*Init*`."""
    (view,) = show_memory(x)
    parts = x.memory_by_process()
    rows = [
        MemoryRow(number, NAMES.get(name, name), held)
        for number, (name, held) in enumerate(parts.items(), 1)
    ]
    rest = view.pools[0].used - sum(row.holding for row in rows)
    rows.insert(0, MemoryRow(0, "*Init*", max(rest, 0)))
    if sorted:
        rows.sort(key=lambda row: -row.holding)
    yield MemoryUseView(view.pools, tuple(rows))


@show("processes.protocols")
def show_protocols(x: Exec) -> Iterator[ProtocolsView]:
    rows = []
    for interface in sorted_interfaces(x.part(Stack)):
        if interface.kind.medium is Medium.NULL:
            continue
        addresses = interface.settings.addresses
        rows.append(
            ProtocolRow(
                interface.name,
                interface.link.value,
                "up" if interface.is_up else "down",
                f"{addresses[0][0]}/{addresses[0][1]}" if addresses else None,
            )
        )
    yield ProtocolsView(x.config.of(IpConfig).routing, tuple(rows))


RUNNING = dict.fromkeys(("all", "brief", "full", "linenum"), False)
TECH: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("show clock", "clock.show", {"detail": False}),
    ("show version", "system.show.version", {}),
    ("show running-config", "system.show.running", RUNNING),
    ("show inventory", "system.show.inventory", {}),
    ("show logging", "logging.show", {}),
    ("show interfaces", "interface.show", {"name": None}),
    ("show ip interface brief", "ip.show.interface.brief", {"name": None}),
    ("show protocols", "processes.protocols", {}),
    ("show processes cpu", "processes.cpu", {"sorted": False}),
    ("show debugging", "debug.show", {}),
)
"""What `show tech-support` is made of: the title, the stanza and its values."""


@exec_command("processes.tech")
def show_tech(x: Exec) -> Iterator[Any]:
    """One show after the other, each under its title."""
    for title, stanza, values in TECH:
        yield ""
        yield f"------------------ {title} ------------------"
        yield ""
        yield from EXEC[stanza](x, **values)


@exec_command("processes.inert")
def show_inert(x: Exec) -> Lines:
    """Lines of the running configuration that are kept but not simulated."""
    return x.inert_lines()
