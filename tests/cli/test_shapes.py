"""The hard shapes read well, and print what IOS prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iosemu.cli.configure import CONFIGURE, configure_line
from iosemu.cli.lint import lint, lint_handlers
from iosemu.cli.nvgen import running_lines
from iosemu.policy.acl_names import (
    ANY_OPTION,
    DSCP,
    ICMP_MESSAGES,
    IGMP_TYPES,
    IP_OPTIONS,
    PRECEDENCE,
    TCP_PORTS,
    TOS,
    UDP_PORTS,
)

from .fuzz import enter
from .shapes.load import GRAMMARS, shapes

EMPTY = """\
line con 0
line aux 0
line vty 0 4
 login
!"""


def printed(text: str, version: str = "15.4") -> str:
    """What is printed after typing these lines, without the terminal lines of an empty box."""
    config, refused = enter(shapes(), text.splitlines(), version)
    assert refused == []
    return "\n".join(running_lines(shapes(), config, version=version)).replace(EMPTY, "").rstrip()


def test_the_shapes_are_clean() -> None:
    assert lint(shapes()) == []
    assert lint_handlers(shapes(), "tests.cli.shapes") == []


@pytest.mark.parametrize(
    ("macro", "names"),
    [
        ("tcp-port", TCP_PORTS),
        ("udp-port", UDP_PORTS),
        ("icmp-message", ICMP_MESSAGES),
        ("dscp-value", DSCP),
        ("precedence-value", PRECEDENCE),
        ("tos-value", TOS),
        ("igmp-message", IGMP_TYPES),
        ("ip-option", {**IP_OPTIONS, ANY_OPTION: None}),
    ],
)
def test_names_of_the_grammar_have_numbers(macro: str, names: dict[str, object]) -> None:
    text = (GRAMMARS / "acl.cli").read_text(encoding="utf-8")
    found = re.search(rf"let {macro} = \{{(.*?)\}}", text, re.DOTALL)
    assert found is not None
    words = {word.strip() for word in found[1].split("|")}
    assert {word for word in words if not word.startswith("<")} == set(names)


def test_numbered_lists_are_printed_by_number_and_canonical() -> None:
    typed = """\
access-list 110 permit tcp any 10.1.1.1 0.0.0.0 eq 80 443
access-list 10 permit 10.1.1.5 0.0.0.255
access-list 10 remark all others
access-list 10 deny 0.0.0.0 255.255.255.255 log
access-list 110 permit icmp any any 8
access-list 110 permit icmp any any 3 4
access-list 110 permit icmp any any 40 2
access-list 110 permit icmp any any echo"""
    assert (
        printed(typed)
        == """\
access-list 10 permit 10.1.1.0 0.0.0.255
access-list 10 remark all others
access-list 10 deny   any log
access-list 110 permit tcp any host 10.1.1.1 eq www 443
access-list 110 permit icmp any any echo
access-list 110 permit icmp any any packet-too-big
access-list 110 permit icmp any any 40 2
!"""
    )


NAMED = """\
ip access-list extended X
 permit ip any any
 5 deny udp any any range 16384 bootps
 no permit ip any any
 permit ospf any any
 no 5
 deny tcp any any established
