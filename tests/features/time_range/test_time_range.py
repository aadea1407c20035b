"""Time ranges: when they are on, and that entries of access lists follow the device's clock."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.features.time_range.config import TimeRangesConfig
from iosemu.features.time_range.when import is_active
from iosemu.proto.calendar import TimeOfDay, days_of, weekday_of

from ..shop import router

CASES = [
    # 2026-11-23 is a Monday.
    ("periodic weekdays 8:00 to 17:00", "2026-11-23 07:59", False),
    ("periodic weekdays 8:00 to 17:00", "2026-11-23 08:00", True),
    ("periodic weekdays 8:00 to 17:00", "2026-11-23 17:00", True),
    ("periodic weekdays 8:00 to 17:00", "2026-11-23 17:01", False),
    ("periodic weekdays 8:00 to 17:00", "2026-11-28 12:00", False),
    ("periodic weekend 8:00 to 17:00", "2026-11-28 12:00", True),
    ("periodic daily 0:00 to 23:59", "2026-11-28 23:59", True),
    ("periodic Monday Friday 8:00 to 9:00", "2026-11-27 08:30", True),
    ("periodic Monday Friday 8:00 to 9:00", "2026-11-26 08:30", False),
    ("periodic Friday 18:00 to Monday 6:00", "2026-11-29 12:00", True),
    ("periodic Friday 18:00 to Monday 6:00", "2026-11-23 06:00", True),
    ("periodic Friday 18:00 to Monday 6:00", "2026-11-23 06:01", False),
    ("absolute start 8:00 1 January 2026 end 8:00 2 January 2026", "2026-01-01 07:59", False),
    ("absolute start 8:00 1 January 2026 end 8:00 2 January 2026", "2026-01-02 08:00", True),
    ("absolute start 8:00 1 January 2026 end 8:00 2 January 2026", "2026-01-02 08:01", False),
    ("absolute end 8:00 2 January 2026", "1999-01-02 08:01", True),
    ("absolute start 8:00 2 January 2026", "2030-01-02 08:01", True),
    ("absolute end 8:00 2 January 2026;periodic daily 8:00 to 9:00", "2025-01-02 10:00", False),
    ("absolute end 8:00 2 January 2026;periodic daily 8:00 to 9:00", "2027-01-02 08:30", False),
    ("", "2027-01-02 08:30", True),
]


@pytest.mark.parametrize(("text", "at", "expected"), CASES)
def test_a_range_is_on(text: str, at: str, expected: bool) -> None:
    typed = router()
    assert typed.type("time-range W", *text.split(";")) == []
    date, _, clock = at.partition(" ")
    year, month, day = map(int, date.split("-"))
    hour, minute = map(int, clock.split(":"))
    weekday = weekday_of(days_of(year, month, day))
    moment = TimeOfDay(year, month, day, hour, minute, 0, 0, weekday)
    found = typed.config.of(TimeRangesConfig).ranges["W"]
    assert is_active(found, moment) is expected


def test_an_entry_is_on_at_its_time() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    r1, r2 = lab["R1"], lab["R2"]
    r2.cli("clock set 07:58:30 23 Nov 2026")
    r2.configure(
        "time-range W\n periodic weekdays 8:00 to 9:00\n"
        "ip access-list extended T\n deny icmp any any time-range W\n permit ip any any\n"
        "interface e0/0\n ip access-group T in"
    )
    assert "!!!!!" in r1.cli("ping 2.2.2.2 repeat 10")
    assert "time-range W (inactive)" in r2.cli("show access-lists")
    lab.run_for(90)
    assert "!" not in r1.cli("ping 2.2.2.2 timeout 0").splitlines()[2]
    assert "time-range W (active)" in r2.cli("show access-lists")
    assert r2.cli("show time-range").splitlines() == [
        "time-range entry: W (active)",
        "   periodic weekdays 8:00 to 9:00",
        "   used in: IP ACL entry",
    ]
    lab.run_for(3700)
    assert "!!!!!" in r1.cli("ping 2.2.2.2")
    r2.configure("no time-range W")
    assert "time-range W (active)" in r2.cli("show access-lists"), "undefined: always on"
