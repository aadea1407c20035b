"""All state of one router.  Everything here is pickled with the World; functions are elsewhere."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Any

from iosemu.address import MacAddress
from iosemu.config.tree import Config
from iosemu.kernel.time import Time
from iosemu.proto.base import Engine
from iosemu.proto.parts import (
    Clock,
    Debugs,
    Files,
    Identity,
    LogBuffer,
    LogCounts,
    LogLine,
    LogSettings,
    Work,
)
from iosemu.stack.state import Stack
from iosemu.values import dataclass, field

from .bus import Bus

HISTORY_LINES = 10_000
STARTUP_CONFIG = "startup-config"
IGNORE_STARTUP = 0x40
"""The bit of the configuration register that 0x2142 has and 0x2102 has not."""


@dataclass(slots=True)
class Job:
    """A command that a session waits for."""

    session: Hashable
    engine: Engine


@dataclass(slots=True)
class Device:
    """One router.

    ports: name -> burned-in address, fixed by the hardware.  parts: the rest of the state by class
    name, where a feature keeps what belongs to no engine.  printed: what the boot said on the
    console.  history: the newest log and debug lines, whatever `logging` says.
    """

    identity: Identity
    ports: dict[str, MacAddress]
    clock: Clock
    files: Files = field(default_factory=Files)
    is_up: bool = False
    config: Config = field(default_factory=Config)
    stack: Stack = field(default_factory=Stack)
    engines: dict[str, Engine] = field(default_factory=dict)
    jobs: dict[int, Job] = field(default_factory=dict)
    next_job: int = 1
    bus: Bus = field(default_factory=Bus)
    log_settings: LogSettings = field(default_factory=LogSettings)
    log_buffer: LogBuffer = field(default_factory=LogBuffer)
    log_counts: LogCounts = field(default_factory=LogCounts)
    work: Work = field(default_factory=Work)
    debugs: Debugs = field(default_factory=Debugs)
    history: deque[LogLine] = field(default_factory=lambda: deque(maxlen=HISTORY_LINES))
    logged: int = 0
    """Lines that ever came into `history`."""
    printed: list[str] = field(default_factory=list)
    refused: int = 0
    last_change_at: Time = 0
    """When a route last changed."""
    parts: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    """Engines left out by the user, because they failed; a reload does not bring them back."""

    @property
    def name(self) -> str:
        """The node's name in the lab; `hostname` may differ."""
        return self.identity.node

    def own_parts(self) -> dict[type, Any]:
        """The parts every device has, by class."""
        held = (
            self.stack,
            self.clock,
            self.identity,
            self.files,
            self.log_buffer,
            self.log_counts,
            self.work,
            self.log_settings,
            self.debugs,
        )
        return {type(part): part for part in held}

    @property
    def startup(self) -> str:
        """The text of the startup configuration; empty if it was erased or is to be ignored."""
        if (self.files.register or 0) & IGNORE_STARTUP:
            return ""
        return self.files.nvram.get(STARTUP_CONFIG, b"").decode()
