"""The telnet client alone: what it prints, writes and keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iosemu.address import IPv4Address
from iosemu.features.telnet.client import MOST_UNREAD_BYTES, TelnetClient, TelnetRequest
from iosemu.proto.base import (
    DEFAULT_VRF,
    Action,
    Dismissed,
    Done,
    Escaped,
    Interrupted,
    Print,
    Resized,
    Resumed,
    Show,
    Started,
    Suspended,
    TcpAbort,
    TcpClose,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpOpen,
    TcpPause,
    TcpReason,
    TcpResume,
    TcpUp,
    TcpWrite,
    Typed,
)

OWN, HOST, OTHER = map(IPv4Address.parse, ("10.0.0.1", "10.0.0.2", "10.0.0.3"))
REQUEST = TelnetRequest("10.0.0.2", (HOST,))
CLOSED = Print("\n[Connection to 10.0.0.2 closed by foreign host]\n")


def opened(request: TelnetRequest = REQUEST) -> TelnetClient:
    """A conversation that has begun."""
    client = TelnetClient.of(request)
    client.step(0, Started())
    client.step(1, TcpUp(5, 0, DEFAULT_VRF, OWN, 11000, HOST, request.port))
    return client


def test_it_says_what_it_tries_and_that_it_is_open():
    client = TelnetClient.of(REQUEST)
    said, call = client.step(0, Started())
    assert said == Print("Trying 10.0.0.2 ... ")
    assert isinstance(call, TcpOpen)
    assert (call.target, call.port, call.tcp.window_bytes) == (HOST, 23, 4128)
    assert not client.takes_keys
    assert client.step(1, TcpUp(5, 0, DEFAULT_VRF, OWN, 11000, HOST, 23)) == [Print("Open\n")]
    assert client.takes_keys


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"port": 80}, "Trying 10.0.0.2, 80 ... "),
        ({"host": "R2", "is_name": True}, "Trying R2 (10.0.0.2)... "),
        ({"host": "R2", "is_name": True, "port": 80}, "Trying R2 (10.0.0.2, 80)... "),
        ({"host": "R2", "is_name": True, "hides_addresses": True}, "Trying R2 address #1 ... "),
    ],
)
def test_the_host_is_named_as_it_was_typed(changes: dict[str, object], said: str):
    client = TelnetClient.of(replace(REQUEST, **changes))
    assert client.step(0, Started())[0] == Print(said)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (TcpReason.REFUSED, "% Connection refused by remote host"),
        (TcpReason.TIMEOUT, "% Connection timed out; remote host not responding"),
        (TcpReason.UNREACHABLE, "% Destination unreachable; gateway or host down"),
    ],
)
def test_a_failure_tries_the_next_address_and_then_gives_up(reason: TcpReason, said: str):
    client = TelnetClient.of(replace(REQUEST, addresses=(HOST, OTHER)))
    client.step(0, Started())
    failed, again, call = client.step(1, TcpDown(0, 0, reason))
    assert (failed, again) == (Print(f"\n{said}\n"), Print("Trying 10.0.0.3 ... "))
    assert isinstance(call, TcpOpen)
    assert call.token == 1
    last = client.step(2, TcpDown(0, 1, reason))
    assert last == [Print(f"\n{said}\n"), Print("\n"), Done()]


def test_the_escape_ends_the_attempt():
    client = TelnetClient.of(REQUEST)
    client.step(0, Started())
    abort, _, done = client.step(1, Interrupted())
    assert (abort, done) == (TcpAbort(0), Done())


def test_every_option_is_answered_in_a_segment_of_its_own():
    client = opened()
    greeting = bytes.fromhex("fffb01fffb03fffd18fffd1f")
    answers = client.step(2, TcpData(5, greeting + b"hi"))
    assert answers == [
        TcpWrite(5, bytes.fromhex(answer))
        for answer in ("fffd01", "fffd03", "fffb18", "fffb1f", "fffa1f00500018fff0")
    ] + [Show(b"hi")]
    asked = TcpData(5, bytes.fromhex("fffa1801fff0"))
    assert client.step(3, asked) == [TcpWrite(5, b"\xff\xfa\x18\0VT100\xff\xf0")]
    sized = client.step(3, Resized(132, 50))
    assert sized == [TcpWrite(5, bytes.fromhex("fffa1f00840032fff0"))]


def test_keys_go_out_with_cr_nul_and_are_echoed_where_the_host_does_not():
    client = opened()
    assert client.step(2, Typed(b"a\r")) == [Show(b"a\r\n"), TcpWrite(5, b"a\r\0")]
    # The line feed of the same end of line.
    assert client.step(2, Typed(b"\n")) == []
    client.step(2, TcpData(5, bytes.fromhex("fffb01")))
    assert client.step(2, Typed(b"\xff\r\nb")) == [TcpWrite(5, b"\xff\xff\r\0b")]


def test_a_stream_is_passed_as_it_is():
    client = opened(replace(REQUEST, is_stream=True))
    assert client.step(2, Typed(b"\xff\r")) == [TcpWrite(5, b"\xff\r")]
    assert client.step(2, TcpData(5, b"\xff\0")) == [Show(b"\xff\0")]


def test_what_comes_while_suspended_is_shown_later_and_is_bounded():
    client = opened()
    assert client.step(2, Suspended()) == []
    assert client.step(2, TcpData(5, b"x" * 100)) == []
    assert client.talk().unread_bytes == 100
    assert client.step(2, TcpData(5, b"y" * MOST_UNREAD_BYTES)) == [TcpPause(5)]
    shown, resumed = client.step(3, Resumed())
    assert shown == Show(b"x" * 100 + b"y" * MOST_UNREAD_BYTES)
    assert resumed == TcpResume(5)
    assert client.talk().unread_bytes == 0


def test_zeroidle_takes_nothing_while_suspended():
    client = opened(replace(REQUEST, stops_window=True))
    assert client.step(2, Suspended()) == [TcpPause(5)]
    assert client.step(3, Resumed()) == [TcpResume(5)]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (TcpEnd(5), [TcpClose(5), CLOSED, Done()]),
        (TcpDown(5, 0, TcpReason.RESET), [CLOSED, Done()]),
        (TcpDown(5, 0, TcpReason.CLEARED), [CLOSED, Done()]),
    ],
)
def test_the_host_that_closes_is_named(event: TcpEnd | TcpDown, said: list[Action]):
    assert opened().step(9, event) == said


def test_a_host_that_falls_silent_timed_out():
    first, *rest = opened().step(9, TcpDown(5, 0, TcpReason.TIMEOUT))
    assert first == Print("\n% Connection timed out; remote host not responding")
    assert rest == [CLOSED, Done()]


def test_quiet_prints_nothing_of_its_own():
    client = TelnetClient.of(replace(REQUEST, quiet=True))
    (call,) = client.step(0, Started())
    assert isinstance(call, TcpOpen)
    assert client.step(1, TcpUp(5, 0, DEFAULT_VRF, OWN, 11000, HOST, 23)) == []
    assert client.step(2, TcpEnd(5)) == [TcpClose(5), Done()]


def test_the_user_who_has_enough_closes_without_a_word():
    assert opened().step(2, Dismissed()) == [TcpClose(5), Done()]
    client = TelnetClient.of(REQUEST)
    client.step(0, Started())
    assert client.step(1, Dismissed()) == [TcpAbort(0), Done()]


def test_the_escape_character_with_a_letter_sends_a_command():
    client = opened()
    for key, command in (("b", 243), ("C", 244), ("h", 247), ("o", 245), ("t", 246), ("u", 248)):
        assert client.step(2, Escaped(ord(key))) == [TcpWrite(5, bytes([255, command]))]
    assert client.step(2, Escaped(ord("z"))) == []
    (helped,) = client.step(2, Escaped(ord("?")))
    assert isinstance(helped, Print)
    assert "^^B  sends telnet BREAK" in helped.text
