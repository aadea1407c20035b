"""SLARP between two engines."""

from __future__ import annotations

import pytest

from iosemu.kernel.time import SECOND
from iosemu.proto.base import Debug, LinkFrame, LinkFrames, TimerFired
from iosemu.proto.hdlc.engine import HdlcEngine
from iosemu.wire.hdlc import SLARP, AddressMessage, SlarpType, parse_slarp
from tests.proto.pair import NAME, SerialLine, serial


def line(keepalive_s: int | None = 10, other_s: int | None = 10) -> SerialLine:
    made = SerialLine(HdlcEngine(), HdlcEngine())
    made.start(serial("10.0.0.1", "hdlc", keepalive_s), serial("10.0.0.2", "hdlc", other_s))
    return made


def test_a_line_is_up_with_its_link_and_stays_up():
    hdlc = line()
    assert all(end.is_up for end in hdlc.ends)
    hdlc.wait(600)
    assert [len(end.said) for end in hdlc.ends] == [1, 1]
    assert len(hdlc.ends[0].sent) == 60


def test_sequences_count_up_and_are_given_back():
    hdlc = line()
    hdlc.wait(35)
    seen = [parse_slarp(data) for data in hdlc.ends[0].sent]
    assert [message.sequence for message in seen] == [1, 2, 3, 4]
    assert [message.returned for message in seen[1:]] == [1, 2, 3]


@pytest.mark.parametrize("phase", range(10))
def test_after_three_unanswered_keepalives_the_line_is_down(phase: int):
    hdlc = line()
    hdlc.wait(60 + phase)
    hdlc.lost[1] = True
    hdlc.wait(29)
    assert hdlc.ends[0].is_up
    hdlc.wait(12)
    assert not hdlc.ends[0].is_up
    assert hdlc.ends[1].is_up or hdlc.lost[0] is False


def test_one_way_silence_takes_both_ends_down():
    hdlc = line()
    hdlc.wait(60)
    hdlc.lost[1] = True
    hdlc.wait(90)
    # The end that hears is told by the sequences that its own no longer arrive.
    assert [end.is_up for end in hdlc.ends] == [False, False]


def test_a_line_comes_up_again_when_keepalives_do():
    hdlc = line()
    hdlc.lost = [True, True]
    hdlc.wait(60)
    assert [end.is_up for end in hdlc.ends] == [False, False]
    hdlc.lost = [False, False]
    hdlc.wait(25)
    assert [end.is_up for end in hdlc.ends] == [True, True]


def test_without_keepalives_nothing_is_sent_and_the_line_is_up():
    hdlc = line(None, None)
    hdlc.lost = [True, True]
    hdlc.wait(300)
    assert [end.is_up for end in hdlc.ends] == [True, True]
    assert hdlc.ends[0].sent == []


def test_an_end_without_keepalives_leaves_the_other_without_answers():
    hdlc = line(10, None)
    hdlc.wait(60)
    assert [end.is_up for end in hdlc.ends] == [False, True]


def test_an_interval_of_its_own_goes_wrong_when_it_is_too_long():
    hdlc = line(10, 60)
    hdlc.wait(120)
    assert len(hdlc.ends[0].said) > 2


def test_a_loop_is_found_and_left():
    hdlc = line()
    hdlc.wait(60)
    hdlc.is_looped = True
    hdlc.wait(25)
    assert all(end.is_up and end.said[-1].is_looped for end in hdlc.ends)
    hdlc.is_looped = False
    hdlc.wait(25)
    assert all(end.is_up and not end.said[-1].is_looped for end in hdlc.ends)


def test_ends_that_start_in_step_take_nothing_for_a_loop():
    for seed in range(50):
        hdlc = SerialLine(HdlcEngine(), HdlcEngine(), seed)
        hdlc.start(serial("10.0.0.1", "hdlc"), serial("10.0.0.2", "hdlc"))
        hdlc.wait(120)
        assert [len(end.said) for end in hdlc.ends] == [1, 1]


def test_equal_keepalives_at_the_same_instant_are_no_loop():
    hdlc = line()
    for end in hdlc.ends:
        end.timers[("keepalive", NAME)] = SECOND
    hdlc.wait(120)
    assert all(end.is_up and not end.said[-1].is_looped for end in hdlc.ends)


def test_a_lost_link_stops_everything():
    hdlc = line()
    hdlc.wait(15)
    for end in hdlc.ends:
        end.link(False)
    assert [end.timers for end in hdlc.ends] == [{}, {}]
    sent = len(hdlc.ends[0].sent)
    hdlc.ends[0].tell(TimerFired(("keepalive", NAME)))
    assert len(hdlc.ends[0].sent) == sent


def test_an_address_is_told_to_one_who_asks():
    hdlc = line()
    ask = AddressMessage(SlarpType.REQUEST).emit()
    frame = LinkFrame(LinkFrames(SLARP), NAME, 0, ask)  # type: ignore[arg-type]
    hdlc.ends[0].tell(frame)
    reply = parse_slarp(hdlc.ends[0].sent[-1])
    assert (str(reply.address), str(reply.mask)) == ("10.0.0.1", "255.255.255.0")


@pytest.mark.parametrize("data", [b"", b"\0\0\0", b"\0\0\0\7" + bytes(20), b"\xff" * 14])
def test_malformed_packets_change_nothing(data: bytes):
    hdlc = line()
    hdlc.wait(5)
    frame = LinkFrame(LinkFrames(SLARP), NAME, 0, data)  # type: ignore[arg-type]
    assert hdlc.ends[0].engine.step(hdlc.now, frame) == []
    hdlc.wait(60)
    assert hdlc.ends[0].is_up


def test_the_debug_line_is_that_of_ios():
    hdlc = line()
    hdlc.wait(5)
    actions = hdlc.ends[0].engine.step(hdlc.now, TimerFired(("keepalive", NAME)))
    texts = [action.text for action in actions if isinstance(action, Debug)]
    assert texts == ["Serial1/0: HDLC myseq 2, mineseen 1*, yourseen 1, line up"]
