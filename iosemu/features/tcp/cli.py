"""Queries and commands of TCP and UDP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from iosemu.address import Address
from iosemu.cli.api import Dialog, Exec, Lines, Rejected, exec_command, show
from iosemu.features.debug.flags import register
from iosemu.features.ip.config import IpConfig
from iosemu.features.system.files import is_confirmed
from iosemu.features.system.platforms import PLATFORMS
from iosemu.kernel.time import MILLISECOND, Time
from iosemu.proto.base import DEFAULT_VRF, IpProtocol, TcpListen, Udp
from iosemu.proto.parts import Identity
from iosemu.stack.state import Stack
from iosemu.stack.tcp import clocks
from iosemu.stack.tcp_state import NEVER, Clock, Connection, State, TcpStatistics, wrap
from iosemu.values import dataclass
from iosemu.wire.ipv4 import Protocol

from .config import TcpConfig
from .servers import ClearConnection
from .views import (
    BriefRow,
    BriefView,
    ConnectionView,
    PortRow,
    PortsView,
    SocketRow,
    SocketsView,
    StatisticsView,
    TimerRow,
)

QUEUE_SEGMENTS = 20
ROUTING_QUEUE_SEGMENTS = 50
SERVICES = {
    ("tcp", 7): "Echo",
    ("tcp", 9): "Discard",
    ("tcp", 19): "Chargen",
    ("tcp", 22): "SSH-Server",
    ("tcp", 23): "Telnet",
    ("tcp", 80): "HTTP CORE",
    ("tcp", 179): "BGP",
    ("tcp", 646): "LDP",
    ("udp", 7): "Echo",
    ("udp", 9): "Discard",
    ("udp", 19): "Chargen",
    ("udp", 646): "LDP",
}
_TIMERS = (*(clock.value for clock in Clock), "Linger", "ProcessQ")

register("debug.tcp.transactions", "ip tcp transactions", "TCP", "TCP special event debugging")
register("debug.tcp.packet", "ip tcp packet", "TCP", "TCP Packet debugging")
register("debug.udp", "ip udp", "UDP", "UDP packet debugging")


# -- shows ----


@show("tcp.show.brief")
def show_brief(x: Exec, *, all: bool, numeric: bool) -> Iterator[BriefView]:
    host = x.part(Stack).tcp
    rows = [
        BriefRow(c.number, c.local, c.local_port, c.peer, c.peer_port, c.state.value)
        for c in host.connections.values()
    ]
    if all:
        rows += (
            BriefRow(held.number, None, socket.port, _one(socket), None, State.LISTEN.value)
            for (_, socket), held in host.listeners.items()
        )
    names: dict[Address, str] = {}
    if not numeric:
        for name, known in x.config.of(IpConfig).hosts.items():
            names.update((address, name) for address in known.addresses)
    yield BriefView(tuple(rows), names, is_wide=PLATFORMS[x.part(Identity).hardware].is_xe)


def _one(socket: TcpListen) -> Address | None:
    """The peer a listener waits for, None for any of some."""
    return None if isinstance(socket.peer, tuple) else socket.peer


@show("tcp.show")
def show_connections(x: Exec, *, line: int | None) -> Iterator[ConnectionView]:
    for c in x.part(Stack).tcp.connections.values():
        if line is None or c.options.tty == line:
            yield connection_view(x, c)


@show("tcp.show.tcb")
def show_connection(x: Exec, *, number: str) -> Iterator[ConnectionView]:
    yield connection_view(x, block(x, number))


@show("tcp.show.statistics")
def show_statistics(x: Exec) -> Iterator[StatisticsView]:
    yield StatisticsView(asdict(x.part(Stack).tcp.statistics))


@show("tcp.show.sockets")
def show_sockets(x: Exec) -> Iterator[SocketsView]:
    yield sockets(x.part(Stack))


@show("tcp.show.all-sockets")
def show_all_sockets(x: Exec) -> Iterator[SocketsView]:
    yield sockets(x.part(Stack))


@show("tcp.show.udp")
def show_udp(x: Exec) -> Iterator[SocketsView]:
    rows = sockets(x.part(Stack)).rows
    yield SocketsView(tuple(row for row in rows if row.protocol == Protocol.UDP))


@show("tcp.show.ports")
def show_open_ports(x: Exec) -> Iterator[PortsView]:
    stack = x.part(Stack)
    rows = [
        _port("tcp", socket.port, None, 0, State.LISTEN.value) for _, socket in stack.tcp.listeners
    ]
    for c in stack.tcp.connections.values():
        if c.state is State.ESTABLISHED:
            rows.append(_port("tcp", c.local_port, c.peer, c.peer_port, "ESTABLIS"))
    for row in sockets(stack).rows:
        if row.protocol == Protocol.UDP:
            rows.append(_port("udp", row.local_port, None, 0, State.LISTEN.value))
    yield PortsView(tuple(rows))


def sockets(stack: Stack) -> SocketsView:
    """Open UDP ports and IP protocols."""
    rows = []
    for vrf in stack.vrfs.values():
        for socket in vrf.sockets:
            match socket:
                case Udp(port):
                    rows.append(SocketRow(Protocol.UDP, port))
                case IpProtocol(number):
                    rows.append(SocketRow(number, 0))
                case _:
                    pass
    return SocketsView(tuple(sorted(rows, key=lambda row: (row.protocol, row.local_port))))


def connection_view(x: Exec, c: Connection) -> ConnectionView:
    s, r, trip, counts = c.sender, c.receiver, c.trip, c.counts
    booted_at = x.part(Identity).booted_at
    is_routing = c.options.window_bytes is not None
    queue = x.config.of(TcpConfig).queue_segments
    return ConnectionView(
        title=title(c),
        state=c.state.value,
        unread_bytes=len(r.held),
        minimum_ttl=c.options.minimum_ttl,
        ttl=c.options.ttl,
        local=c.local,
        local_port=c.local_port,
        peer=c.peer,
        peer_port=c.peer_port,
        table=table_of(x.part(Stack), c.vrf),
        queue_segments=queue or (ROUTING_QUEUE_SEGMENTS if is_routing else QUEUE_SEGMENTS),
        unacknowledged=-(-max(s.top - s.una, 0) // s.mss),
        input=len(r.held) > 0,
        out_of_order=len(r.gaps),
        out_of_order_bytes=sum(len(gap.data) for gap in r.gaps),
        now_ms=(x.now - booted_at) // MILLISECOND,
        timers=timers(c, booted_at),
        iss=wrap(s.iss),
        snd_una=wrap(s.una),
        snd_nxt=wrap(s.nxt),
        irs=wrap(r.irs),
        rcv_nxt=wrap(r.nxt),
        send_window=s.window,
        greatest_receive_window=r.size,
        receive_window=max(r.edge - r.nxt, 0),
        receive_window_delta=max(r.nxt + r.size - len(r.held) - r.edge, 0),
        mean_ms=trip.mean_ms,
        timeout_ms=trip.timeout_ms,
        deviation_ms=trip.deviation_ms,
        backed_off_ms=clocks.timeout_ns(trip) // MILLISECOND if trip.backoff else 0,
        least_ms=trip.least_ms or 0,
        most_ms=trip.most_ms,
        ack_hold_ms=clocks.ACK_HOLD_NS // MILLISECOND,
        uptime_ms=-1 if c.established_at == NEVER else (x.now - c.established_at) // MILLISECOND,
        sent_idle_ms=(x.now - counts.last_sent_at) // MILLISECOND,
        received_idle_ms=(x.now - counts.last_received_at) // MILLISECOND,
        status=("active open",) if c.is_active else ("passive open", "gen tcbs"),
        options=option_flags(c),
        precedence=c.options.tos >> 5,
        mss=s.mss,
        received=counts.received,
        received_out_of_order=counts.out_of_order,
        received_with_data=counts.with_data_received,
        received_bytes=counts.bytes_received,
        sent=counts.sent,
        retransmitted=counts.retransmitted,
        fast_retransmitted=counts.fast_retransmitted,
        partial_acks=counts.partial_acks,
        second_congestion=counts.second_congestion,
        sent_with_data=counts.with_data_sent,
        sent_bytes=counts.bytes_sent,
    )


def title(c: Connection) -> str:
    """Whose connection it is: of a terminal line, or of a process."""
    if c.options.tty and c.is_active:
        return f"tty{c.options.tty}, connection 1 to host {c.peer}"
    if c.options.tty:
        return f"tty{c.options.tty}, virtual tty from host {c.peer}"
    return f"Stand-alone TCP connection {'to' if c.is_active else 'from'} host {c.peer}"


def option_flags(c: Connection) -> tuple[str, ...]:
    has_keepalive = clocks.is_running(c, Clock.KEEPALIVE)
    flags = (
        ("VRF id set", c.vrf != DEFAULT_VRF),
        ("keepalive running", has_keepalive),
        ("nagle", c.has_nagle),
        ("path mtu capable", c.path_mtu),
        ("md5", c.options.password is not None),
    )
    return tuple(name for name, is_set in flags if is_set)


def timers(c: Connection, booted_at: Time) -> tuple[TimerRow, ...]:
    counted = {clock.value: count for clock, count in c.clocks.items()}
    rows = []
    for name in _TIMERS:
        count = counted.get(name)
        if count is None:
            rows.append(TimerRow(name, 0, 0, 0))
            continue
        due_ms = 0 if count.due is None else (count.due - booted_at) // MILLISECOND
        rows.append(TimerRow(name, count.starts, count.wakeups, due_ms))
    return tuple(rows)


def table_of(stack: Stack, vrf: str) -> int:
    """The number of a VRF's tables: in the order the VRFs came to be."""
    return list(stack.vrfs).index(vrf)


