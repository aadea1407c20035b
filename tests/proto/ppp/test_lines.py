"""PPP between two engines, and its automaton by itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.address import MacAddress
from iosemu.proto.base import Debug, LinkFrame, LinkFrames, TimerFired
from iosemu.proto.ppp.automaton import Do, Event, State, after, is_waiting
from iosemu.proto.ppp.engine import PppEngine
from iosemu.proto.ppp.views import LineQuery, LineView
from iosemu.wire.ppp import Code, Control, LcpOption, Option, Protocol, emit_options, parse_options
from tests.proto.pair import NAME, SerialLine, serial


def line(one: str | None = "10.0.0.1", other: str | None = "10.0.0.2", seed: int = 1) -> SerialLine:
    made = SerialLine(PppEngine(), PppEngine(), seed)
    made.start(serial(one, "ppp"), serial(other, "ppp"))
    return made


def network(ppp: SerialLine) -> list[tuple[str, ...]]:
    return [end.said[-1].network if end.said else () for end in ppp.ends]


def view(ppp: SerialLine, number: int = 0) -> LineView:
    seen: LineView = ppp.ends[number].engine.view(LineQuery(NAME))
    return seen


def control(ppp: SerialLine, protocol: int, packet: Control) -> list[Control]:
    """Give a packet to the first end; the control packets it answers with."""
    end = ppp.ends[0]
    before = len(end.sent)
    end.tell(LinkFrame(LinkFrames(protocol), NAME, MacAddress(0), packet.emit()))
    ppp.queue.clear()
    return [Control.parse(data) for data in end.sent[before:]]


# -- the automaton ----


def test_two_ends_open_by_the_table():
    phase = State.INITIAL
    for event, todo, then in (
        (Event.OPEN, (Do.LAYER_STARTED,), State.STARTING),
        (Event.UP, (Do.INITIALIZE_COUNT, Do.SEND_REQUEST), State.REQ_SENT),
        (Event.GOOD_REQUEST, (Do.SEND_ACK,), State.ACK_SENT),
        (Event.ACK, (Do.INITIALIZE_COUNT, Do.LAYER_UP), State.OPENED),
        (Event.TERMINATE, (Do.LAYER_DOWN, Do.ZERO_COUNT, Do.SEND_TERMINATE_ACK), State.STOPPING),
        (Event.GIVE_UP, (Do.LAYER_FINISHED,), State.STOPPED),
    ):
        assert after(phase, event) == (todo, then)
        phase = then


def test_the_restart_timer_runs_where_the_rfc_says():
    assert [state.value for state in State if is_waiting(state)] == [4, 5, 6, 7, 8]


def test_a_layer_goes_up_and_down_in_turn_whatever_happens():
    for state in State:
        for event in Event:
            todo, then = after(state, event)
            assert (Do.LAYER_UP in todo) == (then is State.OPENED and state is not State.OPENED)
            assert (Do.LAYER_DOWN in todo) == (state is State.OPENED and then is not State.OPENED)


# -- two ends ----


def test_a_line_opens_with_all_its_protocols_and_a_host_route():
    ppp = line()
    assert network(ppp) == [("IPCP", "CDPCP")] * 2
    assert [end.routes for end in ppp.ends] == [["+10.0.0.2/32"], ["+10.0.0.1/32"]]
    assert view(ppp) == LineView("Open", ("IPCP", "CDPCP"))
    assert [data for end in ppp.ends for data in end.sent if len(data) > 30] == []


def test_a_line_opens_whoever_is_first():
    ppp = SerialLine(PppEngine(), PppEngine())
    ppp.ends[0].become(serial("10.0.0.1", "ppp"))
    ppp.deliver()
    ppp.wait(7)
    assert not ppp.ends[0].said
    ppp.ends[1].become(serial("10.0.0.2", "ppp"))
    ppp.wait(3)
    assert network(ppp) == [("IPCP", "CDPCP")] * 2


def test_ten_requests_without_an_answer_and_then_again():
    ppp = line()
    ppp.lost = [True, True]
    for end in ppp.ends:
        end.link(False)
        end.link(True)
    before = len(ppp.ends[0].sent)
    ppp.wait(19.9)
    assert len(ppp.ends[0].sent) - before == 9
    assert view(ppp).lcp == "REQsent"
    ppp.wait(1)
    assert view(ppp).lcp == "Closed"
    ppp.lost = [False, False]
    ppp.wait(10)
    assert network(ppp) == [("IPCP", "CDPCP")] * 2


def test_without_an_address_ip_is_refused_and_the_rest_opens():
    ppp = line(None)
    assert network(ppp) == [("CDPCP",)] * 2
    assert [end.routes for end in ppp.ends] == [[], []]
    ppp.ends[0].become(serial("10.0.0.9", "ppp"))
    ppp.wait(5)
    assert network(ppp) == [("IPCP", "CDPCP")] * 2
    assert ppp.ends[1].routes == ["+10.0.0.9/32"]


def test_a_new_address_is_negotiated_and_replaces_the_route():
    ppp = line()
    ppp.ends[0].become(serial("10.0.0.9", "ppp"))
    ppp.wait(5)
    assert network(ppp) == [("IPCP", "CDPCP")] * 2
    assert ppp.ends[1].routes == ["+10.0.0.1/32", "-10.0.0.1/32", "+10.0.0.9/32"]
    ppp.ends[0].become(serial(None, "ppp"))
    ppp.wait(5)
    assert network(ppp) == [("CDPCP",)] * 2
    assert ppp.ends[1].routes[-1] == "-10.0.0.9/32"


def test_five_echoes_without_a_reply_take_the_line_down():
    ppp = line()
    ppp.wait(100)
    assert all(end.is_up for end in ppp.ends)
    ppp.lost = [True, True]
    ppp.wait(49)
    assert ppp.ends[0].is_up
    ppp.wait(12)
    assert [end.is_up for end in ppp.ends] == [False, False]
    assert ppp.ends[0].routes[-1] == "-10.0.0.2/32"
    ppp.lost = [False, False]
    ppp.wait(30)
    assert network(ppp) == [("IPCP", "CDPCP")] * 2


def test_a_loop_is_found_by_the_magic_number_and_left():
    ppp = SerialLine(PppEngine(), PppEngine())
    ppp.is_looped = True
    ppp.start(serial("10.0.0.1", "ppp"), serial("10.0.0.2", "ppp"))
    ppp.wait(1)
    assert [(end.said[-1].is_up, end.said[-1].is_looped) for end in ppp.ends] == [(False, True)] * 2
    ppp.wait(60)
    assert len(ppp.ends[0].sent) < 200
    ppp.is_looped = False
    ppp.wait(30)
    assert network(ppp) == [("IPCP", "CDPCP")] * 2
    assert not ppp.ends[0].said[-1].is_looped


def test_a_lost_link_withdraws_the_route_and_all_timers():
    ppp = line()
    ppp.ends[0].link(False)
    assert ppp.ends[0].timers == {}
    assert ppp.ends[0].routes[-1] == "-10.0.0.2/32"
    assert view(ppp) == LineView("Closed", ())


def test_what_is_not_taken_is_rejected_and_the_rest_acknowledged_later():
    ppp = line()
    compressed = Option(LcpOption.PROTOCOL_COMPRESSION)
    magic = Option(LcpOption.MAGIC, b"\1\2\3\4")
    asked = Control(Code.CONFIGURE_REQUEST, 77, emit_options((magic, compressed)))
    request, answer = control(ppp, Protocol.LCP, asked)[:2]
    assert request.code == Code.CONFIGURE_REQUEST
    assert (answer.code, answer.identifier) == (Code.CONFIGURE_REJECT, 77)
    assert parse_options(answer.data) == (compressed,)
    asked = Control(Code.CONFIGURE_REQUEST, 78, emit_options((magic,)))
    assert control(ppp, Protocol.LCP, asked) == [Control(Code.CONFIGURE_ACK, 78, asked.data)]


def test_an_answer_to_an_old_request_is_dropped():
    ppp = line()
    before = view(ppp)
    for code in (Code.CONFIGURE_ACK, Code.CONFIGURE_NAK, Code.CONFIGURE_REJECT):
        assert control(ppp, Protocol.LCP, Control(code, 200)) == []
    assert view(ppp) == before


def test_unknown_codes_and_protocols_are_rejected():
    ppp = line()
    (reject,) = control(ppp, Protocol.LCP, Control(14, 5, b"ab"))
    assert (reject.code, reject.data) == (Code.CODE_REJECT, Control(14, 5, b"ab").emit())
    (reject,) = control(ppp, 0x8057, Control(Code.CONFIGURE_REQUEST, 1))
    assert reject.code == Code.PROTOCOL_REJECT
    assert reject.data[:2] == b"\x80\x57"


def test_an_echo_is_replied_to_with_our_own_magic_number():
    ppp = line()
    (reply,) = control(ppp, Protocol.LCP, Control(Code.ECHO_REQUEST, 9, b"\1\2\3\4data"))
    assert (reply.code, reply.identifier, reply.data[4:]) == (Code.ECHO_REPLY, 9, b"data")
    assert reply.data[:4] != b"\1\2\3\4"


def test_terminate_is_acknowledged_and_the_line_tried_again():
    ppp = line()
    (ack,) = control(ppp, Protocol.LCP, Control(Code.TERMINATE_REQUEST, 3))
    assert (ack.code, ack.identifier) == (Code.TERMINATE_ACK, 3)
    assert not ppp.ends[0].is_up
    ppp.wait(30)
    assert network(ppp) == [("IPCP", "CDPCP")] * 2


def test_debug_prints_the_negotiation_as_ios_does():
    engine = PppEngine()
    ppp = SerialLine(engine, PppEngine())
    end = ppp.ends[0]
    end.become(serial("10.0.0.1", "ppp"))
    actions = engine.step(ppp.now, TimerFired(("restart", NAME, int(Protocol.LCP))))
    texts = [action.text for action in actions if isinstance(action, Debug)]
    magic = engine.state.lines[NAME].magic
    assert texts == [
        "Se1/0 LCP: O CONFREQ [REQsent] id 2 len 10",
        f"Se1/0 LCP:    MagicNumber 0x{magic:08X} (0x0506{magic:08X})",
    ]


payloads = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda code, number, options: Control(code, number, emit_options(options)).emit(),
        st.integers(0, 16),
        st.integers(0, 6),
        st.lists(
            st.builds(
                Option,
                st.integers(0, 9),
                st.one_of(st.binary(max_size=6), st.binary(min_size=4, max_size=4)),
            ),
            max_size=3,
        ).map(tuple),
    ),
)
protocols = st.sampled_from([Protocol.LCP, Protocol.IPCP, Protocol.CDPCP, 0x8057, 0x0021])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(protocols, payloads, st.sampled_from([0, 0, 3, 25])), max_size=25))
def test_whatever_comes_in_the_line_recovers(frames):
    ppp = line()
    for protocol, data, pause in frames:
        frame = LinkFrame(LinkFrames(protocol), NAME, MacAddress(0), data)
        ppp.ends[0].tell(frame)
        ppp.wait(pause)
    # What was refused by a forged reject stays refused until the link is new.
    for end in ppp.ends:
        end.link(False)
        end.link(True)
    ppp.wait(60)
    assert network(ppp) == [("IPCP", "CDPCP")] * 2


@pytest.mark.parametrize("seed", range(20))
def test_lines_open_under_loss(seed: int):
    ppp = SerialLine(PppEngine(), PppEngine(), seed)
    ppp.start(serial("10.0.0.1", "ppp"), serial("10.0.0.2", "ppp"))
    random = ppp.ends[0].engine.state.random
    for _ in range(30):
        ppp.lost = [random.random() < 0.4, random.random() < 0.4]
        ppp.wait(3)
    ppp.lost = [False, False]
    ppp.wait(120)
    assert network(ppp) == [("IPCP", "CDPCP")] * 2
