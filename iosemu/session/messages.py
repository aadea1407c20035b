"""Log lines a terminal causes."""

from __future__ import annotations

from iosemu.proto.base import syslog
from iosemu.values import dataclass


@syslog("SYS", severity=5, mnemonic="CONFIG_I")
@dataclass(frozen=True, slots=True)
class Configured:
    """Somebody left configuration mode."""

    by: str

    def text(self) -> str:
        return f"Configured from {self.by}"