def block(x: Exec, text: str) -> Connection:
    """The connection of a number as `show tcp` prints it."""
    try:
        number = int(text, 16) & 0xFFFFFFFF
    except ValueError:
        number = -1
    c = x.part(Stack).tcp.connections.get(number)
    if c is None:
        raise Rejected(f"% {text} is not a valid TCB address")
    return c


def _port(
    protocol: str, local_port: int, peer: Address | None, peer_port: int, state: str
) -> PortRow:
    service = SERVICES.get((protocol, local_port), "IOS host service")
    return PortRow(protocol, local_port, peer, peer_port, service, state)


# -- clear ----


@dataclass(frozen=True, slots=True)
class ConfirmClear:
    """Asks before a connection is reset."""

    number: int

    def ask(self) -> str:
        return "[confirm]"

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        if not is_confirmed(text):
            return []
        x.post("tcp", ClearConnection(self.number))
        return [" [OK]"]


@exec_command("tcp.clear.tcb")
def clear_block(x: Exec, *, number: str) -> Dialog:
    return ConfirmClear(block(x, number).number)


@exec_command("tcp.clear.line")
def clear_line(x: Exec, *, line: int) -> Dialog:
    for c in x.part(Stack).tcp.connections.values():
        if c.options.tty == line:
            return ConfirmClear(c.number)
    raise Rejected(f"% Line {line} is not active")


@exec_command("tcp.clear.local")
def clear_pair(
    x: Exec, *, local: Address, local_port: int, peer: Address, peer_port: int
) -> Dialog:
    stack = x.part(Stack)
    for vrf in stack.vrfs:
        c = stack.tcp.of((vrf, local, local_port, peer, peer_port))
        if c is not None:
            return ConfirmClear(c.number)
    raise Rejected("% No such TCP connection")


@exec_command("tcp.clear.statistics")
def clear_statistics(x: Exec) -> Lines:
    x.part(Stack).tcp.statistics = TcpStatistics()
    return []
