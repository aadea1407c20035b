"""Access lists as they are configured, and as IOS prints their entries.

Entries keep themselves canonical, as IOS does before it stores them: `10.0.0.1 0.0.0.0` is
`host 10.0.0.1`, a wildcard of all ones is `any`, well-known numbers are names.  Knows no packet:
`acl_match` does.
"""

from __future__ import annotations

from typing import Any

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field

from .acl_names import (
    DSCP,
    ICMP_MESSAGES,
    IGMP_TYPES,
    IP_OPTIONS,
    PRECEDENCE,
    PROTOCOLS,
    TCP_PORTS,
    TOS,
    UDP_PORTS,
)

_ALL_ONES = 0xFFFFFFFF
SINGLE_FLAGS = ("ack", "fin", "psh", "rst", "syn", "urg")
"""TCP flags that may stand alone behind the addresses; any one of them is enough."""


@dataclass(frozen=True, slots=True)
class StandardEntry:
    """One line of a standard list: a remark, or an action on a source.

    No source: any.  No wildcard: that host.
    """

    action: str | None = None
    source: IPv4Address | None = None
    source_wildcard: IPv4Address | None = None
    log: str | None = None
    log_tag: str | None = None
    remark: str | None = None

    def __post_init__(self) -> None:
        _canonical_address(self, "source", "source_wildcard")


@dataclass(frozen=True, slots=True)
class ExtendedEntry:
    """One line of an extended list: a remark, or an action on a kind of packet.

    Ports: an operator with its numbers or names (`range` has two).  ICMP and IGMP: a name, or type
    and code.  `flags`: TCP flags after match-any or match-all (`flags_match`), as "+syn".
    `evaluate`: a line that names a reflexive list and nothing else.
    """

    action: str | None = None
    protocol: str | int | None = None
    source: IPv4Address | None = None
    source_wildcard: IPv4Address | None = None
    source_operator: str | None = None
    source_ports: tuple[str | int, ...] | None = None
    source_low: str | int | None = None
    source_high: str | int | None = None
    destination: IPv4Address | None = None
    destination_wildcard: IPv4Address | None = None
    destination_operator: str | None = None
    destination_ports: tuple[str | int, ...] | None = None
    destination_low: str | int | None = None
    destination_high: str | int | None = None
    message: str | None = None
    type: int | None = None
    code: int | None = None
    established: bool = False
    ack: bool = False
    fin: bool = False
    psh: bool = False
    rst: bool = False
    syn: bool = False
    urg: bool = False
    flags_match: str | None = None
    flags: tuple[str, ...] | None = None
    dscp: str | int | None = None
    precedence: str | int | None = None
    tos: str | int | None = None
    ttl_operator: str | None = None
    ttl_values: tuple[int, ...] | None = None
    ttl_low: int | None = None
    ttl_high: int | None = None
    option: str | int | None = None
    fragments: bool = False
    log: str | None = None
    log_tag: str | None = None
    time_range: str | None = None
    reflect: str | None = None
    reflect_s: int | None = None
    remark: str | None = None
    evaluate: str | None = None
    dynamic: str | None = None
    dynamic_m: int | None = None

    def __post_init__(self) -> None:
        _canonical_address(self, "source", "source_wildcard")
        _canonical_address(self, "destination", "destination_wildcard")
        _put(
            self,
            protocol=_named(self.protocol, PROTOCOLS),
            dscp=_named(self.dscp, DSCP),
            precedence=_named(self.precedence, PRECEDENCE),
            tos=_named(self.tos, TOS),
            option=_named(self.option, IP_OPTIONS),
        )
        names = {"tcp": TCP_PORTS, "udp": UDP_PORTS}.get(str(self.protocol))
        if names is not None:
            self._name_ports(names)
        if self.type is not None:
            self._name_message()

    def _name_ports(self, names: dict[str, int]) -> None:
        for side in ("source", "destination"):
            ports = getattr(self, f"{side}_ports")
            if ports is not None:
                ports = tuple(_named(port, names) for port in ports)
            low, high = getattr(self, f"{side}_low"), getattr(self, f"{side}_high")
            _put(
                self,
                **{
                    f"{side}_ports": ports,
                    f"{side}_low": _named(low, names),
                    f"{side}_high": _named(high, names),
                },
            )

    def _name_message(self) -> None:
        if self.protocol == "igmp":
            message = _named(self.type, IGMP_TYPES)
            if message != self.type:
                _put(self, message=message, type=None)
            return
        for name, (type_, code) in ICMP_MESSAGES.items():
            if (type_, code) == (self.type, self.code):
                _put(self, message=name, type=None, code=None)


