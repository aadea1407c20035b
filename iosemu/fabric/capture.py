"""Captures: the real bytes at ports, written as pcapng.

A capture only looks: it is no part of the state, schedules nothing, and a run with it has the
digest of a run without.  After a snapshot is restored or a lab rewound, `resume` attaches it again.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from enum import IntEnum
from operator import attrgetter
from pathlib import Path

from iosemu.fabric.linktype import linktype_of
from iosemu.fabric.topology import Fabric, PortKey
from iosemu.kernel.time import SECOND, Time
from iosemu.kernel.world import World
from iosemu.values import dataclass, field


class Direction(IntEnum):
    """Bits 0-1 of the flags of an enhanced packet block."""

    INBOUND = 1
    OUTBOUND = 2


class Block(IntEnum):
    """pcapng block types (draft-ietf-opsawg-pcapng, section 4)."""

    INTERFACE = 0x00000001
    PACKET = 0x00000006
    SECTION = 0x0A0D0D0A


class Option(IntEnum):
    """pcapng option codes as used here."""

    END = 0
    COMMENT = 1
    IF_NAME = 2
    PACKET_FLAGS = 2
    USER_APPLICATION = 4
    IF_TIME_RESOLUTION = 9


DAMAGED = "damaged: wrong check sequence"
"""Comment of a frame that was spoiled on its way."""
_CRC_ERROR = 1 << 24
"""Flag of a packet block."""
_BYTE_ORDER_MAGIC = 0x1A2B3C4D
_NANOSECONDS = 9
_UNKNOWN_LENGTH = -1


@dataclass(frozen=True, slots=True)
class Captured:
    """One frame at one port.  at: when it passed the port, ns since lab start.  sent_at, sequence:
    of the world when its sender sent it.  comment: why it was dropped, if it was."""

    at: Time
    sent_at: Time
    sequence: int
    port: PortKey
    direction: Direction
    frame: bytes
    comment: str = ""


@dataclass(slots=True)
class Writer:
    """A pcapng file while it is written: which (port, type of link) has which number in it."""

    epoch_s: int
    numbers: dict[tuple[PortKey, int], int] = field(default_factory=dict)

    def head(self, ports: Iterable[tuple[PortKey, int]]) -> bytes:
        """The section, and the ports known beforehand."""
        return _section() + b"".join(self._number(port, linktype)[1] for port, linktype in ports)

    def packet(self, seen: Captured, linktype: int) -> bytes:
        """A frame; its port goes before it if it is new, or if it now carries something else."""
        number, block = self._number(seen.port, linktype_of(linktype, seen.frame))
        return block + _packet(number, self.epoch_s * SECOND + seen.at, seen)

    def _number(self, port: PortKey, linktype: int) -> tuple[int, bytes]:
        known = self.numbers.get((port, linktype))
        if known is not None:
            return known, b""
        number = self.numbers[port, linktype] = len(self.numbers)
        return number, _interface(port, linktype)


@dataclass(slots=True)
class Capture:
    """What was seen at some ports since the capture was attached, or since it was drained.

    `live`: of a capture that is drained, what is written so far.
    """

    ports: tuple[PortKey, ...]
    epoch_s: int
    linktypes: tuple[int, ...]
    frames: list[Captured] = field(default_factory=list)
    live: Writer | None = None

    def encode(self) -> bytes:
        """The whole capture as a pcapng file, frames in order of time."""
        return self._written(Writer(self.epoch_s), self.frames)

    def save(self, path: str | Path) -> None:
        """Write the file.  OSError as the system says."""
        Path(path).write_bytes(self.encode())

    def drain(self, now: Time) -> bytes:
        """What a live reader is to get next: the frames up to `now`, which are then forgotten."""
        due = [seen for seen in self.frames if seen.at <= now]
        if self.live is not None and not due:
            return b""
        self.frames[:] = [seen for seen in self.frames if seen.at > now]
        writer, self.live = self.live, self.live or Writer(self.epoch_s)
        return self._written(self.live, due, is_new=writer is None)

    def _written(self, writer: Writer, frames: list[Captured], *, is_new: bool = True) -> bytes:
        linktypes = dict(zip(self.ports, self.linktypes, strict=True))
        parts = [writer.head(linktypes.items())] if is_new else []
        parts += [
            writer.packet(seen, linktypes[seen.port])
            for seen in sorted(frames, key=attrgetter("at"))
        ]
        return b"".join(parts)


def start(world: World, ports: Iterable[PortKey]) -> Capture:
    """Capture at these ports from now on: of one, of both ends of a link, or of all."""
    fabric: Fabric = world.parts["fabric"]
    keys = tuple(ports)
    linktypes = tuple(fabric.ports[key].linktype for key in keys)
    capture = Capture(keys, world.epoch_s, linktypes)
    _attach(fabric, capture)
    return capture


def stop(world: World, capture: Capture) -> None:
    """End a capture; it keeps what it has.  One that is not attached stays so."""
    fabric: Fabric = world.parts["fabric"]
    for key in capture.ports:
        left = tuple(tap for tap in fabric.taps.get(key, ()) if tap is not capture)
        if left:
            fabric.taps[key] = left
        else:
            fabric.taps.pop(key, None)
    fabric.forget_ways()


def resume(world: World, capture: Capture) -> None:
    """Go on capturing in a restored or rewound world; frames it has not sent are forgotten."""
    capture.frames = [
        seen
        for seen in capture.frames
        if seen.sent_at <= world.now and seen.sequence <= world.sequence
    ]
    _attach(world.parts["fabric"], capture)


def _attach(fabric: Fabric, capture: Capture) -> None:
    for key in capture.ports:
        held = fabric.taps.get(key, ())
        if not any(tap is capture for tap in held):
            fabric.taps[key] = (*held, capture)
    fabric.forget_ways()


def _section() -> bytes:
    fixed = struct.pack("<IHHq", _BYTE_ORDER_MAGIC, 1, 0, _UNKNOWN_LENGTH)
    return _block(Block.SECTION, fixed + _options((Option.USER_APPLICATION, b"iosemu")))


def _interface(port: PortKey, linktype: int) -> bytes:
    name = (Option.IF_NAME, ":".join(port).encode())
    resolution = (Option.IF_TIME_RESOLUTION, bytes([_NANOSECONDS]))
    return _block(Block.INTERFACE, struct.pack("<HHI", linktype, 0, 0) + _options(name, resolution))


def _packet(interface: int, stamp_ns: int, seen: Captured) -> bytes:
    length = len(seen.frame)
    fixed = struct.pack("<IIIII", interface, stamp_ns >> 32, stamp_ns & 0xFFFFFFFF, length, length)
    flags = seen.direction | (_CRC_ERROR if seen.comment == DAMAGED else 0)
    options = [(Option.PACKET_FLAGS, struct.pack("<I", flags))]
    if seen.comment:
        options.insert(0, (Option.COMMENT, seen.comment.encode()))
    return _block(Block.PACKET, fixed + _padded(seen.frame) + _options(*options))


def _block(kind: Block, body: bytes) -> bytes:
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def _options(*options: tuple[Option, bytes]) -> bytes:
    encoded = [struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options]
    return b"".join(encoded) + struct.pack("<HH", Option.END, 0)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
