"""What owners ask for: open, listen, write, close (RFC 9293 3.10.1 to 3.10.5); and the SYN that
opens a connection from outside."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from iosemu.address import Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.kernel.time import SECOND
from iosemu.proto.base import (
    DEFAULT_VRF,
    TcpAbort,
    TcpAccept,
    TcpAsked,
    TcpClear,
    TcpClose,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpListen,
    TcpOpen,
    TcpOptions,
    TcpPause,
    TcpReason,
    TcpResume,
    TcpSign,
    TcpWrite,
)
from iosemu.wire.tcp import Tcp, maximum_segment_size

from ..context import Context
from ..state import Stack
from ..tcp_state import (
    Clock,
    Connection,
    Listener,
    Pair,
    Receiver,
    Sender,
    State,
)
from . import arrival, clocks, debug, emit, life, output, path

TcpAction = (
    TcpOpen | TcpAccept | TcpWrite | TcpPause | TcpResume | TcpSign | TcpClose | TcpAbort | TcpClear
)
CONNECTIONS = 4096
EMBRYONIC = 512
"""Connections that may be half open from outside at a time."""
_FIRST_PORT, _LAST_PORT = 11000, 65535
_FIRST_NUMBER, _NUMBERS = 0x60000000, 1 << 25
_STREAM = "tcp"


def perform(stack: Stack, ctx: Context, owner: Hashable, action: TcpAction) -> None:
    """Carry out one action of an engine or job."""
    match action:
        case TcpOpen():
            _open(stack, ctx, owner, action)
        case TcpAccept(number):
            c = _owned(stack, owner, number)
            if c is not None and c.state is State.LISTEN:
                _go_on(stack, ctx, c)
        case TcpWrite(number, data):
            c = _owned(stack, owner, number)
            if c is not None and data:
                _write(stack, ctx, c, data)
        case TcpPause(number):
            c = _owned(stack, owner, number)
            if c is not None:
                c.receiver.is_paused = True
        case TcpResume(number):
            c = _owned(stack, owner, number)
            if c is not None:
                _resume(stack, ctx, c)
        case TcpSign(number, password):
            c = _owned(stack, owner, number)
            if c is not None:
                c.options = replace(c.options, password=password)
        case TcpClose(name):
            c = _named(stack, owner, name)
            if c is not None:
                _close(stack, ctx, c)
        case TcpAbort(name):
            c = _named(stack, owner, name)
            if c is not None:
                _abort(stack, ctx, c)
        case TcpClear(number):
            c = stack.tcp.connections.get(number)
            if c is not None:
                life.abort(stack, ctx, c, TcpReason.CLEARED)
    emit.flush(stack, ctx)


def listen(stack: Stack, ctx: Context, vrf: str, socket: TcpListen, options: TcpOptions) -> None:
    """A port accepts from now on, or on other terms."""
    key = (vrf, socket)
    held = stack.tcp.listeners.get(key)
    number = _new_number(stack, ctx) if held is None else held.number
    stack.tcp.listeners[key] = Listener(number, options)


def unlisten(stack: Stack, vrf: str, socket: TcpListen) -> None:
    """The port is closed; what was accepted goes on."""
    stack.tcp.listeners.pop((vrf, socket), None)


def forget(stack: Stack, ctx: Context, owner: Hashable) -> None:
    """An owner ended: what it did not close is reset, what it closed comes to its end alone."""
    for c in [c for c in stack.tcp.connections.values() if c.owner == owner]:
        if c.sender.is_closing and c.is_synchronized:
            c.owner = None
            if c.state is State.FIN_WAIT_2:
                clocks.start(ctx, c, Clock.DEAD_WAIT, clocks.DEAD_WAIT_NS)
        else:
            _abort(stack, ctx, c)
    emit.flush(stack, ctx)


# -- from outside ----


def on_unknown(
    stack: Stack, ctx: Context, pair: Pair, segment: Tcp, ttl: int, interface: str | None = None
) -> None:
    """A segment of no connection: to a listener, or to a closed port (RFC 9293 3.10.7.1, .2)."""
    vrf, _, port, peer, _ = pair
    found = _listener(stack, vrf, port, peer)
    flags = segment.flags
    if found is None:
        stack.tcp.statistics.no_port += 1
        emit.refuse(stack, ctx, pair, segment, interface=interface)
        return
    home, socket = found
    options = stack.tcp.listeners[home, socket].options
    if ttl < options.minimum_ttl or flags & arrival.RST:
        return
    if not arrival.is_signed(stack, ctx, pair, segment, options.password):
        return
    if flags & arrival.ACK or not flags & arrival.SYN:
        emit.refuse(stack, ctx, pair, segment, options, interface=interface)
        return
    owner = stack.vrf(home).sockets.get(socket)
    _take_syn(stack, ctx, owner, socket, options, pair, segment, interface)


def reopen(stack: Stack, ctx: Context, old: Connection, segment: Tcp) -> bool:
    """A SYN in TIME-WAIT that cannot be an old one starts a new connection (RFC 9293 3.10.7.4):
    whether somebody listens."""
    if _listener(stack, old.vrf, old.local_port, old.peer) is None:
        return False
    life.closed(stack, ctx, old)
    on_unknown(stack, ctx, old.pair, segment, old.options.ttl, old.interface)
    return True


def take_mss(ctx: Context, c: Connection, heard: int | None) -> None:
    """Send no larger segments than the peer takes, nor than the own side allows."""
    s = c.sender
    limit = path.default_mss(c.peer) if heard is None else max(heard, 64)
    s.mss = s.full_mss = min(limit, c.own_mss)
    debug.transaction(
        ctx,
        f"TCP: tcb {c.number:08X} connection to {c.peer}:{c.peer_port},"
        f" peer MSS {limit}, MSS is {s.mss}",
    )


def ready_bytes(c: Connection) -> int:
    """So much may wait to be sent before an owner that has more should pause."""
    return c.receiver.size


def is_open(stack: Stack, pair: Pair) -> bool:
    """Whether somebody listens where a segment goes."""
    vrf, _, port, peer, _ = pair
    return _listener(stack, vrf, port, peer) is not None


def _listener(stack: Stack, vrf: str, port: int, peer: Address) -> tuple[str, TcpListen] | None:
    listeners = stack.tcp.listeners
    for socket in (TcpListen(port, peer), _ranged(listeners, vrf, port, peer), TcpListen(port)):
        if (vrf, socket) in listeners:
            return vrf, socket
    held = listeners.get((DEFAULT_VRF, TcpListen(port)))
    if held is not None and held.options.all_vrfs:
        return DEFAULT_VRF, TcpListen(port)
    return None


def _ranged(
    listeners: dict[tuple[str, TcpListen], Listener], vrf: str, port: int, peer: Address
) -> TcpListen:
    """The listener of the smallest range that holds an address; without any, that of all."""
    found, length = TcpListen(port), -1
    for home, socket in listeners:
        wanted = socket.peer
        if home != vrf or socket.port != port or not isinstance(wanted, IPv4Prefix | IPv6Prefix):
            continue
        is_same = isinstance(peer, IPv6Address) is isinstance(wanted, IPv6Prefix)
        if is_same and wanted.holds(peer) and wanted.length > length:
            found, length = socket, wanted.length
    return found


def _take_syn(
    stack: Stack,
    ctx: Context,
    owner: Hashable,
    socket: TcpListen,
    options: TcpOptions,
    pair: Pair,
    segment: Tcp,
    interface: str | None,
) -> None:
    host = stack.tcp
    embryonic = sum(not c.is_synchronized for c in host.connections.values())
    if len(host.connections) >= CONNECTIONS or embryonic >= EMBRYONIC:
        host.statistics.embryonic_dropped += 1
        return
    c = _make(stack, ctx, owner, None, options, pair, is_active=False, interface=interface)
    c.state = State.LISTEN
    c.socket = socket
    debug.accepted(ctx, c, socket)
    r = c.receiver
    r.irs, r.nxt, r.acked = segment.sequence, segment.sequence + 1, segment.sequence + 1
    r.edge = r.nxt + r.size
    c.sender.window = segment.window
    take_mss(ctx, c, maximum_segment_size(arrival.options_of(segment)))
    clocks.start(ctx, c, Clock.GIVE_UP, host.settings.synwait_s * SECOND)
    if options.asks:
        c.is_known = True
        life.tell(ctx, c, TcpAsked(c.number, socket, *pair))
    else:
        _go_on(stack, ctx, c)


def _go_on(stack: Stack, ctx: Context, c: Connection) -> None:
    """Answer the SYN that came."""
    stack.tcp.statistics.accepted += 1
    life.enter(ctx, c, State.SYN_RECEIVED)
    debug.of(ctx, c, f"Connection to {c.peer}:{c.peer_port}, advertising MSS {c.own_mss}")
    output.send_syn(stack, ctx, c)


# -- from the owner ----


def _open(stack: Stack, ctx: Context, owner: Hashable, wanted: TcpOpen) -> None:
    def fails(reason: TcpReason) -> None:
        ctx.deliver(owner, TcpDown(0, wanted.token, reason))

    interface = wanted.interface
    way = path.way_to(stack, wanted.vrf, wanted.target, wanted.source, interface)
    is_group = wanted.target.is_multicast or wanted.target.is_broadcast
    if way is None or is_group:
        fails(TcpReason.UNREACHABLE)
        return
    port = wanted.source_port
    if port is None:
        port = _free_port(stack, ctx, wanted, way.source)
    pair: Pair = (wanted.vrf, way.source, port or 0, wanted.target, wanted.port)
    full = len(stack.tcp.connections) >= CONNECTIONS
    if full or port is None or not _clear_pair(stack, ctx, pair):
        fails(TcpReason.NO_BUFFERS)
        return
    token, options = wanted.token, wanted.tcp
    c = _make(stack, ctx, owner, token, options, pair, is_active=True, interface=interface)
    c.is_known = True
    stack.tcp.statistics.initiated += 1
    debug.block(ctx, c.number, "created")
    debug.block(ctx, c.number, f"bound to {c.local}.{c.local_port}")
    debug.transaction(ctx, f"TCP: sending SYN, seq {c.sender.iss}, ack 0")
    debug.of(ctx, c, f"Connection to {c.peer}:{c.peer_port}, advertising MSS {c.own_mss}")
    life.enter(ctx, c, State.SYN_SENT)
    seconds = wanted.tcp.timeout_s
    synwait_s = stack.tcp.settings.synwait_s if seconds is None else seconds
    clocks.start(ctx, c, Clock.GIVE_UP, synwait_s * SECOND)
    output.send_syn(stack, ctx, c)


def _write(stack: Stack, ctx: Context, c: Connection, data: bytes) -> None:
    s = c.sender
    if s.is_closing:
        return
    s.queue += data
    s.is_full = s.is_full or len(s.queue) > ready_bytes(c)
    output.send_more(stack, ctx, c)


def _resume(stack: Stack, ctx: Context, c: Connection) -> None:
    r = c.receiver
    r.is_paused = False
    if not r.held:
        return
    life.tell(ctx, c, TcpData(c.number, bytes(r.held)))
    r.held.clear()
    if r.has_ended:
        life.tell(ctx, c, TcpEnd(c.number))
        return
    edge = r.edge
    emit.offered(c)
    if r.edge > edge and c.is_synchronized:
        # Also without data to acknowledge: the peer may be waiting before a closed window.
        stack.tcp.statistics.window_updates_sent += 1
        emit.send_ack(stack, ctx, c)


def _close(stack: Stack, ctx: Context, c: Connection) -> None:
    """RFC 9293 3.10.4."""
    match c.state:
        case State.LISTEN | State.SYN_SENT:
            _abort(stack, ctx, c)
        case State.SYN_RECEIVED:
            c.sender.is_closing = True
        case State.ESTABLISHED | State.CLOSE_WAIT if not c.sender.is_closing:
            debug.block(ctx, c.number, "shutdown writing")
            c.sender.is_closing = True
            is_first = c.state is State.ESTABLISHED
            life.enter(ctx, c, State.FIN_WAIT_1 if is_first else State.LAST_ACK)
            output.send_more(stack, ctx, c)
        case _:
            pass  # It is closing already.


def _abort(stack: Stack, ctx: Context, c: Connection) -> None:
    if c.state is State.LISTEN:
        # The SYN is refused as by a closed port.
        syn = Tcp(c.peer_port, c.local_port, c.receiver.irs, 0, arrival.SYN, 0, 0, b"", b"")
        emit.refuse(stack, ctx, c.pair, syn, c.options, interface=c.interface)
    life.abort(stack, ctx, c, None)


def _owned(stack: Stack, owner: Hashable, number: int) -> Connection | None:
    c = stack.tcp.connections.get(number)
    return c if c is not None and c.owner == owner else None


def _named(stack: Stack, owner: Hashable, name: Hashable) -> Connection | None:
    """By the number of a connection, or the token of one that is not up yet."""
    for c in stack.tcp.connections.values():
        if c.owner == owner and c.is_active and not c.is_synchronized and c.token == name:
            return c
    return _owned(stack, owner, name) if isinstance(name, int) else None


# -- blocks, ports, sizes ----


def _make(
    stack: Stack,
    ctx: Context,
    owner: Hashable,
    token: Hashable | None,
    options: TcpOptions,
    pair: Pair,
    *,
    is_active: bool,
    interface: str | None,
) -> Connection:
    host = stack.tcp
    iss = ctx.random(_STREAM).getrandbits(32)
    window = options.window_bytes or host.settings.window_bytes
    c = Connection(
        _new_number(stack, ctx),
        owner,
        token,
        options,
        pair,
        State.CLOSED,
        is_active,
        Sender(iss, iss, iss, iss, iss + 1),
        Receiver(size=window),
        opened_at=ctx.now,
        interface=interface,
    )
    c.path_mtu = host.settings.path_mtu if options.path_mtu is None else options.path_mtu
    c.has_nagle = host.settings.nagle if options.nagle is None else options.nagle
    c.own_mss = _own_mss(stack, c)
    host.connections[c.number] = c
    host.pairs[pair] = c.number
    return c


def _own_mss(stack: Stack, c: Connection) -> int:
    """What fits the link to a neighbor; further away what every link takes, unless the path MTU is
    discovered."""
    way = path.way_to(stack, c.vrf, c.peer, c.local, c.interface)
    mss = path.default_mss(c.peer)
    if way is not None:
        fitting = path.mtu_of(stack, way) - path.headers_bytes(c.peer)
        is_near = way.next_hop is None or way.next_hop == c.peer
        mss = fitting if is_near or c.path_mtu else min(mss, fitting)
    limits = (stack.tcp.settings.mss_bytes, c.options.mss_bytes)
    return min([mss, *(limit for limit in limits if limit is not None)])


def _free_port(stack: Stack, ctx: Context, wanted: TcpOpen, source: Address) -> int | None:
    random = ctx.random(_STREAM)
    for _ in range(64):
        port = random.randint(_FIRST_PORT, _LAST_PORT)
        if (wanted.vrf, source, port, wanted.target, wanted.port) not in stack.tcp.pairs:
            debug.transaction(ctx, f"TCP: Random local port generated {port}, network 1")
            return port
    return None


def _clear_pair(stack: Stack, ctx: Context, pair: Pair) -> bool:
    """Whether a pair of sockets is free; one in TIME-WAIT gives way to its own next connection."""
    c = stack.tcp.of(pair)
    if c is not None and c.state is State.TIME_WAIT:
        life.closed(stack, ctx, c)
        return True
    return c is None


def _new_number(stack: Stack, ctx: Context) -> int:
    taken = {held.number: None for held in stack.tcp.listeners.values()}
    while True:
        number = _FIRST_NUMBER + ctx.random(_STREAM).randrange(_NUMBERS) * 4
        if number not in stack.tcp.connections and number not in taken:
            return number
