"""Log lines of object tracking; which of the two depends on the release."""

from __future__ import annotations

from iosemu.proto.base import syslog
from iosemu.values import dataclass


def word(is_up: bool) -> str:
    return "Up" if is_up else "Down"


@syslog("TRACK", severity=6, mnemonic="STATE")
@dataclass(frozen=True, slots=True)
class StateChanged:
    """An object changed, as IOS 15 says it."""

    number: int
    what: str
    is_up: bool

    def text(self) -> str:
        return f"{self.number} {self.what} {word(not self.is_up)} -> {word(self.is_up)}"


@syslog("TRACKING", severity=5, mnemonic="STATE")
@dataclass(frozen=True, slots=True)
class OldStateChanged:
    """An object changed, as IOS 12.4 says it."""

    number: int
    what: str
    is_up: bool

    def text(self) -> str:
        return f"{self.number} {self.what} {word(not self.is_up)}->{word(self.is_up)}"
