"""The telnet server: from a TCP connection to a virtual terminal and back.

It speaks telnet and knows nothing of logins or commands; which line a caller gets, if any, is
decided where the lines are (`CallLine`).
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from iosemu.features.line.config import LinesConfig
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    TELNET_WINDOW_BYTES,
    Action,
    Close,
    Configured,
    Input,
    InterfaceChanged,
    Open,
    Requested,
    TcpAbort,
    TcpAccept,
    TcpAsked,
    TcpClose,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpListen,
    TcpOptions,
    TcpReady,
    TcpUp,
    TcpWrite,
)
from iosemu.proto.lines import (
    Caller,
    CallLine,
    LeaveLine,
    LineGiven,
    LineKeys,
    LineLeft,
    LinePrinted,
    LineTerminal,
    LineWindow,
    StartLine,
)
from iosemu.values import dataclass, field
from iosemu.wire.base import WireError
from iosemu.wire.telnet import (
    Command,
    Data,
    Negotiation,
    Option,
    Order,
    Stream,
    Subnegotiation,
    TerminalType,
    WindowSize,
    emit,
)

from .options import Options

PORT = TcpListen(23)
INTERRUPT, ERASE_CHARACTER, ERASE_LINE = b"\x1e", b"\x7f", b"\x15"
YES = b"\r\n[Yes]\r\n"
"""The answer to ARE YOU THERE."""


@dataclass(slots=True)
class Call:
    """One connection.  `has_line`: a line is his and not left yet.  `after_cr`: the last byte of
    data was a CR, whose NUL or LF is still to come."""

    caller: Caller
    has_line: bool = False
    is_up: bool = False
    stream: Stream = field(default_factory=Stream)
    options: Options = field(default_factory=Options.of_server)
    after_cr: bool = False


@dataclass(slots=True)
class TelnetServer:
    """`calls` by connection; `listens`: with which options, None while the port is closed."""

    SLOTS: ClassVar[tuple[type, ...]] = (LinesConfig,)

    calls: dict[int, Call] = field(default_factory=dict)
    listens: TcpOptions | None = None
    is_configured: bool = False

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(_, new):
                self.is_configured = True
                return listen(self, new.of(LinesConfig))
            case InterfaceChanged():
                # A router on which nothing of this is configured is not told of a configuration.
                return [] if self.is_configured else listen(self, LinesConfig())
            case TcpAsked():
                return on_asked(self, event)
            case Requested(LineGiven(conn, line)):
                return on_given(self, conn, line)
            case TcpUp(conn):
                return on_up(self, conn)
            case TcpData(conn, data):
                return on_data(self, conn, data)
            case Requested(LinePrinted(conn, data)):
                return [TcpWrite(conn, Data(data).emit())] if conn in self.calls else []
            case Requested(LineLeft(conn)):
                return on_left(self, conn)
            case TcpEnd(conn):
                return [*left(self, conn), TcpClose(conn)]
            case TcpDown(conn):
                gone = left(self, conn)
                self.calls.pop(conn, None)
                return gone
            case TcpReady():
                return []
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return None


def listen(server: TelnetServer, lines: LinesConfig) -> list[Action]:
    """Open the port while some line lets telnet in."""
    wanted = None
    if any(line.lets_in("telnet") for line in lines.vty.values()):
        wanted = TcpOptions(window_bytes=TELNET_WINDOW_BYTES, asks=True, all_vrfs=True)
    if wanted == server.listens:
        return []
    server.listens = wanted
    return [Close(PORT)] if wanted is None else [Open(PORT, tcp=wanted)]


def on_asked(server: TelnetServer, asked: TcpAsked) -> list[Action]:
    """Somebody knocks: is there a line for him?"""
    caller = Caller(
        asked.conn, asked.vrf, asked.peer, asked.peer_port, asked.local, asked.local_port
    )
    server.calls[asked.conn] = Call(caller)
    return [CallLine(caller)]


def on_given(server: TelnetServer, conn: int, line: int | None) -> list[Action]:
    """There is, or there is not."""
    call = server.calls.get(conn)
    if call is None:
        return []
    if line is None:
        del server.calls[conn]
        return [TcpAbort(conn)]
    call.has_line = True
    return [TcpAccept(conn)]


def on_up(server: TelnetServer, conn: int) -> list[Action]:
    """The handshake is over: say what we can, then the line speaks."""
    call = server.calls[conn]
    call.is_up = True
    greeting = emit(tuple(call.options.proposals()))
    return [TcpWrite(conn, greeting), StartLine(conn)]


def on_left(server: TelnetServer, conn: int) -> list[Action]:
    """The line is through with the caller."""
    if conn not in server.calls:
        return []
    server.calls[conn].has_line = False
    return [TcpClose(conn)]


def left(server: TelnetServer, conn: int) -> list[Action]:
    """The caller is gone: his line hears of it once."""
    call = server.calls.get(conn)
    if call is None or not call.has_line:
        return []
    call.has_line = False
    return [LeaveLine(conn)]


def on_data(server: TelnetServer, conn: int, data: bytes) -> list[Action]:
    """What the caller sends: keys for the line, and options."""
    call = server.calls[conn]
    done: list[Action] = []
    for item in call.stream.feed(data):
        match item:
            case Data(text):
                done.append(LineKeys(conn, keys(call, text)))
            case Order(command):
                done += on_order(conn, command)
            case Negotiation():
                done += on_negotiation(call, item)
            case Subnegotiation(option, body):
                done += on_body(call, option, body)
    return [action for action in done if call.has_line or isinstance(action, TcpWrite)]


def keys(call: Call, text: bytes) -> bytes:
    """An end of line is one key: CR NUL and CR LF are the same (RFC 854)."""
    if call.after_cr and text[:1] in (b"\0", b"\n"):
        text = text[1:]
        call.after_cr = False
    if text:
        call.after_cr = text.endswith(b"\r")
    return text.replace(b"\r\0", b"\r").replace(b"\r\n", b"\r")


def on_order(conn: int, command: int) -> list[Action]:
    """Commands that stand for a key; others mean nothing to a line."""
    match command:
        case Command.BREAK | Command.INTERRUPT:
            return [LineKeys(conn, INTERRUPT)]
        case Command.ERASE_CHARACTER:
            return [LineKeys(conn, ERASE_CHARACTER)]
        case Command.ERASE_LINE:
            return [LineKeys(conn, ERASE_LINE)]
        case Command.ARE_YOU_THERE:
            return [TcpWrite(conn, YES)]
        case _:
            return []


def on_negotiation(call: Call, heard: Negotiation) -> list[Action]:
    """Answer, and ask for the terminal's name once the caller says that he would tell it."""
    conn, theirs = call.caller.conn, call.options.theirs
    had_type = Option.TERMINAL_TYPE in theirs.on
    answer = call.options.answer(heard)
    said: list[Action] = [] if answer is None else [TcpWrite(conn, answer.emit())]
    if Option.TERMINAL_TYPE in theirs.on and not had_type:
        question = Subnegotiation(Option.TERMINAL_TYPE, TerminalType(None).emit())
        said.append(TcpWrite(conn, question.emit()))
    return said


def on_body(call: Call, option: int, body: bytes) -> list[Action]:
    """What the caller tells of an option; of one that is not on, or not well formed, nothing."""
    conn = call.caller.conn
    if option not in call.options.theirs.on:
        return []
    try:
        match option:
            case Option.WINDOW_SIZE:
                size = WindowSize.parse(body)
                return [LineWindow(conn, size.width, size.length)]
            case Option.TERMINAL_TYPE:
                name = TerminalType.parse(body).name
                return [] if name is None else [LineTerminal(conn, name)]
            case _:
                return []
    except WireError:
        return []
