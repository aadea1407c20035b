"""A process that has a lab open is killed at random moments; no acknowledged line is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import iosemu
from iosemu.kernel.rng import Random

ROOT = Path(__file__).parents[2]

USER = """
import os, sys
import iosemu
lab = iosemu.load("hello", state=sys.argv[1])
if lab.now == 0:
    lab.boot()
    lab.run_for(10)
number = int(sys.argv[2])
while True:
    address = f"10.99.0.{number} 255.255.255.255"
    lab["R1"].configure(f"interface Loopback{number}\\n ip address {address}")
    os.write(1, b"%d\\n" % number)
    lab.run_for(1.5)
    number += 1
"""


def test_a_killed_lab_has_every_acknowledged_line_when_it_is_opened_again(
    tmp_path: Path,
) -> None:
    rng, acknowledged = Random.named(5, "kill"), 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path / "home")}
    for _ in range(6):
        user = subprocess.Popen(
            [sys.executable, "-c", USER, str(tmp_path / "state"), str(acknowledged + 1)],
            stdout=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
        )
        assert user.stdout is not None
        wanted, seen = rng.randint(1, 6), b""
        while seen.count(b"\n") < wanted:
            part = os.read(user.stdout.fileno(), 100)
            assert part, "the process ended by itself"
            seen += part
        os.kill(user.pid, signal.SIGKILL)
        seen += user.stdout.read()
        user.stdout.close()
        assert user.wait() == -signal.SIGKILL
        acknowledged = int(seen[: seen.rfind(b"\n")].split()[-1])
    lab = iosemu.load("hello", state=tmp_path / "state")
    shown = lab["R1"].cli("show running-config | include 10.99.0.")
    for number in range(1, acknowledged + 1):
        assert f"10.99.0.{number} 255.255.255.255" in shown
    replayed = iosemu.load("hello")
    replayed.replay(lab.journal.dump(), lab.now)
    assert replayed.digest == lab.digest
    assert replayed.state_digest() == lab.state_digest()
    lab.close()
