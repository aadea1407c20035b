"""A terminal at work: bytes to lines, lines to commands, output and log lines to bytes.

All state is in `Session`; a terminal is rebuilt from it after a restore and is never pickled.  It
writes through a function it is given and knows nothing of who reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from iosemu.cli.api import Dialog, Lines
from iosemu.cli.configure import prompt_of
from iosemu.device.router import Router
from iosemu.features.line.config import LineConfig
from iosemu.kernel.time import MINUTE, SECOND, Time, TimerFired
from iosemu.proto.base import Dismissed, Escaped, Resized, Suspended, Typed
from iosemu.proto.lines import (
    LeaveLine,
    LineKeys,
    LineLeft,
    LinePrinted,
    LineTerminal,
    LineWindow,
    StartLine,
)
from iosemu.proto.parts import LogCounts
from iosemu.values import dataclass

from . import connections
from .commands import Commands
from .exec import STARTING, hostname
from .line import Key, Pressed
from .lines import HangUp, LineUses, line_config
from .pager import PROMPT, Pager
from .reply import Reply
from .send import Heard
from .session import ESCAPE, Kind, Session
from .setup import InitialDialog

_CTRL_C = 0x03
_NEW_LINE = "\r\n"
SILENCE_NS = SECOND
"""A host that says nothing for so long waits for keys."""
LONGEST_TAIL = 512
LONGEST_NAME = 40
WIDEST, LONGEST = 512, 512
"""Of a window, as of `terminal width` and `terminal length`."""
_PLAIN = re.compile(rb"[ ->@-~]{2,256}")
"""Keys that only add to a line: printable, but for `?`."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Event of a session: a job ended while more was typed; go on with that."""


@dataclass(frozen=True, slots=True)
class Flush:
    """Event of a session: tell the server what was printed in this instant."""


@dataclass(frozen=True, slots=True)
class Left:
    """Event of a session: tell the server that it is over."""


