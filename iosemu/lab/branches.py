"""The branches of a journal: where each ends, what it is called, which one the lab is on."""

from __future__ import annotations

from iosemu.kernel.journal import Journal
from iosemu.kernel.time import Time
from iosemu.values import dataclass

from .mutations import mutation_of

FORK, LEFT, RETURN = "fork", "left", "return"
"""Kinds of entries that only mark a place: where a named branch starts, where the lab was when it
went elsewhere, and where it came back to."""
MAIN = "main"
"""The name of what was never forked."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: the entry it ends with, and how many inputs led there."""

    number: int
    name: str
    at: Time
    inputs: int
    is_current: bool


def branches(journal: Journal, now: Time) -> list[Branch]:
    """All branches, oldest first; `now` is the lab's time, where the current one goes on."""
    found = []
    for leaf in journal.leaves():
        path = journal.path(leaf.number)
        names = [entry.args[0] for entry in path if entry.kind == FORK]
        inputs = sum(mutation_of(entry) is not None for entry in path)
        is_current = leaf.number == journal.head
        at = now if is_current else leaf.time
        found.append(
            Branch(leaf.number, names[-1] if names else MAIN, at, inputs, is_current=is_current)
        )
    return found


def names(journal: Journal) -> list[str]:
    """Names given by forks, oldest first."""
    return [str(entry.args[0]) for entry in journal if entry.kind == FORK]
