"""Connections end: by agreement, by reset, by silence."""

from __future__ import annotations

from copy import copy
from itertools import pairwise

import pytest

from iosemu.proto.base import TcpClear, TcpDown, TcpEnd, TcpOptions, TcpReason
from iosemu.stack import Stack, close_all
from iosemu.stack.tcp_state import State
from iosemu.wire.tcp import Flag

from .rig import connected, pair, said


def test_one_end_closes_first_and_waits_a_minute() -> None:
    rig = connected()
    rig.one.close()
    assert rig.one.state is State.FIN_WAIT_1
    rig.wait(0.1)
    assert (rig.one.state, rig.two.state) == (State.FIN_WAIT_2, State.CLOSE_WAIT)
    assert [type(event) for event in rig.two.got()] == [TcpEnd]
    rig.two.close()
    assert rig.two.state is State.LAST_ACK
    rig.wait(0.1)
    assert rig.segments() == ["FPA", "A", "FPA", "A"]
    assert (rig.one.state, rig.two.state) == (State.TIME_WAIT, State.CLOSED)
    assert [type(event) for event in rig.one.got()] == [TcpEnd, TcpDown]
    assert rig.two.downs() == ["CLOSED"]
    rig.wait(59)
    assert rig.one.state is State.TIME_WAIT
    rig.wait(1)
    assert rig.one.state is State.CLOSED


def test_both_close_at_once() -> None:
    rig = connected()
    rig.one.close()
    rig.two.close()
    rig.wait(0.006)
    assert (rig.one.state, rig.two.state) == (State.CLOSING, State.CLOSING)
    rig.wait(0.1)
    assert rig.segments() == ["FPA", "FPA", "A", "A"]
    assert (rig.one.state, rig.two.state) == (State.TIME_WAIT, State.TIME_WAIT)
    assert (rig.one.downs(), rig.two.downs()) == (["CLOSED"], ["CLOSED"])


def test_data_still_comes_after_the_own_close() -> None:
    rig = connected()
    rig.one.close()
    rig.wait(0.1)
    rig.two.write(b"last words")
    rig.wait(0.1)
    rig.two.close()
    rig.wait(0.1)
    assert rig.one.read() == b"last words"
    assert rig.one.state is State.TIME_WAIT


def test_a_fin_follows_the_last_byte() -> None:
    rig = connected()
    rig.one.write(bytes(20_000))
    rig.one.close()
    rig.wait(5)
    inputs = rig.two.got()
    assert isinstance(inputs[-1], TcpEnd)
    assert sum(len(event.data) for event in inputs[:-1]) == 20_000  # type: ignore[union-attr]


@pytest.mark.parametrize("lost", range(3))
def test_a_lost_fin_is_sent_again(lost: int) -> None:
    rig = connected()
    fins: list[str] = []

    def judge(name: str, segment: object) -> bool:
        if "F" in said(segment):  # type: ignore[arg-type]
            fins.append(name)
            return len(fins) != lost + 1
        return True

    rig.wire.judge = judge
    rig.one.close()
    rig.wait(10)
    rig.two.close()
    rig.wait(10)
    assert rig.two.state is State.CLOSED
    assert rig.one.state is State.TIME_WAIT


def test_a_lost_last_acknowledgment_is_repeated_from_time_wait() -> None:
    rig = connected()
    rig.one.close()
    rig.wait(0.1)
    rig.two.close()
    rig.wire.judge = lambda name, segment: name != "R2"
    rig.wait(0.5)
    assert (rig.one.state, rig.two.state) == (State.TIME_WAIT, State.LAST_ACK)
    rig.wire.judge = None
    rig.wait(20)
    assert rig.two.state is State.CLOSED
    # The wait starts again with the repeated FIN.
    rig.wait(40)
    assert rig.one.state is State.TIME_WAIT


def test_a_new_connection_may_take_the_place_of_one_in_time_wait() -> None:
    rig = pair()
    for _ in range(2):
        rig.one.connect("10.0.1.2", source_port=12345)
        rig.wait(1)
        assert rig.one.state is State.ESTABLISHED
        rig.one.close()
        rig.wait(0.1)
        rig.two.close()
        rig.wait(0.1)
        assert rig.one.state is State.TIME_WAIT


def test_the_peer_may_reopen_what_is_in_time_wait_here() -> None:
    rig = pair()
    rig.one.connect("10.0.1.2", source_port=12345)
    rig.wait(1)
    rig.two.close()
    rig.wait(0.1)
    rig.one.close()
    rig.wait(0.1)
    assert rig.two.state is State.TIME_WAIT
    number = rig.two.connection.number
    next_iss = copy(rig.wire.streams["R1", "tcp"]).getrandbits(32)
    rig.two.connection.receiver.nxt = next_iss - 1000
    rig.one.connect("10.0.1.2", source_port=12345)
    rig.wait(1)
    assert rig.two.state is State.ESTABLISHED
    assert rig.two.connection.number != number


def test_an_abort_resets_the_other_end() -> None:
    rig = connected()
    rig.one.abort()
    rig.wait(0.1)
    assert rig.segments() == ["RA"]
    assert (rig.one.state, rig.two.state) == (State.CLOSED, State.CLOSED)
    assert rig.one.got() == []
    assert rig.two.downs() == ["RESET"]


def test_clearing_tells_the_owner_too() -> None:
    rig = connected()
    rig.two.do(TcpClear(rig.two.connection.number))
    rig.wait(0.1)
    assert rig.two.downs() == ["CLEARED"]
    assert rig.one.downs() == ["RESET"]


