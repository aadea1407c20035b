"""Fields that differ from run to run: where they stand and what they may be.

A shape is a type and a plausible range, never "anything".  Each is found by its context, so that
the same digits elsewhere compare exactly.  The list is the same for all transcripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from iosemu.values import dataclass

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Shape:
    """`pattern` finds the field, named `value` in it; `is_plausible` judges its text."""

    name: str
    pattern: re.Pattern[str]
    is_plausible: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """One volatile field of a line."""

    shape: Shape
    start: int
    end: int
    text: str


def _number(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: text.isdecimal() and low <= int(text) <= high


def _round_trip(text: str) -> bool:
    """min/avg/max in milliseconds, in order; a ping waits at most an hour."""
    low, mean, high = (int(part) for part in text.split("/"))
    return 0 <= low <= mean <= high <= 3_600_000


def _stamp(text: str) -> bool:
    """A date and time of day as a log prints it."""
    month, day, clock = text.lstrip("*.").split()[0:3]
    hour, minute, second = clock.split(".")[0].split(":")
    return (
        month in _MONTHS
        and 1 <= int(day) <= 31
        and int(hour) < 24
        and int(minute) < 60
        and int(second) < 60
    )


def _age(text: str) -> bool:
    """hh:mm:ss below a day, or two units of days, weeks, years."""
    if ":" in text:
        hour, minute, second = (int(part) for part in text.split(":"))
        return hour < 24 and minute < 60 and second < 60
    return True


def _spi(text: str) -> bool:
    """A hexadecimal number and the same in decimal; 0..255 are reserved."""
    in_hex, _, in_decimal = text.rstrip(")").partition("(")
    return int(in_hex, 16) == int(in_decimal) > 255


def _shape(name: str, pattern: str, is_plausible: Callable[[str], bool]) -> Shape:
    return Shape(name, re.compile(pattern), is_plausible)


_AGE = r"(?:\d\d:\d\d:\d\d|\d+d\d\dh|\d+w\dd|\d+y\d+w)"
_ANY = _number(0, 2**63)

SHAPES: tuple[Shape, ...] = (
    _shape(
        "log stamp",
        r"^(?P<value>[*.]?[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d\.\d{3})(?=: )",
        _stamp,
    ),
    _shape("round trip", r"(?<= )(?P<value>\d+)(?= msec)", _number(0, 60_000)),
    _shape(
        "round trips",
        r"(?<=min/avg/max = )(?P<value>\d+/\d+/\d+)(?= ms)",
        _round_trip,
    ),
    _shape("uptime", rf"(?<=, )(?P<value>{_AGE})(?=,|$| ago)", _age),
    _shape("rekey age", rf"(?<=Rekey Rcvd\(hh:mm:ss\)  : )(?P<value>{_AGE})", _age),
    _shape("size of the configuration", r"(?<=^Current configuration : )(?P<value>\d+)", _ANY),
    _shape("SPI", r"(?<=spi[:=])\s?(?P<value>0x[0-9A-F]{1,8}\(\d+\))", _spi),
    _shape("TCB", r"^(?P<value>[0-9A-F]{8,12})(?=  ?\d+\.\d+\.\d+\.\d+\.\d+ )", lambda _: True),
    # Of the two ends of a BGP session either may hold port 179.
    _shape(
        "port",
        r"(?<=\d\.)(?P<value>179|\d{4,5})(?= .*(?:ESTAB|SYNSENT|SYNRCVD|FINWAIT|TIMEWAIT|CLOSE))",
        lambda text: text == "179" or 1024 <= int(text) <= 65535,
    ),
    _shape("conn-id", r"(?<=\w )(?P<value>\d+)(?= ACTIVE)", _number(1, 65535)),
    _shape("handle", r"(?<=handle: )(?P<value>\d{10})", _number(2**31, 2**32 - 1)),
    _shape("table version", r"(?<=, version )(?P<value>\d+)$", _number(1, 2**32 - 1)),
    _shape("table version", r"(?<=table version is )(?P<value>\d+)", _number(1, 2**32 - 1)),
    _shape("update group", r"^ {5}(?P<value>\d+)$", _number(1, 65535)),
    _shape("refresh epoch", r"(?<=^  Refresh Epoch )(?P<value>\d+)$", _number(1, 2**31)),
    _shape("COOP counter", r"(?<=Sequence Number: )(?P<value>\d+)$", _number(0, 2**32 - 1)),
    _shape("COOP counter", r"^ {20}(?:\w+ )+\w+: (?P<value>\d+)$", _number(0, 2**63)),
    _shape("COOP timer", r"(?<=Remaining Time: )(?P<value>\d+)$", _number(0, 86_400)),
    _shape("rekey number", r"(?<=seq # )(?P<value>\d+)", _number(0, 2**32 - 1)),
    _shape("rekey number", r"(?<=rekey received: )(?P<value>\d+)$", _number(0, 2**32 - 1)),
    _shape("rekey number", r"(?<=ACKs sent {8}: )(?P<value>\d+)$", _number(0, 2**32 - 1)),
    _shape("lifetime left", r"(?<=lifetime \(sec\): \()(?P<value>\d+)(?=\))", _number(0, 86_400)),
    _shape("lifetime left", r"(?<=Lifetime \(secs\) {9}: )(?P<value>\d+)$", _number(0, 86_400)),
    _shape(
        "lifetime left", r"(?<=Re-registers in {8}: )(?P<value>\d+)(?= sec)", _number(0, 86_400)
    ),
    _shape("PEM initial vector", r"(?<=^DEK-Info: DES-EDE3-CBC,)(?P<value>[0-9A-F]{16})$", bool),
    _shape("PEM body", r"^(?P<value>[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{20,63}=*)$", bool),
)


def fields(line: str) -> list[Field]:
    """The volatile fields of a line, from left to right."""
    found: list[Field] = []
    for shape in SHAPES:
        for match in shape.pattern.finditer(line):
            start, end = match.span("value")
            if all(end <= other.start or start >= other.end for other in found):
                found.append(Field(shape, start, end, match["value"]))
    return sorted(found, key=lambda field: field.start)
