"""The telnet client: a conversation of a terminal with a host.

It prints what IOS prints around the connection; what the host sends is shown as it is.  While the
terminal does other things, what the host sends waits here, then in the receive window.
"""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum, auto
from typing import Any

from iosemu.address import Address
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    DEFAULT_VRF,
    INTERNETWORK_CONTROL,
    TELNET_WINDOW_BYTES,
    Action,
    Dismissed,
    Done,
    Escaped,
    Input,
    Interrupted,
    Print,
    Resized,
    Resumed,
    Show,
    Started,
    Suspended,
    Talk,
    TcpAbort,
    TcpClose,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpOpen,
    TcpOptions,
    TcpPause,
    TcpReady,
    TcpReason,
    TcpResume,
    TcpUp,
    TcpWrite,
    Typed,
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
)

from .options import Options

MOST_UNREAD_BYTES = 4 * TELNET_WINDOW_BYTES
"""What waits for a terminal that does other things; then the window closes."""
FAILURES = {
    TcpReason.REFUSED: "% Connection refused by remote host",
    TcpReason.TIMEOUT: "% Connection timed out; remote host not responding",
    TcpReason.UNREACHABLE: "% Destination unreachable; gateway or host down",
    TcpReason.NO_BUFFERS: "% Out of local ports",
    TcpReason.RESET: "% Connection reset by user",
    TcpReason.CLEARED: "% Connection reset by user",
}
HELP = """
[Special telnet escape help]
^^B  sends telnet BREAK
^^C  sends telnet IP
^^H  sends telnet EC
^^O  sends telnet AO
^^T  sends telnet AYT
^^U  sends telnet EL
"""
ORDERS = {
    "B": Command.BREAK,
    "C": Command.INTERRUPT,
    "H": Command.ERASE_CHARACTER,
    "O": Command.ABORT_OUTPUT,
    "T": Command.ARE_YOU_THERE,
    "U": Command.ERASE_LINE,
}


class State(Enum):
    """Where the conversation is."""

    CONNECTING = auto()
    OPEN = auto()
    CLOSING = auto()


@dataclass(frozen=True, slots=True)
class TelnetRequest:
    """Whom to call.

    `host`: as typed; `is_name`: it is not an address.  The addresses are tried in order.
    `terminal`: what the terminal calls itself, `width` and `length` its size; `tty`: its number.
    `stops_window`: a suspended connection takes nothing (`service telnet-zeroidle`).
    """

    host: str
    addresses: tuple[Address, ...]
    is_name: bool = False
    port: int = 23
    source: Address | None = None
    vrf: str = DEFAULT_VRF
    width: int = 80
    length: int = 24
    terminal: str = "VT100"
    tty: int = 0
    tos: int = INTERNETWORK_CONTROL
    quiet: bool = False
    is_stream: bool = False
    hides_addresses: bool = False
    stops_window: bool = False


@dataclass(slots=True)
class TelnetClient:
    """One conversation.  `tried`: which address; `unread`: shown when the terminal is back."""

    request: TelnetRequest
    size: tuple[int, int]
    state: State = State.CONNECTING
    tried: int = 0
    conn: int = 0
    stream: Stream = field(default_factory=Stream)
    options: Options = field(default_factory=Options.of_client)
    is_suspended: bool = False
    is_paused: bool = False
    after_cr: bool = False
    unread: bytearray = field(default_factory=bytearray)
    heard_at: Time = 0

    @classmethod
    def of(cls, request: TelnetRequest) -> TelnetClient:
        return cls(request, (request.width, request.length))

    @property
    def takes_keys(self) -> bool:
        return self.state is State.OPEN

    def talk(self) -> Talk:
        request = self.request
        address = request.addresses[self.tried]
        return Talk(request.host, address, request.port, len(self.unread), self.heard_at)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Started():
                return connect(self)
            case TcpUp(conn):
                return on_up(self, now, conn)
            case TcpData(_, data):
                return on_data(self, now, data)
            case TcpEnd():
                return on_end(self)
            case TcpDown(_, _, reason):
                return on_down(self, reason)
            case Typed(data):
                return on_typed(self, now, data)
            case Escaped(key):
                return on_escaped(self, key)
            case Suspended():
                return on_suspended(self)
            case Resumed():
                return on_resumed(self)
            case Resized(width, length):
                self.size = width, length
                return window(self)
            case Interrupted():
                return on_interrupted(self)
            case Dismissed():
                return dismiss(self)
            case TcpReady():
                return []
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return None


