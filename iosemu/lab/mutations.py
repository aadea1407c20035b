"""Everything that reaches a lab from outside, as values; a journal entry has its kind and args."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from iosemu.fabric import Quality
from iosemu.fabric.topology import PortKey
from iosemu.kernel.journal import JournalEntry
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class PowerOn:
    """All routers are switched on."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A terminal is opened on a device; `kind` is "hidden" or "vty", `line` a wanted vty."""

    device: str
    kind: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SetSize:
    """The window of a terminal got another size, in characters."""

    session: int
    width: int
    length: int


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
    """A link is cut or mended, as seen from these ends; empty: from all."""

    link: int
    up: bool
    ends: tuple[PortKey, ...] = ()


@dataclass(frozen=True, slots=True)
class SetQuality:
    """Delay and faults of a link are changed, for what leaves these ends; empty: all."""

    link: int
    quality: Quality
    ends: tuple[PortKey, ...] = ()


@dataclass(frozen=True, slots=True)
class DropFrames:
    """What a filter fits is dropped as it leaves a port: not the first `skip` frames, then every
    n-th, `count` times (None: for ever)."""

    filter: str = ""
    every: int = 1
    skip: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SetDrops:
    """The drop rules of a port are replaced."""

    port: PortKey
    drops: tuple[DropFrames, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """A router goes on without an engine that failed."""

    device: str
    engine: str


@dataclass(frozen=True, slots=True)
class SetStartup:
    """The startup configuration of a router is replaced, as if its nvram had been written."""

    device: str
    text: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A frame came from outside to a port that nothing of the lab is attached to."""

    port: PortKey
    frame: bytes


Mutation = (
    Arrived
    | SetSize
    | SetStartup
    | PowerOn
    | OpenSession
    | CloseSession
    | Typed
    | SetLink
    | SetQuality
    | SetDrops
    | LeaveOut
)


def kind_and_args(mutation: Mutation) -> tuple[str, tuple[Any, ...]]:
    """What a journal keeps of a mutation."""
    match mutation:
        case PowerOn():
            return "power", ()
        case OpenSession(device, kind, None):
            return "open", (device, kind)
        case OpenSession(device, kind, line):
            return "open", (device, kind, line)
        case SetSize(session, width, length):
            return "size", (session, width, length)
        case CloseSession(session):
            return "close", (session,)
        case Typed(session, data):
            return "typed", (session, data)
        case LeaveOut(device, engine):
            return "without", (device, engine)
        case SetStartup(device, text):
            return "startup", (device, text)
        case Arrived(port, frame):
            return "frame", (*port, frame)
        case SetLink(link, up, ends):
            return "link", (link, up, list(map(list, ends)))
        case SetDrops(port, drops):
            return "drops", (list(port), list(map(asdict, drops)))
        case SetQuality(link, quality, ends):
            return "quality", (link, asdict(quality), list(map(list, ends)))


def mutation_of(entry: JournalEntry) -> Mutation | None:
    """The mutation an entry stands for; None for one that only marks a branch."""
    match entry.kind, entry.args:
        case "power", ():
            return PowerOn()
        case "open", (device, kind, *line):
            return OpenSession(device, kind, *line)
        case "size", (session, width, length):
            return SetSize(session, width, length)
        case "close", (session,):
            return CloseSession(session)
        case "typed", (session, data):
            return Typed(session, data)
        case "startup", (device, text):
            return SetStartup(device, text)
        case "without", (device, engine):
            return LeaveOut(device, engine)
        case "frame", (node, port, frame):
            return Arrived((node, port), frame)
        case "link", (link, up, ends):
            return SetLink(link, up, _keys(ends))
        case "drops", ((node, port), drops):
            return SetDrops((node, port), tuple(DropFrames(**drop) for drop in drops))
        case "quality", (link, quality, ends):
            return SetQuality(link, Quality(**quality), _keys(ends))
        case _:
            return None


def _keys(ends: Iterable[Iterable[str]]) -> tuple[PortKey, ...]:
    return tuple((node, port) for node, port in ends)
