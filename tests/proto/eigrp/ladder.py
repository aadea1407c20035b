"""One router's EIGRP alone: configured as typed, fed with packets, and what it does."""

from __future__ import annotations

from dataclasses import dataclass, field

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.kernel.time import SECOND
from iosemu.proto.base import (
    DEFAULT_VRF,
    Action,
    Configured,
    Datagram,
    InterfaceChanged,
    InterfaceState,
    Published,
    RouteAdd,
    RouteChanged,
    RouteDelete,
    Send,
    SetTimer,
    StopTimer,
    Syslog,
    TimerFired,
    heading,
)
from iosemu.proto.eigrp.engine import SOCKET, EigrpEngine
from iosemu.proto.eigrp.settings import ProcessKey
from iosemu.proto.eigrp.state import Process
from iosemu.proto.parts import VERSION
from iosemu.rib.route import Route
from iosemu.wire.eigrp import (
    GROUP,
    PROTOCOL,
    Eigrp,
    Flag,
    Opcode,
    Parameters,
    SoftwareVersion,
    Tlv,
)
from iosemu.wire.eigrp_route import WIDE_UNREACHABLE, WideMetric, WideRoute
from tests.features.shop import Typed, router

PORT = "Ethernet0/0"
OWN = IPv4Address.parse("10.0.0.1")
PEER = IPv4Address.parse("10.0.0.2")
ASN = 100
K = (1, 0, 1, 0, 0, 0)
NO_FLAGS = Flag(0)
HELLO: tuple[Tlv, ...] = (Parameters(K, 15), SoftwareVersion((28, 0), (2, 0)))


@dataclass
class Ladder:
    """Time in seconds; timers fire by `at`, in their order."""

    typed: Typed = field(default_factory=lambda: router(PORT))
    engine: EigrpEngine = field(default_factory=EigrpEngine)
    now_s: float = 0
    sent: list[tuple[IPv4Address, Eigrp]] = field(default_factory=list)
    last: list[tuple[IPv4Address, Eigrp]] = field(default_factory=list)
    """What `news` put into words last."""
    logged: list[str] = field(default_factory=list)
    routes: dict[IPv4Prefix, Route] = field(default_factory=dict)
    timers: dict[object, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.take(Published(VERSION, "15.4"))
        state = InterfaceState(PORT, DEFAULT_VRF, True, ((OWN, 24),), 1500, 10_000, 1000)
        self.take(InterfaceChanged(PORT, None, state))

    def type(self, *lines: str) -> None:
        """Configure, each line a commit."""
        for line in ("end", *lines):
            old = self.typed.config
            self.typed.type(line)
            if self.typed.config is not old:
                self.take(Configured(old, self.typed.config))

    def take(self, event: object) -> list[Action]:
        now = round(self.now_s * SECOND)
        actions = self.engine.step(now, event)  # type: ignore[arg-type]
        for action in actions:
            match action:
                case Send(target, _, payload):
                    self.sent.append((target, Eigrp.parse(payload)))
                case Syslog(message):
                    mark = heading(message)
                    self.logged.append(f"{mark.mnemonic}: {message.text()}")
                case RouteAdd(route):
                    self.routes[route.prefix] = route
                case RouteDelete(key):
                    self.routes.pop(key.prefix, None)
                case SetTimer(key, delay_ns):
                    self.timers[key] = now + delay_ns
                case StopTimer(key):
                    self.timers.pop(key, None)
        return actions

    def at(self, second: float) -> None:
        """Let time go by."""
        until = round(second * SECOND)
        while due := [(at, str(key), key) for key, at in self.timers.items() if at <= until]:
            at, _, key = min(due, key=lambda item: item[:2])
            del self.timers[key]
            self.now_s = at / SECOND
            self.take(TimerFired(key))  # type: ignore[arg-type]
        self.now_s = second

    def hear(
        self,
        opcode: Opcode,
        *tlvs: Tlv,
        flags: Flag = NO_FLAGS,
        sequence: int = 0,
        ack: int = 0,
        target: IPv4Address = GROUP,
        source: IPv4Address = PEER,
    ) -> None:
        """A packet of a neighbor."""
        packet = Eigrp(opcode, flags, sequence, ack, 0, ASN, tlvs)
        self.raw(packet.emit(), target, source)

    def raw(self, payload: bytes, target: IPv4Address = GROUP, source: IPv4Address = PEER) -> None:
        self.take(Datagram(SOCKET, DEFAULT_VRF, PORT, source, target, 1, payload))

    def ack_all(self) -> None:
        """The neighbor acknowledges whatever waits for it."""
        for held in list(self.process.neighbors.values()):
            while held.queue and not held.is_gone:
                number = held.queue[0].sequence
                self.hear(Opcode.HELLO, ack=number, target=OWN, source=held.key.address)

    def meet(self, *prefixes: str) -> None:
        """An adjacency with a neighbor that has these networks."""
        self.hear(Opcode.HELLO, *HELLO)
        self.hear(Opcode.UPDATE, flags=Flag.INIT, sequence=1, target=OWN)
        self.ack_all()
        routes = tuple(route(prefix) for prefix in prefixes)
        self.hear(Opcode.UPDATE, *routes, flags=Flag.EOT, sequence=2, target=OWN)
        self.at(self.now_s + 0.1)
        self.ack_all()

    @property
    def process(self) -> Process:
        return self.engine.state.processes[ProcessKey(DEFAULT_VRF, ASN)]

    def news(self) -> list[str]:
        """The packets since the last call but plain hellos, in words."""
        self.last = sent = self.sent
        self.sent = []
        return [words(target, packet) for target, packet in sent if is_news(packet)]

    def best(self, prefix: str, route: Route | None) -> None:
        """The routing table has another route."""
        self.take(RouteChanged(DEFAULT_VRF, IPv4Prefix.parse(prefix), route))


def is_news(packet: Eigrp) -> bool:
    return packet.opcode != Opcode.HELLO or bool(packet.acknowledgment)


def words(target: IPv4Address, packet: Eigrp) -> str:
    """As "UPDATE INIT|RS to 10.0.0.2: 3.0.0.0/8"."""
    if packet.is_acknowledgment:
        return f"ACK to {target}"
    flags = "|".join(flag.name or "" for flag in Flag if flag in packet.flags)
    named = [
        f"{prefix}" + ("" if route.metric.is_reachable else " unreachable")
        for route in packet.routes
        for prefix in route.destinations
    ]
    head = " ".join(part for part in (Opcode(packet.opcode).name, flags) if part)
    return f"{head} to {target}: {', '.join(named)}".rstrip(": ")


def route(prefix: str, *, router: str = "2.2.2.2", delay_us: int = 5000) -> WideRoute:
    """A neighbor's network."""
    return of(prefix, router, delay_us * 1_000_000)


def lost(prefix: str) -> WideRoute:
    """The same, unreachable."""
    return of(prefix, "2.2.2.2", WIDE_UNREACHABLE)


def of(prefix: str, router: str, delay_ps: int) -> WideRoute:
    """A route of a network with one delay or another."""
    metric = WideMetric(delay_ps, 10_000, 1500, 0, 255, 1)
    return WideRoute(IPv4Address.parse(router), metric, IPv4Address(0), (IPv4Prefix.parse(prefix),))


__all__ = ["HELLO", "OWN", "PEER", "PORT", "PROTOCOL", "Ladder", "lost", "route"]
