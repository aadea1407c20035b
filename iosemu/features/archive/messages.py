"""Log lines of archive, replace and revert."""

from __future__ import annotations

from iosemu.proto.base import syslog
from iosemu.values import dataclass

ONE_MINUTE = 'in one minute. Enter "configure confirm" if you wish to keep what you\'ve configured'


@syslog("ARCHIVE_DIFF", severity=5, mnemonic="ROLLBK_CNFMD_CHG_BACKUP")
@dataclass(frozen=True, slots=True)
class BackingUp:
    """The configuration to come back to is kept."""

    url: str

    def text(self) -> str:
        return f"Backing up current running config to {self.url}"


@syslog("ARCHIVE_DIFF", severity=5, mnemonic="ROLLBK_CNFMD_CHG_START_ABSTIMER")
@dataclass(frozen=True, slots=True)
class TimerStarted:
    """A rollback after so many minutes."""

    user: str
    url: str
    minutes: int

    def text(self) -> str:
        return (
            f"User: {self.user}: Scheduled to rollback to config {self.url}"
            f" in {self.minutes} minutes"
        )


@syslog("ARCHIVE_DIFF", severity=5, mnemonic="ROLLBK_CNFMD_CHG_START_IDLETIMER")
@dataclass(frozen=True, slots=True)
class IdleTimerStarted:
    """A rollback after so many minutes without a command."""

    user: str
    url: str
    minutes: int

    def text(self) -> str:
        return (
            f"User: {self.user}: Scheduled to rollback to config {self.url}"
            f" if session has been idle for {self.minutes} minutes"
        )


@syslog("ARCHIVE_DIFF", severity=5, mnemonic="ROLLBK_CNFMD_CHG_WARNING_ABSTIMER")
@dataclass(frozen=True, slots=True)
class LastMinute:
    """The rollback is a minute away."""

    url: str

    def text(self) -> str:
        return f"System will rollback to config {self.url} {ONE_MINUTE}"


@syslog("ARCHIVE_DIFF", severity=5, mnemonic="ROLLBK_CNFMD_CHG_ROLLBACK_START")
@dataclass(frozen=True, slots=True)
class RollingBack:
    """Nobody confirmed."""

    url: str

    def text(self) -> str:
        return f"Start rolling to: {self.url}"


@syslog("ARCHIVE_DIFF", severity=5, mnemonic="ROLLBK_CNFMD_CHG_CONFIRM")
@dataclass(frozen=True, slots=True)
class Confirmed:
    """The present configuration stays."""

    user: str

    def text(self) -> str:
        return f"User: {self.user}: Confirm the configuration change"


@syslog("PARSER", severity=5, mnemonic="CFGLOG_LOGGEDCMD")
@dataclass(frozen=True, slots=True)
class CommandLogged:
    """`notify syslog`."""

    user: str
    command: str

    def text(self) -> str:
        return f"User:{self.user}  logged command:{self.command}"
