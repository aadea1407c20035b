"""`ip tcp adjust-mss` on a router between two ends."""

from __future__ import annotations

import pytest

from iosemu.stack.mss import lowered
from iosemu.wire.ipv4 import Protocol, datagram
from iosemu.wire.tcp import Flag, Tcp, TcpOption, emit_options, maximum_segment_size, parse_options
from tests.stack.net import ip

A, B = ip("10.0.0.1"), ip("10.0.0.2")
MSS = TcpOption(2, (1460).to_bytes(2, "big"))


def packet(flags: int, *options: TcpOption):
    segment = Tcp(1000, 179, 5, 0, flags, 4128, 0, emit_options(options), b"")
    return datagram(A, B, Protocol.TCP, segment.emit(A, B))


@pytest.mark.parametrize(
    "before", [(), (TcpOption(1),), (TcpOption(1), TcpOption(1)), (TcpOption(3, b"\7"),)]
)
@pytest.mark.parametrize("flags", [Flag.SYN, Flag.SYN | Flag.ACK])
def test_the_mss_of_a_syn_is_lowered_and_its_checksum_stays_right(flags, before) -> None:
    changed = lowered(packet(flags, *before, MSS), 1300)
    segment = Tcp.parse(changed.payload, A, B)
    assert maximum_segment_size(parse_options(segment.options)) == 1300


@pytest.mark.parametrize(
    ("flags", "options", "limit"),
    [
        (Flag.ACK, (MSS,), 1300),
        (Flag.SYN, (MSS,), 1460),
        (Flag.SYN, (), 1300),
        (Flag.SYN, (TcpOption(2, b"\5"),), 1300),
    ],
)
def test_nothing_else_is_touched(flags, options, limit) -> None:
    before = packet(flags, *options)
    assert lowered(before, limit) is before
