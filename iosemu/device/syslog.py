"""Log and debug lines: the stamp, the format, the buffer.  Where they are printed, a session knows.

The text is `*Jan  2 18:10:37.203: %FACILITY-SEVERITY-MNEMONIC: text`.
"""

from __future__ import annotations

from iosemu.kernel.time import SECOND, Time
from iosemu.proto.base import LogMessage, heading
from iosemu.proto.parts import (
    MONTHS,
    Clock,
    Identity,
    LogBuffer,
    LogCounts,
    LogLine,
    LogSettings,
    StampStyle,
)

DEBUG_SEVERITY = 7


def log_text(message: LogMessage) -> str:
    """A message of a catalogue, without stamp."""
    facility, severity, mnemonic = heading(message)
    return f"%{facility}-{severity}-{mnemonic}: {message.text()}"


def stamp(style: StampStyle | None, clock: Clock, identity: Identity, now: Time) -> str:
    """What stands before a line, ending in a colon and a blank; empty without a style."""
    if style is None:
        return ""
    if style.uptime:
        return f"{uptime(now - identity.booted_at)}: "
    return f"{clock.mark}{time_text(clock, now, style)}: "


def time_text(clock: Clock, now: Time, style: StampStyle) -> str:
    """`Jan  2 18:10:37.203`, with what the style adds; UTC unless the style is local."""
    at, zone = clock.local(now) if style.localtime else (clock.at(now), "UTC")
    year = f" {at.year}" if style.year else ""
    fraction = f".{at.millisecond:03d}" if style.msec else ""
    name = f" {zone}" if style.show_timezone else ""
    month = MONTHS[at.month - 1]
    return (
        f"{month} {at.day:2d}{year} {at.hour:02d}:{at.minute:02d}:{at.second:02d}{fraction}{name}"
    )


def uptime(elapsed: Time) -> str:
    """`00:01:02`, then `1d02h`, then `1w6d`: the stamp of `service timestamps log uptime`."""
    seconds = elapsed // SECOND
    days, of_day = divmod(seconds, 86_400)
    if days >= 7:
        return f"{days // 7}w{days % 7}d"
    if days:
        return f"{days}d{of_day // 3600:02d}h"
    return f"{of_day // 3600:02d}:{of_day % 3600 // 60:02d}:{of_day % 60:02d}"


def keep(buffer: LogBuffer, line: LogLine, settings: LogSettings) -> None:
    """Put the line into the buffer if its severity is wanted there."""
    if settings.buffer_level is not None and line.severity <= settings.buffer_level:
        buffer.put(line, settings.buffer_bytes)


def count(counts: LogCounts, line: LogLine, settings: LogSettings) -> bool:
    """Count the line for console and servers; whether it is one for servers."""
    if settings.console_level is not None and line.severity <= settings.console_level:
        counts.console += 1
    if settings.trap_level is None or line.severity > settings.trap_level:
        return False
    counts.trap += line.text.count("\n") + 1
    return settings.has_servers


def count_message(counts: LogCounts, message: LogMessage, now: Time) -> None:
    """`logging count`."""
    facility, severity, mnemonic = heading(message)
    key = (facility, severity, mnemonic)
    times, _ = counts.by_message.get(key, (0, now))
    counts.by_message[key] = (times + 1, now)
