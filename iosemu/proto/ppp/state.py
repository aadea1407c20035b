"""What PPP knows of the lines of a router."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.rng import Random
from iosemu.values import dataclass, field
from iosemu.wire.ppp import Option, Protocol

from .automaton import State as Phase


@dataclass(slots=True)
class Layer:
    """One control protocol on one line.

    restarts: requests that may still be sent without an answer.  identifier: of the last request.
    wanted: options that are asked for.  refused: types the other end rejected.  naks: sent in a
    row.  is_open: whether it is wanted at all.
    """

    protocol: Protocol
    phase: Phase = Phase.INITIAL
    restarts: int = 0
    identifier: int = 0
    wanted: tuple[Option, ...] = ()
    refused: tuple[int, ...] = ()
    naks: int = 0

    @property
    def is_open(self) -> bool:
        return self.phase is Phase.OPENED


NETWORK = (Protocol.IPCP, Protocol.IPV6CP, Protocol.CDPCP)


def _layers() -> dict[Protocol, Layer]:
    return {p: Layer(p) for p in (Protocol.LCP, *NETWORK)}


@dataclass(slots=True)
class Line:
    """One line that runs PPP.

    vrf, address, identifier: of the interface.  peer: the address of the other end, once IPCP is
    open.  magic: this end's.  repeated: requests in a row that had our own magic number;
    unanswered: echo requests without a reply.
    """

    name: str
    vrf: str
    keepalive_s: int | None
    address: IPv4Address | None
    identifier: int | None = None
    layers: dict[Protocol, Layer] = field(default_factory=_layers)
    peer: IPv4Address | None = None
    offered: IPv4Address | None = None
    magic: int = 0
    repeated: int = 0
    is_looped: bool = False
    is_down_when_looped: bool = False
    echo: int = 0
    unanswered: int = 0
    rejects: int = 0

    @property
    def is_up(self) -> bool:
        return self.layers[Protocol.LCP].is_open

    @property
    def network(self) -> tuple[str, ...]:
        """Network protocols that are open, as IOS names them."""
        return tuple(p.name for p in NETWORK if self.layers[p].is_open)


@dataclass(slots=True)
class State:
    """All lines, by interface; `random` is the engine's own stream."""

    random: Random = field(default_factory=lambda: Random.named(0))
    lines: dict[str, Line] = field(default_factory=dict)
    is_listening: bool = False
