"""Prefix lists: what they match, refuse and print."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import iosemu
from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.features.prefix_list import show as prefix_list_show  # noqa: F401
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.prefix_list.views import LastChangeView, PrefixListView
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry

from ..samples import rendered, sample
from ..shop import router

net = IPv4Prefix.parse


def listed(text: str) -> PrefixList:
    typed = router()
    lines = [f"ip prefix-list P {line}" for line in text.split(";")]
    assert typed.type(*lines) == []
    return typed.config.of(PrefixListsConfig).lists["P"]


CASES = [
    ("permit 10.0.0.0/8", "10.0.0.0/8", 5),
    ("permit 10.0.0.0/8", "10.0.0.0/9", None),
    ("permit 10.0.0.0/8", "10.0.0.0/7", None),
    ("permit 10.0.0.0/8 le 24", "10.1.2.0/24", 5),
    ("permit 10.0.0.0/8 le 24", "10.1.2.0/25", None),
    ("permit 10.0.0.0/8 le 24", "10.0.0.0/8", 5),
    ("permit 10.0.0.0/8 ge 24", "10.0.0.0/8", None),
    ("permit 10.0.0.0/8 ge 24", "10.9.9.9/32", 5),
    ("permit 10.0.0.0/8 ge 16 le 24", "10.9.0.0/16", 5),
    ("permit 10.0.0.0/8 ge 16 le 24", "10.9.0.0/15", None),
    ("permit 10.0.0.0/8 ge 16 le 24", "11.9.0.0/16", None),
    ("permit 0.0.0.0/0", "0.0.0.0/0", 5),
    ("permit 0.0.0.0/0", "10.0.0.0/8", None),
    ("permit 0.0.0.0/0 le 32", "10.0.0.0/8", 5),
    ("permit 0.0.0.0/0 ge 1", "0.0.0.0/0", None),
    ("deny 10.1.0.0/16 le 32;permit 0.0.0.0/0 le 32", "10.1.1.0/24", 5),
    ("deny 10.1.0.0/16 le 32;permit 0.0.0.0/0 le 32", "10.2.1.0/24", 10),
    ("seq 20 permit 10.0.0.0/8;seq 7 deny 10.0.0.0/8", "10.0.0.0/8", 7),
    ("seq 7 permit 10.0.0.0/8;permit 11.0.0.0/8", "11.0.0.0/8", 12),
]


@pytest.mark.parametrize(("text", "prefix", "expected"), CASES)
def test_a_prefix_meets_this_entry(text: str, prefix: str, expected: int | None) -> None:
    found = listed(text)
    assert found.first(net(prefix)) == expected
    is_permit = expected is not None and found.entries[expected].action == "permit"
    assert found.permits(net(prefix)) is is_permit


def test_a_list_without_entries_permits_all() -> None:
    assert PrefixList().permits(net("10.0.0.0/8"))


@given(st.integers(0, 2**32 - 1), st.integers(0, 32), st.integers(1, 32), st.integers(1, 32))
def test_bounds_that_are_out_of_order_are_refused(bits: int, length: int, ge: int, le: int) -> None:
    prefix = IPv4Prefix.of(bits, length)
    printed = router().type(f"ip prefix-list P permit {prefix} ge {ge} le {le}")
    assert (printed == []) is (length < ge <= le)
    if printed:
        assert printed == [
            f"% Invalid prefix range for {prefix}, make sure: len < ge-value <= le-value"
        ]


ENTRY = re.compile(r"   seq (\d+) (\S+) (\S+)/(\d+)(?: ge (\d+))?(?: le (\d+))?(?: \(.*)?")


def view(lines: list[str], name: str, style: str, uses: int = 0) -> PrefixListView:
    """What the entry lines of a capture say.  Their prefixes were edited, so they are not typed."""
    entries = []
    for line in lines:
        found = ENTRY.fullmatch(line)
        assert found is not None, line
        sequence, action, address, length, ge, le = found.groups()
        prefix = IPv4Prefix(IPv4Address.parse(address), int(length))
        bounds = (None if bound is None else int(bound) for bound in (ge, le))
        entries.append((int(sequence), PrefixListEntry(action, prefix, *bounds)))
    return PrefixListView(name, None, tuple(entries), style, uses)


def test_captured_lists_are_printed_again() -> None:
    captured = [line.rstrip() for line in sample("show_ip_prefix_list__1.txt") if line.strip()]
    printed = rendered(view(captured[1:], "OSPF_Redist", ""))
    # The capture was edited: its heading says two of three entries.
    assert printed == [captured[0].replace("2 entries", "3 entries"), *captured[1:]]
    captured = [line.rstrip() for line in sample("show_ip_prefix_list_detail__1.txt")]
    captured = [line for line in captured if line]
    assert rendered(LastChangeView("test")) == captured[:1]
    detail = rendered(view(captured[3:], "test", "detail", uses=2))
    assert detail[:2] == captured[1:3]
    uncounted = re.compile(r"refcount: \d\)")
    assert [uncounted.sub("", line) for line in detail[2:]] == [
        uncounted.sub("", line) for line in captured[3:]
    ]


def test_the_shows_of_a_running_router() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    r1 = lab["R1"]
    r1.configure(
        "ip prefix-list B permit 10.0.0.0/8\nip prefix-list A description words\n"
        "ip prefix-list A deny 10.1.0.0/16 ge 24\nip prefix-list A permit 0.0.0.0/0 le 32"
    )
    assert r1.cli("show ip prefix-list").splitlines() == [
        "ip prefix-list A: 2 entries",
        "   Description: words",
        "   seq 5 deny 10.1.0.0/16 ge 24",
        "   seq 10 permit 0.0.0.0/0 le 32",
        "ip prefix-list B: 1 entries",
        "   seq 5 permit 10.0.0.0/8",
    ]
    assert r1.cli("show ip prefix-list summary A").splitlines() == [
        "Prefix-list with the last deletion/insertion: A",
        "ip prefix-list A:",
        "   Description: words",
        "   count: 2, range entries: 2, sequences: 5 - 10, refcount: 0",
    ]
    assert r1.cli("show ip prefix-list detail B").splitlines()[-1] == (
        "   seq 5 permit 10.0.0.0/8 (hit count: 0, refcount: 0)"
    )
