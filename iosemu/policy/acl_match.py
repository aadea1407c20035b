"""Access lists compiled for matching: `compiled(acl).first(facts)`.

Pure: a program is made of a frozen list and looks at the facts of one packet.  Counters, logs and
what an interface does with the answer are the business of who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

from iosemu.config.entries import Entries

from .acl import SINGLE_FLAGS, Acl, Entry, ExtendedEntry, StandardEntry
from .acl_names import (
    ANY_OPTION,
    DSCP,
    ICMP_MESSAGES,
    IGMP_TYPES,
    IP_OPTIONS,
    PRECEDENCE,
    PROTOCOLS,
    TCP_FLAGS,
    TCP_PORTS,
    TOS,
    UDP_PORTS,
)

_ALL_ONES = 0xFFFFFFFF
_PORTS = 0xFFFF
_ESTABLISHED = TCP_FLAGS["ack"] | TCP_FLAGS["rst"]
ANY_PROTOCOL = 0

Ranges = tuple[tuple[int, int], ...]
"""Both ends belong to a range."""


class Facts(NamedTuple):
    """What lists look at in a packet.

    `high`: of a first or only fragment what follows the IP header, as far as it goes: ports, or
    type and code.  A later fragment has none.  `flags`: TCP flags, None if there are none.
    `options`: types of IP options, whole bytes.
    """

    protocol: int
    source: int
    target: int
    tos: int = 0
    ttl: int = 255
    is_later_fragment: bool = False
    high: tuple[int, int] | None = None
    flags: int | None = None
    options: tuple[int, ...] = ()


Test = Callable[[Facts], bool]


class Row(NamedTuple):
    """One entry ready to match.  `source` and `target` with the bits that count.

    `low_test`: other fields of the IP header; `high_test`: what only a first fragment has.
    """

    sequence: int
    entry: Entry
    is_permit: bool
    protocol: int
    source: int
    source_mask: int
    target: int
    target_mask: int
    low_test: Test | None
    high_test: Test | None
    has_seen_ports: bool
    """Whether this entry or one before it looks at ports, so that they are known when it logs."""


class Program:
    """The rows of a list.  Rows that a protocol cannot match are sorted out once a protocol.

    `is_empty`: the list has no entries, which permits all.  Entries that are not active now, or of
    which nothing is simulated, are no rows, and still the implicit deny stands behind them.
    """

    __slots__ = ("_by_protocol", "is_empty", "rows")

    def __init__(self, rows: tuple[Row, ...], *, is_empty: bool = False) -> None:
        self.rows = rows
        self.is_empty = is_empty
        self._by_protocol: dict[int, tuple[Row, ...]] = {}

    def first(self, facts: Facts) -> Row | None:
        """The first entry that matches, None where the implicit deny at the end decides."""
        protocol, source, target = facts[:3]
        rows = self._by_protocol.get(protocol)
        if rows is None:
            rows = tuple(row for row in self.rows if row.protocol in (ANY_PROTOCOL, protocol))
            self._by_protocol[protocol] = rows
        for row in rows:
            if (source ^ row[4]) & row[5] or (target ^ row[6]) & row[7]:
                continue
            if row.low_test is not None and not row.low_test(facts):
                continue
            if row.high_test is None:
                return row
            if facts.is_later_fragment:
                # The rest of a packet of which the first part was looked at: without that part it
                # is of no use, so a permit lets it through, and a deny leaves it to later entries.
                if row.is_permit:
                    return row
            elif row.high_test(facts):
                return row
        return None

    def permits(self, facts: Facts) -> bool:
        """The verdict; a list without entries permits all."""
        row = self.first(facts)
        return self.is_empty if row is None else row.is_permit


def compiled(acl: Acl, is_active: Mapping[str, bool] | None = None) -> Program:
    """A program of the entries in order of their numbers.

    `is_active`: time ranges by name; entries of one that is not active now, are left out.  A name
    that is not there is always active, as on IOS.
    """
    entries: Entries[int, StandardEntry] | Entries[int, ExtendedEntry] = acl.entries
    rows: list[Row] = []
    has_seen_ports, is_empty = False, True
    for sequence in sorted(entries):
        entry: Entry = entries[sequence]
        is_empty = is_empty and entry.remark is not None
        if entry.action is None:
            continue
        if isinstance(entry, StandardEntry):
            rows.append(_standard(sequence, entry))
            continue
        if entry.dynamic is not None:
            continue
        if entry.time_range is not None and not (is_active or {}).get(entry.time_range, True):
            continue
        has_seen_ports = has_seen_ports or bool(entry.source_operator or entry.destination_operator)
        rows.append(_extended(sequence, entry, has_seen_ports))
    return Program(tuple(rows), is_empty=is_empty)


def _standard(sequence: int, entry: StandardEntry) -> Row:
    value, mask = _care(entry.source, entry.source_wildcard)
    is_permit = entry.action == "permit"
    return Row(sequence, entry, is_permit, 0, value, mask, 0, 0, None, None, False)


def _extended(sequence: int, entry: ExtendedEntry, has_seen_ports: bool) -> Row:
    source = _care(entry.source, entry.source_wildcard)
    target = _care(entry.destination, entry.destination_wildcard)
    tests = _all(_low_tests(entry)), _all(_high_tests(entry))
    protocol = _number(entry.protocol, PROTOCOLS)
    is_permit = entry.action == "permit"
    return Row(sequence, entry, is_permit, protocol, *source, *target, *tests, has_seen_ports)


def _care(address: int | None, wildcard: int | None) -> tuple[int, int]:
    """The bits of an address that count, and which these are."""
    if address is None:
        return 0, 0
    mask = _ALL_ONES if wildcard is None else ~wildcard & _ALL_ONES
    return address & mask, mask


def _number(value: str | int | None, names: Mapping[str, int]) -> int:
    assert value is not None
    return value if isinstance(value, int) else names[value]


def _all(tests: list[Test]) -> Test | None:
    if len(tests) < 2:
        return tests[0] if tests else None
    return lambda facts: all(test(facts) for test in tests)


# -- fields of the IP header ----


def _low_tests(entry: ExtendedEntry) -> list[Test]:
    tests: list[Test] = []
    for value, names, shift, mask in (
        (entry.dscp, DSCP, 2, 0x3F),
        (entry.precedence, PRECEDENCE, 5, 7),
        (entry.tos, TOS, 1, 0xF),
    ):
        if value is not None:
            tests.append(_bits(_number(value, names), shift, mask))
    if entry.ttl_operator is not None:
        ttl = ranges(entry.ttl_operator, entry.ttl_values, entry.ttl_low, entry.ttl_high, 255)
        tests.append(lambda facts: within(facts.ttl, ttl))
    if entry.option is not None:
        tests.append(_option(entry.option))
    if entry.fragments:
        tests.append(lambda facts: facts.is_later_fragment)
    return tests


def _bits(number: int, shift: int, mask: int) -> Test:
    return lambda facts: facts.tos >> shift & mask == number


def _option(option: str | int) -> Test:
    if option == ANY_OPTION:
        return lambda facts: bool(facts.options)
    number = _number(option, IP_OPTIONS)
    return lambda facts: number in facts.options


# -- what follows the IP header ----


def _high_tests(entry: ExtendedEntry) -> list[Test]:
    tests: list[Test] = []
    ports = UDP_PORTS if entry.protocol == "udp" else TCP_PORTS
    for at, side in enumerate(("source", "destination")):
        operator = getattr(entry, f"{side}_operator")
        if operator is not None:
            values = [_number(n, ports) for n in getattr(entry, f"{side}_ports") or ()]
            low, high = (getattr(entry, f"{side}_{end}") for end in ("low", "high"))
            first, last = (None if n is None else _number(n, ports) for n in (low, high))
            tests.append(_port(at, ranges(operator, values, first, last, _PORTS)))
    if entry.message is not None or entry.type is not None:
        tests.append(_message(entry))
    if entry.established:
        tests.append(lambda facts: facts.flags is not None and facts.flags & _ESTABLISHED != 0)
    single = sum(TCP_FLAGS[name] for name in SINGLE_FLAGS if getattr(entry, name))
    if single:
        tests.append(lambda facts: facts.flags is not None and facts.flags & single != 0)
    if entry.flags_match is not None:
        tests.append(_flags(entry.flags_match, entry.flags or ()))
    return tests


def _port(at: int, allowed: Ranges) -> Test:
    return lambda facts: facts.high is not None and within(facts.high[at], allowed)


def _message(entry: ExtendedEntry) -> Test:
    if entry.protocol == "igmp":
        number = _number(entry.type if entry.message is None else entry.message, IGMP_TYPES)
        return lambda facts: facts.high is not None and facts.high[0] & 15 == number
    if entry.message is not None:
        type_, code = ICMP_MESSAGES[entry.message]
    else:
        assert entry.type is not None
        type_, code = entry.type, entry.code
    return lambda facts: (
        facts.high is not None
        and (facts.high[0] == type_ and (code is None or facts.high[1] == code))
    )


def _flags(match: str, names: tuple[str, ...]) -> Test:
    """`+syn`: set, `-syn`: clear; all of them, or any."""
    are_set = sum({TCP_FLAGS[name[1:]] for name in names if name[0] == "+"})
    are_clear = sum({TCP_FLAGS[name[1:]] for name in names if name[0] == "-"})
    if match == "match-all":
        return lambda facts: (
            facts.flags is not None
            and facts.flags & are_set == are_set
            and not facts.flags & are_clear
        )
    return lambda facts: (
        facts.flags is not None and bool(facts.flags & are_set or ~facts.flags & are_clear)
    )


def ranges(
    operator: str, values: object, low: int | None, high: int | None, greatest: int
) -> Ranges:
    """The numbers 0..greatest an operator with its values means."""
    given = tuple(values) if isinstance(values, list | tuple) else ()
    match operator:
        case "eq":
            return tuple((n, n) for n in given)
        case "neq":
            ends = [-1, *sorted(given), greatest + 1]
            return tuple((a + 1, b - 1) for a, b in pairwise(ends) if b - a > 1)
        case "gt":
            assert low is not None
            return ((low + 1, greatest),)
        case "lt":
            assert low is not None
            return ((0, low - 1),)
        case "range":
            assert low is not None
            assert high is not None
            return ((min(low, high), max(low, high)),)
        case _:
            raise AssertionError(operator)


def within(number: int, allowed: Ranges) -> bool:
    """Whether a number is in one of the ranges."""
    return any(low <= number <= high for low, high in allowed)