# -- getting there ----


def connect(client: TelnetClient) -> list[Action]:
    """Call the address whose turn it is."""
    request = client.request
    address = request.addresses[client.tried]
    options = TcpOptions(
        tos=request.tos,
        window_bytes=TELNET_WINDOW_BYTES,
        tty=request.tty,
    )
    call = TcpOpen(
        client.tried, address, request.port, request.source, vrf=request.vrf, tcp=options
    )
    return [*said(client, trying(request, client.tried)), call]


def trying(request: TelnetRequest, tried: int) -> str:
    """ "Trying 10.0.33.2 ... ", or of a name "Trying R2 (10.0.33.2)... "."""
    port = f", {request.port}" if request.port != 23 else ""
    if request.hides_addresses:
        return f"Trying {request.host} address #{tried + 1} ... "
    if request.is_name:
        return f"Trying {request.host} ({request.addresses[tried]}{port})... "
    return f"Trying {request.addresses[tried]}{port} ... "


def said(client: TelnetClient, text: str) -> list[Action]:
    """A message of the client itself."""
    return [] if client.request.quiet else [Print(text)]


def on_up(client: TelnetClient, now: Time, conn: int) -> list[Action]:
    client.state, client.conn, client.heard_at = State.OPEN, conn, now
    return said(client, "Open\n")


def on_down(client: TelnetClient, reason: TcpReason) -> list[Action]:
    """The connection is no more, or never came to be; then the next address is tried."""
    match client.state:
        case State.CLOSING:
            return [Done()]
        case State.OPEN:
            return [*closed(client, reason), Done()]
        case State.CONNECTING:
            failure = said(client, f"\n{FAILURES[reason]}\n")
            client.tried += 1
            if client.tried < len(client.request.addresses):
                return [*failure, *connect(client)]
            client.tried -= 1
            return [*failure, *said(client, "\n"), Done()]


def on_interrupted(client: TelnetClient) -> list[Action]:
    """The user does not want to wait for an answer."""
    if client.state is not State.CONNECTING:
        return []
    return [TcpAbort(client.tried), *said(client, f"\n{FAILURES[TcpReason.RESET]}\n\n"), Done()]


# -- being there ----


def on_data(client: TelnetClient, now: Time, data: bytes) -> list[Action]:
    """What the host sends: text for the terminal, and options."""
    client.heard_at = now
    if client.request.is_stream:
        return shown(client, data)
    done: list[Action] = []
    for item in client.stream.feed(data):
        match item:
            case Data(text):
                # NUL says nothing to a terminal; it fills up after a CR that is no end of line.
                done += shown(client, text.replace(b"\0", b""))
            case Negotiation():
                done += on_negotiation(client, item)
            case Subnegotiation(Option.TERMINAL_TYPE, body):
                done += on_terminal_type(client, body)
            case Subnegotiation() | Order():
                pass
    return done


def shown(client: TelnetClient, text: bytes) -> list[Action]:
    """Show it, or keep it until the terminal is back."""
    if not client.is_suspended:
        return [Show(text)] if text else []
    client.unread += text
    if len(client.unread) >= MOST_UNREAD_BYTES and not client.is_paused:
        client.is_paused = True
        return [TcpPause(client.conn)]
    return []


def on_negotiation(client: TelnetClient, heard: Negotiation) -> list[Action]:
    """Every answer is a write, and so a segment, of its own, as IOS sends them."""
    answer = client.options.answer(heard)
    done: list[Action] = [] if answer is None else [TcpWrite(client.conn, answer.emit())]
    if answer == Negotiation(Command.WILL, Option.WINDOW_SIZE):
        done += window(client)
    return done


