"""The connections a terminal has opened to hosts: at most one has the keys, the others wait.

A connection is a job of the router (`Conversation`) that outlives the command that began it.
"""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Dialog, Exec, Lines, Rejected, renders
from iosemu.device.router import Router
from iosemu.kernel.time import MINUTE, Time
from iosemu.proto.base import Dismissed, Resumed, Talk
from iosemu.values import dataclass

from .reply import Reply
from .session import Connection, Session

NONE_OPEN = "% No connections open"


def opened(session: Session, router: Router, job: int) -> None:
    """A job that goes on after its first instant is a connection if it takes keys."""
    if router.conversation(job) is None:
        return
    number = 1
    while number in session.connections:
        number += 1
    session.connections[number] = Connection(number, job)
    session.current = number


def forget(session: Session, job: int) -> None:
    """The job is over."""
    for number, connection in list(session.connections.items()):
        if connection.job == job:
            del session.connections[number]
    if session.current not in session.connections:
        session.current = max(session.connections, default=0)


def talk_of(router: Router, connection: Connection) -> Talk:
    """What the conversation tells of itself."""
    conversation = router.conversation(connection.job)
    assert conversation is not None, "a connection goes when its job does"
    return conversation.talk()


def called(session: Session, router: Router, wanted: str | None) -> Connection:
    """The connection of a number or a name; the last one used if none is given."""
    held = session.connections
    if not held:
        raise Rejected(NONE_OPEN)
    if wanted is None:
        return held[session.current]
    if wanted.isascii() and wanted.isdecimal() and int(wanted) in held:
        return held[int(wanted)]
    for connection in held.values():
        if wanted.lower() in (connection.name.lower(), talk_of(router, connection).host.lower()):
            return connection
    raise Rejected(f"% {wanted} is not an open connection")


# -- going back to one ----


@dataclass(frozen=True, slots=True)
class Returning(Reply):
    """The terminal goes back to a connection."""

    job: int = 0


def resume(session: Session, router: Router, wanted: str | None) -> Returning:
    connection = called(session, router, wanted)
    session.current = connection.number
    host = talk_of(router, connection).host
    said = f"[Resuming connection {connection.number} to {host} ... ]"
    return Returning([said], job=connection.job)


def back(session: Session, router: Router, job: int) -> None:
    """Give the connection the keys; what waited is shown."""
    session.job = job
    session.tail = ""
    session.heard_at = router.now
    router.tell_job(job, Resumed())


# -- ending one ----


@dataclass(frozen=True, slots=True)
class ConfirmDisconnect:
    """`disconnect`."""

    number: int
    host: str

    def ask(self) -> str:
        return f"Closing connection to {self.host} [confirm]"

    def answer(self, x: Exec, text: str) -> Lines | Reply:
        if text.strip().lower() not in ("", "y"):
            return []
        return Closing(numbers=(self.number,))


@dataclass(frozen=True, slots=True)
class ConfirmLeave:
    """`exit` with open connections."""

    def ask(self) -> str:
        return "(You have open connections) [confirm]"

    def answer(self, x: Exec, text: str) -> Lines | Reply:
        if text.strip().lower() not in ("", "y"):
            return []
        return Closing(leaves=True)


@dataclass(frozen=True, slots=True)
class Closing(Reply):
    """Connections to end; `leaves`: all of them, and then the terminal."""

    numbers: tuple[int, ...] = ()
    leaves: bool = False


def disconnect(session: Session, router: Router, wanted: str | None) -> ConfirmDisconnect:
    connection = called(session, router, wanted)
    return ConfirmDisconnect(connection.number, talk_of(router, connection).host)


def close(session: Session, router: Router, closing: Closing) -> Reply:
    """End them; leaving names each."""
    numbers = tuple(session.connections) if closing.leaves else closing.numbers
    said = []
    for number in numbers:
        connection = session.connections.get(number)
        if connection is not None:
            said.append(f"Closing: {talk_of(router, connection).host} !")
            router.tell_job(connection.job, Dismissed())
    return Reply(said, closes=True) if closing.leaves else Reply()


def dismiss_all(session: Session, router: Router) -> None:
    """The terminal is gone, and with it all that it opened."""
    session.job = None
    for connection in list(session.connections.values()):
        router.tell_job(connection.job, Dismissed())
    session.connections.clear()
    session.current = 0
    session.held.clear()
    session.is_escaped = False


# -- `name-connection` ----


@dataclass(frozen=True, slots=True)
class AskNumber:
    """Which connection is to have a name."""

    def ask(self) -> str:
        return "Connection number: "

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        return AskName(text.strip())


@dataclass(frozen=True, slots=True)
class AskName:
    wanted: str

    def ask(self) -> str:
        return "Enter logical name: "

    def answer(self, x: Exec, text: str) -> Reply:
        return Naming(wanted=self.wanted, name=text.strip())


@dataclass(frozen=True, slots=True)
class Naming(Reply):
    """A connection to be named once the user confirms."""

    wanted: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmName:
    number: int
    host: str
    name: str

    def ask(self) -> str:
        said = f'Connection {self.number} to {self.host} will be named "{self.name}"'
        return f"{said} [confirm]"

    def answer(self, x: Exec, text: str) -> Lines | Reply:
        if text.strip().lower() not in ("", "y"):
            return []
        return Named(number=self.number, name=self.name)


@dataclass(frozen=True, slots=True)
class Named(Reply):
    number: int = 0
    name: str = ""


def confirm_name(session: Session, router: Router, naming: Naming) -> Reply:
    if not naming.name:
        return Reply()
    connection = called(session, router, naming.wanted or None)
    host = talk_of(router, connection).host
    return Reply(dialog=ConfirmName(connection.number, host, naming.name.upper()))


# -- `show sessions` ----


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connection; `idle` since either end last said something."""

    number: int
    is_current: bool
    host: str
    address: str
    unread_bytes: int
    idle: Time
    name: str


@dataclass(frozen=True, slots=True)
class ConnectionsView:
    """`where`, `show sessions`."""

    rows: tuple[ConnectionRow, ...]


def connections_view(session: Session, router: Router) -> ConnectionsView:
    return ConnectionsView(
        tuple(
            ConnectionRow(
                connection.number,
                connection.number == session.current,
                talk.host,
                str(talk.address),
                talk.unread_bytes,
                router.now - talk.heard_at,
                connection.name or talk.host,
            )
            for connection in session.connections.values()
            for talk in (talk_of(router, connection),)
        )
    )


@renders(ConnectionsView)
def connections(view: ConnectionsView) -> Iterator[str]:
    if not view.rows:
        yield NONE_OPEN
        return
    yield "Conn Host                Address             Byte  Idle Conn Name"
    for row in view.rows:
        star = "*" if row.is_current else " "
        minutes = row.idle // MINUTE
        yield (
            f"{star}{row.number:>3} {row.host:<20}{row.address:<20}"
            f"{row.unread_bytes:>4}{minutes:>6} {row.name}"
        )
    yield ""
