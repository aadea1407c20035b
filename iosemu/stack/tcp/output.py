"""What a connection sends: data and FIN as window, congestion, Nagle and silly windows allow."""

from __future__ import annotations

from iosemu.wire.tcp import Flag

from ..context import Context
from ..state import Stack
from ..tcp_state import Clock, Connection, Sender, State
from . import clocks, emit

_DATA, _PUSH, _FIN = int(Flag.ACK), int(Flag.PSH), int(Flag.FIN)
_SIGNATURE_BYTES = 20
_SENDING = (
    State.ESTABLISHED,
    State.CLOSE_WAIT,
    State.FIN_WAIT_1,
    State.CLOSING,
    State.LAST_ACK,
)


def send_syn(stack: Stack, ctx: Context, c: Connection) -> None:
    """SYN, or SYN,ACK once the peer's SYN came; the first number of the connection."""
    s, statistics = c.sender, stack.tcp.statistics
    statistics.control_sent += 1
    if s.top > s.iss:
        statistics.control_retransmitted += 1
        c.counts.retransmitted += 1
        s.timed = None
    else:
        s.timed, s.timed_at = s.iss + 1, ctx.now
    s.nxt = s.top = s.iss + 1
    flags = emit.SYN if c.state is State.SYN_SENT else emit.SYN | emit.ACK
    emit.send(stack, ctx, c, flags, s.iss)
    clocks.start_retransmit(ctx, c)


def send_more(stack: Stack, ctx: Context, c: Connection, *, forced: bool = False) -> None:
    """Send what may go now; `forced`: the window has been small for long."""
    if c.state not in _SENDING:
        return
    s, segment = c.sender, segment_bytes(c)
    while True:
        unsent = s.end - s.nxt
        room = s.una + min(s.window, s.congestion) - s.nxt
        size = min(unsent, segment, room)
        has_fin = s.is_closing and unsent >= 0 and size == unsent and s.window > 0
        if size <= 0 and not (has_fin and size == 0):
            break
        if 0 < size < segment and not (forced or _may_be_small(c, size, unsent)):
            break
        send_piece(stack, ctx, c, size, has_fin)
        forced = False
    if s.una == s.nxt and not clocks.is_running(c, Clock.SEND_WINDOW) and has_unsent(s):
        # Nothing is under way that could bring an acknowledgment with a wider window.
        clocks.stop(ctx, c, Clock.RETRANSMIT)
        clocks.start_probing(ctx, c)


def send_piece(stack: Stack, ctx: Context, c: Connection, size: int, has_fin: bool) -> None:
    """One segment from `nxt` on, and its timer."""
    s = c.sender
    at = s.nxt - s.data_at
    payload = bytes(s.queue[at : at + size])
    flags = _DATA
    if has_fin:
        flags |= _FIN | _PUSH
    elif size and s.nxt + size == s.end:
        flags |= _PUSH
    end = s.nxt + size + has_fin
    _count(stack, c, size, has_fin)
    if s.timed is None and s.nxt >= s.top:
        s.timed, s.timed_at = end, ctx.now
    emit.send(stack, ctx, c, flags, s.nxt, payload)
    s.nxt = end
    s.top = max(s.top, end)
    clocks.stop(ctx, c, Clock.SEND_WINDOW)
    if not clocks.is_running(c, Clock.RETRANSMIT):
        clocks.start_retransmit(ctx, c)


def send_again(stack: Stack, ctx: Context, c: Connection) -> None:
    """The oldest segment once more, out of turn (fast retransmit)."""
    s, statistics = c.sender, stack.tcp.statistics
    later = s.nxt
    s.nxt = s.una
    size = min(s.end - s.una, segment_bytes(c))
    statistics.fast_retransmitted += 1
    statistics.fast_retransmitted_bytes += size
    c.counts.fast_retransmitted += 1
    has_fin = s.is_closing and s.una + size == s.end and s.top > s.end
    send_piece(stack, ctx, c, size, has_fin)
    s.nxt = max(later, s.nxt)
    s.timed = None


def send_probe(stack: Stack, ctx: Context, c: Connection) -> None:
    """One byte, or the FIN, into a closed window (RFC 9293 3.8.6.1)."""
    s = c.sender
    stack.tcp.statistics.window_probes_sent += 1
    payload = bytes(s.queue[:1])
    flags = _DATA if payload else _DATA | _FIN
    emit.send(stack, ctx, c, flags, s.una, payload)
    # The peer may take it after all: then its acknowledgment must not be one of unsent data.
    s.top = max(s.top, s.una + 1)


def has_unsent(s: Sender) -> bool:
    """Bytes or a FIN wait to be sent for the first time, or again after a timeout."""
    return s.nxt < s.end or (s.is_closing and s.nxt == s.end)


def segment_bytes(c: Connection) -> int:
    """Payload of a full segment."""
    if c.options.password is not None:
        return c.sender.mss - _SIGNATURE_BYTES
    return c.sender.mss


def _may_be_small(c: Connection, size: int, unsent: int) -> bool:
    """A segment that is not full: the last one, if Nagle lets it, or half the greatest window
    (RFC 9293 3.8.6.2.1, 3.7.4)."""
    s = c.sender
    if s.nxt < s.top:
        return True
    if size < unsent:
        return size >= s.greatest_window // 2
    return s.nxt == s.una or s.is_closing or not c.has_nagle


def _count(stack: Stack, c: Connection, size: int, has_fin: bool) -> None:
    s, statistics = c.sender, stack.tcp.statistics
    is_again = s.nxt < s.top
    if is_again:
        c.counts.retransmitted += 1
        if size:
            statistics.retransmitted += 1
            statistics.retransmitted_bytes += size
        else:
            statistics.control_sent += 1
            statistics.control_retransmitted += 1
        return
    if size:
        c.counts.with_data_sent += 1
        c.counts.bytes_sent += size
        statistics.data_sent += 1
        statistics.data_bytes_sent += size
    elif has_fin:
        statistics.control_sent += 1
