"""Captures that are read while they are made: pipes into a command such as Wireshark, and FIFOs.

Nothing here waits: what a reader does not take at once is kept until it does, up to a limit.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from iosemu.fabric.capture import Capture
from iosemu.kernel.time import Time
from iosemu.values import dataclass, field

from .errors import LabError

MOST_HELD_BYTES = 64 << 20
"""Of a reader that does not read; then it is left alone."""


@dataclass(slots=True)
class Pipe:
    """A capture on its way to a reader.  `process`: the command, if this lab started it."""

    capture: Capture
    descriptor: int
    name: str
    process: subprocess.Popen[bytes] | None = None
    held: bytearray = field(default_factory=bytearray)

    def flush(self, now: Time) -> bool:
        """Hand over what was captured up to now; False if nobody reads any more."""
        self.held += self.capture.drain(now)
        while self.held:
            try:
                del self.held[: os.write(self.descriptor, self.held)]
            except BlockingIOError:
                return len(self.held) <= MOST_HELD_BYTES
            except OSError:
                return False
        return True

    def close(self) -> None:
        """End of the file; a command may go on showing what it has."""
        os.set_blocking(self.descriptor, True)
        try:
            while self.held and len(self.held) <= MOST_HELD_BYTES:
                del self.held[: os.write(self.descriptor, self.held)]
        except OSError:
            pass
        os.close(self.descriptor)


def to_command(capture: Capture, command: str) -> Pipe:
    """Start a command that reads the capture as its standard input."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise LabError(f"{command!r}: {error}") from None
    try:
        process = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)
    except OSError as error:
        raise LabError(f"{words[0]}: {error.strerror}") from None
    assert process.stdin is not None
    descriptor = os.dup(process.stdin.fileno())
    process.stdin.close()
    os.set_blocking(descriptor, False)
    return Pipe(capture, descriptor, command, process)


def to_fifo(capture: Capture, file: Path) -> Pipe:
    """Write to a FIFO, also while nobody has opened it yet."""
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        raise LabError(f"{file}: {error.strerror}") from None
    return Pipe(capture, descriptor, str(file))
