"""The timers of a connection run out: RFC 9293 3.8, RFC 6298 5, RFC 1122 4.2.3."""

from __future__ import annotations

from iosemu.proto.base import TcpReason

from ..context import Context
from ..state import Stack
from ..tcp_state import Clock, Connection, State
from . import clocks, congestion, debug, emit, life, output

RETRANSMISSIONS = 12
"""Timeouts in a row before the peer is given up."""
KEEPALIVES = 4


def on_timer(stack: Stack, ctx: Context, number: int, name: str) -> None:
    """A timer set by `clocks.start` ran out."""
    c = stack.tcp.connections.get(number)
    if c is None:
        return
    clock = Clock(name)
    count = c.clocks[clock]
    count.wakeups += 1
    count.due = None
    match clock:
        case Clock.RETRANSMIT:
            _on_retransmit(stack, ctx, c)
        case Clock.SEND_WINDOW:
            _on_probe(stack, ctx, c)
        case Clock.ACK_HOLD:
            stack.tcp.statistics.delayed_acks += 1
            emit.send_ack(stack, ctx, c)
        case Clock.KEEPALIVE:
            _on_keepalive(stack, ctx, c)
        case Clock.GIVE_UP:
            life.abort(stack, ctx, c, TcpReason.TIMEOUT)
        case Clock.PATH_MTU:
            c.sender.mss = c.sender.full_mss
        case Clock.TIME_WAIT:
            life.closed(stack, ctx, c)
        case Clock.DEAD_WAIT:
            life.fail(stack, ctx, c, TcpReason.TIMEOUT)
    emit.flush(stack, ctx)


def _on_retransmit(stack: Stack, ctx: Context, c: Connection) -> None:
    s, trip = c.sender, c.trip
    stack.tcp.statistics.retransmit_timeouts += 1
    trip.backoff += 1
    if trip.backoff > RETRANSMISSIONS:
        stack.tcp.statistics.dropped_by_retransmit += 1
        life.abort(stack, ctx, c, TcpReason.TIMEOUT)
        return
    waited_ms = clocks.timeout_ns(trip) // 2_000_000
    debug.of(ctx, c, f"timeout #{trip.backoff} - timeout is {waited_ms} ms, seq {s.una}")
    debug.transaction(ctx, f"TCP: ({c.local_port}) -> {c.peer}({c.peer_port})")
    if c.state in (State.SYN_SENT, State.SYN_RECEIVED):
        output.send_syn(stack, ctx, c)
        return
    congestion.timed_out(s)
    s.nxt = s.una
    output.send_more(stack, ctx, c)


def _on_probe(stack: Stack, ctx: Context, c: Connection) -> None:
    """The window has been closed, or small, with nothing under way that could open it."""
    if c.sender.window > 0:
        output.send_more(stack, ctx, c, forced=True)
        return
    c.trip.backoff += 1
    c.unanswered += 1
    if c.unanswered > RETRANSMISSIONS:
        life.abort(stack, ctx, c, TcpReason.TIMEOUT)
        return
    output.send_probe(stack, ctx, c)
    clocks.start_probing(ctx, c)


def _on_keepalive(stack: Stack, ctx: Context, c: Connection) -> None:
    """Idle for a minute: ask with a number that is already acknowledged (RFC 1122 4.2.3.6)."""
    statistics = stack.tcp.statistics
    statistics.keepalive_timeouts += 1
    c.unanswered += 1
    if c.unanswered > KEEPALIVES:
        statistics.dropped_by_keepalive += 1
        life.abort(stack, ctx, c, TcpReason.TIMEOUT)
        return
    statistics.keepalive_probes += 1
    emit.send(stack, ctx, c, emit.ACK, c.sender.una - 1)
    clocks.start(ctx, c, Clock.KEEPALIVE, clocks.KEEPALIVE_NS)
