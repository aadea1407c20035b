"""Any bytes from the other end: no traceback, and the line still works."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iosemu.proto.base import Requested, Show, TcpData, TcpWrite
from iosemu.proto.lines import LineKeys, LinePrinted

from .test_client import opened
from .test_server import called

COMMANDS = st.sampled_from([b"\xff", b"\xff\xfa", b"\xff\xf0", b"\xff\xfb\x18", b"\x1f", b"\r"])
SEGMENTS = st.lists(st.one_of(st.binary(max_size=30), COMMANDS), max_size=10)
AFTER = b"\xff\xf0\xff\xf0" + b"still here"
"""Ends whatever was begun."""


@given(SEGMENTS)
def test_the_server_takes_any_bytes(segments):
    server = called()
    for data in segments:
        if data:
            server.step(1, TcpData(7, data))
    *_, keys = server.step(2, TcpData(7, AFTER))
    assert isinstance(keys, LineKeys)
    assert keys.data.endswith(b"still here")
    assert server.step(3, Requested(LinePrinted(7, b"yes"))) == [TcpWrite(7, b"yes")]


@given(SEGMENTS)
def test_the_client_takes_any_bytes(segments):
    client = opened()
    for data in segments:
        if data:
            client.step(1, TcpData(5, data))
    *_, shown = client.step(2, TcpData(5, AFTER))
    assert isinstance(shown, Show)
    assert shown.data.endswith(b"still here")
