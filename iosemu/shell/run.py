"""`iosemu run LAB`: the lab prompt on this terminal, or lines piped into it.

At a terminal, virtual time follows the wall clock at the lab's speed.  From a pipe nothing waits:
each line is typed when the one before is done.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import time
import tty
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from iosemu.lab.instance import user_state
from iosemu.lab.waiting import wait

from .console import ESCAPE, Console
from .errors import FAILED, GOOD
from .open import kept, refusals

_TICK_S = 0.02
_MAX_CATCH_UP_S = 0.25
"""Wall seconds a tick may be behind: after a pause of the host, virtual time does not jump."""
_INTERRUPT = b"\x03"
_JOB_PATIENCE_S = 3600.0
_PAUSED_TICK_S = 0.2
_PLAIN_TERMINALS = ("", "dumb", "unknown")
"""Terminals that only print: the lab prompt there is as plain as a device's."""
_PROGRESS_S = 0.25
"""Wall seconds between two looks at a long run."""


def run(lab: str, *, state: Path | None = None, fresh: bool = False, strict: bool = False) -> int:
    """Open the lab and serve standard input; the exit code."""
    opened = kept(lab, state=state, fresh=fresh)
    output = _Output()
    console = Console(opened, output.write, origin=lab)
    console.reopen = lambda: kept(lab, state=state, fresh=True)
    try:
        refused = refusals(opened)
        for line in refused:
            print(line)
        if refused and strict:
            return FAILED
        sys.stdout.flush()
        return _interactive(console, output) if sys.stdin.isatty() else _piped(console, output)
    except KeyboardInterrupt:
        console.lab.abandon()
        raise
    finally:
        console.lab.close()


def reset(lab: str, *, state: Path | None = None) -> int:
    """Forget what was kept of a lab; the exit code."""
    kept(lab, state=state, fresh=True).close()
    print(f"{lab}: starts over")
    return GOOD


class _Output:
    """Standard output.  Its reader may go away at any moment, also in the middle of an event."""

    def __init__(self) -> None:
        self.is_gone = False

    def write(self, data: bytes) -> None:
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except OSError:
            self.is_gone = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _piped(console: Console, output: _Output) -> int:
    console.start()
    for line in sys.stdin.buffer:
        console.guarded(partial(console.feed, line))
        console.guarded(partial(_finish, console))
        if console.is_over or output.is_gone:
            break
    else:
        console.end()
    output.write(b"\r\n")
    return FAILED if console.failures else GOOD


def _finish(console: Console) -> None:
    """Let a job end, or a host fall silent; one that does not is interrupted."""
    is_waiting, silent_at = (lambda: console.is_waiting), (lambda: console.silent_at)
    if not wait(console.lab, _JOB_PATIENCE_S, is_waiting, silent_at):
        console.feed(bytes([ESCAPE]))


def _interactive(console: Console, output: _Output) -> int:
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    keyboard = _Keyboard(descriptor)
    console.interrupted = keyboard.is_interrupted
    console.progress = _Progress(console, output.write).show
    console.has_own_prompt = os.environ.get("TERM", "dumb") in _PLAIN_TERMINALS
    terminal = _Terminal(console, keyboard, output)
    old = signal.getsignal(signal.SIGWINCH)
    try:
        tty.setraw(descriptor)
        console.start()
        terminal.serve()
    finally:
        signal.signal(signal.SIGWINCH, old)
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        output.write(b"\r\n")
    return GOOD


