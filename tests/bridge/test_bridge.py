"""The bridge with a socket pair in place of a TAP and a clock that jumps: no privilege needed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import iosemu
from iosemu import Lab
from iosemu.address import IPv4Address, MacAddress
from iosemu.bridge import Bridge, Tap, TapError
from iosemu.lab.outside import StillJoined
from iosemu.wire import icmp
from iosemu.wire.arp import Arp, Operation
from iosemu.wire.ethernet import EtherType
from iosemu.wire.icmp import Echo
from iosemu.wire.ipv4 import IPv4, Protocol, datagram

ROUTER, HOST = IPv4Address.parse("192.168.1.1"), IPv4Address.parse("192.168.1.2")
HOST_MAC = MacAddress(0x02_00_00_00_00_02)
BROADCAST = b"\xff" * 6
LAB = """
name: one
topology:
  nodes:
    R1: {kind: cisco_iol, startup-config: R1.cfg}
    R2: {kind: cisco_iol}
  links:
    - endpoints: ["R1:e0/0", "R2:e0/0"]
"""
CONFIG = """\
hostname R1
interface Ethernet0/1
 ip address 192.168.1.1 255.255.255.0
interface Serial1/0
 ip address 192.168.2.1 255.255.255.0
"""


class Cord:
    """A device whose other end the test holds."""

    name = "cord0"

    def __init__(self) -> None:
        self.inside, self.outside = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.inside.setblocking(False)
        self.outside.setblocking(False)

    def fileno(self) -> int:
        return self.inside.fileno()

    def read(self) -> bytes | None:
        try:
            return self.inside.recv(65_536)
        except BlockingIOError:
            return None

    def write(self, frame: bytes) -> bool:
        self.inside.send(frame)
        return True

    def close(self) -> None:
        self.inside.close()

    def sent(self) -> list[bytes]:
        """What the lab sent since the last look."""
        frames = []
        while True:
            try:
                frames.append(self.outside.recv(65_536))
            except BlockingIOError:
                return frames


class Clock:
    """The wall clock of a test: it moves by what is slept."""

    def __init__(self) -> None:
        self.now = 1000.0

    def read(self) -> float:
        return self.now

    def sleep(self, filenos: list[int], wait_s: float) -> None:
        assert filenos
        self.now += max(wait_s, 0.0005)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.clab.yml").write_text(LAB)
    (tmp_path / "R1.cfg").write_text(CONFIG)
    return tmp_path


@pytest.fixture
def lab(folder: Path) -> Lab:
    lab = iosemu.load(folder)
    lab.boot()
    lab.run_for(5)
    return lab


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def joined(lab: Lab, clock: Clock) -> Iterator[tuple[Bridge, Cord]]:
    cord = Cord()
    with Bridge(lab, clock=clock.read, wait=clock.sleep) as bridge:
        bridge.attach("R1:e0/1", cord)
        yield bridge, cord
    cord.outside.close()


def arp_request() -> bytes:
    asked = Arp(Operation.REQUEST, HOST_MAC, HOST, MacAddress(0), ROUTER)
    return BROADCAST + HOST_MAC.packed + EtherType.ARP.to_bytes(2, "big") + asked.emit()


def echo(router: bytes, number: int) -> bytes:
    message = icmp.emit(Echo(False, 7, number, b"abcdefgh"))
    sent = datagram(HOST, ROUTER, Protocol.ICMP, message, ttl=64)
    return router + HOST_MAC.packed + EtherType.IPV4.to_bytes(2, "big") + sent.emit()


def talk(lab: Lab, cord: Cord) -> int:
    """Ask for the router's address and ping it three times; the echo replies that came."""
    cord.outside.send(arp_request())
    lab.run_for(0.5)
    [reply] = [f for f in cord.sent() if f[12:14] == b"\x08\x06" and f[:6] == HOST_MAC.packed]
    for number in range(3):
        cord.outside.send(echo(reply[6:12], number))
        lab.run_for(0.5)
    replies = [IPv4.parse(f[14:]) for f in cord.sent() if f[12:14] == b"\x08\x00"]
    return sum(r.source == ROUTER and r.payload[0] == 0 for r in replies)


def test_frames_go_both_ways_and_the_journal_plays_them_again(
    lab: Lab, folder: Path, joined: tuple[Bridge, Cord]
) -> None:
    assert talk(lab, joined[1]) == 3
    kinds = [(entry.source, entry.kind) for entry in lab.journal]
    assert kinds.count(("cord0", "frame")) == 4
    again = iosemu.load(folder)
    again.replay(lab.journal.dump(), lab.now)
    assert again.digest == lab.digest
    assert again.state_digest() == lab.state_digest()


