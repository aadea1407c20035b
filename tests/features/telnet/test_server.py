"""The telnet server alone: inputs in, actions out."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Address
from iosemu.config.tree import Config, with_slot
from iosemu.features.line.config import LinesConfig
from iosemu.features.telnet.engine import PORT, TelnetServer
from iosemu.proto.base import (
    DEFAULT_VRF,
    Close,
    Configured,
    Open,
    Requested,
    TcpAbort,
    TcpAccept,
    TcpAsked,
    TcpClose,
    TcpData,
    TcpDown,
    TcpEnd,
    TcpReason,
    TcpUp,
    TcpWrite,
)
from iosemu.proto.lines import (
    CallLine,
    LeaveLine,
    LineGiven,
    LineKeys,
    LineLeft,
    LinePrinted,
    LineTerminal,
    LineWindow,
    StartLine,
)

OWN, PEER = IPv4Address.parse("10.0.0.1"), IPv4Address.parse("10.0.0.2")
ENDS = (DEFAULT_VRF, OWN, 23, PEER, 11000)
GREETING = bytes.fromhex("fffb01fffb03fffd18fffd1f")


def called(conn: int = 7) -> TelnetServer:
    """A server with a caller whose line has greeted him."""
    server = TelnetServer()
    (call,) = server.step(0, TcpAsked(conn, PORT, *ENDS))
    assert isinstance(call, CallLine)
    assert call.caller.peer == PEER
    assert server.step(0, Requested(LineGiven(conn, 0))) == [TcpAccept(conn)]
    up = TcpUp(conn, None, *ENDS, PORT)
    assert server.step(0, up) == [TcpWrite(conn, GREETING), StartLine(conn)]
    return server


def test_the_port_is_open_while_a_line_lets_telnet_in():
    server, old = TelnetServer(), Config()
    (opened,) = server.step(0, Configured(old, old))
    assert isinstance(opened, Open)
    assert (opened.socket, opened.tcp.asks, opened.tcp.all_vrfs) == (PORT, True, True)
    assert server.step(0, Configured(old, old)) == []
    lines = LinesConfig()
    for number, line in lines.vty.items():
        lines = replace(lines, vty=lines.vty.put(number, replace(line, transport_input=("ssh",))))
    new = with_slot(old, lines)
    assert server.step(0, Configured(old, new)) == [Close(PORT)]


def test_a_caller_without_a_line_is_refused():
    server = TelnetServer()
    server.step(0, TcpAsked(7, PORT, *ENDS))
    assert server.step(0, Requested(LineGiven(7, None))) == [TcpAbort(7)]
    assert server.calls == {}


def test_keys_are_data_with_one_byte_for_an_end_of_line():
    server = called()
    assert server.step(1, TcpData(7, b"a\r\0b\r\nc\xff")) == [LineKeys(7, b"a\rb\rc")]
    assert server.step(1, TcpData(7, b"\xff\r")) == [LineKeys(7, b"\xff\r")]
    assert server.step(1, TcpData(7, b"\0d\r")) == [LineKeys(7, b"d\r")]
    assert server.step(1, TcpData(7, b"\n")) == [LineKeys(7, b"")]
    assert server.step(1, TcpData(7, b"\n")) == [LineKeys(7, b"\n")]


def test_window_and_terminal_are_told_to_the_line():
    server = called()
    asked = TcpWrite(7, bytes.fromhex("fffa1801fff0"))
    assert server.step(1, TcpData(7, bytes.fromhex("fffb18"))) == [asked]
    name = b"\xff\xfa\x18\0XTERM\xff\xf0"
    assert server.step(1, TcpData(7, name)) == [LineTerminal(7, "XTERM")]
    size = bytes.fromhex("fffb1ffffa1f00840032fff0")
    assert server.step(1, TcpData(7, size)) == [LineWindow(7, 132, 50)]
    # Too short, and of an option nobody agreed on.
    assert server.step(1, TcpData(7, bytes.fromhex("fffa1f0084fff0fffa200000fff0"))) == []


def test_commands_of_telnet_are_keys():
    server = called()
    assert server.step(1, TcpData(7, b"\xff\xf4\xff\xf7\xff\xf8\xff\xf1")) == [
        LineKeys(7, b"\x1e"),
        LineKeys(7, b"\x7f"),
        LineKeys(7, b"\x15"),
    ]
    assert server.step(1, TcpData(7, b"\xff\xf6")) == [TcpWrite(7, b"\r\n[Yes]\r\n")]


def test_what_the_line_prints_is_written_with_iac_doubled():
    server = called()
    assert server.step(1, Requested(LinePrinted(7, b"a\xffb"))) == [TcpWrite(7, b"a\xff\xffb")]


def test_a_line_that_is_left_closes_and_hears_nothing_more():
    server = called()
    assert server.step(1, Requested(LineLeft(7))) == [TcpClose(7)]
    assert server.step(1, TcpData(7, b"x")) == []
    assert server.step(1, TcpDown(7, None, TcpReason.CLOSED)) == []
    assert server.calls == {}
    assert server.step(1, Requested(LinePrinted(7, b"late"))) == []
    assert server.step(1, Requested(LineLeft(7))) == []


def test_a_caller_who_goes_leaves_his_line_once():
    server = called()
    assert server.step(1, TcpEnd(7)) == [LeaveLine(7), TcpClose(7)]
    assert server.step(1, TcpDown(7, None, TcpReason.CLOSED)) == []
    for reason in (TcpReason.RESET, TcpReason.TIMEOUT, TcpReason.CLEARED):
        server = called()
        assert server.step(1, TcpDown(7, None, reason)) == [LeaveLine(7)]
        assert server.calls == {}


def test_a_handshake_that_fails_frees_the_line():
    server = TelnetServer()
    server.step(0, TcpAsked(7, PORT, *ENDS))
    server.step(0, Requested(LineGiven(7, 0)))
    assert server.step(9, TcpDown(7, None, TcpReason.TIMEOUT)) == [LeaveLine(7)]
