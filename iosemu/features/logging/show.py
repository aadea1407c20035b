"""Renderer of `show logging`."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import Destination, LoggingView


@renders(LoggingView)
def logging(view: LoggingView) -> Iterator[str]:
    state = "enabled" if view.is_enabled else "disabled"
    yield (
        f"Syslog logging: {state} (0 messages dropped, 0 messages rate-limited,"
        " 0 flushes, 0 overruns, xml disabled, filtering disabled)"
    )
    yield ""
    yield "No Active Message Discriminator."
    yield from ("", "", "")
    yield "No Inactive Message Discriminator."
    yield from ("", "")
    yield from destination("Console logging:", view.console, indent=21)
    yield from destination("Monitor logging:", view.monitor, indent=21)
    yield from destination("Buffer logging: ", view.buffer, indent=20)
    yield "    Exception Logging: size (4096 bytes)"
    yield "    Count and timestamp logging messages: disabled"
    yield "    Persistent logging: disabled"
    yield ""
    yield "No active filter modules."
    yield ""
    yield f"    Trap logging: level informational, {view.buffer.logged} message lines logged"
    yield "        Logging Source-Interface:       VRF Name:"
    if view.buffer.level is not None:
        yield ""
        yield f"Log Buffer ({view.size_bytes} bytes):"
        yield from view.lines


def destination(name: str, to: Destination, *, indent: int) -> Iterator[str]:
    if to.level is None:
        yield f"    {name.rstrip()} disabled"
        return
    yield f"    {name} level {to.level}, {to.logged} messages logged, xml disabled,"
    yield f"{'':<{indent}}filtering disabled"
