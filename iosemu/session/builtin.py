"""Exec commands that change the session itself, or tell of it.

Each takes the session, its router and the values of the line; stanzas `exec.*` of `core.cli`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from iosemu.cli.api import Dialog, Exec, Lines, Rejected
from iosemu.cli.configure import CONFIGURE
from iosemu.device.router import Router
from iosemu.features.archive.replace import start as start_rollback
from iosemu.features.files.dialogs import content
from iosemu.features.files.store import located
from iosemu.features.line.config import LinesConfig, escape_of, shown_key

from . import access, connections, views
from .exec import DeviceExec
from .lines import line_config
from .reply import Reply
from .send import SendText
from .session import VTY_OFFSET, Kind, Session
from .shows import (
    LinesView,
    TerminalView,
    UsersView,
    line_views,
    lines_view,
    terminal_view,
    users_view,
)
from .tclsh import TclShell

BUILTIN: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True, slots=True)
class RunScript:
    """What `tclsh FILE` makes the session do."""

    script: str


CONFIGURING = "Enter configuration commands, one per line.  End with CNTL/Z."


def _builtin(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        BUILTIN[name] = function
        return function

    return register


@_builtin("exec.enable")
def enable(session: Session, router: Router, *, level: int | None) -> Any:
    """To a higher level with its password; to the same or a lower one without."""
    wanted = 15 if level is None else level
    if wanted <= session.privilege and session.view is None:
        session.privilege = wanted
        return []
    return access.enable(session, router.device.config, wanted)


@_builtin("exec.enable.view")
def enable_view(session: Session, router: Router, *, name: str | None) -> Any:
    return views.enable_view(router.device.config, name)


@_builtin("exec.show.view")
def show_view(session: Session, router: Router, *, all: bool) -> Lines:
    return views.shown(session, router.device.config, all=all)


@_builtin("exec.disable")
def disable(session: Session, router: Router, *, level: int | None) -> Lines:
    wanted = 1 if level is None else level
    if wanted > session.privilege:
        raise Rejected("% New privilege level must be less than current privilege level")
    session.privilege, session.view = wanted, None
    return []


@dataclass(frozen=True, slots=True)
class ConfigureFrom:
    """`configure` alone asks where the lines come from; the terminal is all there is."""

    def ask(self) -> str:
        return "Configuring from terminal, memory, or network [terminal]? "

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        assert isinstance(x, DeviceExec)
        if "terminal".startswith(text.strip().lower()):
            return to_configuration(x.session)
        return self


@_builtin("exec.configure")
def configure(session: Session, router: Router) -> Dialog:
    return ConfigureFrom()


@_builtin("exec.configure.terminal")
def configure_terminal(session: Session, router: Router) -> Lines:
    return to_configuration(session)


def to_configuration(session: Session) -> Lines:
    session.modes = CONFIGURE
    return [CONFIGURING]


@_builtin("exec.configure.revert.timer")
def configure_revert_timer(session: Session, router: Router, *, minutes: int) -> Lines:
    """Configuration mode, with a way back."""
    start_rollback(router, DeviceExec(session, router).user, minutes, idle=False)
    session.modes = CONFIGURE
    return [CONFIGURING]


@_builtin("exec.configure.revert.idle")
def configure_revert_idle(session: Session, router: Router, *, minutes: int) -> Lines:
    start_rollback(router, DeviceExec(session, router).user, minutes, idle=True)
    session.modes = CONFIGURE
    return [CONFIGURING]


@_builtin("exec.tclsh")
def tclsh(session: Session, router: Router, *, url: str | None) -> Lines | RunScript:
    """Enter the shell, or run a file in one."""
    if session.tcl is not None:
        raise Rejected("%Tclsh is running already")
    if url is not None:
        x = DeviceExec(session, router)
        return RunScript(content(x, located(x, url)).decode("latin-1"))
    session.tcl = TclShell()
    return []


@_builtin("exec.exit")
@_builtin("exec.logout")
@_builtin("exec.quit")
def leave(session: Session, router: Router) -> Reply | connections.ConfirmLeave:
    return connections.ConfirmLeave() if session.connections else Reply(closes=True)


@_builtin("exec.help")
def help_system(session: Session, router: Router) -> Lines:
    return HELP.split("\n")


HELP = """\
Help may be requested at any point in a command by entering
a question mark '?'.  If nothing matches, the help list will
be empty and you must backup until entering a '?' shows the
available options.
Two styles of help are provided:
1. Full help is available when you are ready to enter a
   command argument (e.g. 'show ?') and describes each possible
   argument.
2. Partial help is provided when an abbreviated argument is entered
   and you want to know what arguments match the input
   (e.g. 'show pr?'.)
