"""Data under way: windows, losses, acknowledgments, timers."""

from __future__ import annotations

from itertools import pairwise

import pytest

from iosemu.proto.base import TcpOptions, TcpReady
from iosemu.stack.tcp import congestion
from iosemu.stack.tcp_state import RoundTrip, State, TcpSettings, unwrap, wrap
from iosemu.wire.tcp import Tcp

from .rig import Rig, connected, pair, said


def lose(rig: Rig, *numbers: int, to: str = "R2") -> None:
    """Lose the data segments of these numbers, counted from 0, on their first way to a host."""
    seen: list[int] = []

    def judge(name: str, segment: Tcp) -> bool:
        if name != to or not segment.payload:
            return True
        seen.append(segment.sequence)
        return len(seen) - 1 not in numbers

    rig.wire.judge = judge


def test_the_round_trip_time_goes_as_captures_show() -> None:
    """Cisco's own example of `show tcp`: SRTT 182, RTTO 1073, RTV 891 after some of 300 ms; and
    routers that run for long show 300, 303, 3."""
    trip = RoundTrip()
    assert (trip.mean_ms, trip.timeout_ms, trip.deviation_ms) == (0, 2000, 2000)
    congestion.measured(trip, 12, 300)
    assert (trip.mean_ms, trip.timeout_ms, trip.deviation_ms) == (37, 1837, 1800)
    for _ in range(6):
        congestion.measured(trip, 36, 300)
    assert (trip.mean_ms, trip.timeout_ms, trip.deviation_ms) == (182, 1073, 891)
    for _ in range(200):
        congestion.measured(trip, 20, 300)
    assert (trip.mean_ms, trip.timeout_ms, trip.deviation_ms) == (300, 303, 3)
    assert (trip.least_ms, trip.most_ms) == (12, 300)


@pytest.mark.parametrize("near", [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x123456789A])
@pytest.mark.parametrize("off", [-0x80000000, -1, 0, 1, 4128, 0x7FFFFFFF])
def test_numbers_come_back_from_the_wire(near: int, off: int) -> None:
    assert unwrap(wrap(near + off), near) == near + off


def test_numbers_wrap_in_the_middle_of_a_transfer() -> None:
    rig = pair()
    rig.one.connect("10.0.1.2")
    s = rig.one.connection.sender
    s.iss = s.una = 0xFFFFFFFF - 3000
    s.nxt = s.top = s.data_at = s.iss + 1
    s.timed = None
    rig.wire.flying.clear()
    rig.wait(5)
    assert rig.one.state is State.ESTABLISHED
    rig.one.write(bytes(range(256)) * 100)
    rig.wait(20)
    assert rig.two.read() == bytes(range(256)) * 100


def test_an_acknowledgment_waits_200_ms_for_company() -> None:
    rig = connected()
    start = rig.wire.now / 1e9
    rig.one.write(b"x")
    rig.wait(1)
    (data, _, first), (ack, _, second) = rig.wire.seen
    assert (said(first), said(second)) == ("PA 1", "A")
    assert round(ack - data, 3) == 0.205
    assert data == start
    c = rig.two.connection
    assert (rig.two.router.stack.tcp.statistics.delayed_acks, c.counts.sent) == (1, 2)


def test_every_second_full_segment_is_acknowledged_at_once() -> None:
    rig = connected(options=TcpOptions(window_bytes=16384))
    rig.one.write(bytes(1460 * 4))
    rig.wait(0.1)
    assert rig.segments(to="R1") == ["A", "A"]


def test_an_answer_takes_the_acknowledgment_along() -> None:
    rig = connected()
    rig.one.write(b"x")
    rig.wait(0.01)
    rig.two.write(b"x")
    rig.wait(0.1)
    assert rig.segments() == ["PA 1", "PA 1"]


def test_the_offered_window_shrinks_until_a_segment_fits_again() -> None:
    rig = connected()
    offered = []
    for _ in range(20):
        rig.one.write(bytes(100))
        rig.wait(0.3)
        offered.append(rig.wire.seen[-1][2].window)
    assert offered[:3] == [4028, 3928, 3828]
    assert min(offered) == 4128 - 1400
    assert 4128 in offered


def test_without_nagle_every_key_is_a_segment() -> None:
    rig = connected()
    for _ in range(3):
        rig.one.write(b"x")
    rig.wait(0.1)
    assert rig.segments(to="R2") == ["PA 1"] * 3


