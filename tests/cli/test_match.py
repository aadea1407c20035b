"""Which command a line means, and what IOS prints when it means none."""

from __future__ import annotations

import pytest

from iosemu.address import IPv4Address
from iosemu.cli.configure import CONFIGURE, ExecFound, configure_line, match_exec
from iosemu.cli.errors import Failure, error_lines
from iosemu.cli.grammar import Grammar
from iosemu.config.tree import Config

from .small import Small, small, type_lines


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return small()


def printed(grammar: Grammar, line: str, prompt: str = "R1(config)#") -> list[str]:
    outcome = configure_line(grammar, Config(), CONFIGURE, line, prompt_width=len(prompt))
    return list(outcome.output)


@pytest.mark.goal("K10")
@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("sh int", "show interfaces"),
        ("sho ip ro", "show ip route"),
        ("SH IP ROUTE", "show ip route"),
        ("sh inv", "show inventory"),
    ],
)
def test_a_unique_beginning_is_enough(grammar: Grammar, short: str, full: str) -> None:
    assert match_exec(grammar, short) == match_exec(grammar, full)
    assert isinstance(match_exec(grammar, short), ExecFound)


@pytest.mark.goal("K10")
def test_abbreviated_configuration(grammar: Grammar) -> None:
    short = type_lines(
        grammar, "int e0/0\n desc to R2\n shut\n no shut\n ip add 10.0.0.1 255.0.0.0"
    )
    full = type_lines(
        grammar,
        "interface Ethernet0/0\n description to R2\n ip address 10.0.0.1 255.0.0.0",
    )
    assert short.config == full.config


@pytest.mark.goal("K11")
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("e0/0", "Ethernet0/0"),
        ("Ethernet 0/0", "Ethernet0/0"),
        ("eth 0/0", "Ethernet0/0"),
        ("s4/0", "Serial4/0"),
        ("fa1/0", "FastEthernet1/0"),
        ("lo0", "Loopback0"),
        ("gi1.124", "GigabitEthernet1.124"),
        ("po 7", "Port-channel7"),
    ],
)
def test_interface_names_with_and_without_blank(grammar: Grammar, typed: str, name: str) -> None:
    outcome = type_lines(grammar, f"interface {typed}")
    assert list(outcome.config.of(Small).ports) == [name]


def test_the_caret_stands_under_the_first_bad_character(grammar: Grammar) -> None:
    assert printed(grammar, "ip rooute 1.1.1.1") == [
        " " * len("R1(config)#ip ro") + "^",
        "% Invalid input detected at '^' marker.",
        "",
    ]
    assert printed(grammar, "ip route 10.0.0.0 255.0.300.0")[0].index("^") == len(
        "R1(config)#ip route 10.0.0.0 255.0."
    )
    assert printed(grammar, "ip cef now")[0].index("^") == len("R1(config)#ip cef ")


def test_incomplete_and_ambiguous_lines(grammar: Grammar) -> None:
    assert printed(grammar, "hostname") == ["% Incomplete command.", ""]
    assert printed(grammar, "ip domain") == ["% Incomplete command.", ""]
    assert printed(grammar, "ip d name x") == ['% Ambiguous command:  "ip d"']
    failure = match_exec(grammar, "sh i")
    assert failure == Failure("ambiguous", 4)
    assert error_lines(failure, "sh i", 3) == ('% Ambiguous command:  "sh i"',)


def test_an_exact_keyword_wins_over_longer_ones(grammar: Grammar) -> None:
    assert type_lines(grammar, "ip domain name x.org").config.of(Small).domain == "x.org"
    assert type_lines(grammar, "ip domain-name y.org").stanza == "small.domain"


def test_precedence_keyword_then_range_then_word() -> None:
    grammar = Grammar.of(
        [
            (
                "p.cli",
                """\
mode exec

p.word: pick WORD:word
    ? pick            Pick
    ? pick WORD       Any word

p.range: pick <1-10>:number
    ? pick <1-10>     A number

p.address: pick A.B.C.D:address
    ? pick A.B.C.D    An address

p.keyword: pick apples
    ? pick apples     Fruit

p.exact: pick app
    ? pick app        A program
""",
            )
        ]
    )

    def name(line: str) -> str:
        found = match_exec(grammar, line)
        assert isinstance(found, ExecFound)
        return found.stanza

    assert name("pick app") == "p.exact"
    assert name("pick appl") == "p.keyword"
    assert name("pick 10") == "p.range"
    assert name("pick 11") == "p.word"
    assert name("pick 10.0.0.1") == "p.address"
    assert name("pick 10.0.0.256") == "p.word"


def test_any_order_takes_each_branch_once(grammar: Grammar) -> None:
    line = "ip route 0.0.0.0 0.0.0.0 10.0.0.1 permanent name UP 20"
    one = type_lines(grammar, line)
    two = type_lines(grammar, "ip route 0.0.0.0 0.0.0.0 10.0.0.1 20 name UP permanent")
    assert one.config == two.config
    again = type_lines(grammar, line + " name AGAIN")
    assert again.failure == Failure("invalid", len(line) + 1)


def test_privilege_and_release_hide_commands(grammar: Grammar) -> None:
    assert match_exec(grammar, "secret 5", privilege=1) == Failure("invalid", 1)
    assert match_exec(grammar, "secret 5") == ExecFound("small.secret", {"code": 5})
    assert match_exec(grammar, "fossil", version="15.4") == Failure("invalid", 0)
    assert match_exec(grammar, "fossil", version="12.4(24)T") == ExecFound("small.old", {})


def test_several_values_make_a_tuple(grammar: Grammar) -> None:
    outcome = type_lines(grammar, "ip name-server 10.0.0.1 10.0.0.2\nip name-server 10.0.0.3")
    assert outcome.config.of(Small).servers == tuple(
        IPv4Address.parse(a) for a in ("10.0.0.1", "10.0.0.2", "10.0.0.3")
    )
