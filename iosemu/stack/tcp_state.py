"""State of TCP on one router: connections, listeners, counters.  Values only.

Sequence numbers of a connection are kept without wrapping: they start at the 32 bits that were
chosen or heard and only grow, so that they compare as numbers; `wrap` and `unwrap` are the border.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from enum import Enum

from iosemu.address import Address
from iosemu.kernel.time import SECOND, Time
from iosemu.proto.base import TcpListen, TcpOptions
from iosemu.values import dataclass, field

NEVER: Time = -1
DEFAULT_MSS_BYTES = 536
"""What a peer is taken to accept that says nothing (RFC 9293 3.7.1)."""


class State(Enum):
    """RFC 9293 3.3.2, in the words of `show tcp`."""

    CLOSED = "CLOSED"
    LISTEN = "LISTEN"
    SYN_SENT = "SYNSENT"
    SYN_RECEIVED = "SYNRCVD"
    ESTABLISHED = "ESTAB"
    FIN_WAIT_1 = "FINWAIT1"
    FIN_WAIT_2 = "FINWAIT2"
    CLOSE_WAIT = "CLOSEWAIT"
    CLOSING = "CLOSING"
    LAST_ACK = "LASTACK"
    TIME_WAIT = "TIMEWAIT"


class Clock(Enum):
    """The event timers, in the order of `show tcp`."""

    RETRANSMIT = "Retrans"
    TIME_WAIT = "TimeWait"
    ACK_HOLD = "AckHold"
    SEND_WINDOW = "SendWnd"
    KEEPALIVE = "KeepAlive"
    GIVE_UP = "GiveUp"
    PATH_MTU = "PmtuAger"
    DEAD_WAIT = "DeadWait"


@dataclass(slots=True)
class ClockCount:
    """How often a timer was started and ran out, and when it is due (None: stopped)."""

    starts: int = 0
    wakeups: int = 0
    due: Time | None = None


@dataclass(frozen=True, slots=True)
class TcpSettings:
    """What `ip tcp ...` and `service ...` say for all connections."""

    synwait_s: int = 30
    window_bytes: int = 4128
    mss_bytes: int | None = None
    path_mtu: bool = False
    path_mtu_age_s: int | None = 600
    """None: a path MTU once learned stays."""
    nagle: bool = False
    keepalives_in: bool = False
    keepalives_out: bool = False
    rtt_floor_ms: int = 1000
    """A round trip that took less counts as this: 300 in IOS 15.2 and before."""


@dataclass(slots=True)
class TcpStatistics:
    """`show tcp statistics`; of a connection some of them are counted once more there."""

    received: int = 0
    no_port: int = 0
    bad_checksum: int = 0
    bad_offset: int = 0
    too_short: int = 0
    bad_signature: int = 0
    in_sequence: int = 0
    in_sequence_bytes: int = 0
    duplicates: int = 0
    duplicate_bytes: int = 0
    partial_duplicates: int = 0
    partial_duplicate_bytes: int = 0
    out_of_order: int = 0
    out_of_order_bytes: int = 0
    after_window: int = 0
    after_window_bytes: int = 0
    after_close: int = 0
    window_probes_received: int = 0
    window_updates_received: int = 0
    duplicate_acks: int = 0
    acks_of_unsent: int = 0
    acks: int = 0
    acked_bytes: int = 0
    sent: int = 0
    urgent_sent: int = 0
    control_sent: int = 0
    control_retransmitted: int = 0
    data_sent: int = 0
    data_bytes_sent: int = 0
    retransmitted: int = 0
    retransmitted_bytes: int = 0
    fast_retransmitted: int = 0
    fast_retransmitted_bytes: int = 0
    acks_only_sent: int = 0
    delayed_acks: int = 0
    window_probes_sent: int = 0
    window_updates_sent: int = 0
    initiated: int = 0
    accepted: int = 0
    established: int = 0
    closed: int = 0
    dropped: int = 0
    embryonic_dropped: int = 0
    retransmit_timeouts: int = 0
    dropped_by_retransmit: int = 0
    keepalive_timeouts: int = 0
    keepalive_probes: int = 0
    dropped_by_keepalive: int = 0


@dataclass(slots=True)
class RoundTrip:
    """The estimate of the round trip time, in the scaled integers of 4.3BSD, which IOS uses: it
    starts at 0 with a deviation that makes the first timeout 2 s, whatever is measured first.

    scaled_ms: eight times the mean.  deviation_ms: four times the mean deviation.
    """

    scaled_ms: int = 0
    deviation_ms: int = 2000
    least_ms: int | None = None
    most_ms: int = 0
    backoff: int = 0
    """Timeouts in a row."""

    @property
    def mean_ms(self) -> int:
        return self.scaled_ms >> 3

    @property
    def timeout_ms(self) -> int:
        return self.mean_ms + self.deviation_ms


@dataclass(slots=True)
class Gap:
    """Bytes that came before those in front of them."""

    sequence: int
    data: bytes
    has_fin: bool


@dataclass(slots=True)
class Sender:
    """Our half of a connection (RFC 9293 3.3.1).

    una: oldest number not acknowledged.  nxt: next to send, back at `una` after a timeout.  top:
    highest ever sent.  queue: bytes from `data_at` on.
    """

    iss: int
    una: int
    nxt: int
    top: int
    data_at: int
    queue: bytearray = field(default_factory=bytearray)
    is_closing: bool = False
    """A FIN follows the last byte of the queue."""
    window: int = 0
    greatest_window: int = 0
    window_from: int = 0
    """Sequence number and acknowledgment of the segment that last set the window."""
    window_ack: int = 0
    mss: int = DEFAULT_MSS_BYTES
    full_mss: int = DEFAULT_MSS_BYTES
    """What `mss` goes back to when a learned path MTU ages."""
    congestion: int = 0
    threshold: int = 0xFFFF
    duplicate_acks: int = 0
    recover: int | None = None
    """During fast recovery: its end."""
    timed: int | None = None
    """The round trip of the byte before this number is being measured, since `timed_at`."""
    timed_at: Time = 0
    is_full: bool = False
    """More than a window was written: the owner is told when there is room."""

    @property
    def end(self) -> int:
        """The number behind the last byte, which is that of the FIN."""
        return self.data_at + len(self.queue)


@dataclass(slots=True)
class Receiver:
    """The peer's half.  edge: first number not yet offered to it; held: bytes the owner paused."""

    irs: int = 0
    nxt: int = 0
    edge: int = 0
    size: int = 0
    acked: int = 0
    """The last acknowledgment sent."""
    held: bytearray = field(default_factory=bytearray)
    gaps: list[Gap] = field(default_factory=list)
    is_paused: bool = False
    has_ended: bool = False
    """The peer's FIN came, in order."""
    owes_ack: bool = False
    """An acknowledgment goes out at the end of this input."""