def test_with_nagle_keys_wait_for_the_acknowledgment() -> None:
    rig = pair()
    rig.one.router.stack.tcp.settings = TcpSettings(nagle=True)
    rig.one.connect("10.0.1.2")
    rig.wait(1)
    rig.segments()
    for _ in range(5):
        rig.one.write(b"x")
    rig.wait(1)
    assert rig.segments(to="R2") == ["PA 1", "PA 4"]


def test_what_comes_out_of_order_waits_and_is_acknowledged_at_once() -> None:
    rig = connected(options=TcpOptions(window_bytes=16384))
    lose(rig, 0)
    rig.one.write(bytes(1460) + b"\1" * 1460 + b"\2" * 1460)
    rig.wait(0.02)
    assert rig.segments(to="R1") == ["A", "A"]
    c = rig.two.connection
    assert (c.counts.out_of_order, len(c.receiver.gaps)) == (2, 2)
    rig.wait(5)
    assert rig.two.read() == bytes(1460) + b"\1" * 1460 + b"\2" * 1460
    assert c.receiver.gaps == []


def test_the_third_duplicate_acknowledgment_sends_again_without_waiting() -> None:
    rig = connected(options=TcpOptions(window_bytes=16384))
    s = rig.one.connection.sender
    s.congestion = 10 * 1460
    lose(rig, 0)
    rig.one.write(bytes(1460 * 5))
    rig.wait(0.1)
    c = rig.one.connection
    assert (c.counts.fast_retransmitted, c.sender.una) == (1, c.sender.top)
    assert len(rig.two.read()) == 1460 * 5
    assert rig.one.router.stack.tcp.statistics.retransmit_timeouts == 0
    assert s.threshold == 1460 * 5 // 2


def test_two_losses_in_a_window_are_one_recovery() -> None:
    rig = connected(options=TcpOptions(window_bytes=16384))
    rig.one.connection.sender.congestion = 10 * 1460
    lose(rig, 0, 2)
    rig.one.write(bytes(1460 * 8))
    rig.wait(0.2)
    c = rig.one.connection
    assert (c.counts.fast_retransmitted, c.counts.partial_acks) == (2, 1)
    assert len(rig.two.read()) == 1460 * 8
    assert rig.one.router.stack.tcp.statistics.retransmit_timeouts == 0


def test_a_timeout_starts_again_with_one_segment() -> None:
    rig = connected(options=TcpOptions(window_bytes=16384))
    lose(rig, 0, 1, 2)
    rig.one.write(bytes(1460 * 6))
    rig.wait(0.5)
    assert rig.segments(to="R2") == ["A 1460", "A 1460", "A 1460"]
    rig.wait(10)
    s = rig.one.connection.sender
    assert rig.one.router.stack.tcp.statistics.retransmit_timeouts == 1
    assert s.threshold == 2 * 1460
    assert len(rig.two.read()) == 1460 * 6


def test_slow_start_doubles_what_is_under_way() -> None:
    rig = connected(options=TcpOptions(window_bytes=65535))
    rig.one.write(bytes(1460 * 60))
    rig.wait(0.004)
    assert len(rig.segments(to="R2")) == 3
    rig.wait(60)
    assert rig.one.connection.sender.congestion > 30 * 1460


def test_a_paused_reader_closes_the_window_and_is_probed() -> None:
    rig = connected()
    rig.two.pause()
    rig.one.write(bytes(10_000))
    rig.wait(0.4)
    # The rest of the window is smaller than a segment: it is used when nothing better comes.
    assert rig.two.connection.receiver.held == bytes(2920)
    rig.wait(2.6)
    assert rig.two.connection.receiver.held == bytes(4128)
    assert rig.one.connection.sender.window == 0
    assert rig.two.got() == []
    rig.segments()
    rig.wait(120)
    probes = [at for at, name, s in rig.wire.seen if name == "R2"]
    gaps = [later - at for at, later in pairwise(probes)]
    assert all(later > at for at, later in pairwise(gaps))
    assert rig.segments(to="R2") == ["A 1"] * len(probes)
    assert rig.one.router.stack.tcp.statistics.window_probes_sent == len(probes) >= 3
    # However long it takes: the answers show that the peer is there.
    rig.wait(3600)
    assert rig.one.state is State.ESTABLISHED
    rig.two.resume()
    rig.wait(2)
    assert rig.two.read() == bytes(10_000)
    assert rig.two.router.stack.tcp.statistics.window_updates_sent == 1


