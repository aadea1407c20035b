"""Log lines about the log."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.proto.base import syslog
from iosemu.values import dataclass


@syslog("SYS", severity=6, mnemonic="LOGGINGHOST_STARTSTOP")
@dataclass(frozen=True, slots=True)
class HostStartStop:
    """A syslog server was configured, or taken away."""

    address: IPv4Address
    port: int
    is_started: bool

    def text(self) -> str:
        what = "started" if self.is_started else "stopped"
        return f"Logging to host {self.address} port {self.port} {what} - CLI initiated"
