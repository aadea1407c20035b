"""Telnet: data, commands and options in one stream of bytes, RFC 854 and 855.

Also the bodies of two options: window size (NAWS, RFC 1073) and terminal type (RFC 1091).  Knows
nothing of who wants which option.
"""

from __future__ import annotations

from enum import IntEnum

from iosemu.values import dataclass

from .base import Reader, WireError, Writer

LONGEST_BODY = 512
"""What a subnegotiation holds; of a longer one the rest is dropped, so no peer fills our memory."""


class Command(IntEnum):
    """What may follow IAC, RFC 854."""

    SE = 240
    NOP = 241
    DATA_MARK = 242
    BREAK = 243
    INTERRUPT = 244
    ABORT_OUTPUT = 245
    ARE_YOU_THERE = 246
    ERASE_CHARACTER = 247
    ERASE_LINE = 248
    GO_AHEAD = 249
    SB = 250
    WILL = 251
    WONT = 252
    DO = 253
    DONT = 254
    IAC = 255


class Option(IntEnum):
    """Options by their number, those a router may meet."""

    BINARY = 0
    ECHO = 1
    SUPPRESS_GO_AHEAD = 3
    STATUS = 5
    TIMING_MARK = 6
    TERMINAL_TYPE = 24
    END_OF_RECORD = 25
    WINDOW_SIZE = 31
    TERMINAL_SPEED = 32
    FLOW_CONTROL = 33
    LINE_MODE = 34
    X_DISPLAY = 35
    NEW_ENVIRONMENT = 39


_IAC = bytes([Command.IAC])
_NEGOTIATIONS = (Command.WILL, Command.WONT, Command.DO, Command.DONT)


@dataclass(frozen=True, slots=True)
class Data:
    """Bytes for the terminal, with IAC no longer doubled; never empty."""

    data: bytes

    def emit(self) -> bytes:
        return self.data.replace(_IAC, _IAC * 2)


@dataclass(frozen=True, slots=True)
class Order:
    """A command of two bytes; any that RFC 854 does not know is kept by its number."""

    command: int

    def emit(self) -> bytes:
        return bytes((Command.IAC, self.command))


@dataclass(frozen=True, slots=True)
class Negotiation:
    """WILL, WONT, DO or DONT, and the option it is about."""

    command: Command
    option: int

    def emit(self) -> bytes:
        return bytes((Command.IAC, self.command, self.option))


@dataclass(frozen=True, slots=True)
class Subnegotiation:
    """What was said of an option both agreed on; IAC in the body is no longer doubled."""

    option: int
    body: bytes

    def emit(self) -> bytes:
        start, end = bytes((Command.IAC, Command.SB)), bytes((Command.IAC, Command.SE))
        return start + (bytes([self.option]) + self.body).replace(_IAC, _IAC * 2) + end


Item = Data | Order | Negotiation | Subnegotiation


def emit(items: tuple[Item, ...]) -> bytes:
    """A stream of these items."""
    return b"".join(item.emit() for item in items)


def parse(data: bytes) -> tuple[Item, ...]:
    """A whole stream; WireError if it ends within a command."""
    stream = Stream()
    items = stream.feed(data)
    if stream.waiting:
        raise WireError(len(data), "the stream ends within a command")
    return tuple(items)


@dataclass(slots=True)
class Stream:
    """One direction of a connection, cut anywhere by the segments it came in.

    waiting: the bytes of a command that is not complete yet.  Never fails: what no RFC allows is
    taken for what it is nearest to.
    """

    waiting: bytes = b""

    def feed(self, data: bytes) -> list[Item]:
        """The next bytes: what is complete with them, runs of data as one item."""
        data, at = self.waiting + data, 0
        self.waiting = b""
        items: list[Item] = []
        plain = bytearray()
        while at < len(data):
            start = data.find(_IAC, at)
            if start < 0:
                plain += data[at:]
                break
            plain += data[at:start]
            found = _after_iac(data, start + 1)
            if found is None:
                self.waiting = _shortened(data[start:])
                break
            item, at = found
            if item is None:
                plain += _IAC
                continue
            if plain:
                items.append(Data(bytes(plain)))
                plain.clear()
            items.append(item)
        if plain:
            items.append(Data(bytes(plain)))
        return items


def _after_iac(data: bytes, at: int) -> tuple[Item | None, int] | None:
    """What stands behind an IAC and where it ends; None: not all of it is here.

    The item is None for a doubled IAC, which is a byte of data.
    """
    if at == len(data):
        return None
    command = data[at]
    if command == Command.IAC:
        return None, at + 1
    if command in _NEGOTIATIONS:
        if at + 1 == len(data):
            return None
        return Negotiation(Command(command), data[at + 1]), at + 2
    if command == Command.SB:
        return _subnegotiation(data, at + 1)
    return Order(command), at + 1


def _subnegotiation(data: bytes, at: int) -> tuple[Item, int] | None:
    """Up to IAC SE.  An IAC before anything else ends it too: the SE was forgotten."""
    body = bytearray()
    while True:
        end = data.find(_IAC, at)
        if end < 0 or end + 1 == len(data):
            return None
        body += data[at:end]
        after = data[end + 1]
        if after == Command.IAC:
            body += _IAC
            at = end + 2
            continue
        at = end + 2 if after == Command.SE else end
        body = body[: LONGEST_BODY + 1]
        if not body:
            # Not even an option: nothing was negotiated.
            return Order(Command.NOP), at
        return Subnegotiation(body[0], bytes(body[1:])), at


def _shortened(waiting: bytes) -> bytes:
    """A subnegotiation that does not end is not kept for ever."""
    most = 2 * LONGEST_BODY
    if len(waiting) <= most:
        return waiting
    # Neither end may be within a pair of IAC; the last byte may be the IAC of the end.
    kept = waiting[: most - _halves(waiting[:most])]
    return kept + _IAC * _halves(waiting)


def _halves(data: bytes) -> int:
    """1 if the last byte is the first IAC of a pair, else 0."""
    return (len(data) - len(data.rstrip(_IAC))) % 2


# -- bodies ----

IS, SEND = 0, 1


@dataclass(frozen=True, slots=True)
class WindowSize:
    """Columns and rows of the peer's window, 0: it does not know (RFC 1073)."""

    width: int
    length: int

    @classmethod
    def parse(cls, body: bytes) -> WindowSize:
        """Read the body of a WINDOW_SIZE subnegotiation."""
        r = Reader(body)
        size = cls(r.u16(), r.u16())
        r.finish()
        return size

    def emit(self) -> bytes:
        return Writer().u16(self.width).u16(self.length).done()


@dataclass(frozen=True, slots=True)
class TerminalType:
    """`SEND`, or `IS` with the name of the terminal (RFC 1091); None asks."""

    name: str | None

    @classmethod
    def parse(cls, body: bytes) -> TerminalType:
        """Read the body of a TERMINAL_TYPE subnegotiation."""
        r = Reader(body)
        match r.u8():
            case 0:
                return cls(r.rest().decode("latin-1"))
            case 1:
                r.finish()
                return cls(None)
            case _:
                raise WireError(0, "neither IS nor SEND")

    def emit(self) -> bytes:
        if self.name is None:
            return bytes([SEND])
        return bytes([IS]) + self.name.encode("latin-1", "replace")
