"""Everything that reaches a lab from outside, as values: what the journal holds and replays."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.fabric import Quality
from iosemu.fabric.topology import PortKey
from iosemu.kernel.time import Time


@dataclass(frozen=True, slots=True)
class PowerOn:
    """All routers are switched on."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A terminal is opened on a device; `kind` is "hidden" or "vty"."""

    device: str
    kind: str


@dataclass(frozen=True, slots=True)
class CloseSession:
    """A terminal is closed from outside."""

    session: int


@dataclass(frozen=True, slots=True)
class Typed:
    """Bytes typed on a terminal."""

    session: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SetLink:
    """A link is cut or mended; `ends` None: as seen from all ends."""

    link: int
    up: bool
    ends: tuple[PortKey, ...] | None = None


@dataclass(frozen=True, slots=True)
class SetQuality:
    """Delay and faults of a link are changed, for what leaves the given ends or all."""

    link: int
    quality: Quality
    ends: tuple[PortKey, ...] | None = None


Mutation = PowerOn | OpenSession | CloseSession | Typed | SetLink | SetQuality


@dataclass(frozen=True, slots=True)
class Entry:
    """A mutation and the virtual time at which it acted."""

    at: Time
    mutation: Mutation