class _Terminal:
    """The user's terminal: the lab prompt, or raw keys to the device he is connected to."""

    def __init__(self, console: Console, keyboard: _Keyboard, output: _Output) -> None:
        self.console, self.keyboard, self.output = console, keyboard, output
        self.last = time.monotonic()
        self._is_resized = False

    def serve(self) -> None:
        """Until the user leaves, or the terminal is gone."""
        if self.console.has_own_prompt:
            self._keys()
            return
        # Imported here: it is the dearest import, and only a terminal needs it.
        from .prompt import LabPrompt

        prompt = LabPrompt(self.console, user_state() / "history", self.tick)
        while not (self.console.is_over or self.output.is_gone):
            self.last = time.monotonic()
            if self.console.attached is not None:
                if not self._keys():
                    return
                continue
            if self.keyboard.ahead:
                # Typed during a long run, when no prompt was there to take it.
                self.console.guarded(partial(self.console.feed, self.keyboard.read()))
                continue
            line = prompt.ask()
            # What passed since the last tick, so that time goes on under fast fingers.
            self.tick()
            if line is None:
                self.console.end()
            else:
                self.console.guarded(partial(self.console.command, line.strip()))

    def tick(self) -> None:
        """Let as much virtual time pass as the clock says, at the lab's speed."""
        now = time.monotonic()
        passed, self.last = min(now - self.last, _MAX_CATCH_UP_S), now
        console = self.console
        if not console.is_paused:
            outside = console.lab.outside
            if outside is not None:
                console.guarded(outside.catch_up)
            else:
                console.guarded(partial(console.lab.run_for, passed * console.speed))
        if console.attached is None:
            console.tell_messages()

    def on_resize(self, *_: object) -> None:
        """The window has another size; between keys the device is told."""
        with suppress(OSError):
            size = os.get_terminal_size(self.keyboard.descriptor)
            self.console.window = (size.columns, size.lines)
        self._is_resized = True

    def _keys(self) -> bool:
        """Keys to the device until the user comes back, or to a plain prompt of the lab as well;
        False if the terminal is gone."""
        console = self.console
        # The lab prompt has a handler of its own and leaves none.
        signal.signal(signal.SIGWINCH, self.on_resize)
        self.on_resize()
        while not (console.is_over or self.output.is_gone):
            if console.attached is None and not console.has_own_prompt:
                break
            wait = _PAUSED_TICK_S if console.is_paused else _TICK_S
            outside = None if console.is_paused else console.lab.outside
            if outside is None:
                ready = self.keyboard.is_ready(wait)
            else:
                wait = min(wait, outside.wait_s())
                ready = self.keyboard.is_ready(wait, outside.filenos())
            if self._is_resized:
                self._is_resized = False
                console.guarded(console.resize)
            self.tick()
            if ready:
                data = self.keyboard.read()
                if not data:
                    return False
                console.guarded(partial(console.feed, data))
                self.last = time.monotonic()
        return True


class _Progress:
    """One line that is written over again while the lab runs for long, and wiped at the end."""

    def __init__(self, console: Console, write: Callable[[bytes], None]) -> None:
        self.console, self.write = console, write
        self.started_at: float | None = None
        self.shown_at = 0.0
        self.width = 0

    def show(self, done: float) -> None:
        """`done`: 0..1; 1 ends it."""
        now = time.monotonic()
        if self.started_at is None:
            self.started_at = self.shown_at = now
        if done >= 1:
            if self.width:
                self.write(b"\r" + b" " * self.width + b"\r")
            self.started_at, self.width = None, 0
        elif now - self.shown_at >= _PROGRESS_S:
            self.shown_at = now
            text = f"{done:4.0%}  time {self.console.time_text()}  (Ctrl-C stops)"
            self.write(f"\r{text:<{self.width}}".encode())
            self.width = len(text)


class _Keyboard:
    """What is typed at a terminal.  Keys that come during a long run wait; Ctrl-C stops the run."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.ahead = b""

    def is_ready(self, wait_s: float | None, others: Sequence[int] = ()) -> bool:
        """Whether something was typed, waiting for it at most so long, or until something else
        can be read."""
        if self.ahead:
            return True
        return self.descriptor in select.select([self.descriptor, *others], [], [], wait_s)[0]

    def read(self) -> bytes:
        """What was typed; empty if the terminal is gone."""
        typed, self.ahead = self.ahead, b""
        return typed or self._read()

    def is_interrupted(self) -> bool:
        """Whether Ctrl-C was typed; what was typed before it is dropped, as by any terminal."""
        if select.select([self.descriptor], [], [], 0)[0]:
            self.ahead += self._read()
        _, found, after = self.ahead.rpartition(_INTERRUPT)
        if found:
            self.ahead = after
        return bool(found)

    def _read(self) -> bytes:
        try:
            return os.read(self.descriptor, 65_536)
        except OSError:
            return b""
