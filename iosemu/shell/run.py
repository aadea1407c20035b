"""`iosemu run LAB`: the lab prompt on this terminal, or lines piped into it.

At a terminal, virtual time follows the wall clock at the lab's speed.  From a pipe nothing waits:
each line is typed when the one before is done.
"""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from contextlib import suppress
from functools import partial
from pathlib import Path

from .console import ESCAPE, Console
from .errors import FAILED, GOOD
from .open import kept, refusals

_TICK_S = 0.02
_MAX_CATCH_UP_S = 0.25
"""Wall seconds a tick may be behind: after a pause of the host, virtual time does not jump."""
_INTERRUPT = b"\x03"
_JOB_PATIENCE_S = 3600.0


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
    """Let a job end; one that does not is interrupted."""
    if not console.lab.advance(_JOB_PATIENCE_S, lambda: console.is_waiting) and (
        not console.is_waiting
    ):
        console.feed(bytes([ESCAPE]))


def _interactive(console: Console, output: _Output) -> int:
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    keyboard = _Keyboard(descriptor)
    console.interrupted = keyboard.is_interrupted
    try:
        tty.setraw(descriptor)
        console.start()
        _loop(console, keyboard, output)
    finally:
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        output.write(b"\r\n")
    return GOOD


def _loop(console: Console, keyboard: _Keyboard, output: _Output) -> None:
    last = time.monotonic()
    while not (console.is_over or output.is_gone):
        wait = None if console.is_paused else _TICK_S
        ready = keyboard.is_ready(wait)
        now = time.monotonic()
        passed, last = min(now - last, _MAX_CATCH_UP_S), now
        if not console.is_paused:
            console.guarded(partial(console.lab.run_for, passed * console.speed))
        if ready:
            data = keyboard.read()
            if not data:
                return
            console.guarded(partial(console.feed, data))
            last = time.monotonic()


class _Keyboard:
    """What is typed at a terminal.  Keys that come during a long run wait; Ctrl-C stops the run."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.ahead = b""

    def is_ready(self, wait_s: float | None) -> bool:
        """Whether something was typed, waiting for it at most so long."""
        return bool(self.ahead or select.select([self.descriptor], [], [], wait_s)[0])

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
