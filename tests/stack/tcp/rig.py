"""Two routers on one wire that loses, delays, doubles, turns around and spoils frames as told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from iosemu.address import IPv4Address
from iosemu.kernel.rng import Random
from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.proto.base import (
    Input,
    Open,
    TcpAbort,
    TcpClose,
    TcpData,
    TcpDown,
    TcpListen,
    TcpOpen,
    TcpOptions,
    TcpPause,
    TcpResume,
    TcpUp,
    TcpWrite,
)
from iosemu.stack import on_frame, on_timer, send, set_carrier
from iosemu.stack.tcp import TcpAction
from iosemu.stack.tcp_state import Connection, State
from iosemu.wire.ethernet import EtherType
from iosemu.wire.ipv4 import IPv4, Protocol, datagram
from iosemu.wire.tcp import Flag, Tcp
from tests.stack.net import Net, Router, ip

PORT = 179
DELAY_NS = 5 * MILLISECOND


@dataclass
class Quality:
    """Chances of what may happen to a frame, by one random stream."""

    random: Random
    loss: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    corrupt: float = 0.0


@dataclass
class Wire(Net):
    """A net whose wires take time.  `judge`: whether a segment may pass (None: all)."""

    delay_ns: Time = DELAY_NS
    quality: Quality | None = None
    judge: Callable[[str, Tcp], bool] | None = None
    flying: list[tuple[Time, int, str, str, bytes]] = field(default_factory=list)
    count: int = 0
    seen: list[tuple[float, str, Tcp]] = field(default_factory=list)
    """Every TCP segment that was put on the wire: seconds, receiver, segment."""

    def run(self) -> None:
        while self.queue:
            name, interface, payload = self.queue.popleft()
            router = self.routers[name]
            if isinstance(payload, bool):
                set_carrier(router.stack, router, interface, payload)
            else:
                self._fly(name, interface, payload)

    def _fly(self, name: str, interface: str, frame: bytes) -> None:
        segment = tcp_of(frame)
        if segment is not None:
            self.seen.append((self.now / SECOND, name, segment))
            if self.judge is not None and not self.judge(name, segment):
                return
        delays, q = [self.delay_ns], self.quality
        if q is not None and segment is not None:
            if q.random.random() < q.loss:
                return
            if q.random.random() < q.duplicate:
                delays.append(self.delay_ns)
            if q.random.random() < q.reorder:
                delays[0] += q.random.randrange(30) * MILLISECOND
            if q.random.random() < q.corrupt:
                at = 14 + q.random.randrange(len(frame) - 14)
                frame = (
                    frame[:at] + bytes((frame[at] ^ 1 + q.random.randrange(255),)) + frame[at + 1 :]
                )
        for delay in delays:
            self.count += 1
            self.flying.append((self.now + delay, self.count, name, interface, frame))

    def wait(self, seconds: float) -> None:
        until = self.now + round(seconds * SECOND)
        while self.step(until):
            pass
        self.now = until

    def step(self, until: Time) -> bool:
        """Let the next thing happen, if it is due by then."""
        self.run()
        frame = min(self.flying, default=None)
        timer = min(
            ((at, key) for key, at in self.timers.items()), default=None, key=lambda t: t[0]
        )
        if frame is not None and (timer is None or frame[0] <= timer[0]):
            if frame[0] > until:
                return False
            self.flying.remove(frame)
            self.now, _, name, interface, data = frame
            on_frame(self.routers[name].stack, self.routers[name], interface, data)
        elif timer is not None and timer[0] <= until:
            self.now, (name, key) = timer
            del self.timers[name, key]
            on_timer(self.routers[name].stack, self.routers[name], key)
        else:
            return False
        return True


def tcp_of(frame: bytes) -> Tcp | None:
    """The segment in a frame."""
    if frame[12:14] != b"\x08\x00":
        return None
    packet = IPv4.parse(frame[14:])
    if packet.protocol != Protocol.TCP:
        return None
    return Tcp.parse(packet.payload, packet.source, packet.target)


def said(segment: Tcp) -> str:
    """A segment in short: "SA", "PA 5"."""
    letters = "".join(flag.name[0] for flag in Flag if segment.flags & flag and flag.name)
    return letters + (f" {len(segment.payload)}" if segment.payload else "")


@dataclass
class Host:
    """One router as the owner of connections."""

    router: Router
    owner: str = "user"

    def do(self, action: TcpAction | Open) -> None:
        send(self.router.stack, self.router, self.owner, action)
        self.router.net.run()

    def listen(self, port: int = PORT, options: TcpOptions | None = None, **socket: object) -> None:
        self.do(Open(TcpListen(port, **socket), tcp=options or TcpOptions()))  # type: ignore[arg-type]

    def connect(self, target: str, port: int = PORT, **wanted: object) -> None:
        self.do(TcpOpen("token", ip(target), port, **wanted))  # type: ignore[arg-type]

    def write(self, data: bytes) -> None:
        self.do(TcpWrite(self.connection.number, data))

    def close(self) -> None:
        self.do(TcpClose(self.connection.number))

    def abort(self) -> None:
        self.do(TcpAbort(self.connection.number))

    def pause(self) -> None:
        self.do(TcpPause(self.connection.number))

    def resume(self) -> None:
        self.do(TcpResume(self.connection.number))

    @property
    def connection(self) -> Connection:
        """The newest one."""
        return list(self.router.stack.tcp.connections.values())[-1]

    @property
    def state(self) -> State:
        """Of the newest connection; CLOSED if there is none."""
        held = list(self.router.stack.tcp.connections.values())
        return held[-1].state if held else State.CLOSED

    def got(self) -> list[Input]:
        """Inputs since the last call."""
        return self.router.got()

    def read(self) -> bytes:
        """The data among the inputs since the last call."""
        return b"".join(event.data for event in self.got() if isinstance(event, TcpData))

    def downs(self) -> list[str]:
        """Why connections ended since the last call."""
        return [event.reason.name for event in self.got() if isinstance(event, TcpDown)]


@dataclass
class Rig:
    """R1 10.0.1.1 and R2 10.0.1.2; R2 listens."""

    wire: Wire
    one: Host
    two: Host

    def wait(self, seconds: float) -> None:
        self.wire.wait(seconds)

    def segments(self, to: str | None = None) -> list[str]:
        """What was put on the wire since the last call, in short."""
        seen = [said(s) for _, name, s in self.wire.seen if to in (None, name)]
        self.wire.seen.clear()
        return seen

    def inject(self, to: str, **changes: object) -> None:
        """A forged segment of the connection to a host, by default the next honest one."""
        host = self.one if to == "R1" else self.two
        c = host.connection
        r, s = c.receiver, c.sender
        values: dict[str, object] = {
            "sequence": r.nxt,
            "acknowledgment": s.nxt,
            "flags": Flag.ACK,
            "window": 4128,
            "payload": b"",
        }
        values.update(changes)
        segment = Tcp(
            c.peer_port,
            c.local_port,
            int(values["sequence"]) & 0xFFFFFFFF,  # type: ignore[call-overload]
            int(values["acknowledgment"]) & 0xFFFFFFFF,  # type: ignore[call-overload]
            int(values["flags"]),  # type: ignore[call-overload]
            int(values["window"]),  # type: ignore[call-overload]
            0,
            b"",
            bytes(values["payload"]),  # type: ignore[call-overload]
        )
        self.raw(to, segment, c.peer, c.local)

    def raw(self, to: str, segment: Tcp, source: IPv4Address, target: IPv4Address) -> None:
        """Any segment, straight into a host's interface."""
        router = self.wire.routers[to]
        interface = next(i for i in router.stack.interfaces.values() if i.is_hardware)
        packet = datagram(source, target, Protocol.TCP, segment.emit(source, target))
        mac = interface.mac.to_bytes(6, "big")
        frame = mac + bytes(6) + int(EtherType.IPV4).to_bytes(2, "big") + packet.emit()
        on_frame(router.stack, router, interface.name, frame)
        self.wire.run()


def pair(**options: object) -> Rig:
    """The rig, with neighbors resolved and nothing connected."""
    wire = Wire()
    for name in ("R1", "R2"):
        wire.router(name)
    wire.wire("R1:Ethernet0/0", "R2:Ethernet0/0")
    wire.routers["R1"].port("Ethernet0/0", "10.0.1.1/24")
    wire.routers["R2"].port("Ethernet0/0", "10.0.1.2/24")
    wire.wait(10)
    wire.routers["R1"].ping("10.0.1.2")
    wire.wait(2)
    rig = Rig(wire, Host(wire.routers["R1"]), Host(wire.routers["R2"]))
    rig.one.got()
    rig.two.got()
    rig.two.listen(**options)  # type: ignore[arg-type]
    return rig


def connected(**options: object) -> Rig:
    """The rig after the handshake; what was said and told so far is forgotten."""
    rig = pair(**options)
    rig.one.connect("10.0.1.2")
    rig.wait(1)
    assert [type(event) for event in rig.one.got() + rig.two.got()] == [TcpUp, TcpUp]
    rig.segments()
    return rig
