"""The example grammar of key servers: no handler is needed for any of its commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iosemu.cli.configure import CONFIGURE, configure_line, match_exec, prompt_of
from iosemu.cli.grammar import Grammar
from iosemu.cli.nvgen import running_lines
from iosemu.config.tree import Config

from .paper import CLASSES

SHARED = Path(os.environ.get("IOSEMU_SHARED", Path(__file__).parents[3] / "shared"))
EXAMPLE = SHARED / "examples" / "gdoi.cli"
SLOT = "mode config\nslot gdoi : GdoiConfig\n"

LINES = """\
crypto gdoi group G1
 identity number 1234
 server local
  rekey algorithm aes 128
  rekey retransmit 10 number 3
  rekey authentication mypubkey rsa K
  rekey transport unicast
  authorization address ipv4 50
  sa ipsec 1
   profile P
   match address ipv4 ACL
   replay time window-size 5
  sa receive-only
  address ipv4 10.0.0.1
  redundancy
   local priority 10
   peer address ipv4 10.0.0.2
!
crypto gdoi group G2
 identity address ipv4 10.2.3.4
 passive
 server address ipv4 10.9.9.9
 server address ipv4 10.1.9.9
!
crypto gdoi group G3
!
"""


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    if not EXAMPLE.is_file():
        pytest.skip(f"no example grammar at {EXAMPLE}")
    return Grammar.of([("slots.cli", SLOT), ("gdoi.cli", EXAMPLE.read_text())], CLASSES)


def typed(grammar: Grammar, text: str, config: Config | None = None) -> Config:
    """The configuration after these lines, none refused."""
    config, modes = config or Config(), CONFIGURE
    for line in text.splitlines():
        outcome = configure_line(grammar, config, modes, line)
        assert outcome.failure is None, line
        config, modes = outcome.config, outcome.modes
    return config


def test_what_is_typed_is_what_is_printed(grammar: Grammar) -> None:
    config = typed(grammar, LINES)
    assert running_lines(grammar, config) == LINES.splitlines()
    assert typed(grammar, "\n".join(running_lines(grammar, config))) == config


@pytest.mark.goal("K15")
def test_a_line_of_a_parent_mode_climbs(grammar: Grammar) -> None:
    config, modes, seen = Config(), CONFIGURE, []
    for line in (
        "crypto gdoi group G1",
        "server local",
        "sa ipsec 1",
        "address ipv4 10.0.0.1",
        "redundancy",
        "crypto gdoi group G2",
    ):
        outcome = configure_line(grammar, config, modes, line)
        config, modes = outcome.config, outcome.modes
        seen.append(prompt_of(grammar, "KS1", modes))
    assert seen == [
        "KS1(config-gdoi-group)#",
        "KS1(gdoi-local-server)#",
        "KS1(gdoi-sa-ipsec)#",
        "KS1(gdoi-local-server)#",
        "KS1(gdoi-coop-ks-config)#",
        "KS1(config-gdoi-group)#",
    ]


def test_exec_lines_match_to_a_name_and_all_values(grammar: Grammar) -> None:
    found = match_exec(grammar, "crypto gdoi gm gr 12 ipsec dir inb opt")
    assert found.stanza == "gdoi.gm.direction"
    assert found.values == {
        "number": 12,
        "name": None,
        "direction": "inbound",
        "inbound": "optional",
    }
    assert match_exec(grammar, "crypto gdoi ks rekey").values == {"replace_now": False}


def test_unchanged_parts_stay_the_same_object(grammar: Grammar) -> None:
    config = typed(grammar, LINES)
    again = typed(grammar, LINES, config)
    assert again is config
