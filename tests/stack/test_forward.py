"""Transit: what a router changes in a packet, when it drops it and whom it tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iosemu.address import BROADCAST_MAC
from iosemu.proto.base import Datagram, IcmpError
from iosemu.stack import on_frame
from iosemu.stack.state import Reason
from iosemu.wire import icmp
from iosemu.wire.ethernet import Ethernet, EtherType, padded
from iosemu.wire.icmp import Echo
from iosemu.wire.ipv4 import IPv4, Protocol, datagram

from .net import Net, Router, chain, ip


def warm(count: int = 3) -> Net:
    """A chain whose neighbors all know each other."""
    net = chain(count)
    for sequence in range(count + 1):
        net.routers["R1"].ping(f"10.0.{count - 1}.2", sequence)
        net.wait(2)
    net.routers["R1"].got()
    for router in net.routers.values():
        router.sent.clear()
        router.stack.drops.clear()
    return net


def arrive(router: Router, packet: IPv4 | bytes, to=None) -> None:
    """A frame to R2's Ethernet0/0 as from R1."""
    peer = router.net.routers["R1"].stack.interfaces["Ethernet0/1"]
    own = router.stack.interfaces["Ethernet0/0"]
    data = packet.emit() if isinstance(packet, IPv4) else packet
    frame = Ethernet(own.mac if to is None else to, peer.mac, (), EtherType.IPV4, data)
    on_frame(router.stack, router, "Ethernet0/0", padded(frame.emit()))


def passed(router: Router) -> list[IPv4]:
    """IPv4 datagrams sent out of Ethernet0/1 since the last call."""
    frames = [Ethernet.parse(f) for name, f in router.sent if name == "Ethernet0/1"]
    router.sent.clear()
    return [IPv4.parse(f.payload) for f in frames if f.type == EtherType.IPV4]


def transit(**changes) -> IPv4:
    body = icmp.emit(Echo(False, 7, 0, bytes(72)))
    return datagram(ip("10.0.1.1"), ip("10.0.2.2"), Protocol.ICMP, body, **changes)


@given(
    ttl=st.integers(2, 255),
    tos=st.integers(0, 255),
    identification=st.integers(0, 0xFFFF),
    size=st.integers(0, 120),
)
def test_only_ttl_and_checksum_change_on_the_fast_and_on_the_slow_path(
    ttl, tos, identification, size
):
    body = bytes(size)
    sent = datagram(
        ip("10.0.1.1"), ip("10.0.2.2"), 200, body, ttl=ttl, tos=tos, identification=identification
    )
    expected = datagram(
        ip("10.0.1.1"),
        ip("10.0.2.2"),
        200,
        body,
        ttl=ttl - 1,
        tos=tos,
        identification=identification,
    )
    r2 = NET.routers["R2"]
    for _ in range(2):
        r2.sent.clear()
        arrive(r2, sent)
        ((_, frame),) = r2.sent
        assert Ethernet.parse(frame).payload[: expected.total_bytes] == expected.emit()
        assert len(frame) == max(60, 14 + expected.total_bytes)
    assert r2.stack.interfaces["Ethernet0/0"].flows


NET = warm()


def test_the_fast_path_and_the_slow_path_count_alike():
    r2 = warm().routers["R2"]
    port, out = r2.stack.interfaces["Ethernet0/0"], r2.stack.interfaces["Ethernet0/1"]
    counts = []
    for _ in range(2):
        before = (port.received.bytes, out.sent.bytes, out.sent.packets, r2.stack.ip.forwarded)
        arrive(r2, transit())
        after = (port.received.bytes, out.sent.bytes, out.sent.packets, r2.stack.ip.forwarded)
        counts.append(tuple(b - a for a, b in zip(before, after, strict=True)))
        r2.stack.forget_flows()
    assert counts == [(114, 114, 1, 1), (114, 114, 1, 1)]


