"""The log lines of CDP."""

from __future__ import annotations

from iosemu.proto.base import syslog
from iosemu.values import dataclass


@syslog("CDP", severity=4, mnemonic="DUPLEX_MISMATCH")
@dataclass(frozen=True, slots=True)
class DuplexMismatch:
    """The ends of a link differ in duplex."""

    interface: str
    device: str
    port: str
    is_full: bool
    """Of the neighbor."""

    def text(self) -> str:
        theirs = "full" if self.is_full else "half"
        return (
            f"duplex mismatch discovered on {self.interface} (not {theirs} duplex),"
            f" with {self.device} {self.port} ({theirs} duplex)."
        )
