"""The TCP of Linux against that of a router, and through routers: transfer, close, refusal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import joined
from .echo import CALL_PORT, ECHO_PORT, SAID
from .neighbor import Neighbor, assert_plays_again

ECHO = "tests.interop.echo:program"
CLIENT = """
import socket, sys, threading
said = bytes(range(251)) * 1200
call = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=50)
def say():
    call.sendall(said)
    call.shutdown(socket.SHUT_WR)
threading.Thread(target=say).start()
heard = b""
while piece := call.recv(65536):
    heard += piece
print("same" if heard == said else f"{len(heard)} of {len(said)} bytes")
"""
SERVER = """
import socket, sys
door = socket.create_server(("0.0.0.0", 5007))
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"5007", (sys.argv[1], int(sys.argv[2])))
call, peer = door.accept()
heard = b""
while piece := call.recv(65536):
    heard += piece
    call.sendall(piece)
call.close()
print(peer[0], len(heard), heard == bytes(range(256)) * 400)
"""
REFUSED = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=20)
except OSError as error:
    print(error)
"""


@pytest.fixture
def linux(chain: Path) -> Iterator[Neighbor]:
    """Linux beside routers that echo."""
    with joined(chain, ECHO) as neighbor:
        neighbor.run("ping", "-n", "-c3", "-i0.2", "-W1", "3.3.3.3")
        yield neighbor


@pytest.mark.parametrize("target", ["192.168.1.1", "3.3.3.3"])
def test_linux_sends_much_and_gets_it_back(linux: Neighbor, chain: Path, target: str) -> None:
    printed = linux.run("python3", "-c", CLIENT, target, str(ECHO_PORT))
    assert printed.strip() == "same"
    linux.lab.run_for(1)
    assert_plays_again(linux.lab, chain, ECHO)


def test_a_router_connects_to_linux_through_others(linux: Neighbor, chain: Path) -> None:
    printed = linux.run("python3", "-c", SERVER, "3.3.3.3", str(CALL_PORT))
    assert printed.split() == ["10.0.23.3", str(len(SAID)), "True"]
    linux.until(lambda: bool(linux.lab.routers["R3"].view("echo", None)))
    ended = linux.lab.routers["R3"].view("echo", None)
    assert ended == (f"closed after {len(SAID)}",)
    assert_plays_again(linux.lab, chain, ECHO)


@pytest.mark.parametrize("target", ["192.168.1.1", "3.3.3.3"])
def test_a_closed_port_refuses_linux(linux: Neighbor, target: str) -> None:
    printed = linux.run("python3", "-c", REFUSED, target, "4242")
    assert printed.strip() == "[Errno 111] Connection refused"


def test_linux_refuses_a_router(linux: Neighbor) -> None:
    ask = "import socket, sys; socket.socket(2, 2).sendto(b'5999', (sys.argv[1], int(sys.argv[2])))"
    linux.run("python3", "-c", ask, "192.168.1.1", str(CALL_PORT))
    linux.until(lambda: bool(linux.lab.routers["R1"].view("echo", None)))
    assert linux.lab.routers["R1"].view("echo", None) == ("refused after 0",)
