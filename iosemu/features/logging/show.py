"""Renderers of the log shows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import Destination, HostView, LoggingCountView, LoggingView


@renders(LoggingView)
def logging(view: LoggingView) -> Iterator[str]:
    state = "enabled" if view.is_enabled else "disabled"
    # Nothing is ever dropped, limited or filtered here, so these zeros are the truth.
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
    yield f"    Exception Logging: size ({view.exception_bytes} bytes)"
    counting = "enabled" if view.is_counting else "disabled"
    yield f"    Count and timestamp logging messages: {counting}"
    yield "    Persistent logging: disabled"
    yield ""
    yield "No active filter modules."
    yield ""
    if view.trap.level is None:
        yield "    Trap logging: disabled"
    else:
        yield f"    Trap logging: level {view.trap.level}, {view.trap.logged} message lines logged"
    for host in view.hosts:
        yield from server(host, has_sequence=view.has_sequence)
    yield "        Logging Source-Interface:       VRF Name:"
    if view.source_interface is not None:
        yield f"        {view.source_interface}"
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


def server(host: HostView, *, has_sequence: bool) -> Iterator[str]:
    sequence = "enabled" if has_sequence else "disabled"
    yield f"        Logging to {host.address}  (udp port {host.port}, audit disabled,"
    yield f"              link {'up' if host.is_up else 'down'}),"
    yield f"              {host.logged} message lines logged,"
    yield "              0 message lines rate-limited,"
    yield "              0 message lines dropped-by-MD,"
    yield f"              xml disabled, sequence number {sequence}"
    yield "              filtering disabled"


@renders(LoggingCountView)
def count(view: LoggingCountView) -> Iterator[str]:
    yield "Facility        Message Name                     Sev Occur     Last Time"
    yield "=" * 87
    for facility in view.facilities:
        for row in facility.rows:
            yield (
                f"{facility.facility:<16}{row.name:<33}{row.severity:>3} {row.count:>5}"
                f"     {row.last}"
            )
        yield "-------------   -------------------------------  " + "-" * 41
        total = sum(row.count for row in facility.rows)
        yield f"{facility.facility + ' TOTAL':<52} {total:>5}"
        yield ""
