"""Access lists and prefix lists.

Entries keep themselves canonical, as IOS does before it stores them: `10.0.0.1 0.0.0.0` is
`host 10.0.0.1`, a wildcard of all ones is `any`, well-known numbers are names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.entries import Entries

_ALL_ONES = 0xFFFFFFFF

PROTOCOLS = {
    "ahp": 51,
    "eigrp": 88,
    "esp": 50,
    "gre": 47,
    "icmp": 1,
    "igmp": 2,
    "ip": 0,
    "ipinip": 4,
    "nos": 94,
    "ospf": 89,
    "pcp": 108,
    "pim": 103,
    "tcp": 6,
    "udp": 17,
}
TCP_PORTS = {
    "bgp": 179,
    "chargen": 19,
    "cmd": 514,
    "daytime": 13,
    "discard": 9,
    "domain": 53,
    "echo": 7,
    "exec": 512,
    "finger": 79,
    "ftp": 21,
    "ftp-data": 20,
    "gopher": 70,
    "hostname": 101,
    "ident": 113,
    "irc": 194,
    "klogin": 543,
    "kshell": 544,
    "login": 513,
    "lpd": 515,
    "msrpc": 135,
    "nntp": 119,
    "pim-auto-rp": 496,
    "pop2": 109,
    "pop3": 110,
    "smtp": 25,
    "sunrpc": 111,
    "tacacs": 49,
    "talk": 517,
    "telnet": 23,
    "time": 37,
    "uucp": 540,
    "whois": 43,
    "www": 80,
}
UDP_PORTS = {
    "biff": 512,
    "bootpc": 68,
    "bootps": 67,
    "discard": 9,
    "dnsix": 195,
    "domain": 53,
    "echo": 7,
    "isakmp": 500,
    "mobile-ip": 434,
    "nameserver": 42,
    "netbios-dgm": 138,
    "netbios-ns": 137,
    "netbios-ss": 139,
    "non500-isakmp": 4500,
    "ntp": 123,
    "pim-auto-rp": 496,
    "rip": 520,
    "snmp": 161,
    "snmptrap": 162,
    "sunrpc": 111,
    "syslog": 514,
    "tacacs": 49,
    "talk": 517,
    "tftp": 69,
    "time": 37,
    "who": 513,
    "xdmcp": 177,
}
# RFC 792 and RFC 1122: (type, code), code None where the name is the whole type.
ICMP_MESSAGES: dict[str, tuple[int, int | None]] = {
    "administratively-prohibited": (3, 13),
    "alternate-address": (6, None),
    "conversion-error": (31, None),
    "dod-host-prohibited": (3, 10),
    "dod-net-prohibited": (3, 9),
    "echo": (8, None),
    "echo-reply": (0, None),
    "general-parameter-problem": (12, 0),
    "host-isolated": (3, 8),
    "host-precedence-unreachable": (3, 14),
    "host-redirect": (5, 1),
    "host-tos-redirect": (5, 3),
    "host-tos-unreachable": (3, 12),
    "host-unknown": (3, 7),
    "host-unreachable": (3, 1),
    "information-reply": (16, None),
    "information-request": (15, None),
    "mask-reply": (18, None),
    "mask-request": (17, None),
    "mobile-redirect": (32, None),
    "net-redirect": (5, 0),
    "net-tos-redirect": (5, 2),
    "net-tos-unreachable": (3, 11),
    "net-unreachable": (3, 0),
    "network-unknown": (3, 6),
    "no-room-for-option": (12, 2),
    "option-missing": (12, 1),
    "packet-too-big": (3, 4),
    "parameter-problem": (12, None),
    "port-unreachable": (3, 3),
    "precedence-unreachable": (3, 15),
    "protocol-unreachable": (3, 2),
    "reassembly-timeout": (11, 1),
    "redirect": (5, None),
    "router-advertisement": (9, None),
    "router-solicitation": (10, None),
    "source-quench": (4, None),
    "source-route-failed": (3, 5),
    "time-exceeded": (11, None),
    "timestamp-reply": (14, None),
    "timestamp-request": (13, None),
    "traceroute": (30, None),
    "ttl-exceeded": (11, 0),
    "unreachable": (3, None),
}
DSCP = {
    "default": 0,
    "ef": 46,
    **{f"cs{n}": 8 * n for n in range(1, 8)},
    **{f"af{c}{d}": 8 * c + 2 * d for c in range(1, 5) for d in range(1, 4)},
}
PRECEDENCE = {
    "routine": 0,
    "priority": 1,
    "immediate": 2,
    "flash": 3,
    "flash-override": 4,
    "critical": 5,
    "internet": 6,
    "network": 7,
}
TOS = {
    "normal": 0,
    "min-monetary-cost": 1,
    "max-reliability": 2,
    "max-throughput": 4,
    "min-delay": 8,
}


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


@dataclass(frozen=True, slots=True)
class StandardEntry:
    """One line of a standard list: a remark, or an action on a source.

    No source: any.  No wildcard: that host.
    """

    action: str | None = None
    source: IPv4Address | None = None
    source_wildcard: IPv4Address | None = None
    log: bool = False
    remark: str | None = None

    def __post_init__(self) -> None:
        _canonical_address(self, "source", "source_wildcard")


@dataclass(frozen=True, slots=True)
class ExtendedEntry:
    """One line of an extended list: a remark, or an action on a kind of packet.

    Ports: an operator with its numbers or names (`range` has two).  ICMP: a name, or type and code.
    `flags`: TCP flags after match-any or match-all (`flags_match`), as "+syn".
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
    dscp: str | int | None = None
    precedence: str | int | None = None
    tos: str | int | None = None
    fragments: bool = False
    time_range: str | None = None
    log: str | None = None
    remark: str | None = None

    def __post_init__(self) -> None:
        _canonical_address(self, "source", "source_wildcard")
        _canonical_address(self, "destination", "destination_wildcard")
        _put(
            self,
            protocol=_named(self.protocol, PROTOCOLS),
            dscp=_named(self.dscp, DSCP),
            precedence=_named(self.precedence, PRECEDENCE),
            tos=_named(self.tos, TOS),
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
        for name, (type_, code) in ICMP_MESSAGES.items():
            if (type_, code) == (self.type, self.code):
                _put(self, message=name, type=None, code=None)


@dataclass(frozen=True, slots=True)
class StandardAcl:
    """Entries by sequence number."""

    entries: Entries[int, StandardEntry] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class ExtendedAcl:
    """Entries by sequence number."""

    entries: Entries[int, ExtendedEntry] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class AclsConfig:
    """Access lists by name or number."""

    SLOT: ClassVar[str] = "acl"
    standard: Entries[str | int, StandardAcl] = field(default_factory=Entries)
    extended: Entries[str | int, ExtendedAcl] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class PrefixListEntry:
    """One line of a prefix list; `ge` and `le` bound the length of what it matches."""

    action: str
    prefix: IPv4Prefix
    ge: int | None = None
    le: int | None = None


@dataclass(frozen=True, slots=True)
class PrefixList:
    """Entries by sequence number."""

    description: str | None = None
    entries: Entries[int, PrefixListEntry] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class PrefixListsConfig:
    """Prefix lists by name."""

    SLOT: ClassVar[str] = "prefix_list"
    lists: Entries[str, PrefixList] = field(default_factory=Entries)
