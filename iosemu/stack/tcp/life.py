"""The beginning and the end of a connection: its states, and what its owner is told of them."""

from __future__ import annotations

from iosemu.proto.base import Input, TcpDown, TcpReason, TcpUp

from ..context import Context
from ..state import Stack
from ..tcp_state import Clock, Connection, State
from . import clocks, congestion, debug, emit


def enter(ctx: Context, c: Connection, after: State) -> None:
    """Go to another state."""
    debug.state(ctx, c, after)
    c.state = after


def tell(ctx: Context, c: Connection, event: Input) -> None:
    """An input for the owner, if there is one."""
    if c.owner is not None:
        ctx.deliver(c.owner, event)


def established(stack: Stack, ctx: Context, c: Connection) -> None:
    """Both initial numbers are acknowledged."""
    clocks.stop(ctx, c, Clock.GIVE_UP)
    clocks.stop(ctx, c, Clock.RETRANSMIT)
    enter(ctx, c, State.ESTABLISHED)
    c.established_at = ctx.now
    c.trip.backoff = 0
    stack.tcp.statistics.established += 1
    congestion.opened(c.sender)
    keep_alive(stack, ctx, c)
    c.is_known = True
    token = c.token if c.is_active else None
    tell(ctx, c, TcpUp(c.number, token, *c.pair, c.socket))


def keep_alive(stack: Stack, ctx: Context, c: Connection) -> None:
    """Start or restart the wait for a sign of life, where keepalives are wanted."""
    settings = stack.tcp.settings
    wanted = settings.keepalives_out if c.is_active else settings.keepalives_in
    if wanted or c.options.keepalives:
        clocks.start(ctx, c, Clock.KEEPALIVE, clocks.KEEPALIVE_NS)
    else:
        clocks.stop(ctx, c, Clock.KEEPALIVE)


def fail(stack: Stack, ctx: Context, c: Connection, reason: TcpReason) -> None:
    """The connection is no more, and not by agreement."""
    statistics = stack.tcp.statistics
    statistics.dropped += 1
    if not c.is_synchronized:
        statistics.embryonic_dropped += 1
    tell_down(ctx, c, reason)
    remove(stack, ctx, c)


def tell_down(ctx: Context, c: Connection, reason: TcpReason) -> None:
    """The last word to the owner, who then has nothing to do with it."""
    if c.is_known:
        tell(ctx, c, TcpDown(c.number, c.token if c.is_active else None, reason))
    c.owner = None


def remove(stack: Stack, ctx: Context, c: Connection) -> None:
    """Delete the block."""
    enter(ctx, c, State.CLOSED)
    clocks.stop_all(ctx, c)
    stack.tcp.statistics.closed += 1
    del stack.tcp.connections[c.number]
    if stack.tcp.pairs.get(c.pair) == c.number:
        del stack.tcp.pairs[c.pair]
    debug.block(ctx, c.number, "destroyed")


def abort(stack: Stack, ctx: Context, c: Connection, reason: TcpReason | None) -> None:
    """Reset it; the owner is told if there is a reason to tell."""
    if c.state is State.SYN_RECEIVED or (c.is_synchronized and c.state is not State.TIME_WAIT):
        emit.send_reset(stack, ctx, c)
    if reason is None:
        c.owner = None
        reason = TcpReason.RESET
    fail(stack, ctx, c, reason)


def closed(stack: Stack, ctx: Context, c: Connection) -> None:
    """Both ends are done, and the peer knows that we know."""
    tell_down(ctx, c, TcpReason.CLOSED)
    remove(stack, ctx, c)


def time_wait(ctx: Context, c: Connection) -> None:
    """Both ends are done, but the last acknowledgment may be lost."""
    enter(ctx, c, State.TIME_WAIT)
    clocks.stop_all(ctx, c)
    clocks.start(ctx, c, Clock.TIME_WAIT, clocks.TIME_WAIT_NS)
    tell_down(ctx, c, TcpReason.CLOSED)


def fin_acknowledged(stack: Stack, ctx: Context, c: Connection) -> None:
    """The peer has our FIN."""
    match c.state:
        case State.FIN_WAIT_1:
            enter(ctx, c, State.FIN_WAIT_2)
            if c.owner is None:
                clocks.start(ctx, c, Clock.DEAD_WAIT, clocks.DEAD_WAIT_NS)
        case State.CLOSING:
            time_wait(ctx, c)
        case State.LAST_ACK:
            closed(stack, ctx, c)
        case _:
            raise AssertionError(f"no FIN was sent in {c.state}")
