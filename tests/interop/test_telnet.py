"""The telnet of Linux at the vty of a router, near and far; and that of a router to Linux."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import joined
from .namespace import Running
from .neighbor import Neighbor, assert_plays_again

LINES = "line vty 0 4\n password cisco\n login\n transport input telnet"
SERVER = """
import socket
door = socket.create_server(("0.0.0.0", 2323))
call, peer = door.accept()
call.sendall(b"hello from linux\\r\\n")
heard = b""
while b"show me" not in heard and (piece := call.recv(1000)):
    heard += piece
call.sendall(b"bye\\r\\n")
call.close()
print(peer[0], "heard" if b"show me" in heard else heard)
"""


@pytest.fixture
def linux(chain: Path) -> Iterator[Neighbor]:
    """Linux beside routers whose vtys take telnet."""
    with joined(chain) as neighbor:
        for name in ("R1", "R3"):
            neighbor.lab[name].configure(LINES)
        neighbor.run("ping", "-n", "-c3", "-i0.2", "-W1", "3.3.3.3")
        yield neighbor


def wait(linux: Neighbor, telnet: Running, text: str) -> None:
    """Run the lab until the program has printed this."""
    linux.until(lambda: text in telnet.output or telnet.is_over)
    assert text in telnet.output, telnet.output


@pytest.mark.parametrize(("target", "name"), [("192.168.1.1", "R1"), ("3.3.3.3", "R3")])
def test_linux_logs_in_with_telnet(linux: Neighbor, chain: Path, target: str, name: str) -> None:
    telnet = linux.start("telnet", target)
    wait(linux, telnet, "Password: ")
    telnet.type("cisco\n")
    wait(linux, telnet, f"{name}>")
    telnet.type("terminal length 0\n")
    telnet.type("show ip route\n")
    wait(linux, telnet, "is directly connected")
    telnet.type("show users\n")
    wait(linux, telnet, "192.168.1.2")
    assert "ESTAB" in linux.lab[name].cli("show tcp brief")
    telnet.type("exit\n")
    wait(linux, telnet, "Connection closed by foreign host")
    assert_plays_again(linux.lab, chain)


def test_linux_is_told_that_a_password_is_required(linux: Neighbor) -> None:
    linux.lab["R1"].configure("line vty 0 4\n no password")
    telnet = linux.start("telnet", "192.168.1.1")
    wait(linux, telnet, "Password required, but none set")
    wait(linux, telnet, "Connection closed by foreign host")


def test_a_router_telnets_to_linux(linux: Neighbor, chain: Path) -> None:
    server = linux.start("python3", "-c", SERVER)
    r3 = linux.lab["R3"].console()
    r3.send("\r")
    linux.lab.run_for(1)
    r3.send("telnet 192.168.1.2 2323\r")
    linux.until(lambda: "hello from linux" in r3.read() or server.is_over)
    r3.send("show me\r")
    linux.until(lambda: server.is_over)
    assert server.output.split() == ["10.0.23.3", "heard"]
    linux.lab.run_for(1)
    assert_plays_again(linux.lab, chain)
