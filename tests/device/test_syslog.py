"""What a log line looks like, and how long it is kept."""

from __future__ import annotations

import pytest

from iosemu.device.syslog import keep, log_text, stamp
from iosemu.kernel.time import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Time
from iosemu.proto.parts import Clock, Identity, LogBuffer, LogLine, LogSettings, StampStyle
from iosemu.stack.messages import LinkShutDown

# 2016-01-02 18:10:00, the start of the article's GETVPN lab.
CLOCK = Clock(1_451_758_200)
BOX = Identity("R1", "iol", "15.4", booted_at=SECOND)


@pytest.mark.goal("K20")
def test_the_default_stamp_has_an_asterisk_two_columns_for_the_day_and_milliseconds() -> None:
    style = StampStyle()
    assert stamp(style, CLOCK, BOX, 37_203 * MILLISECOND) == "*Jan  2 18:10:37.203: "


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (StampStyle(msec=False), "*Jan  2 18:10:37: "),
        (StampStyle(year=True), "*Jan  2 2016 18:10:37.203: "),
        (StampStyle(show_timezone=True), "*Jan  2 18:10:37.203 UTC: "),
        (StampStyle(uptime=True), "00:00:36: "),
        (None, ""),
    ],
)
def test_styles_of_stamps(style: StampStyle | None, expected: str) -> None:
    assert stamp(style, CLOCK, BOX, 37_203 * MILLISECOND) == expected


@pytest.mark.parametrize(
    ("up", "expected"),
    [
        (HOUR + 2 * MINUTE + 3 * SECOND, "01:02:03: "),
        (DAY + 2 * HOUR, "1d02h: "),
        (13 * DAY, "1w6d: "),
    ],
)
def test_uptime_stamps(up: Time, expected: str) -> None:
    assert stamp(StampStyle(uptime=True), CLOCK, BOX, SECOND + up) == expected


def test_a_message_has_facility_severity_and_mnemonic() -> None:
    assert log_text(LinkShutDown("Ethernet0/0")) == (
        "%LINK-5-CHANGED: Interface Ethernet0/0, changed state to administratively down"
    )


def test_the_buffer_drops_the_oldest_lines_that_do_not_fit() -> None:
    buffer = LogBuffer()
    for number in range(10):
        buffer.put(LogLine(number, 5, f"line {number}"), size_bytes=24)
    assert [line.text for line in buffer.lines] == ["line 7", "line 8", "line 9"]
    assert (buffer.used_bytes, buffer.logged) == (21, 10)
    buffer.clear()
    assert (buffer.lines, buffer.used_bytes) == ([], 0)


def test_a_line_longer_than_the_buffer_is_kept_alone() -> None:
    buffer = LogBuffer()
    buffer.put(LogLine(0, 5, "short"), size_bytes=10)
    buffer.put(LogLine(1, 5, "much longer than that"), size_bytes=10)
    assert [line.at for line in buffer.lines] == [1]


def test_the_level_of_the_buffer_decides() -> None:
    buffer, settings = LogBuffer(), LogSettings(buffer_level=4)
    keep(buffer, LogLine(0, 5, "notification"), settings)
    keep(buffer, LogLine(0, 4, "warning"), settings)
    settings.buffer_level = None
    keep(buffer, LogLine(0, 0, "emergency"), settings)
    assert [line.text for line in buffer.lines] == ["warning"]
