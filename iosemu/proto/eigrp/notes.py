"""What a process remembers for `show ip eigrp events`: values, made into words when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from .metric import INFINITY


class Note(Enum):
    """An event, with places for its values."""

    ACTIVE = "Active net/peers: {} {}"
    CONFIGURED = "Conn rt change: {}"
    DELETED = "NDB delete: {} {}"
    FOUND = "FC sat rdbmet/succmet: metric({}) metric({})"
    NOT_FOUND = "FC not sat Dmin/met: metric({}) metric({})"
    FREED = "Free reply status: {}"
    GONE = "Peer down: {} {}"
    GOING = "State change: {} {}"
    INSTALLED = "Route installed: {} {}"
    METRIC = "Metric set: {} metric({})"
    QUERIED = "Rcv query dest/nh: {} {}"
    REPLIED = "Rcv reply dest/nh: {} {}"
    UPDATED = "Rcv update dest/nh: {} {}"
    LOST = "Route deleted: {} {}"
    SENT_REPLY = "Send reply: {} {}"
    UP = "Peer up: {} {}"


def told(note: Sequence[Any]) -> str:
    """A note and its values in words."""
    kind, *values = note
    assert isinstance(kind, Note)
    return kind.value.format(*map(_word, values))


def _word(value: object) -> str:
    return "Infinity" if isinstance(value, int) and value >= INFINITY else str(value)
