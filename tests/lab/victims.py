"""Processes of `iosemu run hello` on a terminal that are typed into and killed.

`python -m tests.lab.victims STATE SEED KILLS` prints each line that was acknowledged.  A victim is
a fork of this process, which has loaded the program, so that a hundred of them take seconds; what
it does from there is what the command does.
"""

from __future__ import annotations

import gc
import os
import pty
import re
import select
import signal
import sys
import time

import iosemu
from iosemu.kernel.rng import Random
from iosemu.shell import app
from iosemu.shell import run as run  # loaded before the forks

PROMPT = re.compile(rb"\(config[\w-]*\)#$")
PATIENCE_S = 60.0


class Victim:
    """A child with a terminal of its own."""

    def __init__(self) -> None:
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            try:
                code = app.main(["run", "hello"])
                sys.stdout.flush()
            finally:
                os._exit(99)
            os._exit(code)

    def read_until(self, pattern: re.Pattern[bytes]) -> None:
        """Read what it prints until the last line is like this."""
        seen, end = b"", time.monotonic() + PATIENCE_S
        while not pattern.search(seen):
            ready, _, _ = select.select([self.terminal], [], [], end - time.monotonic())
            assert ready, f"not printed: {pattern.pattern!r}, but {seen!r}"
            seen += os.read(self.terminal, 65_536)

    def type(self, keys: bytes) -> None:
        os.write(self.terminal, keys)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        assert os.WIFSIGNALED(status), "it ended by itself"
        os.close(self.terminal)


def acknowledged_by_one(rng: Random, first: int) -> int:
    """Type lines, one loopback each, into a new victim and kill it; the next free number."""
    victim = Victim()
    victim.read_until(re.compile(rb"hello> $"))
    victim.type(b"R1\r\x15\r\x1aenable\rconfigure terminal\r")
    victim.read_until(re.compile(rb"\(config\)#$"))
    for number in range(first, first + rng.randrange(4)):
        victim.type(b"interface Loopback%d\r" % number)
        victim.read_until(re.compile(rb"Loopback%d\r\n.*\(config-if\)#$" % number, re.DOTALL))
        os.write(1, b"%d\n" % number)
        first = number + 1
    victim.type(b"interface Loopback%d\r description not acknowledged\r" % first)
    # The one sleep of the suite: the kill must come at a moment that no byte announces.
    time.sleep(rng.random() * 0.02)
    victim.kill()
    return first + 1


def warm_up() -> None:
    """Load and compile, before the first fork, what every victim uses."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    lab["R1"].configure("interface Loopback1\n description x")
    gc.freeze()


def main(seed: int, kills: int) -> None:
    warm_up()
    rng, number = Random.named(seed, "kill"), 1
    for _ in range(kills):
        number = acknowledged_by_one(rng, number)


if __name__ == "__main__":
    os.environ["XDG_STATE_HOME"] = sys.argv[1]
    # A terminal that cannot answer: the lab prompt is the plain one.
    os.environ["TERM"] = "dumb"
    main(int(sys.argv[2]), int(sys.argv[3]))
