"""The event timers of a connection: started and stopped here, so that they are counted."""

from __future__ import annotations

from iosemu.kernel.time import MILLISECOND, SECOND, Time

from ..context import Context
from ..tcp_state import Clock, ClockCount, Connection, RoundTrip

LONGEST_TIMEOUT_NS = 64 * SECOND
ACK_HOLD_NS = 200 * MILLISECOND
TIME_WAIT_NS = 60 * SECOND
KEEPALIVE_NS = 60 * SECOND
DEAD_WAIT_NS = 600 * SECOND
"""In FIN-WAIT-2 with nobody left to read: the RFC waits for ever."""
SHORTEST_PROBE_NS = 5 * SECOND
OVERRIDE_NS = 500 * MILLISECOND
"""Before a window that is open, but small (RFC 9293 3.8.6.2.1)."""


def start(ctx: Context, c: Connection, clock: Clock, delay_ns: Time) -> None:
    """Start or move a timer."""
    count = c.clocks.get(clock)
    if count is None:
        count = c.clocks[clock] = ClockCount()
    count.starts += 1
    count.due = ctx.now + delay_ns
    ctx.set_timer(("tcp", c.number, clock.value), count.due)


def stop(ctx: Context, c: Connection, clock: Clock) -> None:
    """Forget a timer; one that does not run stays as it is."""
    count = c.clocks.get(clock)
    if count is not None and count.due is not None:
        count.due = None
        ctx.stop_timer(("tcp", c.number, clock.value))


def stop_all(ctx: Context, c: Connection) -> None:
    """The connection goes."""
    for clock in c.clocks:
        stop(ctx, c, clock)


def is_running(c: Connection, clock: Clock) -> bool:
    count = c.clocks.get(clock)
    return count is not None and count.due is not None


def timeout_ns(trip: RoundTrip) -> Time:
    """The retransmission timeout, doubled for each one in a row (RFC 6298 5.5)."""
    return min((trip.timeout_ms << trip.backoff) * MILLISECOND, LONGEST_TIMEOUT_NS)


def start_retransmit(ctx: Context, c: Connection) -> None:
    """Start or restart the retransmission timer."""
    start(ctx, c, Clock.RETRANSMIT, timeout_ns(c.trip))


def start_probing(ctx: Context, c: Connection) -> None:
    """Start the timer of window probes; it backs off as retransmissions do (RFC 9293 3.8.6.1)."""
    delay_ns = max(timeout_ns(c.trip), SHORTEST_PROBE_NS) if c.sender.window == 0 else OVERRIDE_NS
    start(ctx, c, Clock.SEND_WINDOW, delay_ns)