ip access-list resequence X 100 5"""


def test_entries_go_by_number_and_by_content() -> None:
    assert printed(NAMED).splitlines() == [
        "ip access-list extended X",
        " permit ospf any any",
        " deny   tcp any any established",
        "!",
    ]
    assert printed(NAMED, "17.3").splitlines()[1:3] == [
        " 100 permit ospf any any",
        " 105 deny   tcp any any established",
    ]


def test_a_route_map_without_a_number_is_its_only_entry() -> None:
    grammar = shapes()
    typed = ["route-map A", "match ip address 1 2", "match ip address X", "route-map A deny"]
    config, refused = enter(grammar, typed, "15.4")
    assert refused == []
    assert running_lines(grammar, config)[:2] == ["route-map A deny 10", " match ip address 1 2 X"]
    config, _ = enter(grammar, [*typed, "route-map A permit 20"], "15.4")
    outcome = configure_line(grammar, config, CONFIGURE, "route-map A")
    assert outcome.output == ("% Please specify the entry by its sequence",)


def test_terminal_lines_split_and_join() -> None:
    typed = (
        "line vty 5 15\nno login\nline vty 7\nlogin local\nline vty 2 6\nlength 0\nno line vty 14"
    )
    config, _ = enter(shapes(), typed.splitlines(), "15.4")
    assert running_lines(shapes(), config) == [
        "line con 0",
        "line aux 0",
        "line vty 0 1",
        " login",
        "line vty 2 4",
        " login",
        " length 0",
        "line vty 5 6",
        " no login",
        " length 0",
        "line vty 7",
        " login local",
        "line vty 8 13",
        " no login",
        "!",
    ]


def test_key_below_a_key_is_the_next_key() -> None:
    typed = "key chain K\n key 1\n  key-string a\n key 2\n  key-string 7 0942"
    assert printed(typed) == typed + "\n!"
    assert printed(f"{typed}\nkey chain L") == f"{typed}\n!\nkey chain L\n!"


FLAT = """\
router bgp 65001
 bgp log-neighbor-changes
 network 10.0.0.0
 redistribute ospf 1 metric 3 match internal external 1 external 2
 neighbor PG peer-group
 neighbor PG remote-as 65001
 neighbor PG send-community both
 neighbor 1.1.1.1 peer-group PG
 neighbor 2.2.2.2 remote-as 3
 neighbor 2.2.2.2 route-map FOO in
!"""


def test_ipv4_unicast_is_printed_flat_until_it_or_ipv6_has_a_block() -> None:
    assert printed(FLAT) == FLAT
    vpn = "address-family vpnv4\n  neighbor 2.2.2.2 activate"
    assert "address-family ipv4" not in printed(f"{FLAT}\nrouter bgp 65001\n {vpn}")
    blocks = printed(f"{FLAT}\nrouter bgp 65001\n {vpn}\n address-family ipv6")
    assert blocks.splitlines() == [
        "router bgp 65001",
        " bgp log-neighbor-changes",
        " neighbor PG peer-group",
        " neighbor PG remote-as 65001",
        " neighbor 1.1.1.1 peer-group PG",
        " neighbor 2.2.2.2 remote-as 3",
        " !",
        " address-family ipv4",
        "  network 10.0.0.0",
        "  redistribute ospf 1 metric 3 match internal external 1 external 2",
        "  neighbor PG send-community both",
        "  neighbor 1.1.1.1 activate",
        "  neighbor 2.2.2.2 activate",
        "  neighbor 2.2.2.2 route-map FOO in",
        " exit-address-family",
        " !",
        " address-family vpnv4",
        "  neighbor 2.2.2.2 activate",
        "  neighbor 2.2.2.2 send-community extended",
        " exit-address-family",
        " !",
        " address-family ipv6",
        " exit-address-family",
        "!",
    ]


# -- real configurations ----

HEADS = (
    "access-list",
    "ip access-list standard",
    "ip access-list extended",
    "ip prefix-list",
    "route-map",
    "ip route",
    "line con",
    "line aux",
    "line vty",
    "interface",
    "router bgp",
    "class-map match",
    "policy-map",
    "crypto map",
    "key chain",
)
"""What the shapes are for; lines under these heads are counted with them."""

FULL = re.compile(r"(20|23|26|29|44|45|46)-|show_running")
"""Whole configurations of devices; the rest are test inputs with odd lines on purpose."""


def sections(text: str) -> list[list[str]]:
    """The blocks of a configuration that begin with one of the heads."""
    found: list[list[str]] = []
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare.startswith("!") or bare == "end":
            continue
        if line[0] != " ":
            found.append([line.rstrip()])
        elif found:
            found[-1].append(line.rstrip())
    return [block for block in found if block[0].startswith(HEADS)]


def test_most_real_lines_of_these_kinds_are_taken(
    shared: Path,
) -> None:
    files = [*shared.glob("configs/*.cfg"), *shared.glob("real-networks/*/configs/*/*.txt")]
    total = 0
    refused: list[str] = []
    for file in sorted(files):
        if not FULL.search(file.name):
            continue
        for block in sections(file.read_text(encoding="utf-8", errors="replace")):
            total += len(block)
            refused += enter(shapes(), block, "15.4")[1]
    assert total > 800
    assert len(refused) < 0.03 * total, sorted(set(refused))