def test_a_route_change_is_seen_by_the_next_packet():
    net = warm()
    r2 = net.routers["R2"]
    arrive(r2, transit())
    assert len(passed(r2)) == 1
    r2.static("10.0.2.2/32", "Null0")
    arrive(r2, transit())
    assert passed(r2) == []
    assert r2.stack.drops[Reason.DISCARDED] == 1


def test_the_last_hop_of_a_packet_is_told_from_the_interface_it_came_in():
    net = warm()
    r1 = net.routers["R1"]
    r1.ping("10.0.2.2", ttl=1)
    (error,) = r1.got()
    assert isinstance(error, IcmpError)
    assert (error.reporter, error.target, error.type, error.code) == (
        ip("10.0.1.2"),
        ip("10.0.2.2"),
        11,
        0,
    )
    assert len(error.quoted) == 28
    for sequence in range(5):
        r1.ping("10.0.2.2", sequence, ttl=1)
    assert len(r1.got()) == 5, "time exceeded has no rate limit"


def test_no_route_is_host_unreachable_once_in_half_a_second():
    net = warm()
    r1 = net.routers["R1"]
    r1.static("0.0.0.0/0", "10.0.1.2")
    for sequence in range(3):
        r1.ping("99.0.0.1", sequence)
    (error,) = r1.got()
    assert (error.type, error.code, error.reporter) == (3, 1, ip("10.0.1.2"))
    assert net.routers["R2"].stack.ip.icmp_errors_suppressed == 2
    net.wait(0.5)
    r1.ping("99.0.0.1")
    assert len(r1.got()) == 1
    net.routers["R2"].stack.icmp.interval_ns = None
    for sequence in range(3):
        r1.ping("99.0.0.1", sequence)
    assert len(r1.got()) == 3


def test_no_ip_unreachables_is_silent():
    net = warm()
    r1 = net.routers["R1"]
    r1.static("0.0.0.0/0", "10.0.1.2")
    net.routers["R2"].port("Ethernet0/0", "10.0.1.2/24", has_unreachables=False)
    net.wait(5)
    r1.ping("99.0.0.1")
    net.wait(2)
    r1.ping("99.0.0.1")
    assert r1.got() == []


def test_df_meets_a_small_mtu():
    net = warm()
    r1, r2 = net.routers["R1"], net.routers["R2"]
    r2.port("Ethernet0/1", "10.0.2.1/24", ip_mtu_bytes=576)
    net.wait(2)
    r1.ping("10.0.2.2", size=577, dont_fragment=True)
    (error,) = r1.got()
    assert (error.type, error.code, error.mtu_bytes) == (3, 4, 576)
    r1.ping("10.0.2.2", size=576, dont_fragment=True)
    assert [type(e) for e in r1.got()] == [Datagram]


def test_a_large_ping_is_cut_on_the_way_and_put_together_at_the_end():
    net = warm()
    r1, r2, r3 = (net.routers[f"R{n}"] for n in (1, 2, 3))
    r2.port("Ethernet0/1", "10.0.2.1/24", ip_mtu_bytes=576)
    net.wait(2)
    r1.ping("10.0.2.2", size=3000)
    (reply,) = r1.got()
    assert len(reply.payload) == 2980
    assert r3.stack.ip.reassembled == 1
    assert r2.stack.ip.fragmented == 2, "of the three pieces of R1 the last one fits"
    assert r1.stack.reassembly == {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"source": "224.0.0.1"}, Reason.SOURCE),
        ({"source": "127.0.0.1"}, Reason.SOURCE),
        ({"source": "255.255.255.255"}, Reason.SOURCE),
        ({"target": "127.0.0.1"}, Reason.SPECIAL),
        ({"target": "239.0.0.1"}, Reason.NOT_JOINED),
        ({"target": "99.0.0.1"}, Reason.NO_ROUTE),
        ({"target": "10.0.1.200"}, Reason.ENCAPSULATION),
    ],
)
def test_drops_are_counted_by_reason(change, reason):
    r2 = warm().routers["R2"]
    values = {"source": "10.0.1.1", "target": "10.0.2.2"} | change
    arrive(r2, datagram(ip(values["source"]), ip(values["target"]), 200, b"x"))
    assert r2.stack.drops == {reason: 1}


