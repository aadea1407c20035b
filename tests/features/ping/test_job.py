"""The ping job alone: what it sends, prints, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iosemu.address import IPv4Address
from iosemu.features.ping.job import Ping, PingRequest
from iosemu.features.ping.options import Wanted
from iosemu.kernel.time import MILLISECOND, SECOND, TimerFired
from iosemu.proto.base import (
    Action,
    Datagram,
    Done,
    IcmpEcho,
    IcmpError,
    Interrupted,
    Print,
    Send,
    SetTimer,
    Started,
)
from iosemu.wire.icmp import Echo, emit, parse

TARGET = IPv4Address.parse("10.0.0.2")
ROUTER = IPv4Address.parse("10.0.0.9")
REQUEST = PingRequest(TARGET, identifier=2)


def printed(actions: list[Action]) -> str:
    return "".join(a.text for a in actions if isinstance(a, Print))


def sent(actions: list[Action]) -> Send:
    (send,) = (a for a in actions if isinstance(a, Send))
    return send


def reply(request: Send) -> Datagram:
    """What the target sends back for an echo."""
    echo = parse(request.payload)
    assert isinstance(echo, Echo)
    message = emit(replace(echo, is_reply=True))
    return Datagram(IcmpEcho(2), "default", "Ethernet0/0", TARGET, ROUTER, 255, message)


def error(request: Send, kind: int, code: int) -> IcmpError:
    quoted = bytes([0x45]) + bytes(19) + request.payload[:8]
    return IcmpError(IcmpEcho(2), "default", ROUTER, TARGET, kind, code, quoted)


def test_the_first_request_is_100_bytes_with_the_ios_pattern() -> None:
    actions = Ping(REQUEST).step(1_234 * MILLISECOND, Started())
    send = sent(actions)
    assert len(send.payload) == 80
    assert send.payload[4:8] == bytes([0, 2, 0, 0])
    assert send.payload[8:16] == bytes(4) + (1_234).to_bytes(4, "big")
    assert send.payload[16:] == b"\xab\xcd" * 32
    assert SetTimer(("timeout",), 2 * SECOND) in actions
    assert (
        sum(int.from_bytes(send.payload[i : i + 2], "big") for i in range(0, 80, 2)) % 0xFFFF == 0
    )


def test_five_replies_make_a_hundred_percent() -> None:
    ping, now = Ping(REQUEST), 0
    text, actions = "", ping.step(now, Started())
    for took in (1, 2, 10, 1, 1):
        text += printed(actions)
        now += took * MILLISECOND
        actions = ping.step(now, reply(sent(actions)))
    assert text + printed(actions) == (
        "Type escape sequence to abort.\n"
        "Sending 5, 100-byte ICMP Echos to 10.0.0.2, timeout is 2 seconds:\n"
        "!!!!!\n"
        "Success rate is 100 percent (5/5), round-trip min/avg/max = 1/3/10 ms\n"
    )
    assert Done() in actions


def test_no_reply_has_no_round_trip_part() -> None:
    ping = Ping(replace(REQUEST, repeat=2))
    ping.step(0, Started())
    ping.step(2 * SECOND, TimerFired(("timeout",)))
    actions = ping.step(4 * SECOND, TimerFired(("timeout",)))
    assert printed(actions) == ".\nSuccess rate is 0 percent (0/2)\n"


def test_a_late_reply_is_not_counted() -> None:
    ping = Ping(REQUEST)
    late = reply(sent(ping.step(0, Started())))
    ping.step(2 * SECOND, TimerFired(("timeout",)))
    assert ping.step(2 * SECOND + 1, late) == []


@pytest.mark.parametrize(
    ("kind", "code", "sign"),
    [(3, 1, "U"), (3, 13, "U"), (3, 4, "M"), (4, 0, "Q"), (11, 0, "&"), (12, 0, "?")],
)
def test_an_error_prints_its_mark_and_the_next_request_leaves(
    kind: int, code: int, sign: str
) -> None:
    ping = Ping(REQUEST)
    first = sent(ping.step(0, Started()))
    actions = ping.step(1, error(first, kind, code))
    assert printed(actions) == sign
    assert sent(actions).payload[6:8] == b"\0\1"


@pytest.mark.parametrize("repeat", [1, 70, 71, 140])
def test_seventy_marks_a_line(repeat: int) -> None:
    ping = Ping(replace(REQUEST, repeat=repeat))
    actions = ping.step(0, Started())
    text = ""
    while Done() not in actions:
        actions = ping.step(0, reply(sent(actions)))
        text += printed(actions)
    marks, _, summary = text.rpartition("Success")
    assert summary.startswith(f" rate is 100 percent ({repeat}/{repeat})")
    assert [len(line) for line in marks.splitlines()] == [70] * (repeat // 70) + [repeat % 70] * (
        repeat % 70 > 0
    )
    assert marks.endswith("\n")


def test_the_escape_sequence_prints_what_there_is() -> None:
    ping = Ping(REQUEST)
    first = sent(ping.step(0, Started()))
    ping.step(MILLISECOND, reply(first))
    ping.step(3 * SECOND, TimerFired(("timeout",)))
    actions = ping.step(4 * SECOND, Interrupted())
    assert printed(actions) == (
        "\nSuccess rate is 50 percent (1/2), round-trip min/avg/max = 1/1/1 ms\n"
    )
    assert Done() in actions


def test_the_header_names_source_and_df_bit() -> None:
    request = replace(REQUEST, source=ROUTER, show_source=True, dont_fragment=True)
    assert printed(Ping(request).step(0, Started())) == (
        "Type escape sequence to abort.\n"
        "Sending 5, 100-byte ICMP Echos to 10.0.0.2, timeout is 2 seconds:\n"
        "Packet sent with a source address of 10.0.0.9 \n"
        "Packet sent with the DF bit set\n"
    )


def test_a_sweep_sends_every_size() -> None:
    ping = Ping(replace(REQUEST, repeat=1, sizes=(1495, 1505, 1)))
    actions = ping.step(0, Started())
    assert "Sending 11, [1495..1505]-byte ICMP Echos" in printed(actions)
    lengths = []
    while Done() not in actions:
        lengths.append(len(sent(actions).payload) + 20)
        actions = ping.step(0, reply(sent(actions)))
    assert lengths == list(range(1495, 1506))


def test_verbose_prints_a_line_a_request() -> None:
    ping = Ping(replace(REQUEST, repeat=2, options=Wanted(verbose=True)))
    first = sent(ping.step(0, Started()))
    assert printed(ping.step(4 * MILLISECOND, reply(first))) == "Reply to request 0 (4 ms)\n"
    last = ping.step(3 * SECOND, TimerFired(("timeout",)))
    assert printed(last).startswith("Request 1 timed out\nSuccess rate is 50 percent (1/2)")
