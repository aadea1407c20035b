"""Log lines of the clock."""

from __future__ import annotations

from iosemu.proto.base import syslog
from iosemu.values import dataclass


@syslog("SYS", severity=6, mnemonic="CLOCKUPDATE")
@dataclass(frozen=True, slots=True)
class ClockUpdated:
    """The clock was set, or the zone it is in changed."""

    before: str
    after: str
    by: str

    def text(self) -> str:
        return (
            f"System clock has been updated from {self.before} to {self.after},"
            f" configured from {self.by}."
        )
