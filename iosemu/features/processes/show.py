"""Renderers of the process shows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import ProcessesView, ProtocolsView


@renders(ProcessesView)
def processes(view: ProcessesView) -> Iterator[str]:
    five, one, five_minutes = view.percent
    yield (
        f"CPU utilization for five seconds: {five}%/0%; one minute: {one}%;"
        f" five minutes: {five_minutes}%"
    )
    yield " PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process "
    for row in view.rows:
        each_us = row.runtime_ms * 1000 // row.invoked
        percent = "  ".join(f"{float(value):.2f}%" for value in view.percent)
        yield (
            f"{row.number:>4}{row.runtime_ms:>12}{row.invoked:>12}{each_us:>11}  {percent}"
            f"   0 {row.name:<17}"
        )


@renders(ProtocolsView)
def protocols(view: ProtocolsView) -> Iterator[str]:
    yield "Global values:"
    yield f"  Internet Protocol routing is {'enabled' if view.is_routing else 'disabled'}"
    for row in view.rows:
        yield f"{row.name} is {row.status}, line protocol is {row.protocol}"
        if row.address is not None:
            yield f"  Internet address is {row.address}"