@dataclass(slots=True)
class Counts:
    """Of one connection."""

    received: int = 0
    out_of_order: int = 0
    with_data_received: int = 0
    bytes_received: int = 0
    sent: int = 0
    retransmitted: int = 0
    fast_retransmitted: int = 0
    partial_acks: int = 0
    second_congestion: int = 0
    with_data_sent: int = 0
    bytes_sent: int = 0
    last_sent_at: Time = 0
    last_received_at: Time = 0


Pair = tuple[str, Address, int, Address, int]
"""VRF, own address and port, peer's address and port."""


@dataclass(slots=True)
class Connection:
    """One transmission control block.  number: as `show tcp` prints it, in hexadecimal.

    owner None: nobody listens any more, the rest is between the two ends.
    """

    number: int
    owner: Hashable | None
    token: Hashable | None
    options: TcpOptions
    pair: Pair
    state: State
    is_active: bool
    sender: Sender
    receiver: Receiver
    socket: TcpListen | None = None
    """The listener that took it."""
    is_known: bool = False
    """The owner was told of it, or asked for it, so it is told of its end."""
    path_mtu: bool = False
    """Segments go out with DF set."""
    has_nagle: bool = False
    own_mss: int = DEFAULT_MSS_BYTES
    """What the peer was told it may send."""
    opened_at: Time = 0
    established_at: Time = NEVER
    trip: RoundTrip = field(default_factory=RoundTrip)
    clocks: dict[Clock, ClockCount] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    interface: str | None = None
    """Where a link-local peer is."""
    unanswered: int = 0
    """Probes since something last came."""

    @property
    def vrf(self) -> str:
        return self.pair[0]

    @property
    def local(self) -> Address:
        return self.pair[1]

    @property
    def local_port(self) -> int:
        return self.pair[2]

    @property
    def peer(self) -> Address:
        return self.pair[3]

    @property
    def peer_port(self) -> int:
        return self.pair[4]

    @property
    def is_synchronized(self) -> bool:
        """Both ends know both initial numbers."""
        return self.state not in _UNSYNCHRONIZED


_UNSYNCHRONIZED = (State.CLOSED, State.LISTEN, State.SYN_SENT, State.SYN_RECEIVED)


@dataclass(slots=True)
class Listener:
    """A port that accepts.  number: as `show tcp` prints it."""

    number: int
    options: TcpOptions


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A segment on its way to the IP layer."""

    pair: Pair
    data: bytes
    ttl: int
    tos: int
    dont_fragment: bool
    interface: str | None = None


@dataclass(slots=True)
class TcpHost:
    """TCP of one router."""

    settings: TcpSettings = field(default_factory=TcpSettings)
    connections: dict[int, Connection] = field(default_factory=dict)
    pairs: dict[Pair, int] = field(default_factory=dict)
    listeners: dict[tuple[str, TcpListen], Listener] = field(default_factory=dict)
    statistics: TcpStatistics = field(default_factory=TcpStatistics)
    outbox: deque[Outgoing] = field(default_factory=deque)
    is_flushing: bool = False
    """A segment is being sent: what that causes waits behind it."""
    challenges: int = 0
    """Acknowledgments sent to doubtful segments in this interval (RFC 5961 7)."""
    challenges_since: Time = -5 * SECOND

    def of(self, pair: Pair) -> Connection | None:
        """The connection between two sockets."""
        number = self.pairs.get(pair)
        return None if number is None else self.connections[number]


def wrap(number: int) -> int:
    """As it stands in a segment."""
    return number & 0xFFFFFFFF


def unwrap(number: int, near: int) -> int:
    """The number of a segment as one that is at most 2^31 away from `near`."""
    return near + (number - near + 0x80000000 & 0xFFFFFFFF) - 0x80000000