class Terminal:
    """One session and the router it is on."""

    def __init__(self, session: Session, router: Router, write: Callable[[bytes], None]) -> None:
        self.session, self.router, self._write = session, router, write
        self.commands = Commands(session, router)
        self._is_executing = False
        self._held_back: list[str] = []
        self.is_gone = False
        """A caller's session of which nobody has anything more to hear."""

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
        escape = session.escape
        if session.job is not None and not self._has_host and escape is not None and escape in data:
            data = data.replace(bytes([escape]), b"")
            self.router.interrupt_job(session.job)
        session.ahead += data
        self.serve()
        self._watch()

    def serve(self) -> None:
        """Serve what was typed until there is nothing more or a job has to end first."""
        session = self.session
        while session.ahead and self._can_serve():
            if session.job is not None:
                self._keys_for_host()
                continue
            run = _PLAIN.match(session.ahead)
            if run is not None and self._typed_plainly(run[0].decode("ascii")):
                del session.ahead[: run.end()]
                continue
            byte = session.ahead[0]
            del session.ahead[0]
            self._byte(byte)

    def _can_serve(self) -> bool:
        session = self.session
        is_there = not session.is_over and self.router.device.is_up
        return is_there and (session.job is None or self._has_host)

    # -- a host at the other end ----

    @property
    def _has_host(self) -> bool:
        """Whether what is typed goes to a host."""
        if self.session.job is None:
            return False
        conversation = self.router.conversation(self.session.job)
        return conversation is not None and conversation.takes_keys

    def _keys_for_host(self) -> None:
        """Pass keys on, up to the escape character; the key after that is for this line."""
        session = self.session
        if session.is_escaped:
            session.is_escaped = False
            self._escaped(session.ahead.pop(0))
            return
        end = len(session.ahead)
        at = -1 if session.escape is None else session.ahead.find(session.escape)
        keys = bytes(session.ahead[: end if at < 0 else at])
        del session.ahead[: end if at < 0 else at + 1]
        session.is_escaped = at >= 0
        if session.line.after_cr and keys[:1] in (b"\n", b"\0"):
            # The rest of the end of the line that led here.
            keys = keys[1:]
        session.line.after_cr = False
        if keys:
            self._tell_host(Typed(keys))

    def _escaped(self, key: int) -> None:
        """The escape character twice is once for the host, so that it can be a line too."""
        if key in b"xX":
            self._suspend()
        elif key == self.session.escape:
            self._tell_host(Typed(bytes([key])))
        else:
            self._tell_host(Escaped(key))

    def _tell_host(self, event: Typed | Escaped | Suspended | Resized) -> None:
        assert self.session.job is not None
        self.router.tell_job(self.session.job, event)

    def _suspend(self) -> None:
        """Back to the prompt; the host waits."""
        session = self.session
        self._tell_host(Suspended())
        session.job = None
        if not session.at_left:
            self._print(_NEW_LINE)
        self._prompt()

    @property
    def silent_at(self) -> Time | None:
        """When the host will have been silent long enough to be waiting; None: no host is there."""
        session = self.session
        if session.ahead or not self._has_host:
            return None
        return max(session.typed_at, session.heard_at) + SILENCE_NS

    @property
    def is_with_host(self) -> bool:
        """Whether the keys go to a host, whose prompt `prompt` is."""
        return self._has_host

    def on_event(self, event: object) -> None:
        """An event of the kind ("session", number)."""
        match event:
            case Resume():
                self.serve()
            case HangUp() | LeaveLine():
                self._close()
            case Flush():
                self._flush()
            case Left():
                self._tell_server(LineLeft)
                self.is_gone = True
            case StartLine():
                self.start()
            case LineKeys(_, data):
                self.feed(data)
            case LineWindow(_, width, length):
                self._window(width, length)
            case LineTerminal(_, name):
                self.session.terminal = "".join(c for c in name if " " < c <= "~")[:LONGEST_NAME]
            case Heard(text=text):
                self.announced(text)
            case TimerFired(("idle",)):
                self._idle()
            case TimerFired(("absolute",)):
                self._expire()
            case _:
                raise AssertionError(event)

    def resize(self, width: int, length: int) -> None:
        """The window got another size, as a telnet client tells; con 0 has no way to hear of it."""
        session = self.session
        if session.kind is Kind.VTY:
            session.width = session.line.width = width
            session.length = length
            if self._has_host:
                self._tell_host(Resized(width, length))

    def _window(self, width: int, length: int) -> None:
        """A caller's window: what the line's configuration says goes before it."""
        config, usual, session = self._line_config(), LineConfig(), self.session
        is_set = config.width != usual.width, config.length != usual.length
        width = session.width if is_set[0] or not width else min(width, WIDEST)
        length = session.length if is_set[1] or not length else min(length, LONGEST)
        self.resize(width, length)

    def printed(self, job: int, text: str) -> None:
        """A job prints; its lines end in a line feed.  A script may want them for itself."""
        shell = self.session.tcl
        if shell is not None and shell.capture is not None:
            shell.capture.append(text)
            return
        self.showed(job, text.replace("\n", _NEW_LINE).encode("ascii", "replace"))

    def showed(self, job: int, data: bytes) -> None:
        """A host speaks; of a conversation that has no keys it waits for the next prompt."""
        session = self.session
        if not self._waits_for(job):
            session.held += data
            return
        session.heard_at = self.router.now
        session.tail = _row(session.tail, data)
        self._put(data)
        if self._line_config().session_timeout is not None:
            self._watch()
        if session.ahead and self._has_host:
            self._go_on()

    def _waits_for(self, job: int) -> bool:
        """Whether it is this job that has the terminal."""
        session = self.session
        if session.job == STARTING:
            return all(connection.job != job for connection in session.connections.values())
        return session.job == job

    def _go_on(self) -> None:
        """Serve what was typed ahead, right after this."""
        world = self.router.world
        world.schedule(world.now, ("session", self.session.number), Resume())

    def job_done(self, job: int) -> None:
        """The job ended: prompt, and serve what was typed meanwhile."""
        session = self.session
        was_waited_for = self._waits_for(job)
        connections.forget(session, job)
        if not was_waited_for:
            return
        session.job, session.is_escaped = None, False
        if self._is_executing or not self.router.device.is_up:
            return
        self._execute(self.commands.job_done)
        if session.ahead and session.job is None:
            self._go_on()

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
        """Whether the line waits for the user: a prompt, a question, `--More--`, a silent host."""
        if self.session.ahead:
            return False
        silent_at = self.silent_at
        return self.session.job is None or (silent_at is not None and silent_at <= self.router.now)

    @property
    def prompt(self) -> str:
        """What stands left of the cursor: the prompt or the question asked."""
        session = self.session
        if session.pager is not None:
            return session.pager.prompt
        return session.tail if self._has_host else session.line.prompt

    @property
    def takes_one_key(self) -> bool:
        """Whether a `[confirm]` waits: Enter or `y` is yes, any other key no."""
        session = self.session
        return session.job is None and session.pager is None and is_confirm(session.dialog)

    # -- keys ----

    def _byte(self, byte: int) -> None:
        session = self.session
        if not session.is_open:
            if byte in (0x0D, 0x0A):
                session.line.after_cr = byte == 0x0D
                self._open()
        elif session.pager is not None:
            self._page_key(session.pager, byte)
        elif self.takes_one_key and byte not in (ESCAPE, _CTRL_C):
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
        if isinstance(reply, connections.Returning):
            connections.back(self.session, self.router, reply.job)
        if not self.router.device.is_up:
            # It reloads: no prompt until it is there again.
            self._print(self.session.line.ask(""))
        elif reply.closes:
            self._close()
        elif self.session.is_open and self.session.job is None and self.session.pager is None:
            self._ready()
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
            self._ready()

    def _ready(self) -> None:
        """Prompt, unless the session was for one command that is done."""
        session = self.session
        if session.is_auto and session.dialog is None and not session.modes:
            self._close()
        else:
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
        session.monitor = session.is_auto = False
        session.privilege = config.privilege
        session.width, session.length = config.width, config.length
        session.escape, session.is_escaped = config.escape, False
        session.line.edits = config.editing
        session.line.histories.clear()
        session.line.history_lines = config.history if config.keeps_history else 0
        self.router.part(LineUses).count(session.absolute_number)
        self._print(_NEW_LINE)
        self._is_executing = True
        reply = self.commands.sit_down()
        self._is_executing = False
        self._lines(reply.lines)
        session.dialog = reply.dialog
        if reply.closes:
            self._close()
            return
        if config.absolute_timeout:
            self._set_timer("absolute", self.router.now + config.absolute_timeout * MINUTE)
        if session.job is None:
            self._ready()
        self._watch()

    def _close(self) -> None:
        session = self.session
        session.modes, session.dialog, session.pager, session.user = (), None, None, None
        session.is_open, session.is_in, session.tcl = False, False, None
        if session.job is not None and session.job != STARTING:
            self.router.end_job(session.job)
            session.job = None
        if session.connections:
            connections.dismiss_all(session, self.router)
        self.router.world.stop_timer(("session", session.number), ("absolute",))
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
        session, world = self.session, self.router.world
        if session.is_over:
            return
        session.is_over, session.is_open = True, False
        session.ahead.clear()
        if session.remote is not None and self.router.device.is_up:
            world.schedule(world.now, ("session", session.number), Left())

    def _watch(self) -> None:
        """Have a timer look whether the user has gone."""
        session = self.session
        limit = self._patience()
        if limit is None:
            return
        at = session.typed_at + limit
        if session.watched_to is None or at < session.watched_to:
            session.watched_to = at
            self._set_timer("idle", at)

    def _set_timer(self, name: str, at: Time) -> None:
        self.router.world.set_timer(("session", self.session.number), (name,), at)

    def _patience(self) -> Time | None:
        """How long this line waits for a key; None: for ever."""
        session = self.session
        if not session.is_open or session.kind is Kind.HIDDEN:
            return None
        config = self._line_config()
        if self._has_host and config.session_timeout is not None:
            return config.session_timeout.minutes * MINUTE or None
        timeout = config.exec_timeout
        seconds = timeout.minutes * 60 + timeout.seconds
        if not session.is_in:
            seconds = config.login_timeout_s
        return seconds * SECOND or None

    def _idle(self) -> None:
        """The timer of `_watch`: close the line if no key was pressed for too long."""
        session, now = self.session, self.router.now
        session.watched_to = None
        limit = self._patience()
        if limit is None:
            return
        timeout = self._line_config().session_timeout
        has_limit = self._has_host and timeout is not None
        if session.job is not None and not has_limit:
            session.typed_at = now
        elif has_limit and timeout is not None and timeout.output:
            session.typed_at = max(session.typed_at, session.heard_at)
        if now < session.typed_at + limit:
            self._watch()
            return
        if has_limit:
            self._tire_of_host()
            return
        if not session.is_in:
            self._print(f"{_NEW_LINE}% {session.line.prompt.strip()}  timeout expired!{_NEW_LINE}")
        elif session.modes:
            self.commands.abort()
        self._close()

    def _tire_of_host(self) -> None:
        """`session-timeout`: end the connection that has the keys."""
        session = self.session
        connection = session.connections[session.current]
        host = connections.talk_of(self.router, connection).host
        self._print(f"{_NEW_LINE}[Connection to {host} idle too long; timed out]{_NEW_LINE}")
        session.typed_at = self.router.now
        self.router.tell_job(connection.job, Dismissed())
        self._watch()

    def _expire(self) -> None:
        """`absolute-timeout`: whoever is at the line has to go, whatever he does."""
        if self.session.is_open:
            self._lines(("", "*", "* Line timeout expired", "*"))
            self._close()

    # -- the server of a caller ----

    def _flush(self) -> None:
        data = bytes(self.session.unsent)
        self.session.unsent.clear()
        self._tell_server(lambda conn: LinePrinted(conn, data))

    def _tell_server(self, event: Callable[[int], LinePrinted | LineLeft]) -> None:
        remote = self.session.remote
        if remote is not None and self.router.device.is_up:
            self.router.post(remote.engine, event(remote.conn))

    # -- the screen ----

    def _prompt(self) -> None:
        session, line = self.session, self.session.line
        if session.held:
            self._put(bytes(session.held))
            session.held.clear()
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
        if text:
            self._put(text.encode("ascii", "replace"))

    def _put(self, data: bytes) -> None:
        session, world = self.session, self.router.world
        session.at_left = data.endswith(b"\n")
        world.record("console", ("session", session.number), data)
        self._write(data)
        if session.remote is not None and not session.is_over:
            if not session.unsent:
                world.schedule(world.now, ("session", session.number), Flush())
            session.unsent += data


def is_confirm(dialog: Dialog | None) -> bool:
    """Whether a question takes one key."""
    return dialog is not None and dialog.ask().rstrip().endswith("[confirm]")


def _row(row: str, data: bytes) -> str:
    """What is left of the cursor after some output, if `row` was before."""
    _, line_end, text = data.rpartition(b"\n")
    row = "" if line_end else row
    for character in text.decode("latin-1"):
        match character:
            case "\r":
                row = ""
            case "\b":
                row = row[:-1]
            case _ if character >= " ":
                row += character
    return row[-LONGEST_TAIL:]


def _erased(text: str) -> str:
    return "\b" * len(text) + " " * len(text) + "\b" * len(text)
