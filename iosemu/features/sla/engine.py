"""IP SLA as an engine: sends the probes of scheduled operations and says how each ended.

A probe is a packet or a connection like any other: it waits for ARP, follows routes, and is lost
where they lead nowhere.  The first one leaves a second after the operation starts.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from iosemu.address import IPv4Address
from iosemu.kernel.time import MILLISECOND, MINUTE, SECOND, Time, TimerFired
from iosemu.proto.base import (
    Action,
    Close,
    Configured,
    Datagram,
    Debug,
    IcmpEcho,
    IcmpError,
    Input,
    InterfaceChanged,
    Open,
    Publish,
    Published,
    Send,
    SendUdp,
    SetTimer,
    StopTimer,
    Subscribe,
    TcpAbort,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpOpen,
    TcpOptions,
    TcpReason,
    TcpUp,
    Udp,
)
from iosemu.proto.parts import CLOCK
from iosemu.wire.base import WireError
from iosemu.wire.icmp import Echo, emit, parse

from .config import Probe, Schedule, SlaConfig
from .state import (
    NO_CONNECTION,
    OK,
    OVER_THRESHOLD,
    SOCKET_ERROR,
    TIMEOUT,
    TOPIC,
    Outcome,
    Running,
)

ICMP = 1
TRACE = "ip sla trace"
ICMP_DATA_BYTES = 28
UDP_DATA_BYTES = 16
DAY = 24 * 3600 * SECOND
FIRST_UDP_PORT = 49_152


@dataclass(slots=True)
class SlaEngine:
    """running: scheduled operations.  clock_ns: as the topic says, None before boot.

    addresses: the primary one of each interface that is up.
    """

    SLOTS: ClassVar[tuple[type, ...]] = (SlaConfig,)

    config: SlaConfig = field(default_factory=SlaConfig)
    running: dict[int, Running] = field(default_factory=dict)
    clock_ns: Time | None = None
    addresses: dict[str, IPv4Address] = field(default_factory=dict)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(old, new):
                return on_configured(self, now, old.of(SlaConfig), new.of(SlaConfig))
            case InterfaceChanged():
                return on_interface(self, event)
            case TimerFired(("start", int(number))):
                return on_start(self, now, number)
            case TimerFired(("probe", int(number))):
                return on_probe(self, now, number)
            case TimerFired(("timeout", int(number))):
                return finish(self, now, number, TIMEOUT)
            case TimerFired(("life", int(number))):
                return on_life_over(self, number)
            case TimerFired(("ageout", int(number))):
                return end(self, number)
            case Datagram():
                return on_datagram(self, now, event)
            case TcpUp(conn, token):
                return on_tcp_up(self, now, token, conn)
            case TcpDown(_, token, reason):
                return on_tcp_down(self, now, token, reason)
            case Published(_, clock_ns):
                self.clock_ns = clock_ns
                return []
            case IcmpError() | TcpData() | TcpEnd():
                # An error leaves the probe without an answer: that is a timeout.
                return []
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        """All operations that are scheduled, by number."""
        return dict(self.running)


# -- the configuration ----


def on_configured(engine: SlaEngine, now: Time, old: SlaConfig, new: SlaConfig) -> list[Action]:
    """End what changed and start it as it is now."""
    engine.config = new
    actions: list[Action] = []
    if engine.clock_ns is None:
        engine.clock_ns = 0
        actions.append(Subscribe(CLOCK))
    for number in new.operations.changed_keys(old.operations):
        actions += end(engine, number)
        operation = new.operations.get(number)
        if operation is not None and operation.schedule is not None:
            actions += schedule(engine, now, number, operation.schedule)
    for _, port in old.echoes:
        if not any(port == other for _, other in new.echoes):
            actions.append(Close(Udp(port)))
    return actions + [Open(Udp(port)) for _, port in new.echoes]


def schedule(engine: SlaEngine, now: Time, number: int, wanted: Schedule) -> list[Action]:
    """A new start; `pending` waits for another configuration, or until it is forgotten."""
    engine.running[number] = Running()
    actions: list[Action] = [Publish(f"{TOPIC}{number}", engine.running[number].outcome)]
    delay = delay_ns(engine, now, wanted)
    if delay is None:
        return [*actions, *age_out(number, wanted)]
    return [*actions, SetTimer(("start", number), delay)]


def age_out(number: int, wanted: Schedule) -> list[Action]:
    """`ageout`: an operation that does not run is forgotten after this time; 0 is never."""
    return [SetTimer(("ageout", number), wanted.ageout * SECOND)] if wanted.ageout else []


def delay_ns(engine: SlaEngine, now: Time, wanted: Schedule) -> Time | None:
    """How long until an operation starts; None: it waits."""
    match wanted.start:
        case "now":
            return 0
        case "after":
            return (wanted.after or 0) * SECOND
        case int(minute):
            return (minute * MINUTE - (engine.clock_ns or 0) - now) % DAY
        case _:
            return None


def end(engine: SlaEngine, number: int) -> list[Action]:
    """Forget an operation."""
    held = engine.running.pop(number, None)
    if held is None:
        return []
    timers = [StopTimer((name, number)) for name in ("start", "probe", "timeout", "life", "ageout")]
    return [*timers, *recall(held, number), Publish(f"{TOPIC}{number}", None)]


def recall(held: Running, number: int) -> list[Action]:
    """Take back what a probe opened."""
    if not held.is_out:
        return []
    held.is_out = False
    if held.socket is None:
        return [TcpAbort((number, held.sequence))]
    return [Close(held.socket)]


def on_interface(engine: SlaEngine, event: InterfaceChanged) -> list[Action]:
    if event.new is not None and event.new.is_up and event.new.addresses:
        engine.addresses[event.name] = event.new.addresses[0][0]
    else:
        engine.addresses.pop(event.name, None)
    return []


# -- the life of an operation ----


def on_start(engine: SlaEngine, now: Time, number: int) -> list[Action]:
    """From now until its life is over."""
    held = engine.running[number]
    held.status = "active"
    wanted = engine.config.operations[number].schedule
    assert wanted is not None, number
    actions: list[Action] = [SetTimer(("probe", number), SECOND)]
    if wanted.ageout:
        actions.append(StopTimer(("ageout", number)))
    if wanted.recurring:
        actions.append(SetTimer(("start", number), DAY))
    if wanted.life_s is not None:
        held.ends_at = now + wanted.life_s * SECOND
        actions.append(SetTimer(("life", number), wanted.life_s * SECOND))
    return actions


def on_life_over(engine: SlaEngine, number: int) -> list[Action]:
    held = engine.running[number]
    held.status = "inactive"
    held.ends_at = None
    wanted = engine.config.operations[number].schedule
    assert wanted is not None, number
    return [
        StopTimer(("probe", number)),
        StopTimer(("timeout", number)),
        *recall(held, number),
        *age_out(number, wanted),
    ]


def on_probe(engine: SlaEngine, now: Time, number: int) -> list[Action]:
    """The next probe, and when the one after it is due."""
    held, probe = engine.running[number], probe_of(engine, number)
    again = SetTimer(("probe", number), probe.frequency_s * SECOND)
    if held.is_out:
        return [again]
    held.sequence += 1
    held.started_at = now
    source = probe.source_ip
    if probe.source_interface is not None:
        source = engine.addresses.get(probe.source_interface)
        if source is None:
            return [again, *finish(engine, now, number, SOCKET_ERROR)]
    sent = send(probe, number, held.sequence, source)
    if not sent:
        return [again]
    held.is_out = True
    held.socket = next((action.socket for action in sent if isinstance(action, Open)), None)
    timeout = SetTimer(("timeout", number), probe.timeout_ms * MILLISECOND)
    trace = Debug(TRACE, f"IPSLA-OPER_TRACE:OPER:{number} Starting {probe.kind} operation")
    # An answer that is due when the next probe is has failed to come by then.
    return [timeout, again, trace, *sent]


def probe_of(engine: SlaEngine, number: int) -> Probe:
    return engine.config.operations[number].probe or Probe()


def send(probe: Probe, number: int, sequence: int, source: IPv4Address | None) -> list[Action]:
    """What this kind of probe sends; nothing for a kind that is not simulated."""
    if probe.target is None:
        return []
    match probe.kind:
        case "icmp-echo":
            size = ICMP_DATA_BYTES if probe.size is None else probe.size
            echo = Echo(False, socket_of(number).identifier, sequence & 0xFFFF, bytes(size))
            return [
                Open(socket_of(number)),
                Send(probe.target, ICMP, emit(echo), source=source, tos=probe.tos),
            ]
        case "udp-echo":
            assert probe.port is not None
            size = UDP_DATA_BYTES if probe.size is None else probe.size
            own = probe.source_port or udp_of(number).port
            data = sequence.to_bytes(4, "big").ljust(size, b"\0")
            return [
                Open(Udp(own)),
                SendUdp(probe.target, own, probe.port, data, source=source, tos=probe.tos),
            ]
        case "tcp-connect":
            assert probe.port is not None
            options = TcpOptions(tos=probe.tos, timeout_s=max(1, probe.timeout_ms // 1000 + 1))
            return [
                TcpOpen(
                    (number, sequence),
                    probe.target,
                    probe.port,
                    source=source,
                    source_port=probe.source_port,
                    tcp=options,
                )
            ]
        case _:
            return []


def socket_of(number: int) -> IcmpEcho:
    """Identifiers in the upper half: those of ping count from below."""
    return IcmpEcho(0x8000 | number & 0x7FFF)


def udp_of(number: int) -> Udp:
    return Udp(FIRST_UDP_PORT + number % 16_000)


# -- answers ----


def on_datagram(engine: SlaEngine, now: Time, event: Datagram) -> list[Action]:
    """A datagram to the responder goes back; anything else may answer a probe."""
    if isinstance(event.socket, Udp) and (event.target, event.target_port) in engine.config.echoes:
        return [
            SendUdp(
                event.source,
                event.target_port,
                event.source_port,
                event.payload,
                source=event.target,
            )
        ]
    sequence = answered(event)
    for number, held in engine.running.items():
        if held.is_out and event.socket == held.socket:
            probe = probe_of(engine, number)
            wanted = held.sequence & (0xFFFF if probe.kind == "icmp-echo" else 0xFFFFFFFF)
            if sequence == wanted and event.source == probe.target:
                return finish(engine, now, number, OK)
    return []


def answered(event: Datagram) -> int | None:
    """The sequence number that a datagram brings back."""
    if isinstance(event.socket, Udp):
        return int.from_bytes(event.payload[:4], "big")
    try:
        reply = parse(event.payload)
    except WireError:
        return None
    return reply.sequence if isinstance(reply, Echo) and reply.is_reply else None


def on_tcp_up(engine: SlaEngine, now: Time, token: Hashable, conn: int) -> list[Action]:
    """Connected: that was all, so the connection is given back."""
    number = waiting(engine, token)
    closed: list[Action] = [TcpAbort(conn)]
    return closed if number is None else [*closed, *finish(engine, now, number, OK)]


def on_tcp_down(engine: SlaEngine, now: Time, token: Hashable, reason: TcpReason) -> list[Action]:
    number = waiting(engine, token)
    if number is None:
        return []
    match reason:
        case TcpReason.TIMEOUT:
            code = TIMEOUT
        case TcpReason.UNREACHABLE | TcpReason.NO_BUFFERS:
            code = SOCKET_ERROR
        case _:
            code = NO_CONNECTION
    return finish(engine, now, number, code)


def waiting(engine: SlaEngine, token: Hashable) -> int | None:
    """The operation that waits for the connection of this token."""
    for number, held in engine.running.items():
        if held.is_out and token == (number, held.sequence):
            return number
    return None


def finish(engine: SlaEngine, now: Time, number: int, code: str) -> list[Action]:
    """A probe is over."""
    held, probe = engine.running[number], probe_of(engine, number)
    rtt_ms = None
    if code == OK:
        assert held.started_at is not None
        rtt_ms = max(1, (now - held.started_at) // MILLISECOND)
        if rtt_ms > probe.threshold_ms:
            code = OVER_THRESHOLD
    if rtt_ms is None:
        held.failures += 1
    else:
        held.successes += 1
    held.outcome = Outcome(code, rtt_ms)
    return [
        StopTimer(("timeout", number)),
        *recall(held, number),
        Debug(TRACE, f"IPSLA-OPER_TRACE:OPER:{number} {code} RTT={rtt_ms or 0}"),
        Publish(f"{TOPIC}{number}", held.outcome),
    ]
