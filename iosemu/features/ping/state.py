"""What outlives a ping."""

from __future__ import annotations

from iosemu.values import dataclass


@dataclass(slots=True)
class PingState:
    """ICMP identifier of the last command; IOS counts them from 2 on."""

    identifier: int = 1

    def next_identifier(self) -> int:
        """The identifier of a new command."""
        self.identifier = self.identifier % 0xFFFF + 1
        return self.identifier
