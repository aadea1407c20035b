"""What `ip sla` configures."""

from __future__ import annotations

from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field

FREQUENCY_S = 60
TIMEOUT_MS = 5000
THRESHOLD_MS = 5000
LIFE_S = 3600


@dataclass(frozen=True, slots=True)
class Probe:
    """What an operation sends.  `kind`: as typed, "icmp-echo"; `size`: bytes of data."""

    kind: str = ""
    target: IPv4Address | None = None
    url: str | None = None
    port: int | None = None
    source_ip: IPv4Address | None = None
    source_interface: str | None = None
    source_port: int | None = None
    control: str | None = None
    frequency_s: int = FREQUENCY_S
    timeout_ms: int = TIMEOUT_MS
    threshold_ms: int = THRESHOLD_MS
    tos: int = 0
    size: int | None = None
    pattern: str | None = None
    verify: bool = False
    owner: str | None = None
    tag: str | None = None
    vrf: str | None = None
    history: Entries[str, int] = field(default_factory=Entries)
    history_filter: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an operation runs.  `start`: "now", "pending", "after", or a minute of the day;
    `after`: in seconds; `life`: seconds or "forever"; None: as IOS does without."""

    life: int | str | None = None
    start: int | str | None = None
    after: int | None = None
    ageout: int | None = None
    recurring: bool = False

    @property
    def life_s(self) -> int | None:
        """None: forever."""
        if self.life is None:
            return LIFE_S
        return self.life if isinstance(self.life, int) and self.life else None


@dataclass(frozen=True, slots=True)
class Operation:
    """One numbered entry."""

    probe: Probe | None = None
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class SlaConfig:
    """All operations; `echoes`: ports the responder answers on, each at one address."""

    SLOT: ClassVar[str] = "sla"
    operations: Entries[int, Operation] = field(default_factory=Entries)
    responder: bool = False
    echoes: Entries[tuple[IPv4Address, int], bool] = field(default_factory=Entries)
