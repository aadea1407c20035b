"""Segments out: built here, signed, queued, and handed to the IP layer one after the other.

What a segment causes within the instant (one to this very router) comes back into TCP while the
queue is being worked off; it only appends to it.
"""

from __future__ import annotations

from hashlib import md5

from iosemu.proto.base import TcpOptions
from iosemu.wire.tcp import Flag, OptionKind, Tcp, TcpOption, emit_options, signed_bytes

from ..context import Context
from ..state import Stack
from ..tcp_state import Clock, Connection, Outgoing, Pair, State, wrap
from . import clocks, debug, errors, path

ACK, SYN, RST = int(Flag.ACK), int(Flag.SYN), int(Flag.RST)
_UNSIGNED = bytes(16)
_NO_OPTIONS = TcpOptions()


def send(
    stack: Stack, ctx: Context, c: Connection, flags: int, sequence: int, payload: bytes = b""
) -> None:
    """One segment of a connection; it acknowledges what came so far, if anything did."""
    host, r = stack.tcp, c.receiver
    options = _mss_option(c) if flags & SYN else ()
    acknowledgment = 0
    if flags & ACK:
        acknowledgment = wrap(r.nxt)
        r.acked = r.nxt
        r.owes_ack = False
        clocks.stop(ctx, c, Clock.ACK_HOLD)
    made = Tcp(
        c.local_port,
        c.peer_port,
        wrap(sequence),
        acknowledgment,
        flags,
        min(offered(c), 0xFFFF),
        0,
        emit_options(options) if options else b"",
        payload,
    )
    c.counts.sent += 1
    c.counts.last_sent_at = ctx.now
    debug.packet(ctx, c, made, is_out=True)
    _queue(stack, c.pair, made, c.options, dont_fragment=c.path_mtu, interface=c.interface)
    if flags & RST:
        host.statistics.control_sent += 1


def send_ack(stack: Stack, ctx: Context, c: Connection) -> None:
    """Say what has arrived, and how much more may come."""
    stack.tcp.statistics.acks_only_sent += 1
    s = c.sender
    # The highest number: `nxt` may have gone back to send again.  But a probed byte is not there.
    number = s.nxt if clocks.is_running(c, Clock.SEND_WINDOW) else s.top
    send(stack, ctx, c, ACK, number)


def send_reset(stack: Stack, ctx: Context, c: Connection) -> None:
    """Tell the peer of a synchronized connection that it is no more."""
    debug.transaction(
        ctx, f"TCP: sending RST, seq {wrap(c.sender.nxt)}, ack {wrap(c.receiver.nxt)}"
    )
    send(stack, ctx, c, RST | ACK, c.sender.nxt)


def refuse(
    stack: Stack,
    ctx: Context,
    pair: Pair,
    segment: Tcp,
    options: TcpOptions = _NO_OPTIONS,
    *,
    interface: str | None = None,
) -> None:
    """Answer a segment of no connection with a reset (RFC 9293 3.10.7.1); never a reset.
    interface: where a link-local peer is."""
    if segment.flags & RST:
        return
    if segment.flags & ACK:
        numbers = segment.acknowledgment, 0, RST
    else:
        end = wrap(segment.sequence + segment.length)
        numbers = 0, end, RST | ACK
    _, own, own_port, peer, peer_port = pair
    debug.transaction(ctx, f"TCP: sent RST to {peer}:{peer_port} from {own}:{own_port}")
    stack.tcp.statistics.control_sent += 1
    made = Tcp(own_port, peer_port, *numbers, 0, 0, b"", b"")
    _queue(stack, pair, made, options, dont_fragment=False, interface=interface)


def offered(c: Connection) -> int:
    """The window to offer.  Its right edge moves only by a segment or half the buffer at a time
    (RFC 9293 3.8.6.2.2); what is read and not yet offered is `delrcvwnd`."""
    r = c.receiver
    right = r.nxt + r.size - len(r.held)
    if right - r.edge >= min(r.size // 2, c.sender.mss):
        r.edge = right
    return max(r.edge - r.nxt, 0)


def flush(stack: Stack, ctx: Context) -> None:
    """Send what is queued."""
    host = stack.tcp
    if host.is_flushing:
        return
    host.is_flushing = True
    while host.outbox:
        _transmit(stack, ctx, host.outbox.popleft())
    host.is_flushing = False


def signature(segment: Tcp, pair: Pair, password: str, *, is_out: bool) -> bytes:
    """The MD5 signature of a segment of a pair, RFC 2385."""
    _, own, _, peer, _ = pair
    source, target = (own, peer) if is_out else (peer, own)
    signed = signed_bytes(segment, source, target) + password.encode()
    return md5(signed, usedforsecurity=False).digest()


def _transmit(stack: Stack, ctx: Context, out: Outgoing) -> None:
    stack.tcp.statistics.sent += 1
    mtu = path.transmit(stack, ctx, out)
    c = None if mtu is None else stack.tcp.of(out.pair)
    if c is not None and mtu is not None:
        errors.lower_path_mtu(stack, ctx, c, mtu)


def _queue(
    stack: Stack,
    pair: Pair,
    made: Tcp,
    options: TcpOptions,
    *,
    dont_fragment: bool,
    interface: str | None,
) -> None:
    if options.password is not None:
        made = _signed(made, pair, options.password)
    _, own, _, peer, _ = pair
    data = made.emit(own, peer)
    ip = (options.ttl, options.tos, dont_fragment, interface)
    stack.tcp.outbox.append(Outgoing(pair, data, *ip))


def _signed(segment: Tcp, pair: Pair, password: str) -> Tcp:
    def with_digest(digest: bytes) -> Tcp:
        option = TcpOption(OptionKind.MD5_SIGNATURE, digest)
        return Tcp(
            segment.source_port,
            segment.target_port,
            segment.sequence,
            segment.acknowledgment,
            segment.flags,
            segment.window,
            segment.urgent,
            segment.options + emit_options((option,)),
            segment.payload,
        )

    return with_digest(signature(with_digest(_UNSIGNED), pair, password, is_out=True))


def _mss_option(c: Connection) -> tuple[TcpOption, ...]:
    assert c.state in (State.SYN_SENT, State.SYN_RECEIVED)
    value = c.own_mss.to_bytes(2, "big")
    return (TcpOption(OptionKind.MAXIMUM_SEGMENT_SIZE, value),)
