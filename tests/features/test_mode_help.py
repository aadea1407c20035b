"""The head of the list of commands of a mode, and the word that leaves it."""

from __future__ import annotations

import pytest

from iosemu.cli.complete import help_lines

from .shop import grammar, router

FAMILY = ("router eigrp LAB", "address-family ipv4 unicast autonomous-system 10")
MODES = [
    ("Router", "exit", "router", FAMILY[:1]),
    ("Address Family", "exit-address-family", "Address Family", FAMILY),
    (
        "Address Family Interfaces",
        "exit-af-interface",
        "Address Family Interfaces",
        (*FAMILY, "af-interface default"),
    ),
    (
        "Address Family Topology",
        "exit-af-topology",
        "Address Family Topology",
        (*FAMILY, "topology base"),
    ),
    ("Key-chain", "exit", "key-chain", ("key chain KC",)),
    ("Key-chain key", "exit", "key-chain key", ("key chain KC", "key 1")),
    ("Route Map", "exit", "route map", ("route-map X permit 10",)),
    ("IP SLAs entry", "exit", "IP SLAs entry", ("ip sla 1",)),
    ("Tracking instance", "exit", "tracking instance", ("track 1 ip sla 1",)),
]


@pytest.mark.parametrize(("title", "word", "left", "lines"), MODES)
def test_the_list_of_a_mode_has_a_head_and_one_way_out(
    title: str, word: str, left: str, lines: tuple[str, ...]
) -> None:
    typed = router()
    assert typed.type(*lines) == []
    head, *listed = help_lines(grammar(), typed.modes, "")
    assert head == f"{title} configuration commands:"
    ways = [line.split(maxsplit=1) for line in listed if line.split()[:1][0].startswith("exit")]
    assert ways == [[word, f"Exit from {left} configuration mode"]]
    depth = len(typed.modes)
    typed.type(word)
    assert len(typed.modes) == depth - 1


def test_events_are_shown_or_cleared() -> None:
    for verb, does in (("show", "Show EIGRP events logged"), ("clear", "Clear EIGRP event log")):
        listed = help_lines(grammar(), (), f"{verb} ip eigrp ")
        assert [line.split(maxsplit=1)[1] for line in listed if "events" in line] == [does]
