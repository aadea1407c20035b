"""State of the archive: what it holds, a rollback that waits, the commands typed."""

from __future__ import annotations

from iosemu.kernel.time import Time
from iosemu.values import dataclass, field


@dataclass(slots=True)
class Archived:
    """URLs of the kept configurations, oldest first.  `number`: of the next file.  `is_read`: the
    files that were there at the boot are among them."""

    urls: list[str] = field(default_factory=list)
    number: int = 0
    is_read: bool = False


@dataclass(slots=True)
class Rollback:
    """A configuration that comes back by itself unless the present one is confirmed.

    `idle`: the time counts from the last command.  `warned`: the last minute has begun.
    """

    url: str = ""
    minutes: int = 0
    idle: bool = False
    user: str = ""
    set_at: Time = 0
    warned: bool = False

    @property
    def is_pending(self) -> bool:
        """Whether one waits."""
        return bool(self.url)


@dataclass(frozen=True, slots=True)
class LoggedCommand:
    """A configuration command, indented by the modes it was entered below."""

    number: int
    session: int
    user: str
    text: str


@dataclass(slots=True)
class CommandLog:
    """The newest commands of configuration mode.

    number: of the last command.  sessions: how many times somebody configured.  open: which of them
    a terminal is in, by its number.
    """

    entries: list[LoggedCommand] = field(default_factory=list)
    number: int = 0
    sessions: int = 0
    open: dict[int, int] = field(default_factory=dict)
