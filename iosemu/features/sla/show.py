"""Renderers of IP SLA, as IOS 15 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import uptime
from iosemu.cli.api import renders
from iosemu.kernel.time import SECOND, Time

from .config import Probe, Schedule
from .state import OVER_THRESHOLD
from .views import ConfigurationView, StatisticsView, SummaryView

MARKS = {"active": "*", "inactive": "^", "pending": "~"}


@renders(StatisticsView)
def statistics(view: StatisticsView) -> Iterator[str]:
    if view.is_first:
        yield "IPSLAs Latest Operation Statistics"
        yield ""
    yield f"IPSLA operation id: {view.number}"
    rtt = view.outcome.rtt_ms
    said = "NoConnection/Busy/Timeout" if rtt is None else f"{rtt} milliseconds"
    if view.started is None:
        yield "Number of successes: Unknown"
        yield "Number of failures: Unknown"
        yield f"Operation time to live: {time_to_live(view.left_s)}"
    else:
        yield f"        Latest RTT: {said}"
        yield f"Latest operation start time: {view.started}"
        yield f"Latest operation return code: {view.outcome.code}"
        if view.details:
            over = view.outcome.code == OVER_THRESHOLD
            yield f"Over thresholds occurred: {str(over).upper()}"
        yield f"Number of successes: {view.successes}"
        yield f"Number of failures: {view.failures}"
        yield f"Operation time to live: {time_to_live(view.left_s)}"
    if view.details:
        yield f"Operational state of entry: {view.status.capitalize()}"
        yield "Last time this entry was reset: Never"
    yield from ("", "", "")


def time_to_live(left_s: int | None) -> str:
    if left_s is None:
        return "Forever"
    return f"{left_s} sec" if left_s else "0"


@renders(ConfigurationView)
def configuration(view: ConfigurationView) -> Iterator[str]:
    probe = view.operation.probe or Probe()
    schedule = view.operation.schedule
    if view.is_first:
        yield "IP SLAs Infrastructure Engine-III"
    yield f"Entry number: {view.number}"
    yield f"Owner: {probe.owner or ''}"
    yield f"Tag: {probe.tag or ''}"
    yield f"Operation timeout (milliseconds): {probe.timeout_ms}"
    yield f"Type of operation to perform: {probe.kind}"
    yield from addresses(probe)
    yield f"Type Of Service parameter: 0x{probe.tos:X}"
    default = 28 if probe.kind == "icmp-echo" else 16
    yield f"Request size (ARR data portion): {default if probe.size is None else probe.size}"
    if probe.kind == "icmp-echo":
        yield f"Data pattern: 0x{probe.pattern or 'ABCDABCD'}"
    yield f"Verify data: {'Yes' if probe.verify else 'No'}"
    if probe.port is not None:
        yield f"Control Packets: {'disabled' if probe.control == 'disable' else 'enabled'}"
    yield f"Vrf Name: {probe.vrf or ''}"
    yield from schedule_lines(probe, schedule or Schedule(), view.status, schedule is not None)
    yield f"Threshold (milliseconds): {probe.threshold_ms}"
    yield "Distribution Statistics:"
    kept = probe.history
    yield f"   Number of statistic hours kept: {kept.get('hours-of-statistics-kept', 2)}"
    buckets = kept.get("distributions-of-statistics-kept", 1)
    yield f"   Number of statistic distribution buckets kept: {buckets}"
    interval = kept.get("statistics-distribution-interval", 20)
    yield f"   Statistic distribution interval (milliseconds): {interval}"
    yield "Enhanced History:"
    yield "History Statistics:"
    yield f"   Number of history Lives kept: {kept.get('lives-kept', 0)}"
    yield f"   Number of history Buckets kept: {kept.get('buckets-kept', 15)}"
    yield f"   History Filter Type: {(probe.history_filter or 'none').capitalize()}"
    yield ""


def addresses(probe: Probe) -> Iterator[str]:
    if probe.source_interface is not None:
        yield f"Target address/Source interface: {probe.target}/{probe.source_interface}"
    elif probe.target is not None:
        yield f"Target address/Source address: {probe.target}/{probe.source_ip or '0.0.0.0'}"
    if probe.port is not None:
        yield f"Target port/Source port: {probe.port}/{probe.source_port or 0}"


def schedule_lines(
    probe: Probe, schedule: Schedule, status: str, is_scheduled: bool
) -> Iterator[str]:
    start = "Start Time already passed" if status == "active" else "Pending trigger"
    life = "Forever" if schedule.life_s is None else str(schedule.life_s)
    row = "Active" if status == "active" else "notInService"
    yield "Schedule:"
    yield (
        f"   Operation frequency (seconds): {probe.frequency_s}"
        "  (not considered if randomly scheduled)"
    )
    yield f"   Next Scheduled Start Time: {start}"
    yield "   Group Scheduled : FALSE"
    yield "   Randomly Scheduled : FALSE"
    yield f"   Life (seconds): {life}"
    yield f"   Entry Ageout (seconds): {schedule.ageout or 'never'}"
    yield f"   Recurring (Starting Everyday): {str(schedule.recurring).upper()}"
    yield f"   Status of entry (SNMP RowStatus): {row if is_scheduled else 'notInService'}"


@renders(SummaryView)
def summary(view: SummaryView) -> Iterator[str]:
    yield "IPSLAs Latest Operation Summary"
    yield "Codes: * active, ^ inactive, ~ pending"
    yield "All Stats are in milliseconds. Stats with u are in microseconds"
    yield ""
    yield "ID           Type        Destination       Stats       ReturnCode  LastRun"
    yield "-----------------------------------------------------------------------"
    for row in view.rows:
        number = f"{MARKS[row.status]}{row.number}"
        stats = "-" if row.outcome.rtt_ms is None else f"RTT={row.outcome.rtt_ms}"
        yield (
            f"{number:<12} {row.kind:<11} {row.target:<17} {stats:<11} {row.outcome.code:<11}"
            f" {last_run(row.age)}"
        )


def last_run(age: Time | None) -> str:
    if age is None:
        return "-"
    seconds = age // SECOND
    if seconds < 60:
        return f"{seconds} second{'' if seconds == 1 else 's'} ago"
    return f"{uptime(age)} ago"
