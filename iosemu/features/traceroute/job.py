"""Traceroute as a job: UDP probes of growing TTL, one at a time.

A probe is an IP and a UDP header.  Each has its own target port, which an ICMP error
quotes, so an answer is known to be about the probe that is out.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

from iosemu.address import Address, IPv6Address
from iosemu.features.ping.options import NO_OPTIONS, Wanted, first_target, option_bytes
from iosemu.features.ping.packet import quoted_upper
from iosemu.kernel.time import MILLISECOND, SECOND, Time, TimerFired
from iosemu.proto.base import (
    DEFAULT_VRF,
    Action,
    Close,
    Datagram,
    Done,
    IcmpError,
    Input,
    Interrupted,
    Open,
    Print,
    SendUdp,
    SetTimer,
    Started,
    StopTimer,
    Udp,
)
from iosemu.values import dataclass

TIMEOUT = ("timeout",)


class Kinds(NamedTuple):
    """What the errors of one version of ICMP mean to a trace; `flags`: what is printed for one that
    is neither time exceeded nor port unreachable."""

    time_exceeded: int
    unreachable: int
    port_unreachable: tuple[int, int]
    flags: dict[tuple[int, int], str]


KINDS = Kinds(
    11,
    3,
    (3, 3),
    {
        (3, 0): "!N",
        (3, 1): "!H",
        (3, 2): "!P",
        (3, 9): "!A",
        (3, 10): "!A",
        (3, 13): "!A",
        (4, 0): "!Q",
    },
)
KINDS6 = Kinds(3, 1, (1, 4), {(1, 0): "!U", (1, 1): "!A", (1, 2): "!N", (1, 3): "!H"})


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """What to send.  `vrf_line`: releases since 15.0 print a line about VRFs, earlier ones an empty
    line."""

    target: Address
    source_port: int
    source: Address | None = None
    timeout_s: int = 3
    probes: int = 3
    minimum_ttl: int = 1
    maximum_ttl: int = 30
    port: int = 33434
    tos: int = 0
    vrf: str = DEFAULT_VRF
    vrf_line: bool = True
    options: Wanted = NO_OPTIONS
    names: tuple[tuple[Address, str], ...] = ()
    """Names to print before addresses: those of `ip host`, none if the display is numeric."""


@dataclass(slots=True)
class Traceroute:
    """The state of one traceroute command.

    `sent` counts all probes; `of_hop` those decided at this TTL; `last` the router that answered
    last at this TTL; `reached`: no probe of a greater TTL is needed.
    """

    request: TraceRequest
    ttl: int
    sent: int = 0
    sent_at: Time = 0
    of_hop: int = 0
    last: Address | None = None
    reached: bool = False

    @classmethod
    def of(cls, request: TraceRequest) -> Traceroute:
        """A job that has not started."""
        return cls(request, request.minimum_ttl)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Started():
                return on_started(self, now)
            case IcmpError():
                return on_error(self, now, event)
            case Datagram():
                return on_datagram(self, now, event)
            case TimerFired():
                return decided(self, now, " * ")
            case Interrupted():
                return end(self)
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return True

    def view(self, query: Hashable) -> Any:
        return None


def header(request: TraceRequest) -> str:
    """The lines before the first hop."""
    if isinstance(request.target, IPv6Address):
        return f"Type escape sequence to abort.\nTracing the route to {request.target}\n\n"
    second = "VRF info: (vrf in name/id, vrf out name/id)" if request.vrf_line else ""
    target = named(request, request.target)
    return f"Type escape sequence to abort.\nTracing the route to {target}\n{second}\n"


def named(request: TraceRequest, address: Address) -> str:
    """The address, behind its name if it has one."""
    name = next((name for known, name in request.names if known == address), None)
    return str(address) if name is None else f"{name} ({address})"


def on_started(trace: Traceroute, now: Time) -> list[Action]:
    """Print the header, open the socket, send the first probe."""
    request = trace.request
    opened = Open(Udp(request.source_port), request.vrf)
    return [Print(header(request)), opened, Print(f"{trace.ttl:3d} "), *send_probe(trace, now)]


def send_probe(trace: Traceroute, now: Time) -> list[Action]:
    """The next probe and its timeout."""
    request = trace.request
    trace.sent += 1
    trace.sent_at = now
    send = SendUdp(
        target=first_target(request.options, request.target),
        source_port=request.source_port,
        target_port=port_of(trace),
        payload=b"",
        source=request.source,
        vrf=request.vrf,
        ttl=trace.ttl,
        tos=request.tos,
        options=option_bytes(request.options, request.target),
    )
    return [SetTimer(TIMEOUT, request.timeout_s * SECOND), send]


def port_of(trace: Traceroute) -> int:
    """The target port of the probe that is out."""
    return trace.request.port + trace.sent - 1 & 0xFFFF


def quoted_port(quoted: bytes) -> int | None:
    """The target port of the datagram an ICMP error quotes."""
    port = quoted_upper(quoted)[2:4]
    return int.from_bytes(port, "big") if len(port) == 2 else None


def on_error(trace: Traceroute, now: Time, event: IcmpError) -> list[Action]:
    """A router reports that it dropped the probe that is out; any other report is late."""
    if quoted_port(event.quoted) != port_of(trace):
        return []
    kinds = KINDS6 if isinstance(event.target, IPv6Address) else KINDS
    if event.type == kinds.unreachable:
        trace.reached = True
    if event.type == kinds.time_exceeded or (event.type, event.code) == kinds.port_unreachable:
        result = round_trip(trace, now)
    else:
        result = f" {kinds.flags.get((event.type, event.code), '?')} "
    return decided(trace, now, address_text(trace, event.reporter) + result)


def on_datagram(trace: Traceroute, now: Time, event: Datagram) -> list[Action]:
    """Something listens on the probe's port and answers."""
    if event.source_port != port_of(trace):
        return []
    trace.reached = True
    return decided(trace, now, address_text(trace, event.source) + round_trip(trace, now))


def round_trip(trace: Traceroute, now: Time) -> str:
    return f" {(now - trace.sent_at) // MILLISECOND} msec"


def address_text(trace: Traceroute, address: Address) -> str:
    """The address where it differs from the last one, on a line of its own after other output."""
    if address == trace.last:
        return ""
    trace.last = address
    text = named(trace.request, address)
    return f"\n    {text}" if trace.of_hop else text


def decided(trace: Traceroute, now: Time, text: str) -> list[Action]:
    """Print the result of the probe that is out; then the next probe, the next hop or the end."""
    request = trace.request
    trace.of_hop += 1
    if trace.of_hop < request.probes:
        return [Print(text), *send_probe(trace, now)]
    if trace.reached or trace.ttl == request.maximum_ttl:
        return [Print(text), *end(trace)]
    trace.ttl += 1
    trace.of_hop = 0
    trace.last = None
    return [Print(f"{text}\n{trace.ttl:3d} "), *send_probe(trace, now)]


def end(trace: Traceroute) -> list[Action]:
    """After the last probe or the escape sequence."""
    closed = Close(Udp(trace.request.source_port), trace.request.vrf)
    return [Print("\n"), StopTimer(TIMEOUT), closed, Done()]