def test_a_lost_window_update_is_made_up_by_a_probe() -> None:
    rig = connected()
    rig.two.pause()
    rig.one.write(bytes(10_000))
    rig.wait(3)
    rig.wire.judge = lambda name, segment: name != "R1"
    rig.two.resume()
    rig.wait(0.1)
    rig.wire.judge = None
    rig.wait(70)
    assert rig.two.read() == bytes(10_000)


def test_the_fin_waits_before_a_closed_window() -> None:
    rig = connected()
    rig.two.pause()
    rig.one.write(bytes(4128))
    rig.wait(3)
    rig.one.close()
    rig.wait(1)
    assert rig.two.state is State.ESTABLISHED
    rig.two.resume()
    rig.wait(70)
    assert rig.two.state is State.CLOSE_WAIT


def test_a_probed_peer_that_died_is_given_up() -> None:
    rig = connected()
    rig.two.pause()
    rig.one.write(bytes(10_000))
    rig.wait(3)
    rig.wire.judge = lambda name, segment: False
    rig.wait(1200)
    assert rig.one.downs() == ["TIMEOUT"]


def test_an_idle_connection_is_asked_every_minute_and_dropped_after_four() -> None:
    rig = pair(options=TcpOptions(keepalives=True))
    rig.one.connect("10.0.1.2")
    rig.wait(1)
    rig.segments()
    rig.wait(61)
    assert rig.segments() == ["A", "A"]
    assert rig.two.state is State.ESTABLISHED
    rig.two.got()
    rig.wire.judge = lambda name, segment: False
    rig.wait(60 * 4)
    assert rig.two.state is State.ESTABLISHED
    rig.wait(60)
    assert rig.two.downs() == ["TIMEOUT"]
    statistics = rig.two.router.stack.tcp.statistics
    assert (statistics.keepalive_probes, statistics.dropped_by_keepalive) == (5, 1)


def test_who_wrote_much_is_told_when_there_is_room() -> None:
    rig = connected()
    rig.one.write(bytes(3000))
    rig.wait(2)
    assert rig.one.got() == []
    rig.one.write(bytes(50_000))
    rig.wait(0.1)
    assert rig.one.got() == []
    rig.wait(60)
    assert rig.one.got() == [TcpReady(rig.one.connection.number)]


def test_urgent_data_is_data() -> None:
    rig = connected()
    c = rig.two.connection
    segment = Tcp(
        c.peer_port,
        c.local_port,
        wrap(c.receiver.nxt),
        wrap(c.sender.nxt),
        0x38,
        4128,
        3,
        b"",
        b"abc",
    )
    rig.raw("R2", segment, c.peer, c.local)
    assert rig.two.read() == b"abc"


def test_an_acknowledgment_of_what_was_never_sent_is_challenged() -> None:
    rig = connected()
    rig.inject("R2", acknowledgment=rig.two.connection.sender.nxt + 5, payload=b"forged")
    rig.wait(0.1)
    assert rig.segments() == ["A"]
    assert rig.two.read() == b""
    assert rig.two.router.stack.tcp.statistics.acks_of_unsent == 1


def test_data_beyond_the_window_is_cut() -> None:
    rig = connected()
    nxt = rig.two.connection.receiver.nxt
    rig.inject("R2", sequence=nxt + 4000, payload=bytes(500))
    gap = rig.two.connection.receiver.gaps[0]
    assert (gap.sequence, len(gap.data)) == (nxt + 4000, 128)
    assert rig.two.router.stack.tcp.statistics.after_window_bytes == 372


def test_a_segment_that_overlaps_gives_only_what_is_new() -> None:
    rig = connected()
    nxt = rig.two.connection.receiver.nxt
    rig.inject("R2", payload=b"abcdef")
    rig.inject("R2", sequence=nxt + 3, payload=b"defghi")
    rig.inject("R2", sequence=nxt, payload=b"abc")
    assert rig.two.read() == b"abcdefghi"
    statistics = rig.two.router.stack.tcp.statistics
    assert (statistics.partial_duplicate_bytes, statistics.duplicate_bytes) == (3, 3)
