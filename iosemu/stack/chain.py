"""The forwarding chain: a packet walks named stages until one of them keeps it.

A stage is `(stack, ctx, packet) -> Packet | Drop | Consumed`; features add theirs to the tuples in
`forward` and `output`.  With a trace on the packet each stage leaves one line; without, nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from iosemu.address import IPv4Address
from iosemu.values import dataclass
from iosemu.wire.base import WireError
from iosemu.wire.ip_options import Item
from iosemu.wire.ipv4 import IPv4

from .access_state import Hits
from .context import Context
from .interface import Interface
from .state import Because, Dropped, Reason, Stack, Traced, TraceLine

KEPT_BYTES = 8
"""Of the payload of a dropped datagram: the ports, or type and code."""
KEPT_HEAD = 28
HEADER_CHECKSUM = 10
"""Where it is in a header."""


@dataclass(slots=True)
class Packet:
    """A datagram inside one router.

    `ingress` None: this router made it and it leaves.  `flow_key`: frame bytes under which the
    rewrite may be remembered; a stage that decides by more than the addresses sets it to None.
    """

    vrf: str
    datagram: IPv4
    ingress: str | None = None
    is_link_group: bool = False
    """Arrived in a frame to a broadcast or multicast address."""
    egress: str | None = None
    next_hop: IPv4Address | None = None
    flow_key: bytes | None = None
    source_route: Item | None = None
    """The option that turned it towards its present target."""
    frame: bytes = b""
    """What it arrived in, without tags; empty for a packet of this router."""
    is_gated: bool = False
    """Whether an access list had a say."""
    detail: bytes | None = None
    """What it has that access lists look at, if that may be remembered."""
    hits: tuple[Hits, ...] = ()
    """Counters of the entries that let it pass so far."""
    trace: Traced | None = None
    because: Because = ()
    """What decided: of a drop always, if a stage can tell; else only with a trace."""


@dataclass(frozen=True, slots=True)
class IcmpAnswer:
    """The ICMP error a drop is answered with."""

    type: int
    code: int
    rest: int = 0


@dataclass(frozen=True, slots=True)
class Drop:
    """The packet ends here."""

    reason: Reason
    answer: IcmpAnswer | None = None


@dataclass(frozen=True, slots=True)
class Consumed:
    """The packet was sent or delivered; `what` says which for a trace."""

    what: str


Verdict = Packet | Drop | Consumed
Stage = tuple[str, Callable[[Stack, Context, Packet], Verdict]]


def walk(stack: Stack, ctx: Context, packet: Packet, stages: tuple[Stage, ...]) -> Verdict:
    """Run the stages; the packet itself is returned if all of them passed it on."""
    for name, stage in stages:
        verdict = stage(stack, ctx, packet)
        if packet.trace is not None:
            note(packet, name, verdict)
        if verdict is not packet:
            return verdict
    return packet


def note(packet: Packet, stage: str, verdict: Verdict) -> None:
    """Write down what a stage did with a followed packet."""
    assert packet.trace is not None
    reason = verdict.reason if isinstance(verdict, Drop) else None
    packet.trace.lines.append(TraceLine(stage, _say(verdict), packet.because, reason))
    packet.trace.egress = packet.egress
    if reason is None:
        packet.because = ()


def drop(
    stack: Stack, ctx: Context, packet: Packet, reason: Reason, *, is_own: bool = False
) -> None:
    """Count a packet that ends here, and keep its header among the last.  `is_own`: this router
    made it, and it was on its way out."""
    stack.count_drop(reason, is_own=is_own)
    d = packet.datagram
    kept = d if len(d.payload) <= KEPT_BYTES else d._replace(payload=d.payload[:KEPT_BYTES])
    stack.dropped.append(
        Dropped(
            ctx.now,
            reason,
            packet.vrf,
            packet.ingress,
            packet.egress,
            kept,
            because=packet.because,
        )
    )


def drop_unsent(stack: Stack, ctx: Context, vrf: str, reason: Reason, unsent: IPv4) -> None:
    """Count a datagram of this router that found no way out."""
    drop(stack, ctx, Packet(vrf, unsent), reason, is_own=True)


def drop_malformed(
    stack: Stack, ctx: Context, port: Interface, head: bytes, error: WireError
) -> None:
    """Count what is no datagram."""
    reason = Reason.CHECKSUM if error.offset == HEADER_CHECKSUM else Reason.FORMAT
    stack.count_drop(reason)
    port.count_fault(ctx.now)
    where = (port.settings.vrf, port.name, None, None)
    fault = ("fault", error.reason)
    stack.dropped.append(Dropped(ctx.now, reason, *where, head[:KEPT_HEAD], fault))


def _say(verdict: Verdict) -> str:
    match verdict:
        case Drop(reason):
            return f"drop: {reason.value}"
        case Consumed(what):
            return what
        case _:
            return "pass"
