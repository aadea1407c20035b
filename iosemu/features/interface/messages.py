"""The log lines of commands about interfaces."""

from __future__ import annotations

from iosemu.proto.base import syslog
from iosemu.values import dataclass


@syslog("CLEAR", severity=5, mnemonic="COUNTERS")
@dataclass(frozen=True, slots=True)
class CountersCleared:
    """Somebody reset the counters of an interface; `interface` None: of all."""

    interface: str | None
    user: str

    def text(self) -> str:
        which = "all interfaces" if self.interface is None else f"interface {self.interface}"
        return f"Clear counter on {which} by {self.user}"
