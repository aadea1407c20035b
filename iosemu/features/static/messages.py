"""What static routes log."""

from __future__ import annotations

from iosemu.proto.base import syslog
from iosemu.values import dataclass


@syslog("IPRT", severity=3, mnemonic="RIB_LOOP")
@dataclass(frozen=True, slots=True)
class ResolutionLoop:
    """A recursive route came to resolve over itself."""

    def text(self) -> str:
        return "Resolution loop formed by routes in RIB"
