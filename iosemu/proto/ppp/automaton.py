"""The option negotiation automaton of RFC 1661 section 4, which every control protocol of PPP is.

Knows states and events only.  `after` answers with the actions of the RFC's table, in its order and
under its names.
"""

from __future__ import annotations

from enum import Enum, IntEnum


class State(IntEnum):
    """States, numbered as in the table."""

    INITIAL = 0
    STARTING = 1
    CLOSED = 2
    STOPPED = 3
    CLOSING = 4
    STOPPING = 5
    REQ_SENT = 6
    ACK_RCVD = 7
    ACK_SENT = 8
    OPENED = 9


class Event(Enum):
    """Events, as the table names them."""

    UP = "Up"
    DOWN = "Down"
    OPEN = "Open"
    CLOSE = "Close"
    TIMEOUT = "TO+"
    GIVE_UP = "TO-"
    GOOD_REQUEST = "RCR+"
    BAD_REQUEST = "RCR-"
    ACK = "RCA"
    NAK = "RCN"
    TERMINATE = "RTR"
    TERMINATE_ACK = "RTA"
    UNKNOWN_CODE = "RUC"
    MILD_REJECT = "RXJ+"
    FATAL_REJECT = "RXJ-"
    ECHO = "RXR"


class Do(Enum):
    """Actions, as the table names them."""

    LAYER_UP = "tlu"
    LAYER_DOWN = "tld"
    LAYER_STARTED = "tls"
    LAYER_FINISHED = "tlf"
    INITIALIZE_COUNT = "irc"
    ZERO_COUNT = "zrc"
    SEND_REQUEST = "scr"
    SEND_ACK = "sca"
    SEND_NAK = "scn"
    SEND_TERMINATE = "str"
    SEND_TERMINATE_ACK = "sta"
    SEND_CODE_REJECT = "scj"
    SEND_ECHO_REPLY = "ser"


# RFC 1661 section 4.1, without its marks r (restart option), p (passive) and x (crossed): first
# states 0 to 5, then 6 to 9.
_FIRST = """
Up     -      irc,scr/6  -          -              -      -
Down   -      -          0          tls/1          0      1
Open   tls/1  1          irc,scr/6  3              5      5
Close  0      tlf/0      2          2              4      4
TO+    -      -          -          -              str/4  str/5
TO-    -      -          -          -              tlf/2  tlf/3
RCR+   -      -          sta/2      irc,scr,sca/8  4      5
RCR-   -      -          sta/2      irc,scr,scn/6  4      5
RCA    -      -          sta/2      sta/3          4      5
RCN    -      -          sta/2      sta/3          4      5
RTR    -      -          sta/2      sta/3          sta/4  sta/5
RTA    -      -          2          3              tlf/2  tlf/3
RUC    -      -          scj/2      scj/3          scj/4  scj/5
RXJ+   -      -          2          3              4      5
RXJ-   -      -          tlf/2      tlf/3          tlf/2  tlf/3
RXR    -      -          2          3              4      5
"""
_LAST = """
Up     -          -          -          -
Down   1          1          1          tld/1
Open   6          7          8          9
Close  irc,str/4  irc,str/4  irc,str/4  tld,irc,str/4
TO+    scr/6      scr/6      scr/8      -
TO-    tlf/3      tlf/3      tlf/3      -
RCR+   sca/8      sca,tlu/9  sca/8      tld,scr,sca/8
RCR-   scn/6      scn/7      scn/6      tld,scr,scn/6
RCA    irc/7      scr/6      irc,tlu/9  tld,scr/6
RCN    irc,scr/6  scr/6      irc,scr/8  tld,scr/6
RTR    sta/6      sta/6      sta/6      tld,zrc,sta/5
RTA    6          6          8          tld,scr/6
RUC    scj/6      scj/7      scj/8      scj/9
RXJ+   6          7          8          9
RXJ-   tlf/3      tlf/3      tlf/3      tld,irc,str/5
RXR    6          7          8          ser/9
"""

Step = tuple[tuple[Do, ...], State]


def _step(cell: str) -> Step | None:
    """One cell: None for what cannot happen."""
    if cell == "-":
        return None
    actions, _, state = cell.rpartition("/")
    return tuple(Do(name) for name in actions.split(",") if name), State(int(state))


def _steps(text: str, first: State) -> dict[tuple[Event, State], Step | None]:
    """What one half of the table says."""
    rows = map(str.split, filter(None, text.splitlines()))
    return {
        (Event(name), State(first + number)): _step(cell)
        for name, *cells in rows
        for number, cell in enumerate(cells)
    }


_STEPS = _steps(_FIRST, State.INITIAL) | _steps(_LAST, State.REQ_SENT)


def after(state: State, event: Event) -> Step:
    """What to do, and the next state.  What cannot happen by the table changes nothing."""
    return _STEPS[event, state] or ((), state)


def is_waiting(state: State) -> bool:
    """Whether the restart timer runs in this state."""
    return state in (
        State.CLOSING,
        State.STOPPING,
        State.REQ_SENT,
        State.ACK_RCVD,
        State.ACK_SENT,
    )
