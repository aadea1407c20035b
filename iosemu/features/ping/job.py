"""Ping as a job: one echo at a time, a mark for each, and the summary.

The next request leaves at once when a reply or an error about the last one arrives; what comes
later than the timeout is not counted.  Marks are those of IOS.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from iosemu.address import IPv4Address
from iosemu.kernel.time import MILLISECOND, SECOND, Time, TimerFired
from iosemu.proto.base import (
    DEFAULT_VRF,
    Action,
    Close,
    Datagram,
    Done,
    IcmpEcho,
    IcmpError,
    Input,
    Interrupted,
    Open,
    Print,
    Send,
    SetTimer,
    Started,
    StopTimer,
)

from .packet import ECHO_DATA_OFFSET, echo_request, quoted_sequence, reply_data

ICMP = 1
MARKS_PER_LINE = 70
TIMEOUT = ("timeout",)


@dataclass(frozen=True, slots=True)
class PingRequest:
    """What to send.  Sizes are of the whole IP datagram; `sizes` is (first, last, step).

    `show_source`: the user named a source, so the header names its address.
    """

    target: IPv4Address
    identifier: int
    repeat: int = 5
    sizes: tuple[int, int, int] = (100, 100, 1)
    timeout_s: int = 2
    source: IPv4Address | None = None
    show_source: bool = False
    tos: int = 0
    dont_fragment: bool = False
    pattern: int | None = None
    validate: bool = False
    verbose: bool = False
    vrf: str = DEFAULT_VRF


@dataclass(slots=True)
class Ping:
    """The state of one ping command.  `sent` counts requests, `marks` those that are decided."""

    request: PingRequest
    sent: int = 0
    sent_at: Time = 0
    marks: int = 0
    round_trips_ms: list[int] = field(default_factory=list)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Started():
                return on_started(self, now)
            case Datagram():
                return on_reply(self, now, event)
            case IcmpError():
                return on_error(self, now, event)
            case TimerFired():
                return mark(self, now, ".", "timed out")
            case Interrupted():
                return end(self)
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return True

    def view(self, query: Hashable) -> Any:
        return None


def header(request: PingRequest) -> str:
    """The lines before the first mark."""
    first, last, _ = request.sizes
    size = str(first) if first == last else f"[{first}..{last}]"
    lines = [
        "Type escape sequence to abort.",
        f"Sending {total(request)}, {size}-byte ICMP Echos to {request.target},"
        f" timeout is {request.timeout_s} seconds:",
    ]
    if request.show_source:
        lines.append(f"Packet sent with a source address of {request.source} ")
    if request.dont_fragment:
        lines.append("Packet sent with the DF bit set")
    if request.pattern is not None:
        lines.append(f"Packet has data pattern 0x{request.pattern:04X}")
    return "".join(line + "\n" for line in lines)


def sizes(request: PingRequest) -> range:
    """The sizes of one round of requests."""
    first, last, step = request.sizes
    return range(first, last + 1, step)


def total(request: PingRequest) -> int:
    """How many requests the whole command sends."""
    return request.repeat * len(sizes(request))


def on_started(ping: Ping, now: Time) -> list[Action]:
    """Print the header, open the socket, send the first request."""
    socket = IcmpEcho(ping.request.identifier)
    opened = Open(socket, ping.request.vrf)
    return [Print(header(ping.request)), opened, *send_echo(ping, now)]


def send_echo(ping: Ping, now: Time) -> list[Action]:
    """The next request and its timeout."""
    request = ping.request
    sequence = ping.sent & 0xFFFF
    ping.sent += 1
    ping.sent_at = now
    send = Send(
        target=request.target,
        protocol=ICMP,
        payload=echo_request(request.identifier, sequence, data_of(ping, now)),
        source=request.source,
        vrf=request.vrf,
        tos=request.tos,
        dont_fragment=request.dont_fragment,
    )
    return [SetTimer(TIMEOUT, request.timeout_s * SECOND), send]


def data_of(ping: Ping, now: Time) -> bytes:
    """The data of the request being sent: zeros, the sender's uptime in ms, then the pattern."""
    request = ping.request
    swept = sizes(request)
    length = swept[(ping.sent - 1) % len(swept)] - ECHO_DATA_OFFSET
    pattern = (0xABCD if request.pattern is None else request.pattern).to_bytes(2, "big")
    stamp = bytes(4) + (now // MILLISECOND & 0xFFFFFFFF).to_bytes(4, "big")
    return (stamp + pattern * (length // 2))[:length]


def on_reply(ping: Ping, now: Time, event: Datagram) -> list[Action]:
    """A reply counts if it answers the request that is out."""
    request = ping.request
    data = reply_data(event.payload, request.identifier, ping.sent - 1 & 0xFFFF)
    if ping.marks == ping.sent or data is None:
        return []
    if request.validate and data != data_of(ping, ping.sent_at):
        return mark(ping, now, "?", "data is corrupted")
    took_ms = max(1, (now - ping.sent_at) // MILLISECOND)
    ping.round_trips_ms.append(took_ms)
    return mark(ping, now, "!", f"({took_ms} ms)")


def on_error(ping: Ping, now: Time, event: IcmpError) -> list[Action]:
    """An error counts if it is about the request that is out."""
    if ping.marks == ping.sent or quoted_sequence(event.quoted) != ping.sent - 1 & 0xFFFF:
        return []
    return mark(ping, now, *error_mark(event))


def error_mark(event: IcmpError) -> tuple[str, str]:
    """The mark of an ICMP error and its words in a verbose ping."""
    match event.type, event.code:
        case 3, 4:
            return "M", "could not fragment"
        case 3, _:
            return "U", f"unreachable from {event.reporter}"
        case 4, _:
            return "Q", "source quench"
        case 11, _:
            return "&", "lifetime exceeded"
        case _:
            return "?", "unknown packet type"


def mark(ping: Ping, now: Time, sign: str, words: str) -> list[Action]:
    """Decide the request that is out; then the next one or the summary."""
    ping.marks += 1
    if ping.request.verbose:
        what = "Reply to request" if sign == "!" else "Request"
        text = f"{what} {ping.marks - 1} {words}\n"
    else:
        text = sign if ping.marks % MARKS_PER_LINE else sign + "\n"
    if ping.marks == total(ping.request):
        return [Print(text), *end(ping)]
    return [Print(text), *send_echo(ping, now)]


def end(ping: Ping) -> list[Action]:
    """The summary, after which the terminal prompts."""
    at_column = 0 if ping.request.verbose else ping.marks % MARKS_PER_LINE
    line_end = "\n" if at_column else ""
    return [
        Print(line_end + summary(ping)),
        StopTimer(TIMEOUT),
        Close(IcmpEcho(ping.request.identifier), ping.request.vrf),
        Done(),
    ]


def summary(ping: Ping) -> str:
    """The success rate, with round-trip times if there was any reply."""
    replies = len(ping.round_trips_ms)
    asked = max(1, ping.marks)
    rate = f"Success rate is {100 * replies // asked} percent ({replies}/{asked})"
    if not replies:
        return rate + "\n"
    shortest, longest = min(ping.round_trips_ms), max(ping.round_trips_ms)
    average = sum(ping.round_trips_ms) // replies
    return f"{rate}, round-trip min/avg/max = {shortest}/{average}/{longest} ms\n"
