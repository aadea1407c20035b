"""Access lists as devices print them: typed from a capture, they are printed as captured."""

from __future__ import annotations

import re

import pytest

from iosemu.features.acl import show as acl_show  # noqa: F401  (registers the renderer)
from iosemu.features.acl.views import AclView, EntryView
from iosemu.policy.acl import StandardAcl, entry_text

from ...policy.lists import lists
from ..samples import rendered, sample
from ..shop import router

HEAD = re.compile(r"(Standard|Extended) IP access list (\S+)")
ENTRY = re.compile(
    r"    (\d+) (.*?)(?: \((active|inactive)\))?(?: \((\d+) match(?:es)?\))?$",
)


def blocks(name: str) -> list[list[str]]:
    """The lists of a capture, each with its heading."""
    found: list[list[str]] = []
    for line in sample(name):
        if HEAD.fullmatch(line.rstrip()):
            found.append([line.rstrip()])
        elif found and line.strip():
            found[-1].append(line.rstrip())
    return found


def typed_again(block: list[str]) -> list[str]:
    """Type the entries of a captured list, and print them with the captured counters."""
    head = HEAD.fullmatch(block[0])
    assert head is not None
    kind, name = head[1].lower(), head[2]
    typed = router()
    lines = []
    states = {}
    for line in block[1:]:
        found = ENTRY.fullmatch(line)
        assert found is not None, line
        number, text, activity, matches = found.groups()
        lines.append(f"{number} {text.replace(', wildcard bits', '')}")
        is_active = None if activity is None else activity == "active"
        states[int(number)] = (is_active, int(matches or 0))
    assert typed.type(f"ip access-list {kind} {name}", *lines) == []
    acl = lists(typed).find(name)
    assert acl is not None
    entries = tuple(
        EntryView(n, e.action, entry_text(e), states[n][1], states[n][0])
        for n, e in sorted(acl.entries.items())
    )
    return rendered(AclView(name, isinstance(acl, StandardAcl), entries))


CAPTURED = [
    ("show_ip_access_lists__1.txt", "Standard IP access list 99"),
    ("show_ip_access_lists__1.txt", "Standard IP access list stdacl"),
    ("show_ip_access_lists__1.txt", "Extended IP access list test"),
    ("show_ip_access_lists__1.txt", "Extended IP access list sample"),
    ("show_ip_access_lists__3.txt", "Extended IP access list ACL_TEST"),
    ("show_access_lists__1.txt", "Standard IP access list 1"),
    ("show_access_lists__1.txt", "Extended IP access list 102"),
    ("show_access_lists__1.txt", "Extended IP access list VLAN-TEST"),
]


@pytest.mark.parametrize(("name", "head"), CAPTURED)
def test_a_captured_list_is_printed_again_as_it_was(name: str, head: str) -> None:
    block = next(b for b in blocks(name) if b[0] == head)
    assert typed_again(block) == block


def test_what_a_capture_has_of_101_is_printed_again_but_for_names_of_later_releases() -> None:
    block = next(
        b for b in blocks("show_ip_access_lists__1.txt") if b[0] == "Extended IP access list 101"
    )
    known = [line for line in block if " ssh" not in line and "host 10.1.0.0" not in line]
    assert len(known) >= 9
    # Bits that a wildcard ignores are cleared before an address is kept.
    expected = [line.replace("10.1.1.0 0.0.255.255", "10.1.0.0 0.0.255.255") for line in known]
    assert typed_again(known) == expected


def test_one_match_and_several() -> None:
    entries = (EntryView(10, "permit", "permit ip any any", 1), EntryView(20, "deny", "x", 2))
    assert rendered(AclView("A", False, entries)) == [
        "Extended IP access list A",
        "    10 permit ip any any (1 match)",
        "    20 x (2 matches)",
    ]
