"""The device's clock against the standard library's calendar."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from iosemu.kernel.time import HOUR, MILLISECOND
from iosemu.proto.parts import Clock, date_of, days_of

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017


@given(st.integers(min_value=0, max_value=100_000))
def test_dates_are_those_of_the_calendar(days: int) -> None:
    expected = EPOCH + timedelta(days=days)
    assert date_of(days) == (expected.year, expected.month, expected.day)
    assert days_of(*date_of(days)) == days


@given(
    st.integers(min_value=0, max_value=4_000_000_000), st.integers(min_value=0, max_value=10**12)
)
def test_the_time_of_day_counts_from_the_epoch(epoch_s: int, milliseconds: int) -> None:
    at = Clock(epoch_s).at(milliseconds * MILLISECOND)
    expected = EPOCH + timedelta(seconds=epoch_s, milliseconds=milliseconds)
    assert (at.year, at.month, at.day) == (expected.year, expected.month, expected.day)
    assert (at.hour, at.minute, at.second) == (expected.hour, expected.minute, expected.second)
    assert (at.millisecond, at.weekday) == (expected.microsecond // 1000, expected.weekday())


def test_a_set_clock_is_moved_and_trusted() -> None:
    clock = Clock(epoch_s=0)
    assert clock.mark == "*"
    clock.offset_ns, clock.is_set = 5 * HOUR, True
    assert (clock.mark, clock.at(0).hour) == ("", 5)
