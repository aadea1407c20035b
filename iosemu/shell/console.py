"""The lab prompt and, behind it, the consoles of the devices: bytes in, bytes out.

Knows no file descriptor and no wall clock; `run` gives it both.  From a pipe the lab prompt is
edited by the same line editor as a device's, so it costs no import; at a terminal `prompt` edits it
with prompt_toolkit and hands whole lines to `command`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from iosemu.fabric.capture import Capture
from iosemu.kernel.time import SECOND, Time
from iosemu.lab.lab import Lab
from iosemu.lab.rewind import Crash, InternalError
from iosemu.lab.timeout import LinesBusy, Timeout
from iosemu.session.line import Key, Line, Pressed
from iosemu.session.session import Kind

from .commands import COMMANDS, names_of
from .complete import candidates, last_word
from .crash import one_line, traceback_of, write
from .durations import clock_text
from .errors import LabError
from .watch import Follower

if TYPE_CHECKING:
    from iosemu.bridge import Bridge

    from .pipes import Pipe

RETURN_TO_LAB = 0x1D
ESCAPE = 0x1E
_EXIT_AFTER_ESCAPE = (0x78, 0x58)
_END_OF_INPUT = 0x04
PATIENCE_S = 600.0
"""How long a line for a device may take, in virtual seconds."""


class Console:
    """What one user sees: the lab prompt, or the console of the device he is connected to."""

    def __init__(
        self,
        lab: Lab,
        write: Callable[[bytes], None],
        *,
        origin: str | Path,
    ) -> None:
        self.lab, self._write = lab, write
        self.origin = origin
        """What the user called the lab."""
        self.interrupted: Callable[[], bool] = lambda: False
        """Asked during a long run: whether the user wants it to stop."""
        self.reopen: Callable[[], Lab] | None = None
        """Gives the lab anew; None where it cannot."""
        self.captures: list[tuple[Path, Capture]] = []
        """Files to be written, each with what was captured for it."""
        self.pipes: list[Pipe] = []
        """Captures that somebody reads while they are made."""
        self.progress: Callable[[float], None] = lambda done: None
        """Told now and then during a long run how much of it is done, 0..1; 1 at its end."""
        self.has_own_prompt = True
        """Whether lines of the lab are edited here; else `typed_ahead` and `command` take them."""
        self.typed_ahead = ""
        """What was typed behind the key that came back to the lab."""
        self.bridge: Bridge | None = None
        """Joins ports to devices of the operating system, once that was asked for."""
        self.line = Line(width=0)
        self.attached: str | None = None
        """The device whose line the user is at."""
        self.vtys: dict[str, int] = {}
        """The virtual terminal last opened on a device, by its session."""
        self._at: int | None = None
        """The session of that line."""
        self._listener = write
        """What hears that line: how the user was written to when he came to it."""
        self.window: tuple[int, int] | None = None
        """Columns and rows of the user's window, if it is one."""
        self.follower: Follower | None = None
        self.speed = 1.0
        self.is_paused = False
        self.is_over = False
        self.failures = 0
        """Lab commands that were not understood or refused."""
        self._after_escape = False
        self._unsent = b""

    def start(self) -> None:
        """Say where the user is."""
        names = " ".join(self.lab.routers)
        self.say(f"Lab {self.lab.topology.name}: {names}")
        self.say("Type a device's name for its console (Ctrl-] comes back), or help.")
        for note in self.lab.notes:
            self.say(f"-- {note}")
        if self.lab.defect is not None:
            self._tell(self.lab.defect)
        self._prompt()

    def feed(self, data: bytes) -> None:
        """Bytes the user typed."""
        at = 0
        while at < len(data) and not self.is_over:
            if self.attached is None and not self.has_own_prompt:
                self._lines(data[at:])
                return
            if self.attached is None:
                self._lab_key(data[at])
                at += 1
                continue
            end = _end_of_run(data, at)
            self._unsent = data[max(end, at + 1) :]
            if end > at + 1 and not self._after_escape:
                self.lab.type(self._session(), data[at:end])
                at = end
            else:
                self._device_key(data[at])
                at += 1
            self._leave_closed()

    def _lines(self, data: bytes) -> None:
        """Lines of the lab that were typed before its prompt was there."""
        while data and self.attached is None and not self.is_over:
            found = re.search(rb"[\r\n]", data)
            if found is None:
                self.typed_ahead = "".join(c for c in data.decode("latin-1") if c.isprintable())
                return
            line, data = data[: found.start()], data[found.end() :]
            text = line.decode("latin-1").strip()
            self.say(f"{self.prompt_text}{text}")
            self.command(text)
        if data:
            self.feed(data)

    @property
    def prompt_text(self) -> str:
        """The lab prompt."""
        return f"{self.lab.topology.name}> "

    @property
    def is_waiting(self) -> bool:
        """Whether the line waits for the user; a device may be busy with a job."""
        if self.attached is None:
            return True
        up = self.lab.routers[self.attached].device.is_up
        return up and self.lab.terminal(self._session()).waiting

    @property
    def silent_at(self) -> Time | None:
        """When a host at the other end of the line will have been silent long enough to wait."""
        if self.attached is None or not self.lab.routers[self.attached].device.is_up:
            return None
        return self.lab.terminal(self._session()).silent_at

    def end(self) -> None:
        """Leave the lab, once what has to be written is written."""
        if self.bridge is not None:
            self.bridge.close()
        try:
            self.save_captures()
        except LabError as error:
            self.failures += 1
            self.say(f"% {error}")
        self.flush_pipes()
        for pipe in self.pipes:
            pipe.close()
        self.pipes.clear()
        self.is_over = True

    def flush_pipes(self) -> None:
        """Hand live captures over; one whose reader is gone ends."""
        for pipe in list(self.pipes):
            if not pipe.flush(self.lab.world.now):
                self.pipes.remove(pipe)
                pipe.close()
                self.lab.end_capture(pipe.capture)
                self.say(f"{pipe.name}: nobody reads any more")

    def save_captures(self) -> None:
        """Write every capture to its file; LabError if one cannot be written."""
        for file, capture in self.captures:
            try:
                capture.save(file)
            except OSError as error:
                raise LabError(f"{file}: {error.strerror}") from None
            self.say(f"{file}: {len(capture.frames)} frames")

    def divert(self, write: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """Print through another function from now on; the one before."""
        before, self._write = self._write, write
        return before

    def say(self, text: str) -> None:
        """A line of the lab's own."""
        self._write(text.replace("\n", "\r\n").encode() + b"\r\n")

    def guarded(self, action: Callable[[], object]) -> None:
        """Do something that may run the lab.  A defect of ours is told in two lines, and the user
        is back at the lab prompt; if it showed in the lab, that is paused just before it."""
        self._unsent = b""
        try:
            action()
        except InternalError as error:
            self._back_at_prompt()
            self._tell(error.crash)
        except OSError as error:
            self._back_at_prompt()
            self.failures += 1
            self.say(f"\n% {error.filename or self.origin}: {error.strerror or error}")
        except Exception as error:
            self._back_at_prompt()
            self.failures += 1
            self.say(f"\n-- internal error: {type(error).__name__}: {one_line(error)}")
            self.say(f"-- the lab is as it was; report in {write(traceback_of(error))}")
        else:
            if self.pipes:
                self.flush_pipes()
            self._leave_closed()
            return
        self._prompt()

    def _tell(self, crash: Crash) -> None:
        self.failures += 1
        self.is_paused = True
        place = crash.place or write(crash.report)
        first, second = replace(crash, place=place).lines
        self.say(f"\n{first}\n{second}")
        if self._unsent:
            with place.open("a", encoding="utf-8") as file:
                file.write(f"\ntyped, but not sent: {self._unsent!r}\n")
            self.say(f"-- {len(self._unsent)} characters typed after it were not sent: see there")

    def _back_at_prompt(self) -> None:
        if self.attached is not None:
            self.lab.unlisten(self._session(), self._listener)
            self.attached = self._at = None

    def follow_messages(self, *, on: bool) -> None:
        """Show log lines at the lab prompt as they come, or no longer."""
        self.follower = Follower(self.lab).start() if on else None

    def tell_messages(self) -> None:
        """Show the log lines that came since the last look, if they are followed, and what became
        of devices of the operating system."""
        if self.bridge is not None:
            for note in self.bridge.notes:
                self.say(f"-- {note}")
            self.bridge.notes.clear()
        if self.follower is not None:
            for line in self.follower.look():
                self.say(line)

    # -- connected to a device ----

    def connect(self, device: str) -> None:
        """Show the console of a device as it stands, and send it what is typed from here on."""
        self._attach(device, self.lab.console(device))

    def connect_vty(self, device: str, line: int | None) -> None:
        """Show the virtual terminal opened before, or open one; LabError if none is free."""
        held = self.vtys.get(device)
        terminals = self.lab.switchboard.terminals
        if held in terminals:
            state = terminals[held].session
            is_its = state.device == device and not state.is_over
            if is_its and line in (None, state.line_number):
                self._attach(device, held)
                return
        try:
            self._listener = self._write
            number = self.lab.open(device, "vty", line, self._listener)
        except LinesBusy as refusal:
            raise LabError(str(refusal)) from None
        self.vtys[device] = number
        self.attached, self._at = device, number
        self.resize()

    def _attach(self, device: str, session: int) -> None:
        self.attached, self._at = device, session
        self._listener = self._write
        self.lab.listen(session, self._listener)
        self.resize()
        state = self.lab.terminal(session).session
        if not state.is_open:
            self.say(f"\n{device} con0 is now available\n\n\nPress RETURN to get started.")
        elif state.pager is not None or state.job is not None:
            self._write(b"")
        else:
            # A copy is drawn: looking at a terminal must not change it.
            self._write(replace(state.line, out=[]).redraw().encode())

    def _detach(self) -> None:
        self.lab.unlisten(self._session(), self._listener)
        self.attached = self._at = None
        self._write(b"\r\n")
        self._prompt()

    def resize(self) -> None:
        """Tell the virtual terminal that is shown the size of the user's window."""
        if self.attached is None or self.window is None:
            return
        state = self.lab.terminal(self._session()).session
        if state.kind is Kind.VTY and (state.width, state.length) != self.window:
            self.lab.resize(state.number, *self.window)

    def _leave_closed(self) -> None:
        """Back to the lab prompt if the device has closed the line."""
        if self.attached is None or not self.lab.terminal(self._session()).session.is_over:
            return
        self._write(f"\r\n[Connection to {self.attached} closed by foreign host]".encode())
        session = self._session()
        self._detach()
        self.lab.hang_up(session)

    @property
    def is_with_host(self) -> bool:
        """Whether the keys of the line go on to a host the device is connected to."""
        return self.lab.terminal(self._session()).is_with_host

    def _session(self) -> int:
        assert self._at is not None
        return self._at

    def _device_key(self, byte: int) -> None:
        was_escape, self._after_escape = self._after_escape, byte == ESCAPE
        leaves = was_escape and byte in _EXIT_AFTER_ESCAPE
        # A telnet of the device's own is suspended first; the device knows how.
        if byte == RETURN_TO_LAB or (leaves and not self.is_with_host):
            self._after_escape = False
            self._detach()
        else:
            self.lab.type(self._session(), bytes([byte]))

    # -- at the lab prompt ----

    def _prompt(self) -> None:
        if self.has_own_prompt:
            self._write(self.line.ask(self.prompt_text).encode())

    def _lab_key(self, byte: int) -> None:
        if byte == _END_OF_INPUT and not self.line.text:
            self.say("")
            self.end()
            return
        printed, pressed = self.line.press(byte)
        self._write(printed.encode())
        if pressed is not None:
            self._lab_event(pressed)

    def _lab_event(self, pressed: Pressed) -> None:
        match pressed.key:
            case Key.ENTER:
                self.line.remember(pressed.text)
                self.command(pressed.text.strip())
                if self.attached is None and not self.is_over:
                    self._prompt()
            case Key.HELP:
                self.say("\n".join(c.word for c in candidates(self.lab, pressed.text)))
                self._write(self.line.redraw().encode())
            case Key.TAB:
                found = candidates(self.lab, pressed.text)
                if len(found) == 1:
                    before = pressed.text[: len(pressed.text) - len(last_word(pressed.text))]
                    self.line.replace_left(f"{before}{found[0].word} ")
                self._write(self.line.redraw().encode())
            case Key.END | Key.ABORT:
                self._prompt()
            case Key.ESCAPE:
                pass

    def command(self, text: str) -> None:
        """Carry out a line of the lab prompt: a command, with or without `lab`, or a device."""
        text = re.sub(r"^lab\s+", "", text)
        if not text or text.startswith(("!", "#")):
            return
        word, _, rest = text.partition(" ")
        try:
            device = self.device_named(word)
            if device is not None and not rest:
                self.connect(device)
                return
            if device is not None:
                self._type_on(device, rest)
                return
            names = names_of(word)
            if len(names) != 1:
                raise LabError(f"no command or device {word!r}; try help")
            COMMANDS[names[0]].run(self, rest.strip())
        except LabError as error:
            self.failures += 1
            self.say(f"% {error}")
        self.tell_messages()

    def _type_on(self, device: str, line: str) -> None:
        """A line for a device typed at the lab's prompt."""
        try:
            printed = self.lab[device].cli(line.strip(), PATIENCE_S)
        except Timeout as late:
            printed = late.output
        for row in printed.splitlines():
            self.say(row)

    def device_named(self, word: str) -> str | None:
        """A device by its name in any case."""
        return next((n for n in self.lab.routers if n.lower() == word.lower()), None)

    # -- time ----

    def run_for(self, seconds: float, stop: Callable[[], bool] = lambda: False) -> bool:
        """Run the lab until `stop` or the user says so; whether `stop` did."""
        asked = 0
        has_stopped = False
        start, length = self.lab.world.now, max(round(seconds * SECOND), 1)

        def is_enough() -> bool:
            nonlocal asked, has_stopped
            asked += 1
            has_stopped = stop()
            # In step with the wall clock it is asked seldom.
            if has_stopped or (asked % 256 and self.lab.outside is None):
                return has_stopped
            self.progress((self.lab.world.now - start) / length)
            return self.interrupted()

        try:
            self.lab.advance(seconds, is_enough)
        finally:
            self.progress(1.0)
        return has_stopped or stop()

    def time_text(self) -> str:
        """The virtual time as `1d02:03:04.567`."""
        return clock_text(self.lab.world.now)


def _end_of_run(data: bytes, at: int) -> int:
    """Where bytes end that a device may get at once: at an end of line or a key of the lab's."""
    end = at
    while end < len(data) and data[end] not in (RETURN_TO_LAB, ESCAPE):
        end += 1
        if data[end - 1] in (0x0D, 0x0A):
            break
    return end
