"""Exec commands that change the session itself, or tell of it.

Each takes the session, its router and the values of the line; stanzas `exec.*` of `core.cli`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from iosemu.cli.api import Dialog, Exec, Lines, Rejected
from iosemu.cli.configure import CONFIGURE
from iosemu.device.router import Router
from iosemu.features.archive.replace import start as start_rollback
from iosemu.features.files.dialogs import content
from iosemu.features.files.store import located
from iosemu.features.system.config import SystemConfig

from .exec import DeviceExec
from .reply import Reply
from .session import Kind, Session
from .tclsh import TclShell

BUILTIN: dict[str, Callable[..., Any]] = {}
_PASSWORD_TRIES = 3


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


@dataclass(frozen=True, slots=True)
class EnablePassword:
    """Asks for the password of a privilege level, and raises the session to it."""

    level: int
    password: str
    tries: int = _PASSWORD_TRIES
    echo: bool = False

    def ask(self) -> str:
        return "Password: "

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        assert isinstance(x, DeviceExec)
        if text == self.password:
            x.session.privilege = self.level
            return []
        if self.tries > 1:
            return replace(self, tries=self.tries - 1)
        return ["% Bad secrets", ""]


@_builtin("exec.enable")
def enable(session: Session, router: Router, *, level: int | None) -> Any:
    """To a higher level with its password; to the same or a lower one without."""
    wanted = 15 if level is None else level
    system = router.device.config.of(SystemConfig)
    password = system.enable_secret or system.enable_password
    if wanted <= session.privilege or (session.kind is Kind.CONSOLE and password is None):
        session.privilege = wanted
        return []
    if password is None:
        raise Rejected("% No password set")
    return EnablePassword(wanted, password)


@_builtin("exec.disable")
def disable(session: Session, router: Router, *, level: int | None) -> Lines:
    wanted = 1 if level is None else level
    if wanted > session.privilege:
        raise Rejected("% New privilege level must be less than current privilege level")
    session.privilege = wanted
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
def leave(session: Session, router: Router) -> Reply:
    return Reply(closes=True)


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


@_builtin("exec.terminal.monitor.off")
def terminal_no_monitor(session: Session, router: Router) -> Lines:
    session.monitor = False
    return []


@_builtin("exec.terminal.history")
def terminal_history(session: Session, router: Router, *, lines: int) -> Lines:
    session.line.history_lines = lines
    return []


@_builtin("exec.show.history")
def show_history(session: Session, router: Router) -> Lines:
    return [f"  {line}" for line in session.line.histories.get(session.line.history_name, [])]


@_builtin("exec.show.privilege")
def show_privilege(session: Session, router: Router) -> Lines:
    return [f"Current privilege level is {session.privilege}"]
