"""`?` and Tab."""

from __future__ import annotations

import pytest

from iosemu.cli.complete import complete_word, help_lines
from iosemu.cli.configure import CONFIGURE
from iosemu.cli.grammar import Grammar
from iosemu.cli.pipes import FILTERS

from .small import small, type_lines

DIRECTION = """\
mode exec

gm.direction: crypto gdoi gm group {<0-2147483647>:number | WORD:name} ipsec direction {both | inbound {only | optional}:inbound}:direction
    ? crypto                 Encryption related commands
    ? crypto gdoi            GDOI commands
    ? crypto gdoi gm         Group member commands
    ? gm group               Select the group
    ? group <0-2147483647>   Group number
    ? group WORD             Group name
    ? ipsec                  IPsec SA commands
    ? ipsec direction        Direction of the IPsec SA
    ? direction both         IPsec SA will only accept cipher text and will encrypt the packet\\n              before forwarding it out
    ? direction inbound      Specify IPsec SA inbound options
    ? inbound only           IPsec SA will accept both cipher/plain text and will forward the packet in clear.
    ? inbound optional       IPsec SA will accept both cipher/plain text and will encrypt the\\n                 packet before forwarding it out
"""  # noqa: E501


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return small()


@pytest.mark.goal("K16")
def test_two_columns_and_continuation_as_the_article_shows_them() -> None:
    grammar = Grammar.of([("gm.cli", DIRECTION)])
    asked = "crypto gdoi gm group 1234 ipsec direction "
    assert help_lines(grammar, (), asked) == [
        "  both     IPsec SA will only accept cipher text and will encrypt the packet",
        "              before forwarding it out",
        "  inbound  Specify IPsec SA inbound options",
    ]
    assert help_lines(grammar, (), asked + "inbound ") == [
        "  only      IPsec SA will accept both cipher/plain text and will forward the",
        "               packet in clear.",
        "  optional  IPsec SA will accept both cipher/plain text and will encrypt the",
        "                 packet before forwarding it out",
    ]
    assert help_lines(grammar, (), asked + "both ") == ["  <cr>"]


def test_word_and_question_mark_lists_keywords(grammar: Grammar) -> None:
    assert help_lines(grammar, (), "show i") == ["interfaces  inventory   ip"]
    assert help_lines(grammar, (), "s") == ["secret  show"]
    assert help_lines(grammar, (), "x") == ["% Unrecognized command"]
    assert help_lines(grammar, (), "show x ") == ["% Unrecognized command"]
    assert help_lines(grammar, (), "show i ") == ['% Ambiguous command:  "show i"']
    assert help_lines(grammar, (), "secret 5") == ["  <0-9999>  Any number"]


def test_the_whole_list_of_a_mode_has_a_title(grammar: Grammar) -> None:
    assert help_lines(grammar, (), "") == [
        "Exec commands:",
        "  secret  For the privileged",
        "  show    Show running system information",
    ]
    assert help_lines(grammar, (), "", privilege=1)[1:] == [
        "  show  Show running system information"
    ]
    inside = type_lines(grammar, "interface e0/0").modes
    lines = help_lines(grammar, inside, "")
    assert lines[0] == "Interface configuration commands:"
    assert "  exit         Exit from interface configuration mode" in lines
    assert "  exit       Exit from configure mode" in help_lines(grammar, CONFIGURE, "")
    assert "  no           Negate a command or set its defaults" in lines
    assert "  mtu          Set the interface Maximum Transmission Unit (MTU)" in lines


def test_values_come_first_and_cr_last(grammar: Grammar) -> None:
    assert help_lines(grammar, CONFIGURE, "ip route 0.0.0.0 0.0.0.0 10.0.0.1 ") == [
        "  <1-255>    Distance metric for this route",
        "  name       Specify name of the next hop",
        "  permanent  Permanent route",
        "  <cr>",
    ]


def test_help_after_no_and_do(grammar: Grammar) -> None:
    assert help_lines(grammar, CONFIGURE, "no hostname ") == [
        "  WORD  This system's network name",
        "  <cr>",
    ]
    assert help_lines(grammar, CONFIGURE, "do show in") == ["interfaces  inventory"]


def test_an_interface_is_offered_as_type_and_number(grammar: Grammar) -> None:
    lines = help_lines(grammar, CONFIGURE, "interface ")
    assert "  Ethernet            IEEE 802.3" in lines
    assert "  Loopback            Loopback interface" in lines
    assert help_lines(grammar, CONFIGURE, "interface vlan ") == [
        "  <0-4094>  Vlan interface number"
    ]


def test_output_modifiers_are_offered_for_shows(grammar: Grammar) -> None:
    assert help_lines(grammar, (), "show ip route ") == ["  |     Output modifiers", "  <cr>"]


def test_the_longest_path_of_help_wins(grammar: Grammar) -> None:
    inside = type_lines(grammar, "interface e0/0").modes
    assert help_lines(grammar, inside, "ip address ") == ["  A.B.C.D  IP address"]
    assert help_lines(grammar, inside, "ip address 10.0.0.1 ") == ["  A.B.C.D  IP subnet mask"]
    route = "ip route 10.0.0.0 255.0.0.0 "
    assert "  A.B.C.D             Forwarding router's address" in help_lines(
        grammar, CONFIGURE, route
    )


def test_tab_completes_a_unique_word(grammar: Grammar) -> None:
    assert complete_word(grammar, (), "sh") == "show "
    assert complete_word(grammar, (), "show int") == "show interfaces "
    assert complete_word(grammar, (), "show i") is None
    assert complete_word(grammar, (), "show ") is None
    assert complete_word(grammar, (), "foo b") is None
    assert complete_word(grammar, CONFIGURE, "interface po") == "interface Port-channel "
    assert complete_word(grammar, CONFIGURE, "no host") == "no hostname "
    assert complete_word(grammar, CONFIGURE, "ip domain") == "ip domain "


def test_behind_a_bar_come_the_output_modifiers(grammar: Grammar) -> None:
    asked = help_lines(grammar, (), "show inventory | ")
    assert [line.split()[0] for line in asked if line[2] != " "] == [*FILTERS]
    assert help_lines(grammar, (), "show inventory | in") == ["include"]
    assert help_lines(grammar, (), "show inventory | e") == ["exclude"]
    assert help_lines(grammar, (), "show inventory | inc ") == ["  LINE  Regular Expression"]
    assert help_lines(grammar, (), "show inventory | inc x ") == [
        "  LINE  Regular Expression",
        "  <cr>",
    ]
    assert help_lines(grammar, (), "show inventory | redirect ") == [
        "  WORD  Uniform Resource Locator"
    ]
    assert help_lines(grammar, (), "show inventory | inc x | cou") == ["count"]
    for wrong in ("show inventory | x", "show | ", "show inventory | x ", "x | "):
        assert help_lines(grammar, (), wrong) == ["% Unrecognized command"], wrong
    assert complete_word(grammar, (), "show inventory | inc") == "show inventory | include "
    assert complete_word(grammar, (), "show inventory | inc x") is None
