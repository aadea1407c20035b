"""A telnet stream cut anywhere gives what it gives in one piece."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from iosemu.wire.telnet import (
    LONGEST_BODY,
    Command,
    Data,
    Item,
    Negotiation,
    Option,
    Order,
    Stream,
    Subnegotiation,
    TerminalType,
    WindowSize,
    emit,
    parse,
)

negotiated = st.sampled_from((Command.WILL, Command.WONT, Command.DO, Command.DONT))
octets = st.integers(0, 255)
items = st.one_of(
    st.builds(Data, st.binary(min_size=1, max_size=20)),
    st.builds(Order, st.sampled_from([c for c in Command if c < Command.SB])),
    st.builds(Negotiation, negotiated, octets),
    st.builds(Subnegotiation, octets, st.binary(max_size=20)),
)


def joined(found: list[Item]) -> list[Item]:
    """Neighboring runs of data as one."""
    result: list[Item] = []
    for item in found:
        last = result[-1] if result else None
        if isinstance(item, Data) and isinstance(last, Data):
            result[-1] = Data(last.data + item.data)
        else:
            result.append(item)
    return result


GREETING = bytes.fromhex("fffb01fffb03fffd18fffd1f")
"""What IOS servers begin with, as captured."""
ANSWERS = bytes.fromhex(
    "fffb1ffffa1f00500018fff0fffa18005654313030fff041ffff42fffa1f00ffff0018fff0"
)
"""RFC 1073 and 1091: a window of 80 x 24, a terminal type, IAC doubled in data and in a body."""


def test_captured_bytes_are_read_and_written_as_they_are():
    assert parse(GREETING) == (
        Negotiation(Command.WILL, Option.ECHO),
        Negotiation(Command.WILL, Option.SUPPRESS_GO_AHEAD),
        Negotiation(Command.DO, Option.TERMINAL_TYPE),
        Negotiation(Command.DO, Option.WINDOW_SIZE),
    )
    assert parse(ANSWERS) == (
        Negotiation(Command.WILL, Option.WINDOW_SIZE),
        Subnegotiation(Option.WINDOW_SIZE, WindowSize(80, 24).emit()),
        Subnegotiation(Option.TERMINAL_TYPE, TerminalType("VT100").emit()),
        Data(b"A\xffB"),
        Subnegotiation(Option.WINDOW_SIZE, WindowSize(255, 24).emit()),
    )
    assert emit(parse(GREETING + ANSWERS)) == GREETING + ANSWERS


@given(st.lists(items, max_size=8))
def test_what_was_emitted_comes_back(sent):
    assert list(parse(emit(tuple(sent)))) == joined(sent)


@given(st.binary(max_size=80), st.lists(st.integers(0, 80), max_size=5))
def test_any_bytes_cut_anywhere_are_the_same_stream(data, cuts):
    whole, parts = Stream(), Stream()
    expected = whole.feed(data)
    found: list[Item] = []
    places = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    for start, end in pairwise(places):
        found += parts.feed(data[start:end])
    assert joined(found) == expected
    assert parts.waiting == whole.waiting


@given(st.binary(max_size=60))
def test_data_says_the_same_as_its_bytes(data):
    assert list(parse(data.replace(b"\xff", b"\xff\xff"))) == ([Data(data)] if data else [])


def test_every_truncation_waits_for_the_rest():
    data = emit(
        (
            Negotiation(Command.WILL, Option.WINDOW_SIZE),
            Subnegotiation(Option.WINDOW_SIZE, WindowSize(255, 255).emit()),
            Data(b"a\xffb"),
            Order(Command.ARE_YOU_THERE),
        )
    )
    for n in range(len(data)):
        stream = Stream()
        assert joined(stream.feed(data[:n]) + stream.feed(data[n:])) == list(parse(data))
        assert not stream.waiting


def test_a_subnegotiation_without_end_takes_no_memory():
    stream = Stream()
    start = bytes((Command.IAC, Command.SB, Option.TERMINAL_TYPE))
    found = stream.feed(start)
    for _ in range(1000):
        found += stream.feed(b"x\xff\xff" * 100)
    assert not found
    assert len(stream.waiting) <= 2 * LONGEST_BODY + 1
    (body, after) = stream.feed(bytes((Command.IAC, Command.SE)) + b"text")
    assert isinstance(body, Subnegotiation)
    assert body.option == Option.TERMINAL_TYPE
    assert len(body.body) <= LONGEST_BODY
    assert body.body.startswith(b"x\xffx\xff")
    assert after == Data(b"text")


@given(st.binary(min_size=1, max_size=7), st.integers(1000, 1100))
def test_a_long_body_may_be_cut_within_a_doubled_iac(pattern, length):
    stream = Stream()
    body = (pattern * length)[:length].replace(b"\xff", b"\xff\xff")
    stream.feed(bytes((Command.IAC, Command.SB, 1)) + body)
    stream.feed(b"")
    found = stream.feed(bytes((Command.IAC, Command.SE)) + b"text")
    assert isinstance(found[0], Subnegotiation)
    assert found[1:] == [Data(b"text")]


def test_a_forgotten_end_does_not_swallow_what_follows():
    data = bytes((Command.IAC, Command.SB, Option.TERMINAL_TYPE, 1, Command.IAC, Command.NOP))
    assert list(parse(data + b"go")) == [
        Subnegotiation(Option.TERMINAL_TYPE, TerminalType(None).emit()),
        Order(Command.NOP),
        Data(b"go"),
    ]
