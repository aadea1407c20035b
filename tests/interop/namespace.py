"""A network namespace of its own: what is in it sees no other network, and it ends with the test.

The namespace lives as long as a process in it, which waits for its standard input to close: so it
is gone as well when the test is killed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

_CLONE_NEWNET = 0x40000000
NEEDED = ("ip", "unshare", "nsenter")


def why_not(*programs: str) -> str | None:
    """Why namespaces cannot be made, or the programs not be run here; None: they can."""
    if os.geteuid() != 0:
        return "needs root, for a network namespace"
    if not Path("/dev/net/tun").exists():
        return "needs /dev/net/tun"
    missing = [name for name in (*NEEDED, *programs) if shutil.which(name) is None]
    if missing:
        return f"needs {', '.join(missing)}"
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
    return "the system lets nobody make a namespace" if tried.returncode else None


class Running:
    """A process inside the namespace; its output goes to a file, so it never waits for a reader."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = command
        self._output: IO[bytes] = TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self._output, stderr=subprocess.STDOUT
        )

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None

    @property
    def output(self) -> str:
        """What it has printed so far."""
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode("utf-8", "replace")

    def type(self, text: str) -> None:
        """Write to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def end(self) -> None:
        """End it, if it has not ended by itself."""
        if not self.is_over:
            self.process.kill()
        self.process.wait()
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        self._output.close()


class Namespace:
    """One network namespace with a loopback interface and what is put into it."""

    def __init__(self) -> None:
        inner = "sysctl -qw net.ipv6.conf.default.disable_ipv6=1; ip link set lo up; echo; exec cat"
        self._holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", inner],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._holder.stdout is not None
        self._holder.stdout.readline()
        self.file = f"/proc/{self._holder.pid}/ns/net"
        self._running: list[Running] = []

    def run(self, *command: str) -> str:
        """Run a command in it to its end; what it printed.  AssertionError if it fails."""
        done = subprocess.run(
            ["nsenter", f"--net={self.file}", *command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *command: str) -> Running:
        """Start a program in it; it ends with the namespace."""
        started = Running(["nsenter", f"--net={self.file}", *command])
        self._running.append(started)
        return started

    @contextmanager
    def entered(self) -> Iterator[None]:
        """What this thread opens meanwhile (sockets, TAP devices) belongs to the namespace."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        inside = os.open(self.file, os.O_RDONLY)
        try:
            _enter(inside)
            yield
        finally:
            _enter(before)
            os.close(before)
            os.close(inside)

    def close(self) -> None:
        """End what runs in it; the kernel removes it with all its devices."""
        for running in self._running:
            running.end()
        assert self._holder.stdin is not None
        assert self._holder.stdout is not None
        self._holder.stdin.close()
        self._holder.stdout.close()
        self._holder.wait()

    def __enter__(self) -> Namespace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _enter(file: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(file, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