@pytest.mark.parametrize(
    ("state", "flags"), [("in", Flag.RST), ("in", Flag.RST | Flag.ACK), ("in", Flag.SYN)]
)
def test_a_forged_segment_in_the_window_is_challenged(state: str, flags: Flag) -> None:
    rig = connected()
    rig.inject("R2", sequence=rig.two.connection.receiver.nxt + 100, flags=flags)
    rig.wait(0.1)
    assert rig.segments() == ["A"]
    assert (rig.one.state, rig.two.state) == (State.ESTABLISHED, State.ESTABLISHED)


def test_a_reset_outside_of_the_window_is_ignored() -> None:
    rig = connected()
    for off in (-1, 4128, 100_000):
        rig.inject("R2", sequence=rig.two.connection.receiver.nxt + off, flags=Flag.RST)
    rig.wait(0.1)
    assert rig.segments() == []
    assert rig.two.state is State.ESTABLISHED


def test_a_reset_with_the_next_number_is_believed() -> None:
    rig = connected()
    rig.inject("R2", flags=Flag.RST)
    assert rig.two.state is State.CLOSED
    assert rig.two.downs() == ["RESET"]


def test_a_reset_without_the_password_is_not_believed() -> None:
    options = TcpOptions(password="secret")
    rig = pair(options=options)
    rig.one.connect("10.0.1.2", tcp=options)
    rig.wait(1)
    rig.segments()
    rig.inject("R2", flags=Flag.RST)
    rig.wait(0.1)
    assert rig.two.state is State.ESTABLISHED
    assert "No MD5 digest from 10.0.1.1(" in rig.two.router.logs[-1][1]
    assert rig.segments() == []


def test_challenges_are_limited() -> None:
    rig = connected()
    for _ in range(50):
        rig.inject("R2", sequence=rig.two.connection.receiver.nxt + 100, flags=Flag.RST)
    rig.wait(0.1)
    assert rig.segments() == ["A"] * 10
    rig.wait(5)
    rig.inject("R2", sequence=rig.two.connection.receiver.nxt + 100, flags=Flag.RST)
    rig.wait(0.1)
    assert rig.segments() == ["A"]


def test_a_rebooted_peer_resets_what_it_does_not_know() -> None:
    rig = connected()
    fresh = Stack(interfaces=rig.two.router.stack.interfaces)
    fresh.vrfs["default"].fib = rig.two.router.stack.vrfs["default"].fib
    rig.two.router.stack = fresh
    rig.one.write(b"are you there")
    rig.wait(1)
    assert rig.segments() == ["PA 13", "R"]
    assert rig.one.downs() == ["RESET"]


def test_a_rebooted_peer_that_opens_again_finds_the_old_end() -> None:
    """RFC 9293 3.5.1: the old end answers the SYN with where it is, and is reset."""
    rig = connected()
    port = rig.one.connection.local_port
    fresh = Stack(interfaces=rig.one.router.stack.interfaces)
    fresh.vrfs["default"].fib = rig.one.router.stack.vrfs["default"].fib
    rig.one.router.stack = fresh
    rig.wire.timers.clear()
    rig.one.connect("10.0.1.2", source_port=port)
    rig.wait(5)
    assert rig.segments()[:3] == ["S", "A", "R"]
    assert rig.two.downs() == ["RESET"]
    assert (rig.one.state, rig.two.state) == (State.ESTABLISHED, State.ESTABLISHED)


def test_silence_is_given_up_after_twelve_retransmissions() -> None:
    rig = connected()
    rig.wire.judge = lambda name, segment: name == "R1"
    rig.one.write(b"hello?")
    start = rig.wire.now / 1e9
    rig.wait(1200)
    times = [at - start for at, name, s in rig.wire.seen if s.payload]
    gaps = [round(later - at, 3) for at, later in pairwise(times)]
    first = gaps[0]
    assert gaps == [min(first * 2**n, 64) for n in range(12)]
    assert rig.one.downs() == ["TIMEOUT"]
    assert rig.one.router.stack.tcp.statistics.dropped_by_retransmit == 1


def test_what_nobody_owns_any_more_is_reset_but_not_what_was_closed() -> None:
    rig = connected()
    rig.one.close()
    close_all(rig.one.router.stack, rig.one.router, "user")
    rig.wait(0.1)
    assert rig.segments() == ["FPA", "A"]
    rig.two.close()
    rig.wait(0.1)
    assert rig.one.state is State.TIME_WAIT
    rig = connected()
    close_all(rig.one.router.stack, rig.one.router, "user")
    rig.wait(0.1)
    assert rig.segments() == ["RA"]


def test_data_that_nobody_will_read_is_answered_with_a_reset() -> None:
    rig = connected()
    rig.one.close()
    close_all(rig.one.router.stack, rig.one.router, "user")
    rig.wait(0.1)
    rig.two.write(b"too late")
    rig.wait(0.1)
    assert rig.two.downs() == ["RESET"]
    assert rig.one.state is State.CLOSED


def test_a_peer_that_never_closes_is_not_waited_for_forever() -> None:
    rig = connected()
    rig.one.close()
    close_all(rig.one.router.stack, rig.one.router, "user")
    rig.wait(1)
    assert rig.one.state is State.FIN_WAIT_2
    rig.wait(601)
    assert rig.one.router.stack.tcp.connections == {}


def test_the_reason_of_the_last_word_is_in_the_contract() -> None:
    rig = connected()
    number = rig.one.connection.number
    rig.two.abort()
    rig.wait(0.1)
    assert rig.one.got() == [TcpDown(number, "token", TcpReason.RESET)]
