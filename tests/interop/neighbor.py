"""Real software beside a lab: a namespace with a TAP that is joined to a port of the lab.

For any program that speaks on a network: `start` it in the namespace, let the lab run in step with
the wall clock `until` something holds, and afterwards have the journal played `again` without it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from iosemu import Lab
from iosemu.bridge import Bridge, Tap
from iosemu.lab.loader import load as load_topology
from iosemu.registry import load

from .namespace import Namespace, Running

GIVE_UP_S = 60.0
"""Seconds after which a test fails that waits for a real program: nothing else is measured."""


class GaveUp(AssertionError):
    """What was waited for did not happen."""


class Neighbor:
    """A lab, and real software joined to it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.namespace = Namespace()
        self.bridge = Bridge(lab)

    def join(self, end: str, tap: str, *addresses: str) -> None:
        """Make a TAP with these addresses ("192.168.1.2/24") and join it to a port of the lab."""
        with self.namespace.entered():
            device = Tap(tap)
        self.bridge.attach(end, device)
        for address in addresses:
            self.namespace.run("ip", "address", "add", address, "dev", tap)
        self.namespace.run("ip", "link", "set", tap, "up")

    def route(self, target: str, via: str) -> None:
        """A static route of the kernel."""
        self.namespace.run("ip", "route", "add", target, "via", via)

    def start(self, *command: str) -> Running:
        """Start a program; the lab stands still until it is run."""
        return self.namespace.start(*command)

    def until(self, condition: Callable[[], bool], give_up_s: float = GIVE_UP_S) -> None:
        """Run the lab in step with the wall clock until the condition holds; GaveUp otherwise."""
        if not self.lab.advance(give_up_s, condition) and not condition():
            raise GaveUp(f"nothing within {give_up_s:g} s")

    def run(self, *command: str, give_up_s: float = GIVE_UP_S) -> str:
        """Run a program to its end beside the lab; what it printed."""
        running = self.start(*command)
        try:
            self.until(lambda: running.is_over, give_up_s)
        except GaveUp as gave_up:
            raise GaveUp(f"{command} does not end: {running.output}") from gave_up
        return running.output

    def close(self) -> None:
        """Remove the TAP, and the namespace with all that runs in it."""
        self.bridge.close()
        self.namespace.close()

    def __enter__(self) -> Neighbor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def opened(folder: Path, runs: str = "") -> Lab:
    """The lab of a folder, off; `runs`: "module:function" of its program, if not the built-in."""
    return Lab(load_topology(folder), runs=load(runs)() if runs else None)


def assert_plays_again(lab: Lab, folder: Path, runs: str = "") -> None:
    """Play the journal of a lab in another process, under another hash seed and without any
    privilege it may have: nothing of the outside is needed, and every byte is the same."""
    until = lab.world.now / 1e9
    with TemporaryDirectory() as place:
        journal = Path(place, "journal")
        journal.write_bytes(lab.journal.dump())
        done = subprocess.run(
            [sys.executable, "-m", "tests.interop.neighbor", folder, journal, repr(until), runs],
            env={**os.environ, "PYTHONHASHSEED": "77"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [lab.digest, lab.state_digest()]


def _play(folder: str, journal: str, until: str, runs: str) -> None:
    lab = opened(Path(folder), runs)
    lab.replay(Path(journal).read_bytes(), float(until))
    print(lab.digest, lab.state_digest())


if __name__ == "__main__":
    _play(*sys.argv[1:])
