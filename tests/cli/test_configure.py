"""Configuration lines: setting, `no`, `default`, modes, climbing, and printing what was set."""

from __future__ import annotations

from textwrap import dedent

import pytest

from iosemu.cli.configure import CONFIGURE, ModeFrame, configure_line, prompt_of
from iosemu.cli.grammar import Grammar
from iosemu.cli.nvgen import as_data, running_lines, section_lines
from iosemu.config.tree import Config

from .small import Small, small, type_lines


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return small()


def running(grammar: Grammar, text: str) -> list[str]:
    outcome = type_lines(grammar, text)
    assert outcome.failure is None, outcome.output
    return [line for line in running_lines(grammar, outcome.config) if line != "!"]


@pytest.mark.goal("K14")
@pytest.mark.parametrize(
    ("typed", "undone"),
    [
        ("ip domain name x.org", "no ip domain name"),
        ("ip domain name x.org", "no ip domain name x.org"),
        ("no ip cef", "ip cef"),
        ("no ip cef", "default ip cef"),
        ("ip name-server 10.0.0.1 10.0.0.2", "no ip name-server 10.0.0.1 10.0.0.2"),
        ("interface lo0", "no interface lo0"),
        ("router 7", "no router 7"),
        ("permit 10.0.0.1", "no permit 10.0.0.1"),
        ("30 permit 10.0.0.1", "no 30"),
        ("ip route 10.0.0.0 255.0.0.0 Null0 20", "no ip route 10.0.0.0 255.0.0.0 Null0"),
        (
            "ip route 10.0.0.0 255.0.0.0 10.1.1.1\nip route 10.0.0.0 255.0.0.0 lo0",
            "no ip route 10.0.0.0 255.0.0.0",
        ),
    ],
)
def test_no_undoes_a_line(grammar: Grammar, typed: str, undone: str) -> None:
    assert type_lines(grammar, f"{typed}\n").config != Config()
    assert type_lines(grammar, f"{typed}\nend" if "\n" in undone else typed).failure is None
    outcome = type_lines(grammar, typed)
    after = type_lines(grammar, undone, outcome.config)
    assert after.failure is None
    assert as_data(after.config) == as_data(Config())


@pytest.mark.goal("K14")
def test_no_inside_a_mode_and_its_printing(grammar: Grammar) -> None:
    text = (
        "interface e0/0\n ip address 10.0.0.1 255.0.0.0\n no ip redirects\n no keepalive\n mtu 9000"
    )
    assert running(grammar, text) == [
        "hostname Router",
        "no ip domain name",
        "interface Ethernet0/0",
        " ip address 10.0.0.1 255.0.0.0",
        " no ip redirects",
        " mtu 9000",
        " no keepalive",
    ]
    more = "\n no ip address\n default ip redirects\n default keepalive\n no mtu"
    assert running(grammar, text + more)[2:] == ["interface Ethernet0/0", " no ip address"]


def test_no_needs_the_key_and_no_more(grammar: Grammar) -> None:
    config = type_lines(grammar, "router 7\n neighbor 10.0.0.1 remote-as 5").config
    frame = ModeFrame("router", (("slot", "small"), ("field", "routers"), ("key", 7)))
    modes = (*CONFIGURE, frame)
    short = configure_line(grammar, config, modes, "no neighbor 10.0.0.1 remote-as")
    assert short.failure is None
    assert short.config.of(Small).routers[7].neighbors == type(config.of(Small).routers)()
    missing = configure_line(grammar, config, modes, "no neighbor 10.0.0.1")
    assert missing.output == ("% Incomplete command.", "")


@pytest.mark.goal("K2", "K9")
def test_prompts_follow_the_modes(grammar: Grammar) -> None:
    modes, config, seen = CONFIGURE, Config(), []
    for line in ("int e0/0", "int e0/0.1", "router 1", "address-family ipv4", "exit", "exit"):
        outcome = configure_line(grammar, config, modes, line)
        config, modes = outcome.config, outcome.modes
        seen.append(prompt_of(grammar, "R1", modes))
    assert seen == [
        "R1(config-if)#",
        "R1(config-subif)#",
        "R1(config-router)#",
        "R1(config-router-af)#",
        "R1(config-router)#",
        "R1(config)#",
    ]
    assert prompt_of(grammar, "R1", ()) == "R1#"
    assert prompt_of(grammar, "R1", (), privilege=1) == "R1>"


