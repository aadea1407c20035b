"""A terminal at work: bytes to lines, lines to commands, output and log lines to bytes.

All state is in `Session`; a terminal is rebuilt from it after a restore and is never pickled.  It
writes through a function it is given and knows nothing of who reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from iosemu.cli.api import Dialog, Lines
from iosemu.cli.configure import prompt_of
from iosemu.device.router import Router
from iosemu.features.line.config import LineConfig
from iosemu.kernel.time import SECOND, Time, TimerFired
from iosemu.proto.parts import LogCounts

from .commands import Commands
from .exec import STARTING, hostname
from .line import Key, Pressed
from .lines import HangUp, LineUses, line_config
from .pager import PROMPT, Pager
from .reply import Reply
from .send import Heard
from .session import Kind, Session
from .setup import InitialDialog

_ESCAPE, _CTRL_C = 0x1E, 0x03
_NEW_LINE = "\r\n"
_PLAIN = re.compile(rb"[ ->@-~]{2,256}")
"""Keys that only add to a line: printable, but for `?`."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Event of a session: a job ended while more was typed; go on with that."""


class Terminal:
    """One session and the router it is on."""

    def __init__(self, session: Session, router: Router, write: Callable[[bytes], None]) -> None:
        self.session, self.router, self._write = session, router, write
        self.commands = Commands(session, router)
        self._is_executing = False
        self._held_back: list[str] = []

    # -- what the lab calls ----

    def start(self) -> None:
        """Begin: a console asks for RETURN, any other line prompts."""
        session = self.session
        session.modes, session.dialog, session.pager, session.job = (), None, None, None
        session.tcl = None
        session.is_open = session.is_in = False
        session.typed_at = self.router.now
        if session.kind is Kind.CONSOLE:
            for line in self.router.device.printed:
                self._print(line + _NEW_LINE)
            if self.router.device.startup.strip():
                self._close()
            else:
                session.dialog, session.is_open = InitialDialog(), True
                self._prompt()
        else:
            self._open()

    def feed(self, data: bytes) -> None:
        """Bytes typed by the user; what cannot be served now waits in the session."""
        session = self.session
        if session.is_over or not data:
            return
        session.typed_at = self.router.now
        if session.job is not None and _ESCAPE in data:
            data = data.replace(bytes([_ESCAPE]), b"")
            self.router.interrupt_job(session.job)
        session.ahead += data
        self.serve()
        self._watch()

    def serve(self) -> None:
        """Serve what was typed until there is nothing more or a job has to end first."""
        session = self.session
        while session.ahead and self._can_serve():
            run = _PLAIN.match(session.ahead)
            if run is not None and self._typed_plainly(run[0].decode("ascii")):
                del session.ahead[: run.end()]
                continue
            byte = session.ahead[0]
            del session.ahead[0]
            self._byte(byte)

    def _can_serve(self) -> bool:
        session = self.session
        return session.job is None and not session.is_over and self.router.device.is_up

    def on_event(self, event: object) -> None:
        """An event of the kind ("session", number)."""
        match event:
            case Resume():
                self.serve()
            case HangUp():
                self._close()
            case Heard(text=text):
                self.announced(text)
            case TimerFired(("idle",)):
                self._idle()
            case _:
                raise AssertionError(event)

    def resize(self, width: int, length: int) -> None:
        """The window got another size, as a telnet client tells; con 0 has no way to hear of it."""
        session = self.session
        if session.kind is Kind.VTY:
            session.width = session.line.width = width
            session.length = length

    def printed(self, text: str) -> None:
        """A job prints; its lines end in a line feed.  A script may want them for itself."""
        shell = self.session.tcl
        if shell is not None and shell.capture is not None:
            shell.capture.append(text)
            return
        self._print(text.replace("\n", _NEW_LINE))

    def job_done(self) -> None:
        """The job ended: prompt, and serve what was typed meanwhile."""
        session = self.session
        session.job = None
        if self._is_executing or not self.router.device.is_up:
            return
        self._execute(self.commands.job_done)
        if session.ahead and session.job is None:
            world = self.router.world
            world.schedule(world.now, ("session", session.number), Resume())

    def logged(self, line: str, severity: int, is_debug: bool) -> None:
        """A log or debug line of the device, if it goes to this terminal."""
        if not self._wants_log(severity):
            return
        if self.session.kind is Kind.VTY:
            self.router.part(LogCounts).monitor += 1
        if self._is_executing:
            self._held_back.append(line)
        else:
            self._break_in(line)

    def announced(self, text: str) -> None:
        """Lines that break into every terminal of the device that somebody sits at."""
        if not self.session.is_open or self.session.kind is Kind.HIDDEN:
            return
        if self._is_executing:
            self._held_back.append(text)
        else:
            self._break_in(text)

    @property
    def waiting(self) -> bool:
        """Whether the line waits for the user: a prompt, a question, `--More--`."""
        return self.session.job is None and not self.session.ahead

    @property
    def prompt(self) -> str:
        """What stands left of the cursor: the prompt or the question asked."""
        session = self.session
        if session.pager is not None:
            return session.pager.prompt
        return session.line.prompt

    @property
    def takes_one_key(self) -> bool:
        """Whether a `[confirm]` waits: Enter or `y` is yes, any other key no."""
        session = self.session
        return session.pager is None and is_confirm(session.dialog)

    # -- keys ----

    def _byte(self, byte: int) -> None:
        session = self.session
        if not session.is_open:
            if byte in (0x0D, 0x0A):
                session.line.after_cr = byte == 0x0D
                self._open()
        elif session.pager is not None:
            self._page_key(session.pager, byte)
        elif self.takes_one_key and byte not in (_ESCAPE, _CTRL_C):
            self._confirm_key(byte)
        else:
            printed, pressed = session.line.press(byte)
            self._print(printed)
            if pressed is not None:
                self._pressed(pressed)

    def _typed_plainly(self, run: str) -> bool:
        """Characters that only go onto the line, shown in one write; False if it is not so now."""
        session = self.session
        if not session.is_open or session.pager is not None or is_confirm(session.dialog):
            return False
        shown = session.line.append(run)
        if shown is not None:
            self._print(shown)
        return shown is not None

    def _pressed(self, pressed: Pressed) -> None:
        line = self.session.line
        match pressed.key:
            case Key.ENTER if self.session.dialog is not None:
                self._execute(lambda: self.commands.answer(pressed.text))
            case Key.END if self.session.dialog is not None:
                self._execute(lambda: self.commands.answer_and_end(pressed.text))
            case Key.ENTER:
                self._execute(lambda: self.commands.line(pressed.text))
            case Key.END:
                self._execute(lambda: self.commands.line_and_end(pressed.text))
            case Key.ABORT:
                self._execute(self.commands.abort)
            case Key.HELP if self.session.dialog is None:
                self._lines(self.commands.help(pressed.text))
                self._print(line.redraw())
            case Key.TAB if self.session.dialog is None:
                completed = self.commands.complete(pressed.text)
                if completed is not None:
                    line.replace_left(completed)
                self._print(line.redraw())
            case Key.HELP | Key.TAB:
                self._print(line.redraw())
            case Key.ESCAPE:
                pass

    def _page_key(self, pager: Pager, byte: int) -> None:
        turn = pager.press(byte)
        if turn.erases:
            self._print(_erased(PROMPT))
        self._print(turn.echo.replace("\n", _NEW_LINE))
        self._lines(turn.page)
        if turn.asks:
            self._page_end(pager)

    def _confirm_key(self, byte: int) -> None:
        line = self.session.line
        after_cr, line.after_cr = line.after_cr, byte == 0x0D
        if after_cr and byte in (0x0A, 0x00):
            return
        key = chr(byte) if 0x20 < byte < 0x7F else ""
        is_yes = byte in (0x0D, 0x0A) or key in ("y", "Y")
        self._print(key + _NEW_LINE)
        self._execute(lambda: self.commands.answer("y" if is_yes else "n"))

    # -- commands ----

    def _execute(self, command: Callable[[], Reply | None]) -> None:
        """Carry out a line; log lines it causes come after the prompt, as on IOS."""
        self._is_executing = True
        try:
            reply = command() or Reply()
            if reply.dialog is not None:
                self.session.dialog = reply.dialog
            if reply.paged:
                self._show(reply.lines)
            else:
                self._lines(reply.lines)
        finally:
            self._is_executing = False
        if not self.router.device.is_up:
            # It reloads: no prompt until it is there again.
            self._print(self.session.line.ask(""))
        elif reply.closes:
            self._close()
        elif self.session.is_open and self.session.job is None and self.session.pager is None:
            self._prompt()
        held, self._held_back = self._held_back, []
        for line in held:
            self._break_in(line)

    def _show(self, lines: Lines) -> None:
        session = self.session
        if not session.length:
            self._lines(lines)
            return
        pager = Pager(list(lines), session.length, session.width)
        self._lines(pager.page())
        self._page_end(pager)

    def _page_end(self, pager: Pager) -> None:
        session = self.session
        was_paging, session.pager = session.pager is not None, pager if pager.lines else None
        if session.pager is not None:
            self._print(PROMPT)
        elif was_paging and not self._is_executing:
            self._prompt()

    # -- sitting down and getting up ----

    def _open(self) -> None:
        """Somebody sits down: take over what the configuration says of the line, then login."""
        session = self.session
        if session.kind is Kind.HIDDEN:
            session.is_open = session.is_in = True
            self._prompt()
            return
        config = self._line_config()
        if not config.exec:
            return
        session.is_open, session.is_in, session.user = True, False, None
        session.opened_at = session.typed_at = self.router.now
        session.monitor = False
        session.privilege = config.privilege
        session.width, session.length = config.width, config.length
        session.line.edits = config.editing
        session.line.histories.clear()
        session.line.history_lines = config.history if config.keeps_history else 0
        self.router.part(LineUses).count(session.absolute_number)
        self._print(_NEW_LINE)
        reply = self.commands.sit_down()
        self._lines(reply.lines)
        session.dialog = reply.dialog
        if reply.closes:
            self._close()
        else:
            self._prompt()
            self._watch()

    def _close(self) -> None:
        session = self.session
        session.modes, session.dialog, session.pager, session.user = (), None, None, None
        session.is_open, session.is_in, session.tcl = False, False, None
        if session.job is not None and session.job != STARTING:
            self.router.end_job(session.job)
            session.job = None
        match session.kind:
            case Kind.HIDDEN:
                self._open()
            case Kind.VTY:
                self.end()
            case Kind.CONSOLE:
                name = f"{hostname(self.router)} con{session.line_number}"
                self._lines(("", "", f"{name} is now available", "", ""))
                self._lines(("Press RETURN to get started.",))

    def end(self) -> None:
        """A virtual terminal is gone; its line is free."""
        self.session.is_over, self.session.is_open = True, False
        self.session.ahead.clear()

    def _watch(self) -> None:
        """Have a timer look whether the user has gone."""
        session, world = self.session, self.router.world
        limit = self._patience()
        if limit is not None and not session.is_watched:
            session.is_watched = True
            world.set_timer(("session", session.number), ("idle",), session.typed_at + limit)

    def _patience(self) -> Time | None:
        """How long this line waits for a key; None: for ever."""
        session = self.session
        if not session.is_open or session.kind is Kind.HIDDEN:
            return None
        config = self._line_config()
        timeout = config.exec_timeout
        seconds = timeout.minutes * 60 + timeout.seconds
        if not session.is_in:
            seconds = config.login_timeout_s
        return seconds * SECOND or None

    def _idle(self) -> None:
        """The timer of `_watch`: close the line if no key was pressed for too long."""
        session, now = self.session, self.router.now
        session.is_watched = False
        limit = self._patience()
        if limit is None:
            return
        if session.job is not None:
            session.typed_at = now
        if now < session.typed_at + limit:
            self._watch()
            return
        if not session.is_in:
            self._print(f"{_NEW_LINE}% {session.line.prompt.strip()}  timeout expired!{_NEW_LINE}")
        elif session.modes:
            self.commands.abort()
        self._close()

    # -- the screen ----

    def _prompt(self) -> None:
        session, line = self.session, self.session.line
        dialog, shell = session.dialog, session.tcl
        line.width = session.width
        line.history_name = "config" if session.modes else "exec"
        if dialog is not None:
            *above, question = dialog.ask().split("\n")
            self._lines(above)
            echo, helps = getattr(dialog, "echo", True), not getattr(dialog, "is_text", False)
            self._print(line.ask(question, echo=echo, helps=helps))
            return
        if shell is not None and not session.modes:
            name = "" if shell.pending else hostname(self.router)
            self._print(line.ask(f"{name}{shell.prompt}"))
            return
        self._print(
            line.ask(
                prompt_of(
                    self.router.grammar,
                    hostname(self.router),
                    session.modes,
                    privilege=session.privilege,
                    version=self.router.device.identity.version,
                )
            )
        )

    def _break_in(self, text: str) -> None:
        """A log line, in the middle of whatever is on the screen."""
        session = self.session
        if not session.at_left:
            self._print(_NEW_LINE)
        self._print(text.replace("\n", _NEW_LINE) + _NEW_LINE)
        if session.pager is not None:
            self._print(session.pager.prompt)
        elif session.job is None and session.is_open:
            if self._line_config().logging_synchronous:
                self._print(session.line.redraw())
            else:
                session.line.break_in()

    def _wants_log(self, severity: int) -> bool:
        session, settings = self.session, self.router.device.log_settings
        if session.kind is Kind.HIDDEN:
            return False
        level = settings.console_level
        if session.kind is Kind.VTY:
            level = settings.monitor_level if session.monitor else None
        return level is not None and severity <= level

    def _line_config(self) -> LineConfig:
        return line_config(self.router.device.config, self.session)

    def _lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._print(line + _NEW_LINE)

    def _print(self, text: str) -> None:
        if not text:
            return
        session, world = self.session, self.router.world
        data = text.encode("ascii", "replace")
        session.at_left = data.endswith(b"\n")
        world.record("console", ("session", session.number), data)
        self._write(data)


def is_confirm(dialog: Dialog | None) -> bool:
    """Whether a question takes one key."""
    return dialog is not None and dialog.ask().rstrip().endswith("[confirm]")


def _erased(text: str) -> str:
    return "\b" * len(text) + " " * len(text) + "\b" * len(text)
