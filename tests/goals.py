"""`python -m tests.goals`: the goals without a passing test, from the last run of pytest.

With `--run` the tests run first.  A goal is proved when at least one test marked with it passed
and none failed; a skipped one says nothing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.reference import reference

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".pytest_cache" / "v" / "iosemu" / "goals"
IDS = Path(__file__).with_name("goals.tsv")
_ROW = re.compile(r"^\| (?P<ids>[KCXLDBTPN]\d+) ")
_SECOND = re.compile(r" / (?P<id>[KCXLDBTPN]\d+) ")


def known_goals() -> list[str]:
    """The ids: from GOALS.md where it is, else the committed list."""
    folder = reference()
    if folder is None:
        return IDS.read_text().split()
    return goals_of((folder / "GOALS.md").read_text())


def goals_of(text: str) -> list[str]:
    """The ids of the rows of GOALS.md, in its order; a row may name a second one."""
    found: list[str] = []
    for line in text.splitlines():
        if row := _ROW.match(line):
            found += [row["ids"], *(second["id"] for second in _SECOND.finditer(line))]
    return list(dict.fromkeys(found))


def proved(outcomes: dict[str, list[str]]) -> dict[str, list[str]]:
    """Per goal the tests that passed; a goal with a test that failed is not in it."""
    tests: dict[str, list[str]] = {}
    broken: set[str] = set()
    for test, (outcome, *goals) in outcomes.items():
        for goal in goals:
            if outcome == "passed":
                tests.setdefault(goal, []).append(test)
            elif outcome != "skipped":
                broken.add(goal)
    return {goal: held for goal, held in tests.items() if goal not in broken}


def main(arguments: list[str]) -> int:
    """Print what is missing; 0 when nothing is."""
    if "--run" in arguments:
        subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=ROOT, check=False)
    outcomes = json.loads(CACHE.read_text()) if CACHE.is_file() else {}
    if not outcomes:
        print("no results: run pytest first, or python -m tests.goals --run")
        return 1
    goals, held = known_goals(), proved(outcomes)
    missing = [goal for goal in goals if goal not in held]
    print(f"{len(goals) - len(missing)} of {len(goals)} goals proved by a passing test")
    for family in dict.fromkeys(goal[0] for goal in goals):
        rest = [goal for goal in missing if goal[0] == family]
        if rest:
            print(f"without one: {' '.join(rest)}")
    unknown = sorted(set(held) - set(goals))
    if unknown:
        print(f"marked but not known: {' '.join(unknown)}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
