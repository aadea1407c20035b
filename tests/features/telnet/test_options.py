"""Who answers what about an option: the rules of RFC 854 and 1143."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iosemu.features.telnet.options import Options
from iosemu.wire.telnet import Command, Negotiation, Option

WILL, WONT, DO, DONT = Command.WILL, Command.WONT, Command.DO, Command.DONT


def test_a_server_opens_as_captured_and_takes_what_it_asked_for():
    server = Options.of_server()
    assert server.proposals() == [
        Negotiation(WILL, Option.ECHO),
        Negotiation(WILL, Option.SUPPRESS_GO_AHEAD),
        Negotiation(DO, Option.TERMINAL_TYPE),
        Negotiation(DO, Option.WINDOW_SIZE),
    ]
    for said in (
        Negotiation(DO, Option.ECHO),
        Negotiation(WILL, Option.WINDOW_SIZE),
        Negotiation(WONT, Option.TERMINAL_TYPE),
    ):
        assert server.answer(said) is None
    assert (server.ours.on, server.theirs.on) == ([Option.ECHO], [Option.WINDOW_SIZE])
    assert server.proposals() == [Negotiation(WILL, Option.SUPPRESS_GO_AHEAD)]


def test_a_client_agrees_once_and_refuses_what_it_does_not_know():
    client = Options.of_client()
    assert client.answer(Negotiation(WILL, Option.ECHO)) == Negotiation(DO, Option.ECHO)
    assert client.answer(Negotiation(WILL, Option.ECHO)) is None
    assert client.answer(Negotiation(WONT, Option.ECHO)) == Negotiation(DONT, Option.ECHO)
    assert client.answer(Negotiation(WONT, Option.ECHO)) is None
    assert client.answer(Negotiation(DO, Option.WINDOW_SIZE)) == Negotiation(
        WILL, Option.WINDOW_SIZE
    )
    assert client.answer(Negotiation(DO, Option.LINE_MODE)) == Negotiation(WONT, Option.LINE_MODE)
    assert client.answer(Negotiation(WILL, 200)) == Negotiation(DONT, 200)
    assert client.answer(Negotiation(DONT, 200)) is None


ends = st.sampled_from((Options.of_server, Options.of_client))
said = st.lists(
    st.builds(Negotiation, st.sampled_from((WILL, WONT, DO, DONT)), st.integers(0, 40)),
    max_size=12,
    # Who proposes waits for the answer before saying the opposite (RFC 1143 section 7).
    unique_by=lambda n: (n.option, n.command in (WILL, WONT)),
)


@given(ends, ends, said, said)
def test_two_ends_never_talk_for_ever(make_one, make_other, to_one, to_other):
    """Whatever both say first, answers to answers die out, and both agree in the end."""
    one, other = make_one(), make_other()
    to_other = [*one.proposals(), *to_other]
    to_one = [*other.proposals(), *to_one]
    for _ in range(200):
        if not to_one and not to_other:
            break
        if to_one:
            answer = one.answer(to_one.pop(0))
            to_other += [] if answer is None else [answer]
        if to_other:
            answer = other.answer(to_other.pop(0))
            to_one += [] if answer is None else [answer]
    assert not to_one
    assert not to_other


def test_a_server_and_a_client_agree_on_echo_window_and_terminal():
    server, client = Options.of_server(), Options.of_client()
    for proposal in server.proposals():
        answer = client.answer(proposal)
        assert answer is not None
        assert server.answer(answer) is None
    assert server.ours.on == client.theirs.on == [Option.ECHO, Option.SUPPRESS_GO_AHEAD]
    assert server.theirs.on == client.ours.on == [Option.TERMINAL_TYPE, Option.WINDOW_SIZE]
