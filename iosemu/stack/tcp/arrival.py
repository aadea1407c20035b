"""A segment arrives: RFC 9293 3.10.7, in its order, with the checks of RFC 5961."""

from __future__ import annotations

from typing import NamedTuple

from iosemu.address import Address
from iosemu.kernel.time import MILLISECOND, SECOND
from iosemu.proto.base import TcpData, TcpEnd, TcpReady, TcpReason
from iosemu.wire.base import WireError
from iosemu.wire.tcp import Flag, OptionKind, Tcp, TcpOption, maximum_segment_size, parse_options

from ..chain import Consumed, Drop, Packet, Verdict
from ..context import Context
from ..state import Reason, Stack
from ..tcp_state import Clock, Connection, Gap, Pair, State, unwrap
from . import calls, clocks, congestion, debug, emit, life, output
from .messages import InvalidDigest, NoDigest

SYN, FIN, RST, ACK = int(Flag.SYN), int(Flag.FIN), int(Flag.RST), int(Flag.ACK)
CHALLENGES = 10
CHALLENGE_INTERVAL_NS = 5 * SECOND
SEEN = Consumed("tcp")
REFUSED = Consumed("refused")


def on_segment(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """One segment to this router over IPv4."""
    d = packet.datagram
    from_ = Arrived(packet.vrf, d.source, d.target, d.ttl, None)
    port = take(stack, ctx, from_, d.payload, is_link_group=packet.is_link_group)
    if isinstance(port, Reason):
        return Drop(port)
    if port is not None:
        packet.because = ("closed port", d.protocol, port)
        return REFUSED
    return SEEN


class Arrived(NamedTuple):
    """What IP says of a segment.  `interface`: where it came in, if its source is link-local."""

    vrf: str
    source: Address
    target: Address
    ttl: int
    interface: str | None


def take(
    stack: Stack, ctx: Context, ip: Arrived, data: bytes, *, is_link_group: bool
) -> Reason | int | None:
    """One segment: why it is dropped, or the port that is closed."""
    statistics = stack.tcp.statistics
    statistics.received += 1
    try:
        segment = Tcp.parse(data, ip.source, ip.target)
    except WireError as error:
        return _malformed(stack, error)
    if is_link_group:
        return None
    pair = (ip.vrf, ip.target, segment.target_port, ip.source, segment.source_port)
    c = stack.tcp.of(pair)
    closed = None
    if c is None:
        if not calls.is_open(stack, pair):
            closed = segment.target_port
        calls.on_unknown(stack, ctx, pair, segment, ip.ttl, ip.interface)
    elif ip.ttl >= c.options.minimum_ttl and is_signed(
        stack, ctx, pair, segment, c.options.password
    ):
        _arrives(stack, ctx, c, segment)
    emit.flush(stack, ctx)
    return closed


def is_signed(stack: Stack, ctx: Context, pair: Pair, segment: Tcp, password: str | None) -> bool:
    """Whether a segment carries the MD5 signature it must carry (RFC 2385 2.0)."""
    if password is None:
        return True
    digest = None
    for option in options_of(segment):
        if option.kind == OptionKind.MD5_SIGNATURE:
            digest = option.data
    if digest is not None and digest == emit.signature(segment, pair, password, is_out=False):
        return True
    stack.tcp.statistics.bad_signature += 1
    _, own, own_port, peer, peer_port = pair
    kind = NoDigest if digest is None else InvalidDigest
    ctx.log(kind(peer, peer_port, own, own_port))
    return False


def options_of(segment: Tcp) -> tuple[TcpOption, ...]:
    """The options; none if they are malformed, which is no reason to lose the segment."""
    try:
        return parse_options(segment.options)
    except WireError:
        return ()


def _malformed(stack: Stack, error: WireError) -> Reason:
    statistics = stack.tcp.statistics
    match error.offset:
        case 16:
            statistics.bad_checksum += 1
            return Reason.TCP_CHECKSUM
        case 12:
            statistics.bad_offset += 1
        case _:
            statistics.too_short += 1
    return Reason.TCP_FORMAT


def _arrives(stack: Stack, ctx: Context, c: Connection, segment: Tcp) -> None:
    debug.packet(ctx, c, segment, is_out=False)
    c.counts.received += 1
    c.counts.last_received_at = ctx.now
    match c.state:
        case State.LISTEN:
            return  # The owner was asked about a SYN and has not answered yet.
        case State.SYN_SENT:
            _in_syn_sent(stack, ctx, c, segment)
        case _:
            _otherwise(stack, ctx, c, segment)
    if c.number in stack.tcp.connections:
        _answer(stack, ctx, c)


def _answer(stack: Stack, ctx: Context, c: Connection) -> None:
    """Send what may go now; owed acknowledgments travel with it, or alone, or wait."""
    output.send_more(stack, ctx, c)
    r = c.receiver
    if r.owes_ack:
        emit.send_ack(stack, ctx, c)
    elif r.nxt > r.acked and c.is_synchronized and not clocks.is_running(c, Clock.ACK_HOLD):
        clocks.start(ctx, c, Clock.ACK_HOLD, clocks.ACK_HOLD_NS)


# -- 3.10.7.3: SYN-SENT ----


def _in_syn_sent(stack: Stack, ctx: Context, c: Connection, segment: Tcp) -> None:
    s, flags = c.sender, segment.flags
    acknowledgment = unwrap(segment.acknowledgment, s.una)
    if flags & ACK and not s.iss < acknowledgment <= s.top:
        emit.refuse(stack, ctx, c.pair, segment, c.options, interface=c.interface)
        return
    if flags & RST:
        if flags & ACK:
            debug.of(ctx, c, "RST received, Closing connection")
            life.fail(stack, ctx, c, TcpReason.REFUSED)
        return
    if not flags & SYN:
        return
    hear_syn(stack, ctx, c, segment)
    if flags & ACK:
        _measure(stack, ctx, c, acknowledgment)
        s.una = acknowledgment
        _set_window(c, segment, segment.sequence, acknowledgment)
        life.established(stack, ctx, c)
        c.receiver.owes_ack = True
    else:
        life.enter(ctx, c, State.SYN_RECEIVED)
        s.window = segment.window
        output.send_syn(stack, ctx, c)


def hear_syn(stack: Stack, ctx: Context, c: Connection, segment: Tcp) -> None:
    """Take the peer's initial number, window and MSS from its SYN."""
    r = c.receiver
    r.irs = segment.sequence
    r.nxt = r.acked = segment.sequence + 1
    r.edge = r.nxt + r.size
    calls.take_mss(ctx, c, maximum_segment_size(options_of(segment)))


# -- 3.10.7.4: all other states ----


def _otherwise(stack: Stack, ctx: Context, c: Connection, segment: Tcp) -> None:
    r, flags = c.receiver, segment.flags
    sequence, payload = unwrap(segment.sequence, r.nxt), segment.payload
    has_fin = flags & FIN != 0
    if c.state is State.SYN_RECEIVED and flags & SYN and sequence == r.irs:
        if not flags & ACK:
            # Its SYN once more: our SYN,ACK was lost, or both opened at once.
            output.send_syn(stack, ctx, c)
            return
        sequence, flags = sequence + 1, flags & ~SYN
    is_new = c.state is State.TIME_WAIT and sequence > r.nxt and flags & (SYN | RST | ACK) == SYN
    if is_new and calls.reopen(stack, ctx, c, segment):
        return
    window = max(r.edge - r.nxt, 0)
    if not _is_acceptable(sequence, len(payload) + has_fin + (flags & SYN != 0), r.nxt, window):
        if _is_outside(stack, ctx, c, segment, sequence):
            return
        payload, has_fin = b"", False
    if flags & RST:
        _on_reset(stack, ctx, c, exact=sequence == r.nxt)
        return
    if flags & SYN:
        _challenge(stack, ctx, c)
        return
    if not flags & ACK or not _on_ack(stack, ctx, c, segment, sequence):
        return
    if payload or has_fin:
        _on_text(stack, ctx, c, sequence, payload, has_fin)


def _is_acceptable(sequence: int, length: int, nxt: int, window: int) -> bool:
    """RFC 9293 3.10.7.4, first check, table."""
    if length == 0:
        return sequence == nxt if window == 0 else nxt <= sequence < nxt + window
    if window == 0:
        return False
    return nxt <= sequence < nxt + window or nxt <= sequence + length - 1 < nxt + window


def _is_outside(stack: Stack, ctx: Context, c: Connection, segment: Tcp, sequence: int) -> bool:
    """A segment the window has no place for: say where we are.  False: its acknowledgment counts
    all the same, as it starts at the closed window."""
    r, statistics, length = c.receiver, stack.tcp.statistics, len(segment.payload)
    if segment.flags & RST:
        return True
    if sequence < r.nxt:
        if length:
            statistics.duplicates += 1
            statistics.duplicate_bytes += length
    elif length and sequence == r.nxt and r.edge <= r.nxt:
        statistics.window_probes_received += 1
    elif length:
        statistics.after_window += 1
        statistics.after_window_bytes += length
    if c.state is State.TIME_WAIT:
        clocks.start(ctx, c, Clock.TIME_WAIT, clocks.TIME_WAIT_NS)
    r.owes_ack = True
    return sequence != r.nxt


def _on_reset(stack: Stack, ctx: Context, c: Connection, *, exact: bool) -> None:
    """RFC 5961 3.2: only a reset with the very next number ends a connection."""
    if not exact:
        _challenge(stack, ctx, c)
        return
    debug.of(ctx, c, "RST received, Closing connection")
    match c.state:
        case State.SYN_RECEIVED:
            reason = TcpReason.REFUSED if c.is_active else TcpReason.RESET
            life.fail(stack, ctx, c, reason)
        case State.CLOSING | State.LAST_ACK | State.TIME_WAIT:
            life.closed(stack, ctx, c)
        case _:
            life.fail(stack, ctx, c, TcpReason.RESET)


def _challenge(stack: Stack, ctx: Context, c: Connection) -> None:
    """An acknowledgment that makes an honest peer say what it means (RFC 5961 7: not too often)."""
    host = stack.tcp
    if ctx.now - host.challenges_since >= CHALLENGE_INTERVAL_NS:
        host.challenges_since, host.challenges = ctx.now, 0
    if host.challenges < CHALLENGES:
        host.challenges += 1
        emit.send_ack(stack, ctx, c)


# -- fifth: the ACK field ----


def _on_ack(stack: Stack, ctx: Context, c: Connection, segment: Tcp, sequence: int) -> bool:
    """Whether the rest of the segment is to be looked at."""
    s, statistics = c.sender, stack.tcp.statistics
    acknowledgment = unwrap(segment.acknowledgment, s.una)
    if c.state is State.SYN_RECEIVED:
        if not s.una < acknowledgment <= s.top:
            emit.refuse(stack, ctx, c.pair, segment, c.options, interface=c.interface)
            return False
        _measure(stack, ctx, c, acknowledgment)
        s.una = s.iss + 1
        _set_window(c, segment, sequence, acknowledgment)
        closing = s.is_closing
        life.established(stack, ctx, c)
        if closing:
            life.enter(ctx, c, State.FIN_WAIT_1)
    if acknowledgment > s.top or acknowledgment < s.una - max(s.greatest_window, 1):
        if acknowledgment > s.top:
            statistics.acks_of_unsent += 1
        _challenge(stack, ctx, c)
        return False
    c.unanswered = 0
    if clocks.is_running(c, Clock.KEEPALIVE):
        life.keep_alive(stack, ctx, c)
    if acknowledgment > s.una:
        _on_new_ack(stack, ctx, c, acknowledgment)
    elif acknowledgment == s.una:
        _on_same_ack(stack, ctx, c, segment)
    if c.number not in stack.tcp.connections:
        return False
    _update_window(stack, ctx, c, segment, sequence, acknowledgment)
    if c.state is State.TIME_WAIT and segment.flags & FIN:
        clocks.start(ctx, c, Clock.TIME_WAIT, clocks.TIME_WAIT_NS)
    return True


def _on_new_ack(stack: Stack, ctx: Context, c: Connection, acknowledgment: int) -> None:
    s, statistics = c.sender, stack.tcp.statistics
    count = acknowledgment - s.una
    statistics.acks += 1
    _measure(stack, ctx, c, acknowledgment)
    c.trip.backoff = 0
    data = min(acknowledgment, s.end) - s.data_at
    if data > 0:
        statistics.acked_bytes += data
        del s.queue[:data]
        s.data_at += data
    s.una = acknowledgment
    s.nxt = max(s.nxt, s.una)
    if s.recover is None:
        s.duplicate_acks = 0
        congestion.acknowledged(s, count)
    elif congestion.recovering(c, count):
        output.send_again(stack, ctx, c)
    if s.una == s.top:
        clocks.stop(ctx, c, Clock.RETRANSMIT)
    else:
        clocks.start_retransmit(ctx, c)
    if s.is_full and len(s.queue) < calls.ready_bytes(c):
        s.is_full = False
        life.tell(ctx, c, TcpReady(c.number))
    if s.is_closing and s.una > s.end:
        life.fin_acknowledged(stack, ctx, c)


def _on_same_ack(stack: Stack, ctx: Context, c: Connection, segment: Tcp) -> None:
    """Nothing new: three of them in a row mean that a segment was lost (RFC 5681 3.2)."""
    s = c.sender
    is_bare = not segment.payload and not segment.flags & FIN and segment.window == s.window
    if not is_bare or s.una == s.top:
        return
    stack.tcp.statistics.duplicate_acks += 1
    s.duplicate_acks += 1
    if s.recover is not None:
        congestion.left_network(s)
    elif s.duplicate_acks == congestion.DUPLICATES:
        if s.nxt < s.top:
            # Already sending again after a timeout.
            c.counts.second_congestion += 1
            return
        congestion.lost(s)
        clocks.start_retransmit(ctx, c)
        output.send_again(stack, ctx, c)


def _measure(stack: Stack, ctx: Context, c: Connection, acknowledgment: int) -> None:
    s = c.sender
    if s.timed is not None and acknowledgment >= s.timed:
        elapsed_ms = (ctx.now - s.timed_at) // MILLISECOND
        congestion.measured(c.trip, elapsed_ms, stack.tcp.settings.rtt_floor_ms)
        s.timed = None


def _set_window(c: Connection, segment: Tcp, sequence: int, acknowledgment: int) -> None:
    s = c.sender
    s.window = segment.window
    s.greatest_window = max(s.greatest_window, segment.window)
    s.window_from, s.window_ack = sequence, acknowledgment


def _update_window(
    stack: Stack, ctx: Context, c: Connection, segment: Tcp, sequence: int, acknowledgment: int
) -> None:
    s = c.sender
    if acknowledgment < s.una:
        return
    if (s.window_from, s.window_ack) <= (sequence, acknowledgment):
        if segment.window > s.window and acknowledgment == s.window_ack and not segment.payload:
            stack.tcp.statistics.window_updates_received += 1
        was_probing = clocks.is_running(c, Clock.SEND_WINDOW)
        _set_window(c, segment, sequence, acknowledgment)
        if was_probing and s.window > 0:
            c.trip.backoff = 0


# -- seventh and eighth: text and FIN ----


def _on_text(
    stack: Stack, ctx: Context, c: Connection, sequence: int, data: bytes, has_fin: bool
) -> None:
    r, statistics = c.receiver, stack.tcp.statistics
    if r.has_ended or c.state in (State.CLOSING, State.LAST_ACK, State.TIME_WAIT):
        statistics.after_close += 1
        r.owes_ack = True
        return
    if c.owner is None and data:
        # Nobody will ever read it: RFC 1122 4.2.2.13.
        life.abort(stack, ctx, c, None)
        return
    c.counts.with_data_received += bool(data)
    if sequence + len(data) > r.edge:
        over = sequence + len(data) - r.edge
        statistics.after_window += 1
        statistics.after_window_bytes += over
        data, has_fin = data[: len(data) - over], False
    if sequence > r.nxt:
        statistics.out_of_order += 1
        statistics.out_of_order_bytes += len(data)
        c.counts.out_of_order += 1
        _keep_gap(c, Gap(sequence, data, has_fin))
        # At once, so that the peer sees the hole; this repeats the last acknowledgment.
        r.owes_ack = True
        return
    if sequence < r.nxt and data:
        known = min(r.nxt - sequence, len(data))
        statistics.partial_duplicates += 1
        statistics.partial_duplicate_bytes += known
        data, sequence = data[known:], sequence + known
    statistics.in_sequence += bool(data)
    statistics.in_sequence_bytes += len(data)
    if r.gaps:
        r.owes_ack = True
    _take(stack, ctx, c, data)
    if has_fin:
        _on_fin(stack, ctx, c)
    else:
        _close_gaps(stack, ctx, c)
    if r.nxt - r.acked >= 2 * c.sender.mss:
        r.owes_ack = True


def _keep_gap(c: Connection, gap: Gap) -> None:
    """Insert by number; one that adds nothing to another is not kept."""
    gaps = c.receiver.gaps
    at = 0
    while at < len(gaps) and gaps[at].sequence < gap.sequence:
        at += 1
    end = gap.sequence + len(gap.data)
    for other in gaps[max(at - 1, 0) : at + 1]:
        covers = other.sequence <= gap.sequence and other.sequence + len(other.data) >= end
        if covers and other.has_fin >= gap.has_fin:
            return
    gaps.insert(at, gap)


def _close_gaps(stack: Stack, ctx: Context, c: Connection) -> None:
    r = c.receiver
    while r.gaps and r.gaps[0].sequence <= r.nxt:
        gap = r.gaps.pop(0)
        _take(stack, ctx, c, gap.data[max(r.nxt - gap.sequence, 0) :])
        if gap.has_fin and r.nxt >= gap.sequence + len(gap.data):
            _on_fin(stack, ctx, c)
            return


def _take(stack: Stack, ctx: Context, c: Connection, data: bytes) -> None:
    """The next bytes in order."""
    r = c.receiver
    if not data:
        return
    r.nxt += len(data)
    c.counts.bytes_received += len(data)
    if r.is_paused:
        r.held += data
    else:
        life.tell(ctx, c, TcpData(c.number, data))


def _on_fin(stack: Stack, ctx: Context, c: Connection) -> None:
    r = c.receiver
    r.nxt += 1
    r.has_ended = True
    r.gaps.clear()
    r.owes_ack = True
    debug.of(ctx, c, "FIN processed")
    if not r.held:
        life.tell(ctx, c, TcpEnd(c.number))
    match c.state:
        case State.ESTABLISHED:
            life.enter(ctx, c, State.CLOSE_WAIT)
        case State.FIN_WAIT_1:
            life.enter(ctx, c, State.CLOSING)
        case State.FIN_WAIT_2:
            emit.send_ack(stack, ctx, c)
            life.time_wait(ctx, c)
        case _:
            raise AssertionError(f"FIN in {c.state}")
