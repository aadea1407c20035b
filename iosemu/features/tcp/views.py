"""What the TCP and UDP shows are about.  Times in milliseconds."""

from __future__ import annotations

from iosemu.address import Address
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class BriefRow:
    """One block; `peer` and `peer_port` None: any."""

    number: int
    local: Address | None
    local_port: int
    peer: Address | None
    peer_port: int | None
    state: str


@dataclass(frozen=True, slots=True)
class BriefView:
    """`show tcp brief`; `names`: of addresses, unless numbers were asked for.  is_wide: the blocks
    of IOS-XE have addresses of 48 bits."""

    rows: tuple[BriefRow, ...]
    names: dict[Address, str] = field(default_factory=dict)
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class TimerRow:
    """One event timer; `due_ms` 0: stopped."""

    name: str
    starts: int
    wakeups: int
    due_ms: int


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """`show tcp`: one connection."""

    title: str
    state: str
    unread_bytes: int
    minimum_ttl: int
    ttl: int
    local: Address
    local_port: int
    peer: Address
    peer_port: int
    table: int
    queue_segments: int
    unacknowledged: int
    input: int
    out_of_order: int
    out_of_order_bytes: int
    now_ms: int
    timers: tuple[TimerRow, ...]
    iss: int
    snd_una: int
    snd_nxt: int
    irs: int
    rcv_nxt: int
    send_window: int
    greatest_receive_window: int
    receive_window: int
    receive_window_delta: int
    mean_ms: int
    timeout_ms: int
    deviation_ms: int
    backed_off_ms: int
    least_ms: int
    most_ms: int
    ack_hold_ms: int
    uptime_ms: int
    sent_idle_ms: int
    received_idle_ms: int
    status: tuple[str, ...]
    options: tuple[str, ...]
    precedence: int
    mss: int
    received: int
    received_out_of_order: int
    received_with_data: int
    received_bytes: int
    sent: int
    retransmitted: int
    fast_retransmitted: int
    partial_acks: int
    second_congestion: int
    sent_with_data: int
    sent_bytes: int


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """`show tcp statistics`: the counters of the stack by their names there."""

    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class SocketRow:
    """An open UDP port, or an IP protocol (then without a port)."""

    protocol: int
    local_port: int


@dataclass(frozen=True, slots=True)
class SocketsView:
    """`show ip sockets`, `show udp`."""

    rows: tuple[SocketRow, ...]


@dataclass(frozen=True, slots=True)
class PortRow:
    """One port of the control plane; `peer_port` 0: any."""

    protocol: str
    local_port: int
    peer: Address | None
    peer_port: int
    service: str
    state: str


@dataclass(frozen=True, slots=True)
class PortsView:
    """`show control-plane host open-ports`."""

    rows: tuple[PortRow, ...]


@dataclass(frozen=True, slots=True)
class ConnectionPart:
    """A connection below what its owner says of it (`show ip bgp neighbors`)."""

    connection: ConnectionView
