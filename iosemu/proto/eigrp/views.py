"""What shows ask of EIGRP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .state import State


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a show."""

    about: str


def answer(state: State, query: Query) -> Any:
    """A frozen answer."""
    return None