@pytest.mark.goal("K14")
def test_end_exit_and_the_closing_word(grammar: Grammar) -> None:
    inside = type_lines(grammar, "router 1\n address-family ipv4")
    names = [frame.mode for frame in inside.modes]
    assert names == ["config", "router", "router-af"]

    def after(line: str) -> list[str]:
        outcome = configure_line(grammar, inside.config, inside.modes, line)
        assert outcome.failure is None
        return [frame.mode for frame in outcome.modes]

    assert after("exit") == ["config", "router"]
    assert after("exit-address-family") == ["config", "router"]
    assert after("exit-add") == ["config", "router"]
    assert after("end") == []
    assert after("! a note") == names
    assert after("") == names


@pytest.mark.goal("K15")
def test_a_line_climbs_only_if_it_is_whole_in_the_parent(grammar: Grammar) -> None:
    inside = type_lines(grammar, "interface e0/0")

    def typed(line: str) -> tuple[str, list[str]]:
        outcome = configure_line(grammar, inside.config, inside.modes, line)
        kind = outcome.failure.kind if outcome.failure else "taken"
        return kind, [frame.mode for frame in outcome.modes]

    assert typed("hostname X") == ("taken", ["config"])
    assert typed("router 5") == ("taken", ["config", "router"])
    assert typed("no hostname") == ("taken", ["config"])
    # Not valid here, and not whole there: that is said, and nothing changes.
    assert typed("hostname") == ("incomplete", ["config", "port"])
    # Incomplete or ambiguous here: the parent, where it would be valid, is not asked.
    assert typed("ip address") == ("incomplete", ["config", "port"])
    assert typed("ip") == ("incomplete", ["config", "port"])


def test_commands_of_a_parent_with_the_same_first_word_climb(grammar: Grammar) -> None:
    inside = type_lines(grammar, "interface e0/0\n ip route 0.0.0.0 0.0.0.0 10.0.0.1")
    assert [frame.mode for frame in inside.modes] == ["config"]


def test_the_running_configuration(grammar: Grammar) -> None:
    text = dedent(
        """\
        hostname R1
        ip domain name x.org
        ip name-server 10.0.0.1 10.0.0.2
        !
        interface Loopback0
         ip address 10.255.0.1 255.255.255.255
        !
        interface Ethernet0/0
         description to R2
         ip address 10.1.0.1 255.255.255.0 secondary
         ip address 10.0.0.1 255.255.255.0
         colour dark-green
        !
        interface Ethernet0/1
         no ip address
         shutdown
        !
        router 5
         neighbor 10.0.0.2 remote-as 6
         neighbor 10.0.0.2 description the other
         neighbor 10.0.0.3 remote-as 7
         !
         address-family ipv4
          maximum-paths 4
         exit-address-family
        !
        ip route 0.0.0.0 0.0.0.0 10.0.0.2
        ip route 10.9.0.0 255.255.0.0 Ethernet0/0 10.0.0.9 20 name NINE
        10 permit 10.0.0.7
        20 deny 10.0.0.8
        !
        """
    )
    config = type_lines(grammar, text).config
    assert running_lines(grammar, config) == text.splitlines()


def test_one_object_alone(grammar: Grammar) -> None:
    config = type_lines(grammar, "interface e0/1\n shutdown\ninterface e0/0\n mtu 900").config
    path = (("slot", "small"), ("field", "ports"), ("key", "Ethernet0/1"))
    assert section_lines(grammar, config, path) == [
        "interface Ethernet0/1",
        " no ip address",
        " shutdown",
    ]
    absent = (*path[:2], ("key", "Loopback9"))
    assert section_lines(grammar, config, absent) == []


def test_all_prints_defaults_too(grammar: Grammar) -> None:
    config = type_lines(grammar, "interface e0/0").config
    lines = running_lines(grammar, config, full=True)
    assert " mtu 1500" in lines
    assert " ip redirects" in lines
    assert " keepalive 10" in lines
    assert " no shutdown" in lines


def test_inert_lines_are_marked(grammar: Grammar) -> None:
    assert type_lines(grammar, "int e0/0\ncolour red").inert
    assert not type_lines(grammar, "int e0/0\nmtu 700").inert


def test_rules_number_themselves_and_duplicates_change_nothing(grammar: Grammar) -> None:
    config = type_lines(grammar, "permit 10.0.0.1\n15 deny 10.0.0.2\npermit 10.0.0.3").config
    assert list(config.of(Small).rules) == [10, 15, 25]
    assert type_lines(grammar, "permit 10.0.0.1", config).config is config
    assert list(type_lines(grammar, "no deny 10.0.0.2", config).config.of(Small).rules) == [10, 25]


def test_configuration_as_data(grammar: Grammar) -> None:
    config = type_lines(grammar, "int lo0\n colour red\n mtu 900").config
    port = as_data(config)["small"]["ports"]["Loopback0"]
    assert port["mtu"] == 900
    assert port["extra"] == {"colour": "red"}
