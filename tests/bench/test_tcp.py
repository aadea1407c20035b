"""TCP across a lab: what a second of work moves, and what a 10 Mb/s link lets through."""

from __future__ import annotations

from time import perf_counter

import iosemu
from iosemu.proto.base import TcpOptions
from tests.features.tcp.client import Caller

BYTES = 2_000_000
RATE_KBPS = 10_000


def test_throughput_across_a_lab(capsys):
    """R1 to R3 over R2, window 65535, a link of 10 Mb/s in the middle."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(40)
    lab["R1"].configure("ip route 10.0.23.0 255.255.255.0 10.0.12.2\nip tcp path-mtu-discovery")
    lab["R3"].configure(
        "service tcp-small-servers\nip route 10.0.12.0 255.255.255.0 10.0.23.2\n"
        "ip tcp path-mtu-discovery\nip tcp window-size 65535"
    )
    lab["R1"].cli("ping 10.0.23.3 source 10.0.12.1")
    lab["R1"].cli("ping 10.0.23.3 source 10.0.12.1")
    lab.link("R2:Ethernet0/1", "R3:Ethernet0/0").impair(rate_kbps=RATE_KBPS)
    caller = Caller(lab, "R1")
    caller.connect("10.0.23.3", 9, options=TcpOptions(window_bytes=65535))
    lab.run_for(1)
    host = lab.routers["R1"].device.stack.tcp
    c = host.connections[caller.client.up["one"]]
    segments, started_at, started = host.statistics.sent, lab.now, perf_counter()
    caller.write(bytes(BYTES))
    while c.sender.una < c.sender.end:
        lab.run_for(0.05)
    took, virtual_s = perf_counter() - started, lab.now - started_at
    segments = host.statistics.sent - segments
    goodput_kbps = BYTES * 8 / virtual_s / 1000
    # 1460 of 1514 bytes are payload; the rest is slow start.
    assert 0.8 * RATE_KBPS < goodput_kbps < RATE_KBPS * 1460 / 1500
    with capsys.disabled():
        print(
            f"\nTCP over 2 hops: {BYTES / took:,.0f} bytes/s, {segments / took:,.0f} segments/s;"
            f" goodput on {RATE_KBPS / 1000:.0f} Mb/s: {goodput_kbps / 1000:.2f} Mb/s,"
            f" {c.counts.retransmitted + c.counts.fast_retransmitted} sent again"
        )
