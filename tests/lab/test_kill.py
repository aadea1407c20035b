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


def test_a_hundred_kills_of_the_command_lose_no_line_that_was_acknowledged(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.lab.victims", str(tmp_path), "1", "100"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
    )
    acknowledged = done.stdout.split()
    assert len(acknowledged) > 100
    shown = loopbacks(tmp_path)
    assert {f"Loopback{number.decode()}" for number in acknowledged} <= shown


def test_the_command_itself_is_killed_with_lines_coming_through_a_pipe(tmp_path: Path) -> None:
    """As above without a fork of ours between: a whole process of its own each time."""
    rng, acknowledged = Random.named(6, "kill"), 0
    for _ in range(3):
        user = subprocess.Popen(
            [sys.executable, "-m", "iosemu", "run", "hello"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        )
        assert user.stdin is not None
        assert user.stdout is not None
        user.stdin.write(b"R1\n\x15\n\x1aenable\nterminal length 0\nconfigure terminal\n")
        first, seen = acknowledged + 1, b""
        for number in range(first, first + rng.randint(2, 5)):
            user.stdin.write(b"interface Loopback%d\n" % number)
            user.stdin.flush()
            wanted = b"interface Loopback%d\r\n" % number
            while wanted not in seen or not seen.endswith(b"R1(config-if)#"):
                part = os.read(user.stdout.fileno(), 65_536)
                assert part, "the process ended by itself"
                seen += part
            acknowledged = number
        user.stdin.write(b"interface Loopback99\n description not acknowledged\n")
        user.stdin.flush()
        user.send_signal(signal.SIGKILL)
        user.communicate()
    shown = loopbacks(tmp_path)
    assert {f"Loopback{number}" for number in range(1, acknowledged + 1)} <= shown


def loopbacks(state: Path) -> set[str]:
    """Those that R1 has when the command is run again."""
    command = "show running-config | include ^interface Loopback"
    done = subprocess.run(
        [sys.executable, "-m", "iosemu", "run", "hello"],
        cwd=ROOT,
        env={**os.environ, "XDG_STATE_HOME": str(state)},
        input=f"R1\n\x15\n\x1aenable\nterminal length 0\n{command}\n".encode(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert b"Traceback" not in done.stdout + done.stderr
    return set(done.stdout.decode().partition(command)[2].split())