def test_whether_somebody_listens_outside_changes_nothing(lab: Lab, folder: Path) -> None:
    alone = iosemu.load(folder)
    alone.boot()
    alone.run_for(5)
    alone.run_for(60)
    clock, cord = Clock(), Cord()
    with Bridge(lab, clock=clock.read, wait=clock.sleep) as bridge:
        bridge.attach("R1:e0/1", cord)
        lab.run_for(60)
        assert bridge.joined[0].went > 0
    assert lab.digest == alone.digest


def test_joined_to_something_real_the_lab_follows_the_clock(
    lab: Lab, clock: Clock, joined: tuple[Bridge, Cord]
) -> None:
    bridge, _ = joined
    began, virtual = clock.now, lab.now
    lab.run_for(20)
    assert clock.now - began == pytest.approx(20, abs=0.1)
    assert lab.now - virtual == pytest.approx(20, abs=1e-9)
    clock.now += 0.1
    bridge.catch_up()
    assert lab.now - virtual == pytest.approx(20.1, abs=0.01)
    bridge.close()
    began = clock.now
    lab.run_for(3600)
    assert clock.now == began


def test_after_a_pause_of_the_host_virtual_time_does_not_jump(
    lab: Lab, clock: Clock, joined: tuple[Bridge, Cord]
) -> None:
    before = lab.now
    clock.now += 3600
    joined[0].catch_up()
    assert 0 < lab.now - before <= 0.25


def test_time_goes_back_only_without_what_is_outside(lab: Lab, joined: tuple[Bridge, Cord]) -> None:
    with pytest.raises(StillJoined, match=r"R1:Ethernet0/1 is joined to cord0"):
        lab.rewind(1)
    with pytest.raises(StillJoined):
        lab.load(lab.save())
    assert lab.now >= 5
    joined[0].detach("R1:e0/1")
    lab.rewind(1)
    assert lab.now == 1


def test_a_rewound_lab_sends_again_only_what_it_does_anew(
    lab: Lab, clock: Clock, joined: tuple[Bridge, Cord]
) -> None:
    bridge, cord = joined
    talk(lab, cord)
    bridge.close()
    lab.rewind(lab.now - 1)
    second = Cord()
    bridge.attach("R1:e0/1", second)
    lab.run_for(0.1)
    assert second.sent() == []
    second.outside.close()


@pytest.mark.parametrize(
    ("end", "error", "said"),
    [
        ("R1:e0/0", ValueError, "R1:Ethernet0/0 is on a link of the lab"),
        ("R1:e0/1", ValueError, "R1:Ethernet0/1 is joined to cord0"),
        ("R1:s1/0", ValueError, "R1:Serial1/0 is a serial port; a device carries Ethernet frames"),
        ("R1:e9/9", KeyError, "no port 'R1:e9/9'"),
        ("R9:e0/0", KeyError, "no port 'R9:e0/0'"),
    ],
)
def test_only_a_free_port_is_joined(
    end: str, error: type[Exception], said: str, joined: tuple[Bridge, Cord]
) -> None:
    with pytest.raises(error, match=said):
        joined[0].attach(end, Cord())
    assert len(joined[0].joined) == 1


def test_a_device_that_goes_away_is_let_go(lab: Lab, joined: tuple[Bridge, Cord]) -> None:
    bridge, cord = joined

    def gone() -> bytes | None:
        raise OSError(77, "File descriptor in bad state")

    cord.read = gone  # type: ignore[method-assign]
    lab.run_for(10)
    assert bridge.notes == ["cord0 is gone: File descriptor in bad state"]
    assert lab.outside is None


def test_a_shut_port_takes_no_frame(lab: Lab, joined: tuple[Bridge, Cord]) -> None:
    lab["R1"].configure("interface e0/1\n shutdown")
    # What the port says when it goes down is sent with the next step of the bridge.
    lab.run_for(0.1)
    joined[1].sent()
    joined[1].outside.send(arp_request())
    lab.run_for(1)
    assert joined[1].sent() == []
    assert "0 packets input" in lab["R1"].cli("show interfaces e0/1")


@pytest.mark.parametrize("name", ["", "a" * 16, "a/b"])
def test_a_wrong_device_name_is_refused(name: str) -> None:
    with pytest.raises(TapError, match="is no device name"):
        Tap(name)
