"""Fixtures and bookkeeping for all tests: the reference data, and which goals were proved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from tests.reference import reference

# How long an example takes says nothing: tests never assert on wall time.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

GOALS_KEY = "iosemu/goals"
"""Where the cache keeps {test: [outcome, goal, ...]} for `python -m tests.goals`."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the reference data (formats, facts, the source article), or a skip."""
    folder = reference()
    if folder is None:
        pytest.skip("no reference data: set IOSEMU_SHARED to its folder")
    return folder


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Goals(config), "iosemu-goals")


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Let every report carry the goals of its test, also from a worker process."""
    for item in items:
        for mark in item.iter_markers("goal"):
            item.user_properties += [("goal", goal) for goal in mark.args]


class _Goals:
    """Keeps the outcome of every marked test; a run of everything forgets what was kept."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.outcomes: dict[str, list[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        goals = [str(value) for name, value in report.user_properties if name == "goal"]
        held = self.outcomes.get(report.nodeid, ["passed"])[0]
        if goals and (report.when == "call" or report.outcome != "passed"):
            outcome = report.outcome if held == "passed" else held
            self.outcomes[report.nodeid] = [outcome, *goals]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        cache = self.config.cache
        if cache is None or self.config.option.collectonly:
            return
        option = self.config.option
        everything = not option.keyword and not option.markexpr and _is_whole(self.config)
        kept = {} if everything else cache.get(GOALS_KEY, {})
        cache.set(GOALS_KEY, kept | self.outcomes)


def _is_whole(config: pytest.Config) -> bool:
    return config.args_source is not pytest.Config.ArgsSource.ARGS
