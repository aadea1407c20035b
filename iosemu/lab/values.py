"""Values of `iosemu.*` labels: texts to numbers, None for what is no such value."""

from __future__ import annotations

import re

from iosemu.kernel.time import MICROSECOND, MILLISECOND, SECOND, Time
from iosemu.proto.parts import date_of, days_of

_DELAY = re.compile(r"(\d+(?:\.\d+)?)\s*(ns|us|ms|s)")
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*(k|m|g)(?:bit|bps)")
_EPOCH = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?")
_UNITS = {"ns": 1, "us": MICROSECOND, "ms": MILLISECOND, "s": SECOND}
_KBPS = {"k": 1, "m": 1_000, "g": 1_000_000}


def delay_ns(text: str) -> Time | None:
    """ "5ms" -> 5,000,000."""
    found = _DELAY.fullmatch(text.strip().lower())
    return round(float(found[1]) * _UNITS[found[2]]) if found else None


def rate_kbps(text: str) -> int | None:
    """ "10mbit" -> 10,000; never 0."""
    found = _RATE.fullmatch(text.strip().lower())
    return (round(float(found[1]) * _KBPS[found[2]]) or None) if found else None


def number(text: str) -> int | None:
    """A decimal number below 2**64."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and int(text) < 1 << 64 else None


def epoch_s(text: str) -> int | None:
    """ "2016-01-02 18:10:00" -> seconds since 1970, UTC."""
    found = _EPOCH.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    if year < 1970 or not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 59:
        return None
    days = days_of(year, month, day)
    return (
        days * 86_400 + hour * 3600 + minute * 60 + second
        if (date_of(days) == (year, month, day))
        else None
    )


def release(text: str) -> str | None:
    """An IOS release as "12.4" or "15.10"."""
    return text.strip() if re.fullmatch(r"\d{2}\.\d{1,2}", text.strip()) else None
