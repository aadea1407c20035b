"""Connections come up, or do not: ladders in the words of RFC 9293 3.5 and 3.10."""

from __future__ import annotations

import pytest

from iosemu.proto.base import (
    TcpAbort,
    TcpAccept,
    TcpAsked,
    TcpDown,
    TcpOptions,
    TcpReason,
    TcpUp,
)
from iosemu.stack.tcp_state import State
from iosemu.wire.tcp import Flag, Tcp, maximum_segment_size, parse_options
from tests.stack.net import ip

from .rig import Host, connected, pair, said

R1, R2 = ip("10.0.1.1"), ip("10.0.1.2")


def test_three_segments_open_a_connection() -> None:
    rig = pair()
    rig.one.connect("10.0.1.2")
    assert rig.one.state is State.SYN_SENT
    rig.wait(1)
    assert rig.segments() == ["S", "SA", "A"]
    (up,) = rig.one.got()
    assert isinstance(up, TcpUp)
    assert (up.token, up.local, up.peer, up.peer_port) == ("token", R1, R2, 179)
    (taken,) = rig.two.got()
    assert isinstance(taken, TcpUp)
    assert taken.socket is not None
    assert (taken.token, taken.local_port, taken.peer_port) == (None, 179, up.local_port)
    assert (rig.one.state, rig.two.state) == (State.ESTABLISHED, State.ESTABLISHED)


def test_the_syn_says_what_ios_says() -> None:
    rig = pair()
    rig.one.connect("10.0.1.2")
    syn = rig.wire.seen[0][2]
    assert syn.window == 4128
    assert maximum_segment_size(parse_options(syn.options)) == 1460
    assert len(syn.options) == 4
    assert 11000 <= syn.source_port <= 65535


def test_a_syn_is_sent_again_after_2_4_and_8_seconds_and_given_up_after_30() -> None:
    rig = pair()
    rig.wire.judge = lambda name, segment: False
    start = rig.wire.now / 1e9
    rig.one.connect("10.0.1.2")
    rig.wait(29)
    assert [round(at - start, 3) for at, _, _ in rig.wire.seen] == [0, 2, 6, 14]
    assert {segment.sequence for _, _, segment in rig.wire.seen} == {rig.wire.seen[0][2].sequence}
    assert rig.one.got() == []
    rig.wait(2)
    assert rig.one.got() == [TcpDown(rig_number(rig.one, 0), "token", TcpReason.TIMEOUT)]
    assert rig.one.state is State.CLOSED


def rig_number(host: Host, default: int) -> int:
    """The number of the only TcpDown is not known beforehand: any is taken."""
    return AnyNumber(default)


