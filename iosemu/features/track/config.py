"""What `track` configures."""

from __future__ import annotations

from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object of a list; `sense` "not": it counts as up while it is down."""

    sense: str | None = None
    weight: int | None = None

    @property
    def is_negated(self) -> bool:
        return self.sense is not None


@dataclass(frozen=True, slots=True)
class Bounds:
    """At `up` or above an object goes up, at `down` or below down; a metric the other way."""

    up: int | None = None
    down: int | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds that a change must last before it counts."""

    up: int | None = None
    down: int | None = None


@dataclass(frozen=True, slots=True)
class TrackedObject:
    """One object.  Which of `operation`, `interface`, `network`, `boolean`, `threshold` and `stub`
    is set says of what kind; `aspect`: the word behind it."""

    operation: int | None = None
    interface: str | None = None
    network: IPv4Address | None = None
    mask: IPv4Address | None = None
    boolean: str | None = None
    threshold: str | None = None
    stub: str | None = None
    aspect: str | None = None
    objects: Entries[int, ListedObject] = field(default_factory=Entries)
    delay: Delay = Delay()
    metric: Bounds = Bounds()
    weight: Bounds = Bounds()
    percentage: Bounds = Bounds()
    default_state: str | None = None

    @property
    def kind(self) -> str:
        """The word that says what it is."""
        if self.operation is not None:
            return "ip sla"
        if self.interface is not None:
            return "interface"
        if self.network is not None:
            return "ip route"
        return "stub-object" if self.stub is not None else "list"


@dataclass(frozen=True, slots=True)
class TrackConfig:
    """All objects by number."""

    SLOT: ClassVar[str] = "track"
    objects: Entries[int, TrackedObject] = field(default_factory=Entries)
    timers: Entries[str, int] = field(default_factory=Entries)
