"""What shows want to know of PPP."""

from __future__ import annotations

from iosemu.values import dataclass
from iosemu.wire.ppp import Protocol

from .automaton import State as Phase
from .state import State


@dataclass(frozen=True, slots=True)
class LineQuery:
    """Of one interface."""

    interface: str


@dataclass(frozen=True, slots=True)
class LineView:
    """`lcp`: the state of LCP as IOS prints it; `network`: what is open on top of it."""

    lcp: str
    network: tuple[str, ...]


WORDS = {
    Phase.INITIAL: "Closed",
    Phase.STARTING: "Closed",
    Phase.CLOSED: "Closed",
    Phase.STOPPED: "Closed",
    Phase.CLOSING: "TERMsent",
    Phase.STOPPING: "TERMsent",
    Phase.REQ_SENT: "REQsent",
    Phase.ACK_RCVD: "ACKrcvd",
    Phase.ACK_SENT: "ACKsent",
    Phase.OPENED: "Open",
}


def answer(state: State, query: LineQuery) -> LineView:
    """A line that PPP does not run on is closed."""
    line = state.lines.get(query.interface)
    if line is None:
        return LineView(WORDS[Phase.INITIAL], ())
    return LineView(WORDS[line.layers[Protocol.LCP].phase], line.network)
