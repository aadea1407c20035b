"""Renderers of the process shows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import (
    HistoryView,
    MemoryUseView,
    MemoryView,
    ProcessesView,
    ProcessListView,
    ProcessRow,
    ProtocolsView,
)


def utilization(percent: tuple[int, int, int]) -> str:
    five, one, five_minutes = percent
    return (
        f"CPU utilization for five seconds: {five}%/0%; one minute: {one}%;"
        f" five minutes: {five_minutes}%"
    )


def each_us(row: ProcessRow) -> int:
    """How long a process ran each time."""
    return row.runtime_ms * 1000 // row.invoked


@renders(ProcessesView)
def processes(view: ProcessesView) -> Iterator[str]:
    yield utilization(view.percent)
    yield " PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process "
    for row in view.rows:
        percent = "  ".join(f"{float(value):.2f}%" for value in view.percent)
        yield (
            f"{row.number:>4}{row.runtime_ms:>12}{row.invoked:>12}{each_us(row):>11}  {percent}"
            f"   0 {row.name:<17}"
        )


@renders(ProcessListView)
def process_list(view: ProcessListView) -> Iterator[str]:
    """A process here waits for an event; it has no code at an address and no stack."""
    yield utilization(view.percent)
    yield " PID QTy       PC Runtime (ms)    Invoked   uSecs    Stacks TTY Process"
    for row in view.rows:
        yield (
            f"{row.number:>4} Mwe {0:08X} {row.runtime_ms:>12} {row.invoked:>10}"
            f" {each_us(row):>7} {'0/0':>9}   0 {row.name:<17}"
        )


@renders(MemoryView)
def memory(view: MemoryView) -> Iterator[str]:
    """A pool here begins nowhere and has no holes: what is free is one piece."""
    yield ("                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)")
    for pool in view.pools:
        yield (
            f"{pool.name:>9}{0:>11}{pool.total:>12}{pool.used:>12}{pool.free:>12}"
            f"{pool.lowest:>12}{pool.free:>12}"
        )


@renders(MemoryUseView)
def memory_use(view: MemoryUseView) -> Iterator[str]:
    """Nothing is ever given back: what a process holds is what it took."""
    for pool in view.pools:
        name = f"{pool.name} Pool"
        yield f"{name:>14} Total: {pool.total:>10} Used: {pool.used:>10} Free: {pool.free:>10}"
    yield ""
    yield " PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process"
    for row in view.rows:
        yield (
            f"{row.number:>4}   0 {row.holding:>10} {0:>10} {row.holding:>10} {0:>10} {0:>10}"
            f" {row.name:<16}"
        )
    yield f"{'':27}{sum(row.holding for row in view.rows):>10} Total"


@renders(HistoryView)
def history(view: HistoryView) -> Iterator[str]:
    """A graph for each: the numbers above, the axis below."""
    yield ""
    yield from graph(view.seconds, "CPU% per second (last 60 seconds)")
    note = "* = maximum CPU%   # = average CPU%"
    yield from graph(view.minutes, "CPU% per minute (last 60 minutes)", note)
    yield from graph(view.hours, "CPU% per hour (last 72 hours)", note)


def graph(values: tuple[int, ...], title: str, note: str | None = None) -> Iterator[str]:
    """Columns of ten percent each, the newest value on the left; digits of it on top."""
    yield "    " + "".join(str(value // 10) if value > 9 else " " for value in values)
    yield "    " + "".join(str(value % 10) if value else " " for value in values)
    for level in range(100, 0, -10):
        yield f"{level:>3} " + "".join("*" if value >= level else " " for value in values)
    marks = range(5, len(values) + 1, 5)
    yield "   0" + "".join(f"....{mark if mark < 10 else mark // 10}" for mark in marks)
    yield f"{'':8}" + "".join(f"{'' if mark < 10 else mark % 10:>5}" for mark in marks[1:])
    yield f"{'':15}{title}"
    if note is not None:
        yield f"{'':14}{note}"
    yield ""


@renders(ProtocolsView)
def protocols(view: ProtocolsView) -> Iterator[str]:
    yield "Global values:"
    yield f"  Internet Protocol routing is {'enabled' if view.is_routing else 'disabled'}"
    for row in view.rows:
        yield f"{row.name} is {row.status}, line protocol is {row.protocol}"
        if row.address is not None:
            yield f"  Internet address is {row.address}"
