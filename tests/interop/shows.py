"""Every show command of the product as lines to type, made from the grammar.

A new show is among them by itself.  Only where a value cannot be guessed (a word, an address that
must be known) it is given here, one line a stanza.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from iosemu.cli.syntax import AnyOrder, Choice, Item, Keyword, Sequence, Value
from iosemu.lab.program import program

KINDS = {
    "INTERFACE": "Ethernet0/0",
    "A.B.C.D": "10.0.12.2",
    "A.B.C.D/nn": "10.0.12.0/24",
    "X:X:X:X::X": "2001:DB8:12::2",
    "X:X:X:X::X/nn": "2001:DB8:12::/64",
}
"""What is typed for a value of this kind; of a range its first number."""

TCB = "TCB"
"""Stands for the TCB of a connection, which only the router that has it knows."""

RED = {"vrf": "RED", "rd": "65000:1"}
ROWS = {"communities": "65000:44", "value": "4"}
VALUES: dict[str, dict[str, str]] = {
    "archive.show.differences": {"one": "flash:was", "other": "nvram:startup-config"},
    "archive.show.incremental": {"url": "nvram:startup-config"},
    "arp.show": {"address": "10.0.12.2", "mac": "aabb.cc00.0200"},
    "cef.show.exact": {"source": "1.1.1.1", "target": "10.0.12.2"},
    "bgp.show.prefix": {"prefix": "44.0.0.0/24", "address": "44.0.0.0", "mask": "255.255.255.0"},
    "bgp.show.longer": {"prefix": "44.0.0.0/8", "address": "44.0.0.0", "mask": "255.0.0.0"},
    "bgp.show.prefix6": {"prefix": "2001:DB8::2/128", "address": "2001:DB8::2"},
    "bgp.show.longer6": {"prefix": "2001:DB8::/32", "address": "2001:DB8::2"},
    "bgp.show.rows": ROWS,
    "bgp.vpn.table": RED,
    "bgp.vpn.prefix": {
        **RED,
        "prefix": "55.0.0.0/24",
        "address": "55.0.0.0",
        "mask": "255.255.255.0",
    },
    "bgp.vpn.rows": {**RED, **ROWS},
    "bgp.vpn.classless": RED,
    "bgp.vpn.summary": RED,
    "bgp.vpn.detail": RED,
    "bgp.vpn.labels": RED,
    "bgp.vpn.neighbors": {**RED, "peer": "10.0.15.5"},
    "bgp.vpn.neighbors.routes": {**RED, "peer": "10.0.15.5"},
    "bgp.show.neighbors.routes": {"peer": "10.0.14.4"},
    "bgp.show.paths": {"pattern": "^65004"},
    "bgp.show.neighbors.paths": {"peer": "10.0.14.4", "pattern": "^65004"},
    "bgp.show.peer-group": {"group": "INSIDE"},
    "bgp.show.peer-group.summary": {"group": "INSIDE"},
    "bgp.show.template": {"name": "POLICY"},
    "cdp.show.entry": {"device": "R2"},
    "acl.show": {"name": "NETS"},
    "acl.show.ip": {"name": "NETS"},
    "eigrp.family.neighbors": {"vrf": "RED"},
    "eigrp.family.interfaces": {"vrf": "RED"},
    "eigrp.family.topology": {"vrf": "RED"},
    "eigrp.family.traffic": {"vrf": "RED"},
    "eigrp.family.events": {"vrf": "RED"},
    "eigrp.family.timers": {"vrf": "RED"},
    "eigrp.family.accounting": {"vrf": "RED"},
    "eigrp.show.accounting": {"vrf": "RED"},
    "eigrp.show.neighbors": {"vrf": "RED"},
    "eigrp.show.interfaces": {"vrf": "RED"},
    "eigrp.show.topology": {"vrf": "RED"},
    "eigrp.show.traffic": {"vrf": "RED"},
    "eigrp.show.events": {"vrf": "RED"},
    "eigrp.show.timers": {"vrf": "RED"},
    "eigrp.show.protocols": {"vrf": "RED"},
    "key-chain.show": {"name": "KEYS"},
    "prefix-list.show": {"name": "LOOPS"},
    "route-map.show": {"name": "PBR"},
    "ipv6-prefix-list.show": {"name": "SIX"},
    "community-list.show": {"name": "NAME"},
    "extcommunity-list.show": {"name": "1"},
    "large-community-list.show": {"name": "1"},
    "vrf.show": {"name": "RED"},
    "vrf.show.family": {"name": "RED"},
    "vrf.show.detail": {"name": "RED"},
    "vrf.show.ip": {"name": "RED"},
    "vrf.show.ip.detail": {"name": "RED"},
    "vrf.show.ip.interfaces": {"name": "RED"},
    "ip.show.aliases": {"vrf": "RED"},
    "ip.show.route": {"vrf": "RED"},
    "ip.show.route.protocol": {"vrf": "RED"},
    "ip.show.route.supernets": {"vrf": "RED"},
    "ip.show.route.summary": {"vrf": "RED"},
    "time-range.show": {"name": "WORK"},
    "tcp.show.tcb": {"number": TCB},
}
"""What is typed for a value of this name in this stanza."""

LINES: dict[str, tuple[str, ...]] = {
    "arp.show.ip": (
        "show ip arp",
        "show ip arp 10.0.12.2",
        "show ip arp aabb.cc00.0200",
        "show ip arp Ethernet0/0",
        "show ip arp vrf RED",
        "show ip arp vrf RED Ethernet0/1.8",
    ),
    "cef.show": (
        "show ip cef",
        "show ip cef detail",
        "show ip cef internal",
        "show ip cef vrf RED",
        "show ip cef vrf RED detail",
    ),
    "cef.show.summary": ("show ip cef summary",),
    "cef.show.prefix": (
        "show ip cef 10.0.12.0/24",
        "show ip cef 10.0.12.0/24 detail",
        "show ip cef 10.0.12.0/24 internal",
        "show ip cef 10.0.12.0/24 longer-prefixes",
        "show ip cef vrf RED 10.0.8.0/24",
    ),
    "eigrp.show.topology.entry": (
        "show ip eigrp topology",
        "show ip eigrp 100 topology",
        "show ip eigrp topology 2.2.2.2/32",
        "show ip eigrp topology 2.2.2.2 255.255.255.255",
    ),
    "eigrp.family.topology.entry": (
        "show eigrp address-family ipv4 topology",
        "show eigrp address-family ipv4 topology 2.2.2.2/32",
    ),
    "cef.show.address": (
        "show ip cef 10.99.0.1",
        "show ip cef 10.99.0.1 detail",
        "show ip cef 10.99.0.1 internal",
        "show ip cef 10.99.0.0 255.255.0.0",
        "show ip cef vrf RED 10.97.0.1",
        "show ip cef 10.0.0.0 255.0.0.0 longer-prefixes",
        "show ip cef 10.0.0.0 255.0.0.0 longer-prefixes detail",
    ),
    "ip.show.route.list": ("show ip route list 1", "show ip route list NETS"),
    "ip.show.route.prefix": (
        "show ip route 10.99.0.0",
        "show ip route 10.99.0.0 255.255.0.0",
        "show ip route 10.0.0.0 255.0.0.0 longer-prefixes",
        "show ip route vrf RED 10.97.0.0",
    ),
}
"""The lines of a stanza whose values go together."""


def show_lines() -> list[str]:
    """All lines: of each choice every branch, of options none and each one alone."""
    found: list[str] = []
    for command in program().grammar.modes["exec"].commands:
        first = command.syntax[0]
        if isinstance(first, Keyword) and first.text == "show":
            name = command.stanza.name
            made = _sequence(command.syntax, VALUES.get(name, {}))
            found += LINES.get(name) or (" ".join(words) for words in made)
    return list(dict.fromkeys(found))


def is_whole(line: str) -> bool:
    """Whether no value of the line is still to be given in `VALUES`."""
    return "<" not in line


def _sequence(
    syntax: Sequence, given: dict[str, str], name: str | None = None
) -> Iterator[list[str]]:
    """The lines of a part; `name`: of the choice it is a branch of."""
    for parts in product(*(list(_item(item, given, name)) for item in syntax)):
        yield [word for part in parts for word in part]


def _item(item: Item, given: dict[str, str], name: str | None) -> Iterator[list[str]]:
    match item:
        case Keyword(text=text):
            yield [text]
        case Value():
            yield [_value(item.kind, item.name or name, given)]
        case Choice(branches=branches, optional=optional):
            if optional:
                yield []
            for branch in branches:
                yield from _sequence(branch, given, item.name)
        case AnyOrder(branches=branches):
            yield []
            for branch in branches:
                yield from _sequence(branch, given)
        case _:
            raise AssertionError(item)


def _value(kind: str, name: str | None, given: dict[str, str]) -> str:
    if name is not None and name in given:
        return given[name]
    if kind.startswith("<"):
        return kind[1:].partition("-")[0]
    return KINDS.get(kind, f"<{name or kind}>")
