"""Time zones and summer time against the zone data of the operating system, and in a router."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import iosemu
from iosemu.config.tree import Config
from iosemu.features.clock.apply import zone_of
from iosemu.features.clock.config import ClockConfig
from iosemu.proto.calendar import time_of_day

from ..shop import router

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017
ZONES = {
    "America/New_York": ("clock timezone EST -5 0", "clock summer-time EDT recurring"),
    "Europe/Berlin": (
        "clock timezone CET 1 0",
        "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00",
    ),
    "Australia/Sydney": (
        "clock timezone AEST 10 0",
        "clock summer-time AEDT recurring 1 Sun Oct 2:00 1 Sun Apr 3:00",
    ),
    "Australia/Lord_Howe": (
        "clock timezone LHST 10 30",
        "clock summer-time LHDT recurring 1 Sun Oct 2:00 1 Sun Apr 2:00 30",
    ),
    "America/St_Johns": ("clock timezone NST -3 30", "clock summer-time NDT recurring"),
}


@cache
def typed(*lines: str) -> Config:
    shop = router()
    assert shop.type(*lines) == []
    return shop.config


@pytest.mark.parametrize("name", ZONES)
@settings(deadline=None)
@given(seconds=st.integers(min_value=1_230_000_000, max_value=2_000_000_000))
def test_local_time_is_that_of_the_zone(name: str, seconds: int) -> None:
    try:
        zone = ZoneInfo(name)
    except ZoneInfoNotFoundError:
        pytest.skip("no zone data here")
    config = typed(*ZONES[name]).of(ClockConfig)
    expected = (EPOCH + timedelta(seconds=seconds)).astimezone(zone)
    _, offset_s = zone_of(config).at(seconds)
    at = time_of_day((seconds + offset_s) * 1000)
    assert (at.year, at.month, at.day, at.hour, at.minute, at.second) == expected.timetuple()[:6]


@pytest.mark.parametrize("name", ZONES)
def test_zones_are_printed_as_typed(name: str) -> None:
    shop = router()
    shop.type(*ZONES[name])
    assert [line for line in shop.running if line.startswith("clock")] == list(ZONES[name])


def test_summer_time_on_dates_is_once() -> None:
    shop = router()
    shop.type("clock summer-time PDT date 6 Apr 1997 2:00 Oct 26 1997 2:00 60")
    printed = [line for line in shop.running if line.startswith("clock")]
    assert printed == ["clock summer-time PDT date Apr 6 1997 2:00 Oct 26 1997 2:00"]
    zone = zone_of(shop.config.of(ClockConfig))
    summer = [
        zone.at(int((datetime(year, 7, 1) - datetime(1970, 1, 1)).total_seconds()))[0]
        for year in (1996, 1997, 1998)
    ]
    assert summer == ["UTC", "PDT", "UTC"]
    assert shop.type("clock summer-time PDT date Feb 30 1997 2:00 Oct 26 1997 2:00") == [
        "% Invalid date"
    ]


@pytest.fixture
def lab() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    return lab


def test_a_zone_moves_what_the_clock_tells_and_is_logged(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("clock set 12:00:00 9 July 2015")
    assert r1.cli("show clock") == "12:00:00.000 UTC Thu Jul 9 2015"
    r1.configure("clock timezone EST -5\nclock summer-time EDT recurring")
    assert r1.cli("show clock detail").splitlines() == [
        "08:00:00.000 EDT Thu Jul 9 2015",
        "Time source is user configuration",
        "Summer time starts 02:00:00 EST Sun Mar 8 2015",
        "Summer time ends 02:00:00 EDT Sun Nov 1 2015",
    ]
    texts = [line.text for line in r1.log if "CLOCKUPDATE" in line.text]
    assert texts[-2] == (
        "Jul  9 12:00:00.000: %SYS-6-CLOCKUPDATE: System clock has been updated from"
        " 12:00:00 UTC Thu Jul 9 2015 to 07:00:00 EST Thu Jul 9 2015,"
        " configured from console by console."
    )


@pytest.mark.goal("P5")
def test_stamps_are_utc_unless_they_are_local(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("clock set 12:00:00 1 January 2015")
    r1.configure(
        "clock timezone CET 1\nservice timestamps log datetime msec localtime show-timezone year"
    )
    assert r1.log[-1].text == (
        "Jan  1 2015 13:00:00.000 CET: %SYS-5-CONFIG_I: Configured from console by console"
    )
    r1.configure("service timestamps log datetime msec")
    assert r1.log[-1].text.startswith("Jan  1 12:00:00.000: %SYS-5-CONFIG_I")


def test_the_clock_is_set_in_local_time(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("clock timezone CET 1\nclock summer-time CEST recurring")
    for line in ("15:00:00.000 CEST Wed Jul 1 2015", "15:00:00.000 CET Thu Jan 1 2015"):
        _, _, _, month, day, year = line.split()
        r1.cli(f"clock set 15:00:00 {day} {month} {year}")
        assert r1.cli("show clock") == line
    assert r1.cli("clock set 15:00:00 30 February 2015") == "% Invalid date"
