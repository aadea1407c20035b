"""Ping as a job: one echo at a time, a mark for each, and the summary.

The next request leaves at once when a reply or an error about the last one arrives; what comes
later than the timeout is not counted.  Marks are those of IOS.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from iosemu.address import Address, IPv6Address
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
from iosemu.values import dataclass, field

from .options import NO_OPTIONS, Wanted, first_target, option_bytes, received_text, sent_text
from .packet import (
    ECHO6_DATA_OFFSET,
    ECHO_DATA_OFFSET,
    echo6_request,
    echo_request,
    quoted_sequence,
    reply6_data,
    reply_data,
)

ICMP, ICMPV6 = 1, 58
MARKS_PER_LINE = 70
MARKS6 = {
    (1, 0): "U",
    (1, 1): "A",
    (1, 2): "N",
    (1, 3): "H",
    (1, 4): "P",
    (1, None): "@",
    (2, None): "B",
    (3, None): "T",
    (4, None): "R",
}
"""What a ping prints for ICMPv6 errors, by type and code, else by type."""
TIMEOUT = ("timeout",)


@dataclass(frozen=True, slots=True)
class PingRequest:
    """What to send.  Sizes are of the whole IP datagram; `sizes` is (first, last, step).

    `show_source`: the user named a source, so the header names its address.
    """

    target: Address
    identifier: int
    repeat: int = 5
    sizes: tuple[int, int, int] = (100, 100, 1)
    timeout_s: int = 2
    source: Address | None = None
    show_source: bool = False
    tos: int = 0
    dont_fragment: bool = False
    pattern: int | None = None
    validate: bool = False
    options: Wanted = NO_OPTIONS
    vrf: str = DEFAULT_VRF
    interface: str | None = None
    """Where to, if the target is a link-local address, which is one on every link."""

    @property
    def is_ipv6(self) -> bool:
        return isinstance(self.target, IPv6Address)


@dataclass(slots=True)
class Ping:
    """The state of one ping command.  `sent` counts requests, `marks` those that are decided."""

    request: PingRequest
    sent: int = 0
    sent_at: Time = 0
    marks: int = 0
    answers: int = 0
    """Of a group or a broadcast: replies to the request that is out."""
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
                return on_timeout(self, now)
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
        zone = "" if request.interface is None else f"%{request.interface}"
        end = zone if request.is_ipv6 else " "
        lines.append(f"Packet sent with a source address of {request.source}{end}")
    if request.dont_fragment:
        lines.append("Packet sent with the DF bit set")
    if request.pattern is not None:
        lines.append(f"Packet has data pattern 0x{request.pattern:04X}")
    if is_group(request.target):
        lines.append("")
    text = "".join(line + "\n" for line in lines)
    options = option_bytes(request.options, request.target)
    return text + sent_text(options) if options else text


def is_group(target: Address) -> bool:
    """Whether more than one may answer, so that every reply is a line of its own."""
    return target.is_multicast or target.is_broadcast


def is_worded(request: PingRequest) -> bool:
    """Whether results are lines instead of marks: asked for, or options are to be printed."""
    wanted = request.options
    return wanted.verbose or wanted != NO_OPTIONS


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
    echo = echo6_request if request.is_ipv6 else echo_request
    ping.sent += 1
    ping.sent_at = now
    send = Send(
        target=first_target(request.options, request.target),
        protocol=ICMPV6 if request.is_ipv6 else ICMP,
        payload=echo(request.identifier, sequence, data_of(ping, now)),
        source=request.source,
        interface=request.interface,
        vrf=request.vrf,
        tos=request.tos,
        dont_fragment=request.dont_fragment,
        options=option_bytes(request.options, request.target),
    )
    return [SetTimer(TIMEOUT, request.timeout_s * SECOND), send]


def data_of(ping: Ping, now: Time) -> bytes:
    """The data of the request being sent: zeros, the sender's uptime in ms, then the pattern."""
    request = ping.request
    options = option_bytes(request.options, request.target)
    headers = ECHO6_DATA_OFFSET if request.is_ipv6 else ECHO_DATA_OFFSET
    length = max(0, size_of(ping) - headers - len(options))
    pattern = (0xABCD if request.pattern is None else request.pattern).to_bytes(2, "big")
    stamp = bytes(4) + (now // MILLISECOND & 0xFFFFFFFF).to_bytes(4, "big")
    return (stamp + pattern * (length // 2))[:length]


def size_of(ping: Ping) -> int:
    """The size of the datagram that is out."""
    swept = sizes(ping.request)
    return swept[(ping.sent - 1) % len(swept)]


def on_reply(ping: Ping, now: Time, event: Datagram) -> list[Action]:
    """A reply counts if it answers the request that is out."""
    request = ping.request
    read = reply6_data if request.is_ipv6 else reply_data
    data = read(event.payload, request.identifier, ping.sent - 1 & 0xFFFF)
    if ping.marks == ping.sent or data is None:
        return []
    if request.validate and data != data_of(ping, ping.sent_at):
        return mark(ping, now, "?", f"Request {ping.marks} data is corrupted{sized(ping)}")
    took_ms = max(1, (now - ping.sent_at) // MILLISECOND)
    if is_group(request.target):
        ping.answers += 1
        return [Print(f"Reply to request {ping.marks} from {event.source}, {took_ms} ms\n")]
    ping.round_trips_ms.append(took_ms)
    said = f"Reply to request {ping.marks} ({took_ms} ms){sized(ping)}"
    if option_bytes(request.options, request.target):
        said += f".  Received packet has {'' if event.options else 'no '}options\n"
        said += received_text(event.options) if event.options else ""
        said = said.removesuffix("\n")
    return mark(ping, now, "!", said)


def on_timeout(ping: Ping, now: Time) -> list[Action]:
    """No reply, or the time for replies of a group is over."""
    if ping.answers:
        ping.answers = 0
        return decided(ping, now, "")
    return mark(ping, now, ".", f"Request {ping.marks} timed out{sized(ping)}")


def sized(ping: Ping) -> str:
    """What a verbose sweep says behind each result."""
    return f" (size {size_of(ping)})" if len(sizes(ping.request)) > 1 else ""


def on_error(ping: Ping, now: Time, event: IcmpError) -> list[Action]:
    """An error counts if it is about the request that is out."""
    if ping.marks == ping.sent or quoted_sequence(event.quoted) != ping.sent - 1 & 0xFFFF:
        return []
    sign, words = error_mark(event)
    return mark(ping, now, sign, f"{words}{sized(ping)}")


def error_mark(event: IcmpError) -> tuple[str, str]:
    """The mark of an ICMP error and its words in a verbose ping."""
    if isinstance(event.target, IPv6Address):
        return error6_mark(event)
    match event.type, event.code:
        case 3, 4:
            return "M", f"Unreachable from {event.reporter}, maximum MTU {event.mtu_bytes}"
        case 3, _:
            return "U", f"Unreachable from {event.reporter}"
        case 4, _:
            return "Q", f"Source quench from {event.reporter}"
        case 11, _:
            return "&", f"Time exceeded from {event.reporter}"
        case _:
            return "?", f"Unknown packet type {event.type} from {event.reporter}"


def error6_mark(event: IcmpError) -> tuple[str, str]:
    """The same of ICMPv6."""
    sign = MARKS6.get((event.type, event.code)) or MARKS6.get((event.type, None), "?")
    return sign, f"Unreachable from {event.reporter}"


def mark(ping: Ping, now: Time, sign: str, words: str) -> list[Action]:
    """Decide the request that is out, in a mark, or in words."""
    if is_worded(ping.request):
        return decided(ping, now, f"{words}\n")
    is_last = (ping.marks + 1) % MARKS_PER_LINE == 0
    return decided(ping, now, sign + "\n" if is_last else sign)


def decided(ping: Ping, now: Time, text: str) -> list[Action]:
    """Print a result; then the next request or the summary."""
    ping.marks += 1
    if ping.marks == total(ping.request):
        return [Print(text), *end(ping)]
    return [Print(text), *send_echo(ping, now)]


def end(ping: Ping) -> list[Action]:
    """The summary, after which the terminal prompts."""
    at_column = 0 if is_worded(ping.request) else ping.marks % MARKS_PER_LINE
    line_end = "\n" if at_column else ""
    # Nobody knows how many belong to a group, so there is no rate of success.
    said = "" if is_group(ping.request.target) else summary(ping)
    return [
        Print(line_end + said),
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