"""


# -- terminal ----


@_builtin("exec.terminal.length")
def terminal_length(session: Session, router: Router, *, lines: int) -> Lines:
    session.length = lines
    return []


@_builtin("exec.terminal.width")
def terminal_width(session: Session, router: Router, *, columns: int) -> Lines:
    session.width = columns
    return []


@_builtin("exec.terminal.monitor")
def terminal_monitor(session: Session, router: Router) -> Lines:
    if session.kind is Kind.CONSOLE:
        return ["% Console already monitors"]
    session.monitor = True
    return []


@_builtin("exec.terminal.type")
def terminal_type(session: Session, router: Router, *, name: str) -> Lines:
    session.terminal = name
    return []


@_builtin("exec.terminal.escape")
def terminal_escape(session: Session, router: Router, *, key: int | str) -> Lines:
    """Tell which key leads to commands of the line, unless there is none."""
    session.escape = escape = escape_of(key)
    return [] if escape is None else [f'Escape character is "{shown_key(escape)}"']


@_builtin("exec.terminal.history")
def terminal_history(session: Session, router: Router, *, lines: int) -> Lines:
    session.line.history_lines = lines
    return []


@_builtin("exec.terminal.history.on")
def terminal_history_on(session: Session, router: Router) -> Lines:
    session.line.history_lines = line_config(router.device.config, session).history
    return []


@_builtin("exec.terminal.editing")
def terminal_editing(session: Session, router: Router) -> Lines:
    session.line.edits = True
    return []


@_builtin("exec.terminal.off")
def terminal_off(session: Session, router: Router, *, what: str) -> Lines:
    """Without a length nothing pauses, without a width nothing scrolls."""
    match what:
        case "editing":
            session.line.edits = False
        case "history":
            session.line.history_lines = 0
        case "length":
            session.length = 0
        case "monitor":
            session.monitor = False
        case "width":
            session.width = 0
    return []


@_builtin("exec.terminal.default")
def terminal_default(session: Session, router: Router, *, what: str) -> Lines:
    line = line_config(router.device.config, session)
    match what:
        case "editing":
            session.line.edits = line.editing
        case "history":
            session.line.history_lines = line.history
        case "length":
            session.length = line.length
        case "width":
            session.width = line.width
    return []


# -- shows ----


@_builtin("exec.show.history")
def show_history(session: Session, router: Router) -> Lines:
    return [f"  {line}" for line in session.line.histories.get(session.line.history_name, [])]


@_builtin("exec.show.privilege")
def show_privilege(session: Session, router: Router) -> Lines:
    return [f"Current privilege level is {session.privilege}"]


@_builtin("exec.who")
def who(session: Session, router: Router) -> Iterator[UsersView]:
    yield users_view(session, router, everybody=False)


@_builtin("exec.show.users")
def show_users(session: Session, router: Router, *, all: bool) -> Iterator[UsersView]:
    yield users_view(session, router, everybody=all)


@_builtin("exec.show.line")
def show_line(session: Session, router: Router) -> Iterator[LinesView]:
    yield lines_view(session, router)


@_builtin("exec.show.line.one")
def show_one_line(
    session: Session,
    router: Router,
    *,
    number: int | None,
    aux: int | None,
    console: int | None,
    vty: int | None,
) -> Iterator[LinesView | TerminalView]:
    wanted = number if number is not None else 1 if aux is not None else 0
    if vty is not None:
        wanted = vty + VTY_OFFSET
    yield from line_views(session, router, wanted)


@_builtin("exec.show.terminal")
def show_terminal(session: Session, router: Router) -> Iterator[TerminalView]:
    yield terminal_view(session, router)


# -- connections ----


@_builtin("exec.where")
@_builtin("exec.show.sessions")
def where(session: Session, router: Router) -> Iterator[connections.ConnectionsView]:
    yield connections.connections_view(session, router)


@_builtin("exec.resume")
def resume(session: Session, router: Router, *, wanted: str | None) -> Reply:
    return connections.resume(session, router, wanted)


@_builtin("exec.disconnect")
def disconnect(session: Session, router: Router, *, wanted: str | None) -> Dialog:
    return connections.disconnect(session, router, wanted)


@_builtin("exec.name-connection")
def name_connection(session: Session, router: Router) -> Dialog:
    if not session.connections:
        raise Rejected(connections.NONE_OPEN)
    return connections.AskNumber()


@dataclass(frozen=True, slots=True)
class ConfirmClear:
    """`clear line`; `number` counts all lines of the device."""

    number: int

    def ask(self) -> str:
        return "[confirm]"

    def answer(self, x: Exec, text: str) -> Lines | Reply:
        if text.strip().lower() not in ("", "y"):
            return []
        return Cleared([" [OK]"], number=self.number)


@dataclass(frozen=True, slots=True)
class Cleared(Reply):
    """The line of this number is to be reset."""

    number: int = 0


@_builtin("exec.send")
def send(session: Session, router: Router, *, target: str, vty: int | None) -> SendText:
    """To all lines or to one."""
    match target:
        case "*":
            number = None
        case "vty":
            number = (vty or 0) + VTY_OFFSET
        case "console":
            number = 0
        case _:
            number = int(target)
    return SendText(session.absolute_number, number)


@_builtin("exec.clear.line")
def clear_line(
    session: Session, router: Router, *, vty: int | None, number: int | None
) -> ConfirmClear:
    if vty is not None:
        number = vty + VTY_OFFSET
    number = number or 0
    last = max(router.device.config.of(LinesConfig).vty) + VTY_OFFSET
    if number > last:
        raise Rejected("% Invalid line number")
    if number == session.absolute_number and session.kind is not Kind.HIDDEN:
        raise Rejected("% Not allowed to clear current line")
    return ConfirmClear(number)
