"""What is printed, typed into an empty configuration, gives the same configuration and text.

`IOSEMU_FUZZ_LINES=100000` runs the full figure; the default is what every run can afford.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from iosemu.cli.api import CONFIG
from iosemu.cli.nvgen import as_data
from iosemu.config.tree import Config, with_slot
from iosemu.features.acl.cli import renumbered
from iosemu.features.acl.config import AclsConfig

from .fuzz import Tally, run
from .shapes.load import shapes

LINES = int(os.environ.get("IOSEMU_FUZZ_LINES", "3000"))
SESSIONS = 2
"""The lines are shared by runs with two releases, whose access lists print differently."""


def same(one: Config, other: Config) -> bool:
    """Equal, whatever the order in which what is printed sorted was entered."""
    return bool(as_data(one) == as_data(other))


def same_after_reload(one: Config, other: Config) -> bool:
    """Equal but for sequence numbers of access lists: before 16.12 they do not survive a reload."""
    return same(resequenced(one), resequenced(other))


def resequenced(config: Config) -> Config:
    """The configuration with its access lists numbered 10, 20, ..."""
    acls = config.of(AclsConfig)
    standard, extended = acls.standard, acls.extended
    for name, one in standard.items():
        standard = standard.put(name, replace(one, entries=renumbered(one.entries, 10, 10)))
    for name, other in extended.items():
        extended = extended.put(name, replace(other, entries=renumbered(other.entries, 10, 10)))
    return with_slot(config, replace(acls, standard=standard, extended=extended))


def check(tally: Tally, capsys: pytest.CaptureFixture[str], version: str) -> None:
    with capsys.disabled():
        if LINES >= 100_000:
            print(
                f"\nfixed point, release {version}: {tally.typed} lines typed, {tally.taken} taken,"
                f" {len(tally.stanzas)} commands, {len(tally.differences)} differences"
            )
    assert tally.differences == []
    assert set(tally.refused) <= {"rejected"}
    # A neighbor of BGP has to be there before its other commands are taken.
    assert tally.taken > 0.9 * tally.typed


def test_random_lines_survive_printing_and_replay(capsys: pytest.CaptureFixture[str]) -> None:
    check(run(shapes(), 1, LINES // SESSIONS, version="17.3", same=same), capsys, "17.3")


def test_random_lines_survive_a_reload_of_15_4(capsys: pytest.CaptureFixture[str]) -> None:
    tally = run(shapes(), 2, LINES // SESSIONS, version="15.4", same=same_after_reload)
    check(tally, capsys, "15.4")


def test_ten_handlers_are_enough() -> None:
    used = {c.handler for c in shapes().commands if c.stanza.via_handler}
    assert used <= set(CONFIG)
    # BGP's commands act on each other: a group takes its members along, an AS activates.
    assert len([name for name in used if not name.startswith("bgp")]) <= 10