def test_a_unicast_in_a_broadcast_frame_is_not_forwarded():
    r2 = warm().routers["R2"]
    arrive(r2, transit(), to=BROADCAST_MAC)
    assert r2.stack.drops == {Reason.NOT_FOR_US: 1}
    assert passed(r2) == []


def test_a_frame_to_another_station_is_not_even_counted():
    r2 = warm().routers["R2"]
    before = r2.stack.interfaces["Ethernet0/0"].received.packets
    arrive(r2, transit(), to=r2.stack.interfaces["Ethernet0/1"].mac)
    assert r2.stack.interfaces["Ethernet0/0"].received.packets == before


def test_damage_is_counted_and_dropped_also_on_a_known_flow():
    r2 = warm().routers["R2"]
    good = transit().emit()
    arrive(r2, good)
    for at in range(20):
        for bit in range(8):
            bad = bytearray(good)
            bad[at] ^= 1 << bit
            arrive(r2, bytes(bad))
    assert len(passed(r2)) == 1
    assert r2.stack.drops[Reason.CHECKSUM] + r2.stack.drops[Reason.FORMAT] == 160


@given(st.binary(max_size=120), st.booleans())
def test_noise_never_raises(noise, is_ours):
    r2 = NET.routers["R2"]
    mac = r2.stack.interfaces["Ethernet0/0"].mac.packed
    on_frame(r2.stack, r2, "Ethernet0/0", (mac if is_ours else b"") + noise)
    on_frame(r2.stack, r2, "Ethernet0/0", mac + bytes(6) + b"\x08\x00" + noise)
    on_frame(r2.stack, r2, "Ethernet0/0", mac + bytes(6) + b"\x08\x06" + noise)
    on_frame(r2.stack, r2, "Ethernet0/0", mac + bytes(6) + b"\x81\x00" + noise)


@given(st.binary(max_size=60), st.sampled_from([1, 2, 6, 17, 88, 200]), st.binary(max_size=8))
def test_noise_above_a_good_header_never_raises(noise, protocol, options):
    r2 = NET.routers["R2"]
    packet = datagram(ip("10.0.1.1"), ip("10.0.1.2"), protocol, noise)
    arrive(r2, packet)
    options = options[: len(options) // 4 * 4]
    with_options = IPv4(
        0, 1, False, False, True, 8, 9, protocol, packet.source, packet.target, options, noise
    )
    arrive(r2, with_options)


def test_a_router_sends_a_redirect_and_forwards_what_goes_back_out():
    net = Net()
    for name in ("R1", "R2"):
        net.router(name)
    net.wire("R1:Ethernet0/1", "R2:Ethernet0/0")
    net.routers["R1"].port("Ethernet0/1", "10.0.1.1/24")
    r2 = net.routers["R2"]
    r2.port("Ethernet0/0", "10.0.1.2/24")
    r2.static("20.0.0.0/8", "10.0.1.3")
    r1 = net.routers["R1"]
    r1.static("20.0.0.0/8", "10.0.1.2")
    r1.ping("20.0.0.1")
    net.wait(2)
    r1.ping("20.0.0.1")
    assert r2.stack.ip.icmp_sent[5] >= 1
    assert ip("10.0.1.3") in r2.stack.interfaces["Ethernet0/0"].arp


def test_without_ip_routing_nothing_is_forwarded():
    net = warm()
    r2 = net.routers["R2"]
    r2.stack.is_routing = False
    r2.stack.forget_flows()
    arrive(r2, transit())
    assert r2.stack.drops == {Reason.NOT_A_GATEWAY: 1}


def test_a_full_queue_of_the_port_is_an_output_drop():
    net = warm()
    r1, r2 = net.routers["R1"], net.routers["R2"]
    out = r2.stack.interfaces["Ethernet0/1"]
    r2.port_is_full = True
    arrive(r2, transit())
    r2.stack.forget_flows()
    arrive(r2, transit())
    assert (out.output_drops, r1.got()) == (2, [])
