"""What SLARP knows of the lines of a router."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.rng import Random
from iosemu.values import dataclass, field

MISSED = 3
"""Keepalives without an answer after which a line is down."""


@dataclass(slots=True)
class Line:
    """One line that runs HDLC and has a link.

    sequence: of the last keepalive sent.  returned: what that one gave back.  seen: the last of
    ours that was confirmed.  theirs: the last sequence of the other end.  is_suspect: just what we
    had sent came in, so the sequence was changed to a number nobody can guess.
    """

    name: str
    keepalive_s: int | None
    is_down_when_looped: bool = False
    address: tuple[IPv4Address, int] | None = None
    sequence: int = 0
    returned: int = 0
    seen: int = 0
    theirs: int = 0
    is_up: bool = False
    is_looped: bool = False
    is_suspect: bool = False

    @property
    def missed(self) -> int:
        """Keepalives the other end has not confirmed."""
        return self.sequence - self.seen & 0xFFFFFFFF


@dataclass(slots=True)
class State:
    """All lines, by interface; `random` is the engine's own stream."""

    random: Random = field(default_factory=lambda: Random.named(0))
    lines: dict[str, Line] = field(default_factory=dict)
    is_listening: bool = False
