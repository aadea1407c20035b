"""Log lines of reloads."""

from __future__ import annotations

from iosemu.proto.base import syslog
from iosemu.values import dataclass


@syslog("SYS", severity=5, mnemonic="RELOAD")
@dataclass(frozen=True, slots=True)
class Reloading:
    """The router goes down."""

    user: str
    reason: str

    def text(self) -> str:
        return f"Reload requested by {self.user}. Reload Reason: {self.reason}."


@syslog("SYS", severity=5, mnemonic="SCHEDULED_RELOAD")
@dataclass(frozen=True, slots=True)
class ReloadScheduled:
    """It will go down."""

    at: str
    now: str
    user: str
    reason: str

    def text(self) -> str:
        return (
            f"Reload requested for {self.at} at {self.now} by {self.user}."
            f" Reload Reason: {self.reason}."
        )


@syslog("SYS", severity=5, mnemonic="SCHEDULED_RELOAD_CANCELLED")
@dataclass(frozen=True, slots=True)
class ReloadCancelled:
    """It will not."""

    now: str

    def text(self) -> str:
        return f"Scheduled reload cancelled at {self.now}"
