"""What outlives a traceroute."""

from __future__ import annotations

from iosemu.values import dataclass

FIRST_PORT = 49152


@dataclass(slots=True)
class TraceState:
    """UDP source port of the last command."""

    port: int = FIRST_PORT

    def next_port(self) -> int:
        """The source port of a new command."""
        self.port = self.port + 1 if self.port < 0xFFFF else FIRST_PORT
        return self.port