Entry = StandardEntry | ExtendedEntry


@dataclass(frozen=True, slots=True)
class StandardAcl:
    """Entries by sequence number."""

    entries: Entries[int, StandardEntry] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class ExtendedAcl:
    """Entries by sequence number."""

    entries: Entries[int, ExtendedEntry] = field(default_factory=Entries)


Acl = StandardAcl | ExtendedAcl


def _named(value: Any, names: dict[str, int]) -> Any:
    """The name of a number that has one; any other value as it is."""
    if isinstance(value, int):
        for name, number in names.items():
            if number == value:
                return name
    return value


def _put(owner: Any, **values: Any) -> None:
    for name, value in values.items():
        if getattr(owner, name) != value:
            object.__setattr__(owner, name, value)


def _canonical_address(owner: Any, address: str, wildcard: str) -> None:
    """Make `any`, `host A` and `A W` unique: no address, no wildcard, both; host bits clear."""
    ignored = getattr(owner, wildcard)
    if ignored is None:
        return
    if ignored == _ALL_ONES:
        _put(owner, **{address: None, wildcard: None})
    elif ignored == 0:
        _put(owner, **{wildcard: None})
    else:
        kept = IPv4Address(getattr(owner, address) & ~ignored & _ALL_ONES)
        _put(owner, **{address: kept})


# -- the text of an entry, as `show access-lists` has it ----


def entry_text(entry: Entry) -> str:
    """An entry without its number, its matches, and the state of its time range."""
    if isinstance(entry, StandardEntry):
        return _standard_text(entry)
    if entry.evaluate is not None:
        return f"evaluate {entry.evaluate}"
    head = [] if entry.dynamic is None else ["Dynamic", entry.dynamic]
    sides = [*_side(entry, "source"), *_side(entry, "destination")]
    return " ".join(
        [*head, str(entry.action), str(entry.protocol), *sides, *_message(entry), *_options(entry)]
    )


def _standard_text(entry: StandardEntry) -> str:
    where = "any" if entry.source is None else str(entry.source)
    if entry.source_wildcard is not None:
        where += f", wildcard bits {entry.source_wildcard}"
    return " ".join([f"{entry.action:<6} {where}", *_log(entry.log, entry.log_tag)])


def _log(log: str | None, tag: str | None) -> list[str]:
    return [] if log is None else [log] if tag is None else [log, f"(tag = {tag})"]


def _side(entry: ExtendedEntry, side: str) -> list[str]:
    """`host 10.0.0.1 eq www`, of the source or the destination."""
    address, wildcard = getattr(entry, side), getattr(entry, f"{side}_wildcard")
    if address is None:
        words = ["any"]
    else:
        words = ["host", str(address)] if wildcard is None else [str(address), str(wildcard)]
    numbers = (getattr(entry, f"{side}_{name}") for name in ("operator", "ports", "low", "high"))
    return words + _numbers(*numbers)


def _numbers(operator: str | None, values: Any, low: Any, high: Any) -> list[str]:
    given = [*(values or ()), *(n for n in (low, high) if n is not None)]
    return [] if operator is None else [operator, *map(str, given)]


def _message(entry: ExtendedEntry) -> list[str]:
    return [str(v) for v in (entry.message, entry.type, entry.code) if v is not None]


def _options(entry: ExtendedEntry) -> list[str]:
    words = ["established"] if entry.established else []
    words += [name for name in SINGLE_FLAGS if getattr(entry, name)]
    if entry.flags_match is not None:
        words += [entry.flags_match, *(entry.flags or ())]
    for name in ("dscp", "precedence", "tos"):
        if getattr(entry, name) is not None:
            words += [name, str(getattr(entry, name))]
    if entry.ttl_operator is not None:
        ttl = _numbers(entry.ttl_operator, entry.ttl_values, entry.ttl_low, entry.ttl_high)
        words += ["ttl", *ttl]
    if entry.option is not None:
        words += ["option", str(entry.option)]
    words += ["fragments"] if entry.fragments else []
    words += _log(entry.log, entry.log_tag)
    words += ["time-range", entry.time_range] if entry.time_range is not None else []
    words += ["reflect", entry.reflect] if entry.reflect is not None else []
    return words
