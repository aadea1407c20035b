"""What lists and route maps of the configuration say of routes."""

from __future__ import annotations

from iosemu.address import IPv4Prefix

from .metric import Vector, offset
from .settings import Offset
from .turn import Turn


def offset_of(turn: Turn, prefix: IPv4Prefix, interface: str, *, is_in: bool) -> int:
    """What offset lists add to a route at an interface: a list of the interface wins over a
    general one."""
    lists = [
        item
        for item in turn.process.settings.offsets
        if item.is_in is is_in and item.interface in (interface, None)
    ]
    lists.sort(key=lambda item: item.interface is None)
    return next((item.amount for item in lists if _matches(turn, item, prefix)), 0)


def with_offset(
    turn: Turn, vector: Vector, prefix: IPv4Prefix, interface: str, *, is_in: bool
) -> Vector:
    """A vector after the offset lists."""
    amount = offset_of(turn, prefix, interface, is_in=is_in) if turn.process.settings.offsets else 0
    return offset(vector, amount, turn.scale, turn.process.settings.k) if amount else vector


def is_allowed(turn: Turn, prefix: IPv4Prefix, interface: str, *, is_in: bool) -> bool:
    """Whether distribute lists let a route through at an interface."""
    return True


def is_leaked(turn: Turn, leak_map: str, prefix: IPv4Prefix) -> bool:
    """Whether a leak map lets a component out beside its summary."""
    return False


def _matches(turn: Turn, item: Offset, prefix: IPv4Prefix) -> bool:
    return item.acl == 0