def window(client: TelnetClient) -> list[Action]:
    """Tell the size of the terminal, if the host wants to know."""
    if Option.WINDOW_SIZE not in client.options.ours.on:
        return []
    body = WindowSize(*client.size).emit()
    return [TcpWrite(client.conn, Subnegotiation(Option.WINDOW_SIZE, body).emit())]


def on_terminal_type(client: TelnetClient, body: bytes) -> list[Action]:
    """The host asks for the name of the terminal."""
    try:
        asks = TerminalType.parse(body).name is None
    except WireError:
        return []
    if not asks or Option.TERMINAL_TYPE not in client.options.ours.on:
        return []
    answer = TerminalType(client.request.terminal).emit()
    return [TcpWrite(client.conn, Subnegotiation(Option.TERMINAL_TYPE, answer).emit())]


def on_typed(client: TelnetClient, now: Time, data: bytes) -> list[Action]:
    """Keys: an end of line goes as CR NUL, which the server reads as the key Enter."""
    if client.state is not State.OPEN:
        return []
    client.heard_at = now
    if client.request.is_stream:
        return [TcpWrite(client.conn, data)]
    if client.after_cr and data[:1] in (b"\n", b"\0"):
        data = data[1:]
        client.after_cr = False
    if not data:
        return []
    client.after_cr = data.endswith(b"\r")
    keys = data.replace(b"\r\n", b"\r").replace(b"\r\0", b"\r")
    write = TcpWrite(client.conn, Data(keys).emit().replace(b"\r", b"\r\0"))
    return [*echo(client, keys), write]


def echo(client: TelnetClient, keys: bytes) -> list[Action]:
    """Where the host does not echo, the client does."""
    if Option.ECHO in client.options.theirs.on:
        return []
    return [Show(keys.replace(b"\r", b"\r\n"))]


def on_escaped(client: TelnetClient, key: int) -> list[Action]:
    """The escape character and a key: a command of telnet, or help; any other key is nothing."""
    letter = chr(key).upper()
    if letter == "?":
        return [Print(HELP)]
    order = ORDERS.get(letter)
    if order is None or client.state is not State.OPEN:
        return []
    return [TcpWrite(client.conn, Order(order).emit())]


def on_suspended(client: TelnetClient) -> list[Action]:
    client.is_suspended = True
    if client.request.stops_window and not client.is_paused:
        client.is_paused = True
        return [TcpPause(client.conn)]
    return []


def on_resumed(client: TelnetClient) -> list[Action]:
    """Show what came meanwhile."""
    client.is_suspended = False
    done: list[Action] = [Show(bytes(client.unread))] if client.unread else []
    client.unread.clear()
    if client.is_paused:
        client.is_paused = False
        done.append(TcpResume(client.conn))
    return done


# -- leaving ----


def on_end(client: TelnetClient) -> list[Action]:
    """The host has closed: so do we, and the terminal does not wait for the last segments."""
    if client.state is not State.OPEN:
        return []
    return [TcpClose(client.conn), *closed(client, TcpReason.CLOSED), Done()]


def closed(client: TelnetClient, reason: TcpReason) -> list[Action]:
    """What stands on the terminal when the host is gone."""
    client.state = State.CLOSING
    done: list[Action] = [Show(bytes(client.unread))] if client.unread else []
    client.unread.clear()
    if reason is TcpReason.TIMEOUT:
        done += said(client, f"\n{FAILURES[reason]}")
    return [
        *done,
        *said(client, f"\n[Connection to {client.request.host} closed by foreign host]\n"),
    ]


def dismiss(client: TelnetClient) -> list[Action]:
    """The user has enough."""
    if client.state is State.CONNECTING:
        return [TcpAbort(client.tried), Done()]
    return [TcpClose(client.conn), Done()]
