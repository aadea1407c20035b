"""A TAP at the lab prompt: joined to a port, pinged both ways, and time that cannot go back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pexpect")
pytest.importorskip("pyte")

from tests.session.glass import Window

from .namespace import Namespace, why_not

LAB = r"^chain>$"


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    reason = why_not("ping")
    if reason is not None:
        pytest.skip(reason)
    with Namespace() as made:
        # As root prepares a device for users who may not make one.
        made.run("ip", "tuntap", "add", "dev", "tap0", "mode", "tap")
        made.run("ip", "address", "add", "192.168.1.2/24", "dev", "tap0")
        made.run("ip", "link", "set", "tap0", "up")
        yield made


@pytest.fixture
def user(namespace: Namespace, chain: Path, tmp_path: Path) -> Iterator[Window]:
    window = Window(
        tmp_path, "run", str(chain), columns=140, under=("nsenter", f"--net={namespace.file}")
    )
    window.wait(LAB)
    yield window
    window.kill()


def test_linux_is_joined_at_the_lab_prompt_and_on_a_console(
    user: Window, namespace: Namespace
) -> None:
    user.line("lab tap R1:Ethernet0/1 tap0")
    user.wait("R1:Ethernet0/1 is joined to tap0")
    user.wait(LAB)
    # At the lab prompt, which prompt_toolkit edits.
    assert "3 received" in namespace.run("ping", "-c3", "-i0.2", "-W5", "192.168.1.1")
    user.line("R1")
    user.wait("Press RETURN to get started")
    user.type("\r")
    user.wait("^R1>$")
    # On the console, where raw keys go to the device.
    user.line("ping 192.168.1.2")
    user.wait(r"Success rate is (80|100) percent")
    assert "3 received" in namespace.run("ping", "-c3", "-i0.2", "-W5", "192.168.1.1")
    user.type("\x1d")
    user.wait(LAB)
    user.line("back 1")
    user.wait("% R1:Ethernet0/1 is joined to tap0: that cannot go back in time; say --detach")
    user.line("speed 10")
    user.wait("time follows the wall clock")
    user.line("tap R2:e0/1 tap1")
    user.wait("R2:Ethernet0/1 is on a link of the lab")
    user.line("tap R1:e0/2 nonsense/name")
    user.wait("'nonsense/name' is no device name")
    user.line("back 1 --detach")
    user.wait("-- rewound to ")
    user.line("tap")
    user.wait("no port is joined to a TAP device")
    user.line("quit")
    assert user.end() == 0


def test_lines_from_a_pipe_wait_for_what_is_real(
    namespace: Namespace, chain: Path, tmp_path: Path
) -> None:
    lines = "tap R1:e0/1 tap0\nR1\n\nping 192.168.1.2\n\x1dtap R1:e0/1 detach\nrun 1h\ntap\nquit\n"
    done = subprocess.run(
        ["nsenter", f"--net={namespace.file}", sys.executable, "-m", "iosemu", "run", str(chain)],
        input=lines,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Success rate is 80 percent (4/5)" in done.stdout
    assert "R1:e0/1 is detached" in done.stdout
