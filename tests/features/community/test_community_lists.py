"""Community lists as they are typed, refused and shown."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.features.community.views import CommunityListView

from ..samples import rendered
from ..shop import router

LATEST = "17.3"
LINES = [
    "ip community-list 1 permit 65000:1 65000:2",
    "ip community-list 1 deny internet",
    "ip community-list standard HERE permit no-export local-AS",
    "ip community-list standard HERE permit 42",
    "ip community-list 100 permit 65000:[0-9]+$",
    "ip community-list expanded THERE deny _1:1_",
    "ip extcommunity-list 1 permit rt 65000:1 rt 65000:2",
    "ip extcommunity-list standard SITE permit soo 65000:3",
    "ip extcommunity-list 100 permit RT:65000:.*",
    "ip extcommunity-list expanded X deny RT:1:1",
    "ip large-community-list 1 permit 65000:1:2 65000:1:3",
    "ip large-community-list standard LARGE deny 65000:1:2",
    "ip large-community-list 100 permit _65000:1:.*_",
    "ip large-community-list expanded Y permit .*",
]


def test_lines_are_printed_as_typed() -> None:
    held = router(version=LATEST)
    assert held.type("ip bgp-community new-format", *LINES) == []
    found = [line for line in held.running if "community" in line]
    assert found[0] == "ip bgp-community new-format"
    assert sorted(found[1:]) == sorted(LINES)
    # Lines of one list stay in the order they were typed.
    assert [line for line in found if " 1 " in line][:2] == LINES[:2]
    for line in LINES:
        assert held.type(f"no {line}") == []
    assert [line for line in held.running if "community" in line] == found[:1]


def test_a_whole_list_is_deleted() -> None:
    held = router(version=LATEST)
    held.type(*LINES)
    for line in LINES:
        words = line.split()
        name = words[3] if words[2] in ("standard", "expanded") else ""
        held.type(f"no {' '.join(words[:3])} {name}".rstrip())
    assert not any("community" in line for line in held.running)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ip community-list 100 permit (1", "% Invalid regular expression: (1"),
        (
            "ip community-list expanded A permit 1",
            "% Community-list A is of another type: standard",
        ),
        ("ip extcommunity-list 1 permit 65000:1", "% Incomplete command."),
        ("ip extcommunity-list 1 permit rt", "% Incomplete command."),
        ("ip large-community-list 1 permit 1:2", "% Malformed large community"),
        ("ip extcommunity-list 1 permit rt 99999:99999", "% Malformed extended community"),
    ],
)
def test_what_is_refused_changes_nothing(line: str, said: str) -> None:
    held = router(version=LATEST)
    held.type("ip community-list standard A permit 1:1")
    before = held.config
    assert held.type(line) == [said]
    assert held.config == before


def test_the_shows() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    r1 = lab["R1"]
    r1.configure("\n".join(line for line in LINES if "large" not in line))
    assert r1.cli("show ip community-list").splitlines() == [
        "Community standard list 1",
        "     permit 4259840001 4259840002",
        "     deny internet",
        "Community (expanded) access list 100",
        "     permit 65000:[0-9]+$",
        "Named Community standard list HERE",
        "     permit no-export local-AS",
        "     permit 42",
        "Named Community expanded list THERE",
        "     deny _1:1_",
    ]
    r1.configure("ip bgp-community new-format")
    assert r1.cli("show ip community-list 1").splitlines() == [
        "Community standard list 1",
        "     permit 65000:1 65000:2",
        "     deny internet",
    ]
    assert r1.cli("show ip community-list HERE").splitlines()[2] == "     permit 0:42"
    assert r1.cli("show ip extcommunity-list").splitlines() == [
        "Standard extended community-list 1",
        "    10 permit RT:65000:1 RT:65000:2",
        "Expanded extended community-list 100",
        "    10 permit RT:65000:.*",
        "Standard extended community-list SITE",
        "    10 permit SoO:65000:3",
        "Expanded extended community-list X",
        "    10 deny RT:1:1",
    ]


def test_large_lists_came_late_and_are_shown() -> None:
    old = iosemu.load("hello")
    old.boot()
    assert "% Invalid input" in old["R1"].cli("show ip large-community-list")
    views = [
        CommunityListView(1, False, (("permit", "1:2:3 1:2:4"),), is_large=True),
        CommunityListView("Y", True, (("deny", ".*"),), is_large=True),
    ]
    assert [line for view in views for line in rendered(view)] == [
        "Large Community standard list 1",
        "     permit 1:2:3 1:2:4",
        "Named Large Community expanded list Y",
        "     deny .*",
    ]
