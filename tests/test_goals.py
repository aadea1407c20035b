"""The list of goals and how it is ticked."""

from __future__ import annotations

from pathlib import Path

from tests.goals import IDS, goals_of, proved


def test_a_goal_counts_if_a_test_of_it_passed_and_none_failed() -> None:
    outcomes = {
        "a": ["passed", "K1", "K2"],
        "b": ["failed", "K2"],
        "c": ["skipped", "K3"],
        "d": ["passed", "K1"],
        "e": ["skipped", "K1"],
    }
    assert proved(outcomes) == {"K1": ["a", "d"]}


def test_the_committed_ids_are_those_of_the_goals(shared: Path) -> None:
    assert IDS.read_text().split() == goals_of((shared / "GOALS.md").read_text())