class AnyNumber(int):
    """Equal to every number."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int)

    __hash__ = int.__hash__


def test_a_closed_port_refuses() -> None:
    rig = pair()
    rig.one.connect("10.0.1.2", port=80)
    rig.wait(1)
    assert rig.segments() == ["S", "RA"]
    assert rig.one.downs() == ["REFUSED"]
    assert rig.two.router.stack.tcp.statistics.no_port == 1


def test_without_a_route_there_is_no_waiting() -> None:
    rig = pair()
    rig.one.connect("192.0.2.1")
    assert rig.one.got() == [TcpDown(0, "token", TcpReason.UNREACHABLE)]


def test_both_open_at_once() -> None:
    rig = pair()
    rig.one.connect("10.0.1.2", port=2000, source_port=1000)
    rig.two.connect("10.0.1.1", port=1000, source_port=2000)
    rig.wait(1)
    assert rig.segments()[:4] == ["S", "S", "SA", "SA"]
    assert (rig.one.state, rig.two.state) == (State.ESTABLISHED, State.ESTABLISHED)
    assert [type(event) for event in rig.one.got() + rig.two.got()] == [TcpUp, TcpUp]
    rig.one.write(b"to two")
    rig.two.write(b"to one")
    rig.wait(1)
    assert (rig.one.read(), rig.two.read()) == (b"to one", b"to two")


def test_a_lost_answer_to_the_syn_is_sent_again() -> None:
    rig = pair()
    lost: list[Tcp] = []

    def judge(name: str, segment: Tcp) -> bool:
        if said(segment) == "SA" and not lost:
            lost.append(segment)
            return False
        return True

    rig.wire.judge = judge
    rig.one.connect("10.0.1.2")
    rig.wait(10)
    assert (rig.one.state, rig.two.state) == (State.ESTABLISHED, State.ESTABLISHED)
    assert len(rig.two.got()) == 1


def test_a_lost_last_acknowledgment_is_made_up_by_data() -> None:
    rig = pair()
    rig.wire.judge = lambda name, segment: said(segment) != "A"
    rig.one.connect("10.0.1.2")
    rig.wait(0.1)
    assert rig.two.state is State.SYN_RECEIVED
    rig.wire.judge = None
    rig.one.write(b"data")
    rig.wait(0.1)
    assert rig.two.state is State.ESTABLISHED
    assert rig.two.read() == b"data"


def test_a_half_open_connection_from_outside_is_forgotten() -> None:
    rig = pair()
    syn = Tcp(3333, 179, 77, 0, Flag.SYN, 4128, 0, b"", b"")
    rig.raw("R2", syn, R1, R2)
    assert rig.two.state is State.SYN_RECEIVED
    # R1 knows of nothing and answers with a reset; here it does not get the SYN,ACK.
    rig.wire.flying.clear()
    rig.wire.judge = lambda name, segment: False
    rig.wait(31)
    assert rig.two.router.stack.tcp.connections == {}
    assert rig.two.got() == []


def test_a_reset_of_the_other_end_frees_a_half_open_connection() -> None:
    rig = pair()
    syn = Tcp(3333, 179, 77, 0, Flag.SYN, 4128, 0, b"", b"")
    rig.raw("R2", syn, R1, R2)
    rig.wait(1)
    assert rig.segments() == ["SA", "R"]
    assert rig.two.router.stack.tcp.connections == {}


@pytest.mark.parametrize("says_yes", [True, False])
def test_a_listener_may_be_asked_about_each_peer(says_yes: bool) -> None:
    rig = pair(options=TcpOptions(asks=True))
    rig.one.connect("10.0.1.2")
    rig.wait(0.1)
    (asked,) = rig.two.got()
    assert isinstance(asked, TcpAsked)
    assert (asked.peer, asked.local_port) == (R1, 179)
    rig.two.do(TcpAccept(asked.conn) if says_yes else TcpAbort(asked.conn))
    rig.wait(0.1)
    assert rig.segments() == (["S", "SA", "A"] if says_yes else ["S", "RA"])
    if says_yes:
        assert [type(event) for event in rig.one.got() + rig.two.got()] == [TcpUp, TcpUp]
    else:
        assert rig.one.downs() == ["REFUSED"]
        assert rig.two.got() == []
        assert rig.two.router.stack.tcp.connections == {}


def test_a_listener_for_one_peer_takes_no_other() -> None:
    rig = pair()
    rig.two.listen(646, peer=ip("10.0.1.9"))
    rig.one.connect("10.0.1.2", port=646)
    rig.wait(1)
    assert rig.one.downs() == ["REFUSED"]
    rig.two.listen(646, peer=R1)
    rig.one.connect("10.0.1.2", port=646)
    rig.wait(1)
    (up,) = (event for event in rig.two.got() if isinstance(event, TcpUp))
    assert up.socket is not None
    assert up.socket.peer == R1


def test_a_peer_that_is_far_away_by_its_ttl_is_not_heard() -> None:
    rig = pair(options=TcpOptions(minimum_ttl=255))
    rig.one.connect("10.0.1.2", tcp=TcpOptions(ttl=254))
    rig.wait(5)
    assert rig.two.router.stack.tcp.connections == {}
    rig.one.do(TcpAbort("token"))
    rig.one.connect("10.0.1.2")
    rig.wait(1)
    assert rig.two.state is State.ESTABLISHED


def test_an_open_that_is_not_up_is_aborted_by_its_token() -> None:
    rig = pair()
    rig.wire.judge = lambda name, segment: False
    rig.one.connect("10.0.1.2")
    rig.one.do(TcpAbort("token"))
    rig.wait(40)
    assert rig.one.got() == []
    assert rig.one.router.stack.tcp.connections == {}


def test_ports_and_initial_numbers_come_from_the_stream_of_the_router() -> None:
    def opened() -> tuple[int, int]:
        rig = connected()
        c = rig.one.connection
        return c.local_port, c.sender.iss

    assert opened() == opened()


def test_a_wrong_password_is_logged_and_nothing_opens() -> None:
    rig = pair(options=TcpOptions(password="right"))
    rig.one.connect("10.0.1.2", tcp=TcpOptions(password="wrong"))
    rig.wait(1)
    port = rig.one.connection.local_port
    assert [text for _, text in rig.two.router.logs if "TCP" in text] == [
        f"%TCP-6-BADAUTH: Invalid MD5 digest from 10.0.1.1({port}) to 10.0.1.2(179) tableid - 0"
    ]
    rig.two.listen(options=TcpOptions())
    rig.wait(3)
    texts = [text for _, text in rig.one.router.logs if "TCP" in text]
    assert texts[0].startswith("%TCP-6-BADAUTH: No MD5 digest from 10.0.1.2(179) to 10.0.1.1(")
    assert rig.one.state is State.SYN_SENT


def test_the_same_password_opens_and_carries_data() -> None:
    options = TcpOptions(password="right")
    rig = pair(options=options)
    rig.one.connect("10.0.1.2", tcp=options)
    rig.wait(1)
    rig.one.write(bytes(5000))
    rig.wait(5)
    assert len(rig.two.read()) == 5000
    assert max(len(s.payload) for _, _, s in rig.wire.seen) == 1440


def test_half_open_connections_are_bounded() -> None:
    rig = pair()
    rig.wire.judge = lambda name, segment: False
    for port in range(2000, 2600):
        rig.raw("R2", Tcp(port, 179, 77, 0, Flag.SYN, 4128, 0, b"", b""), R1, R2)
    assert len(rig.two.router.stack.tcp.connections) == 512
    rig.wait(31)
    assert rig.two.router.stack.tcp.connections == {}
