"""The forwarding chain: a packet walks named stages until one of them keeps it.

A stage is `(stack, ctx, packet) -> Packet | Drop | Consumed`; features add theirs to the tuples in
`forward` and `output`.  With a trace on the packet each stage leaves one line; without, nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iosemu.address import IPv4Address
from iosemu.wire.ipv4 import IPv4

from .access_state import Hits
from .context import Context
from .state import Reason, Stack, TraceLine


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
    frame: bytes = b""
    """What it arrived in, without tags; empty for a packet of this router."""
    is_gated: bool = False
    """Whether an access list had a say."""
    detail: bytes | None = None
    """What it has that access lists look at, if that may be remembered."""
    hits: tuple[Hits, ...] = ()
    """Counters of the entries that let it pass so far."""
    trace: list[TraceLine] | None = None
    because: str = ""


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
            packet.trace.append(TraceLine(name, _say(verdict), packet.because))
            packet.because = ""
        if verdict is not packet:
            return verdict
    return packet


def _say(verdict: Verdict) -> str:
    match verdict:
        case Drop(reason):
            return f"drop: {reason.value}"
        case Consumed(what):
            return what
        case _:
            return "pass"
