"""Commands of IP SLA: what is refused, and the queries of the shows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, check, config_resume, show
from iosemu.config.tree import Config
from iosemu.features.debug.flags import register
from iosemu.kernel.time import SECOND
from iosemu.proto.parts import MONTHS, WEEKDAYS, Clock

from .config import Operation, Probe, SlaConfig
from .engine import TRACE
from .state import Running
from .views import ConfigurationView, StatisticsView, SummaryRow, SummaryView

RUNNING = (
    "Entry already running and cannot be modified\n"
    "(only can delete (no) and start over)\n"
    "(check to see if the probe has finished exiting)"
)

MODES = {
    "icmp-echo": "config-ip-sla-echo",
    "udp-echo": "config-ip-sla-udp",
    "tcp-connect": "config-ip-sla-tcp",
    "udp-jitter": "config-ip-sla-jitter",
    "icmp-jitter": "config-ip-sla-icmpjitter",
    "http": "config-ip-sla-http",
}

register("debug.sla.trace", TRACE, "IP SLAs", "IPSLA-OPER_TRACE debugging")


@check("sla.operation")
@check("sla.operation.monitor")
def does_not_run(owner: Config, *, form: str, number: int) -> str | None:
    """A scheduled operation can only be deleted."""
    held = owner.of(SlaConfig).operations.get(number)
    return RUNNING if not form and held is not None and held.schedule is not None else None


@config_resume("sla.operation")
def probe_again(entered: Operation) -> tuple[str, str] | None:
    """The number of an operation that has a type leads to the parameters of that type."""
    return None if entered.probe is None else (MODES[entered.probe.kind], "probe")


@check("sla.schedule")
@check("sla.schedule.monitor")
def can_run(owner: Config, *, form: str, number: int) -> str | None:
    """There must be something to run, and time enough for its answer."""
    held = owner.of(SlaConfig).operations.get(number)
    if form:
        return None
    if held is None or held.probe is None:
        return "%Entry not configured"
    frequency_ms = held.probe.frequency_s * 1000
    if held.probe.timeout_ms > frequency_ms:
        return (
            f"%Scheduling a probe with timeout {held.probe.timeout_ms} ms greater than frequency"
            f" {frequency_ms} ms is not allowed."
        )
    return RUNNING if held.schedule is not None else None


def operations(x: Exec, number: int | None) -> Iterator[tuple[int, Operation, Running]]:
    """The chosen entries in numeric order, and what is known of them."""
    held: dict[int, Running] = x.view("sla", "running") or {}
    entries = x.config.of(SlaConfig).operations
    for each in sorted(entries):
        is_forgotten = entries[each].schedule is not None and each not in held
        if number in (None, each) and entries[each].probe is not None and not is_forgotten:
            yield each, entries[each], held.get(each, Running())


def kind_of(operation: Operation) -> str:
    return operation.probe.kind if operation.probe is not None else ""


@show("sla.show.statistics")
def show_statistics(x: Exec, *, number: int | None, details: bool) -> Iterator[StatisticsView]:
    is_first = True
    for each, operation, held in operations(x, number):
        left_s = None
        if held.ends_at is not None:
            left_s = (held.ends_at - x.now) // SECOND
        elif held.status == "inactive" or operation.schedule is None:
            left_s = 0
        yield StatisticsView(
            each,
            kind_of(operation),
            held.status,
            held.outcome,
            None if held.started_at is None else date(x, held.started_at),
            held.successes,
            held.failures,
            left_s,
            is_first,
            details,
        )
        is_first = False


def date(x: Exec, at: int) -> str:
    """ "10:22:31 UTC Fri Mar 1 2002"."""
    clock = x.part(Clock)
    t, zone = clock.local(at)
    return (
        f"{t.hour:02d}:{t.minute:02d}:{t.second:02d} {zone}"
        f" {WEEKDAYS[t.weekday]} {MONTHS[t.month - 1]} {t.day} {t.year}"
    )


@show("sla.show.configuration")
def show_configuration(x: Exec, *, number: int | None) -> Iterator[ConfigurationView]:
    is_first = True
    for each, operation, held in operations(x, number):
        yield ConfigurationView(each, operation, held.status, is_first)
        is_first = False


@show("sla.show.summary")
def show_summary(x: Exec) -> Iterator[SummaryView]:
    yield SummaryView(
        tuple(
            SummaryRow(
                each,
                held.status,
                kind_of(operation),
                destination(operation.probe),
                held.outcome,
                None if held.started_at is None else x.now - held.started_at,
            )
            for each, operation, held in operations(x, None)
        )
    )


def destination(probe: Probe | None) -> str:
    if probe is None:
        return ""
    return str(probe.target) if probe.target is not None else probe.url or ""
