"""A router without BGP as the neighbor of one with it: what it says is written byte by byte."""

from __future__ import annotations

from iosemu.proto.base import TcpClose, TcpData, TcpEnd, TcpOpen, TcpUp, TcpWrite
from iosemu.proto.bgp.peer import Phase
from iosemu.stack import send
from iosemu.wire.bgp import KEEPALIVE, Notification, Open, split
from iosemu.wire.bgp_capability import Capability, EnhancedRefresh, FourOctetAs, Multiprotocol
from iosemu.wire.bgp_capability import RouteRefresh as CanRefresh
from iosemu.wire.bgp_family import IPV4_UNICAST
from iosemu.wire.bgp_header import MessageType
from tests.stack.net import Router, ip

from .net import BgpNet, Speaker, neighbor, process

ALL: tuple[Capability, ...] = (
    Multiprotocol(IPV4_UNICAST),
    CanRefresh(),
    EnhancedRefresh(),
    FourOctetAs(2),
)


class Raw:
    """R2 10.0.1.2 without BGP: what it says is written here byte by byte."""

    def __init__(self, **fields: object) -> None:
        self.net = BgpNet()
        self.one: Speaker = self.net.speaker("R1")
        self.two: Router = self.net.router("R2")
        self.net.wire("R1:Ethernet0/0", "R2:Ethernet0/0")
        self.one.port("Ethernet0/0", "10.0.1.1/24")
        self.two.port("Ethernet0/0", "10.0.1.2/24")
        self.net.wait(10)
        self.two.ping("10.0.1.1")
        self.net.wait(1)
        held = neighbor("10.0.1.2", 2, 1, is_passive=True, **fields)
        self.one.configure(process(1, "1.1.1.1", held))
        self.net.wait(1)
        self.conn = 0
        self.stream = b""
        self.has_ended = False

    def connect(self) -> None:
        send(self.two.stack, self.two, "user", TcpOpen("raw", ip("10.0.1.1"), 179))
        self.wait(0.1)

    def wait(self, seconds: float) -> None:
        self.net.wait(seconds)
        for event in self.two.got():
            match event:
                case TcpUp(conn):
                    self.conn, self.stream, self.has_ended = conn, b"", False
                case TcpData(_, data):
                    self.stream += data
                case TcpEnd():
                    self.has_ended = True

    def say(self, *messages: bytes) -> None:
        for data in messages:
            send(self.two.stack, self.two, "user", TcpWrite(self.conn, data))
        self.wait(0.5)

    def close(self) -> None:
        send(self.two.stack, self.two, "user", TcpClose(self.conn))
        self.wait(0.5)

    def heard(self) -> list[bytes]:
        """Messages since the last call."""
        found = split(self.stream)
        self.stream = found.rest
        return list(found.messages)

    def reach(self, phase: Phase, capabilities: tuple[Capability, ...] = ALL) -> None:
        """Bring R1 to a phase."""
        self.connect()
        if phase is Phase.CONNECT:
            return
        if phase is Phase.OPEN_SENT:
            self.wait(60)
        else:
            self.say(Open.of(2, 90, ip("2.2.2.2"), capabilities).emit())
        if phase is Phase.ESTABLISHED:
            self.say(KEEPALIVE)
        assert self.one.peer("10.0.1.2").phase is phase
        self.heard()

    def notified(self) -> Notification:
        """The notification that was the last thing R1 said."""
        *_, last = self.heard()
        assert last[18] == MessageType.NOTIFICATION
        assert self.has_ended
        return Notification.parse(last)
