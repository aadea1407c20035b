"""Terminal lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.config.entries import Entries


@dataclass(frozen=True, slots=True)
class ExecTimeout:
    """`exec-timeout MINUTES [SECONDS]`; both 0: never."""

    minutes: int = 10
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class LineConfig:
    """`line con 0`, `line aux 0`."""

    exec_timeout: ExecTimeout = ExecTimeout()
    privilege: int = 1
    password: str | None = None
    logging_synchronous: bool = False
    length: int = 24
    width: int = 80
    login: bool = False
    transport_input: str | None = None
    stopbits: str | None = None


@dataclass(frozen=True, slots=True)
class VtyConfig:
    """`line vty FIRST LAST`; a password is asked for unless `no login`."""

    exec_timeout: ExecTimeout = ExecTimeout()
    privilege: int = 1
    password: str | None = None
    logging_synchronous: bool = False
    length: int = 24
    width: int = 80
    login: bool = True
    transport_input: str | None = None


@dataclass(frozen=True, slots=True)
class LinesConfig:
    """All lines by number; virtual terminals are five at least and have no gaps."""

    SLOT: ClassVar[str] = "line"
    con: Entries[int, LineConfig] = field(default_factory=lambda: Entries({0: LineConfig()}))
    aux: Entries[int, LineConfig] = field(default_factory=lambda: Entries({0: LineConfig()}))
    vty: Entries[int, VtyConfig] = field(
        default_factory=lambda: Entries({number: VtyConfig() for number in range(5)})
    )

    def __post_init__(self) -> None:
        for number in range(max(self.vty)):
            if number not in self.vty:
                object.__setattr__(self, "vty", self.vty.put(number, VtyConfig()))
