"""Round trip times (RFC 6298, as 4.3BSD computed them) and congestion control (RFC 5681, 6582)."""

from __future__ import annotations

from ..tcp_state import Connection, RoundTrip, Sender

DUPLICATES = 3
"""Duplicate acknowledgments that mean a loss."""


def measured(trip: RoundTrip, round_trip_ms: int, floor_ms: int) -> None:
    """Take a measurement.  `minRTT` shows it as it was, the rest at least as `floor_ms`."""
    trip.least_ms = round_trip_ms if trip.least_ms is None else min(trip.least_ms, round_trip_ms)
    taken = max(round_trip_ms, floor_ms)
    trip.most_ms = max(trip.most_ms, taken)
    error = taken - trip.mean_ms
    trip.scaled_ms += error
    trip.deviation_ms += abs(error) - (trip.deviation_ms >> 2)


def initial_window(mss: int) -> int:
    """What may be sent before anything is acknowledged (RFC 5681 3.1)."""
    if mss > 2190:
        return 2 * mss
    return 3 * mss if mss > 1095 else 4 * mss


def opened(s: Sender) -> None:
    """The connection is established."""
    s.congestion = initial_window(s.mss)


def acknowledged(s: Sender, count: int) -> None:
    """New data was acknowledged outside of recovery: slow start or congestion avoidance."""
    if s.congestion < s.threshold:
        s.congestion += min(count, s.mss)
    else:
        s.congestion += max(s.mss * s.mss // s.congestion, 1)


def timed_out(s: Sender) -> None:
    """A retransmission timeout: start again with one segment."""
    s.threshold = max((s.top - s.una) // 2, 2 * s.mss)
    s.congestion = s.mss
    s.duplicate_acks = 0
    s.recover = None
    s.timed = None


def lost(s: Sender) -> None:
    """The third duplicate acknowledgment: enter fast recovery (RFC 5681 3.2)."""
    s.threshold = max((s.top - s.una) // 2, 2 * s.mss)
    s.congestion = s.threshold + DUPLICATES * s.mss
    s.recover = s.top
    s.timed = None


def left_network(s: Sender) -> None:
    """One more duplicate during recovery: a segment arrived, another may go."""
    s.congestion += s.mss


def recovering(c: Connection, count: int) -> bool:
    """An acknowledgment of new data during fast recovery (RFC 6582 3.2 step 3); True: a partial
    one, so that the next hole is to be filled."""
    s = c.sender
    assert s.recover is not None
    if s.una < s.recover:
        c.counts.partial_acks += 1
        s.congestion = max(s.congestion - count, 0) + s.mss
        return True
    s.congestion = min(s.threshold, max(s.top - s.una, s.mss) + s.mss)
    s.recover = None
    s.duplicate_acks = 0
    return False
