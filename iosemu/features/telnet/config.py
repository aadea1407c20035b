"""What the telnet client is told by the configuration."""

from __future__ import annotations

from typing import ClassVar

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class TelnetConfig:
    """`ip telnet ...`.  `tos`: hexadecimal."""

    SLOT: ClassVar[str] = "telnet"
    source: str | None = None
    tos: str | None = None
    quiet: bool = False
    hides_addresses: bool = False
