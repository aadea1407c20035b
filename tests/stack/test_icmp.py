"""ICMP queries, errors that must not be sent, hosts and redirects, broadcasts, packet debugs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iosemu.address import BROADCAST_MAC, IPv4Address, MacAddress, mask_of
from iosemu.proto.base import Open, SendUdp, Udp
from iosemu.stack import configure_interface, on_frame, send
from iosemu.stack.packet_debug import PacketCondition
from iosemu.stack.state import Reason
from iosemu.wire import icmp
from iosemu.wire.ethernet import Ethernet, EtherType
from iosemu.wire.icmp import Echo, Error, Other, Type
from iosemu.wire.ipv4 import IPv4, Protocol, datagram
from iosemu.wire.udp import Udp as UdpPacket

from .net import Net, Router, chain, ip

PEER = MacAddress(0x020000000001)


def lone() -> tuple[Net, Router]:
    """A router with two links and a neighbor at 10.0.0.2 that it knows."""
    net = Net()
    router = net.router("R1")
    router.port("Ethernet0/0", "10.0.0.1/24")
    router.port("Ethernet0/1", "10.0.1.1/24")
    net.wait(10)
    router.stack.forget_headers()
    for address in ("10.0.0.2", "10.0.1.2"):
        interface = router.stack.interfaces["Ethernet0/0" if address[5] == "0" else "Ethernet0/1"]
        interface.headers[ip(address)] = (
            PEER.packed + interface.mac.packed + EtherType.IPV4.to_bytes(2, "big")
        )
    router.sent.clear()
    return net, router


def hear(router: Router, packet: IPv4, to: MacAddress | None = None) -> list[IPv4]:
    """Give the router a packet on Ethernet0/0; the datagrams it sends thereupon."""
    own = router.stack.interfaces["Ethernet0/0"].mac
    frame = Ethernet(to or own, PEER, (), EtherType.IPV4, packet.emit()).emit()
    router.sent.clear()
    on_frame(router.stack, router, "Ethernet0/0", frame)
    frames = [Ethernet.parse(frame) for _, frame in router.sent]
    return [IPv4.parse(f.payload) for f in frames if f.type == EtherType.IPV4]


def to_router(payload: bytes, protocol: int = Protocol.ICMP, target: str = "10.0.0.1") -> IPv4:
    return datagram(ip("10.0.0.2"), ip(target), protocol, payload, identification=77)


def change(router: Router, name: str, **settings: object) -> None:
    held = router.stack.interfaces[name]
    headers = dict(held.headers)
    configure_interface(router.stack, router, name, replace(held.settings, **settings))  # type: ignore[arg-type]
    for address, header in headers.items():
        held.headers[address] = header
    router.sent.clear()


# -- queries ----


def test_a_timestamp_request_is_answered_with_the_time_of_the_day():
    net, router = lone()
    (reply,) = hear(router, to_router(icmp.emit(Other(Type.TIMESTAMP, 0, bytes(range(16))))))
    message = icmp.parse(reply.payload)
    stamp = (net.now // 1_000_000).to_bytes(4, "big")
    assert message == Other(Type.TIMESTAMP_REPLY, 0, bytes(range(8)) + stamp + stamp)


def test_a_mask_request_is_answered_only_where_configured():
    _, router = lone()
    request = to_router(icmp.emit(Other(Type.MASK, 0, bytes(8))))
    assert hear(router, request) == []
    change(router, "Ethernet0/0", has_mask_reply=True)
    (reply,) = hear(router, request)
    assert icmp.parse(reply.payload) == Other(
        Type.MASK_REPLY, 0, bytes(4) + mask_of(24).to_bytes(4, "big")
    )


def test_messages_nobody_defined_end_in_silence():
    _, router = lone()
    for type_ in (2, 9, 15, 42, 255):
        assert hear(router, to_router(icmp.emit(Other(type_, 0, bytes(8))))) == []
    assert Reason.NO_PROTOCOL not in router.stack.drops


def test_an_echo_to_a_broadcast_is_answered_with_the_address_of_the_link():
    _, router = lone()
    body = icmp.emit(Echo(False, 1, 1, b""))
    for target in ("255.255.255.255", "10.0.0.255"):
        (reply,) = hear(router, to_router(body, target=target), BROADCAST_MAC)
        assert (reply.source, reply.target) == (ip("10.0.0.1"), ip("10.0.0.2"))


# -- errors ----


def udp(target: str, port: int = 9999) -> bytes:
    return UdpPacket(4000, port, b"hello").emit(ip("10.0.0.2"), ip(target))


@pytest.mark.parametrize(
    "packet",
    [
        to_router(icmp.emit(Error(Type.UNREACHABLE, 1, 0, bytes(28))), target="99.0.0.1"),
        to_router(icmp.emit(Error(Type.REDIRECT, 1, 0, bytes(28))), target="99.0.0.1"),
        to_router(udp("99.0.0.1"), 17, "99.0.0.1")._replace(fragment_offset=8),
        to_router(udp("10.0.0.255"), 17, "10.0.0.255"),
        to_router(udp("10.0.1.255"), 17, "10.0.1.255"),
        to_router(udp("224.0.0.1"), 17, "224.0.0.1"),
        to_router(udp("99.0.0.1"), 17, "99.0.0.1")._replace(source=ip("10.0.0.255")),
        to_router(udp("99.0.0.1"), 17, "99.0.0.1")._replace(source=ip("0.0.0.0")),
        to_router(udp("99.0.0.1"), 17, "99.0.0.1")._replace(source=ip("127.0.0.1")),
        to_router(udp("99.0.0.1"), 17, "99.0.0.1")._replace(source=ip("224.1.1.1")),
    ],
    ids=str,
)
def test_no_error_is_sent_about_errors_tails_groups_and_those_who_are_no_host(packet: IPv4):
    _, router = lone()
    assert hear(router, packet) == []


@pytest.mark.parametrize(
    ("packet", "type_", "code"),
    [
        (to_router(udp("10.0.0.1"), 17), 3, 3),
        (to_router(b"?", 200), 3, 2),
        (to_router(udp("99.0.0.1"), 17, "99.0.0.1"), 3, 1),
        (to_router(bytes(1400), 17, "10.0.1.2")._replace(dont_fragment=True), 3, 4),
        (to_router(udp("10.0.1.2"), 17, "10.0.1.2")._replace(ttl=1), 11, 0),
        (to_router(udp("10.0.0.3"), 17, "10.0.1.2")._replace(options=b"\x07\x01\x04\x00"), 12, 0),
    ],
)
def test_each_error_quotes_the_header_and_eight_bytes(packet: IPv4, type_: int, code: int):
    _, router = lone()
    change(router, "Ethernet0/1", ip_mtu_bytes=1000)
    (error,) = hear(router, packet)
    message = icmp.parse(error.payload)
    assert isinstance(message, Error)
    assert (message.type, message.code) == (type_, code)
    assert error.source == ip("10.0.0.1")
    seen = IPv4.parse(packet.emit())
    assert message.quoted[-8:] == seen.payload[:8] or len(seen.payload) < 8
    assert message.mtu_bytes == (1000 if (type_, code) == (3, 4) else 0)
    assert error.total_bytes <= 56 + len(packet.options)


def test_a_checksum_of_zero_is_none_and_one_that_is_wrong_is_counted():
    _, router = lone()
    send(router.stack, router, "rip", Open(Udp(520)))
    good = bytearray(udp("10.0.0.1", 520))
    good[6:8] = b"\0\0"
    hear(router, to_router(bytes(good), 17))
    assert len(router.got()) == 1
    good[6:8] = b"\x12\x34"
    hear(router, to_router(bytes(good), 17))
    assert router.got() == []
    assert router.stack.drops[Reason.UDP_CHECKSUM] == 1


def test_a_datagram_of_overlapping_fragments_is_thrown_away_as_a_whole():
    net, router = lone()
    body = icmp.emit(Echo(False, 1, 1, bytes(40)))
    first = to_router(body[:24])._replace(more_fragments=True)
    over = to_router(body[16:40])._replace(fragment_offset=16, more_fragments=True)
    last = to_router(body[24:])._replace(fragment_offset=24)
    assert [answer for part in (first, over, last) for answer in hear(router, part)] == []
    assert router.stack.drops[Reason.REASSEMBLY] == 3
    net.wait(31)
    assert router.stack.reassembly == {}
    answers = [answer for part in (last, first) for answer in hear(router, part)]
    assert [IPv4.parse(a.emit()).payload[0] for a in answers] == [0]


def test_a_datagram_that_never_completes_is_reported_if_its_beginning_came():
    net, router = lone()
    body = icmp.emit(Echo(False, 1, 1, bytes(40)))
    hear(router, to_router(body[:24])._replace(more_fragments=True))
    router.sent.clear()
    net.wait(31)
    (_, frame) = router.sent[-1]
    message = icmp.parse(IPv4.parse(frame[14:]).payload)
    assert isinstance(message, Error)
    assert (message.type, message.code) == (11, 1)


# -- broadcasts ----


def test_a_directed_broadcast_is_flooded_only_where_configured():
    _, router = lone()
    packet = to_router(icmp.emit(Echo(False, 1, 1, b"")), target="10.0.1.255")
    (reply,) = hear(router, packet)
    assert reply.payload[0] == Type.ECHO_REPLY
    change(router, "Ethernet0/1", has_directed_broadcast=True)
    hear(router, packet)
    ((name, frame), *_) = router.sent
    assert (name, frame[:6]) == ("Ethernet0/1", BROADCAST_MAC.packed)
    assert IPv4.parse(frame[14:]).ttl == 254


def test_helpers_get_udp_broadcasts_to_the_ports_that_are_helped():
    _, router = lone()
    change(router, "Ethernet0/0", helpers=(ip("10.0.1.2"),))
    router.stack.helped_ports = (67, 137)
    target = "255.255.255.255"
    (sent,) = hear(router, to_router(udp(target, 137), 17, target), BROADCAST_MAC)
    assert (sent.source, sent.target, sent.ttl) == (ip("10.0.0.2"), ip("10.0.1.2"), 254)
    assert UdpPacket.parse(sent.payload, sent.source, sent.target).payload == b"hello"
    assert hear(router, to_router(udp(target, 138), 17, target), BROADCAST_MAC) == []
    request = bytearray(240)
    boot = UdpPacket(68, 67, bytes(request)).emit(ip("0.0.0.0"), ip(target))
    packet = to_router(boot, 17, target)._replace(source=ip("0.0.0.0"))
    (sent,) = hear(router, packet, BROADCAST_MAC)
    relayed = UdpPacket.parse(sent.payload, sent.source, sent.target).payload
    assert (sent.source, relayed[3]) == (ip("10.0.0.1"), 1)
    assert IPv4Address(int.from_bytes(relayed[24:28], "big")) == ip("10.0.0.1")


# -- hosts ----


def test_a_host_learns_better_gateways_from_the_one_it_uses():
    _, router = lone()
    router.stack.is_routing = False
    router.stack.default_gateway = ip("10.0.0.2")
    about = datagram(ip("10.0.0.1"), ip("9.9.9.9"), 17, bytes(8)).emit()
    better = icmp.emit(Error(Type.REDIRECT, 1, int(ip("10.0.0.3")), about))
    hear(router, to_router(better)._replace(source=ip("10.0.0.99")))
    assert router.stack.redirects == {}, "not from a gateway it uses"
    hear(router, to_router(better))
    held = router.stack.redirects[ip("9.9.9.9")]
    assert (held.gateway, held.uses) == (ip("10.0.0.3"), 0)
    router.sent.clear()
    router.ping("9.9.9.9")
    assert router.stack.redirects[ip("9.9.9.9")].uses == 1
    assert int.from_bytes(router.sent[-1][1][38:42], "big") == ip("10.0.0.3"), "asked for by ARP"
    outside = icmp.emit(Error(Type.REDIRECT, 1, int(ip("99.0.0.3")), about))
    hear(router, to_router(outside)._replace(source=ip("10.0.0.3")))
    assert router.stack.redirects[ip("9.9.9.9")].gateway == ip("10.0.0.3")


def test_a_router_does_not_listen_to_redirects():
    _, router = lone()
    about = datagram(ip("10.0.0.1"), ip("9.9.9.9"), 17, bytes(8)).emit()
    hear(router, to_router(icmp.emit(Error(Type.REDIRECT, 1, int(ip("10.0.0.3")), about))))
    assert router.stack.redirects == {}


# -- debug ip packet ----


def test_own_packets_and_those_to_this_router_are_said_with_what_is_in_them():
    net = chain(2)
    r1 = net.routers["R1"]
    r1.ping("10.0.1.2")
    net.wait(2)
    r1.flags["ip packet"] = PacketCondition(detail=True)
    r1.ping("10.0.1.2")
    send(r1.stack, r1, "me", SendUdp(ip("10.0.1.2"), 4000, 53, b""))
    assert r1.said == [
        "IP: tableid=0, s=10.0.1.1 (local), d=10.0.1.2 (Ethernet0/1), routed via FIB",
        "IP: s=10.0.1.1 (local), d=10.0.1.2 (Ethernet0/1), len 100, sending",
        "    ICMP type=8, code=0",
        "IP: tableid=0, s=10.0.1.2 (Ethernet0/1), d=10.0.1.1 (Ethernet0/1), routed via RIB",
        "IP: s=10.0.1.2 (Ethernet0/1), d=10.0.1.1 (Ethernet0/1), len 100, rcvd 3",
        "    ICMP type=0, code=0",
        "IP: tableid=0, s=10.0.1.1 (local), d=10.0.1.2 (Ethernet0/1), routed via FIB",
        "IP: s=10.0.1.1 (local), d=10.0.1.2 (Ethernet0/1), len 28, sending",
        "    UDP src=4000, dst=53",
    ]


def test_transit_is_seen_only_where_it_is_not_switched_in_the_cache():
    net = chain(3)
    r1, r2 = net.routers["R1"], net.routers["R2"]
    for _ in range(3):
        r1.ping("10.0.2.2")
        net.wait(2)
    r2.flags["ip packet"] = PacketCondition()
    r1.ping("10.0.2.2")
    assert r2.said == []
    for name in ("Ethernet0/0", "Ethernet0/1"):
        held = r2.stack.interfaces[name].settings
        configure_interface(r2.stack, r2, name, replace(held, is_process_switched=True))
    for _ in range(2):
        r2.said.clear()
        r1.ping("10.0.2.2")
    assert [line for line in r2.said if "tableid" not in line] == [
        "IP: s=10.0.1.1 (Ethernet0/0), d=10.0.2.2 (Ethernet0/1), g=10.0.2.2, len 100, forward",
        "IP: s=10.0.2.2 (Ethernet0/1), d=10.0.1.1 (Ethernet0/0), g=10.0.1.1, len 100, forward",
    ]
    r2.said.clear()
    r1.ping("10.0.2.99")
    r1.ping("10.0.2.2", ttl=1)
    said = [line for line in r2.said if "(Ethernet0/0), d=" in line and "tableid" not in line]
    assert said == [
        "IP: s=10.0.1.1 (Ethernet0/0), d=10.0.2.99 (Ethernet0/1), g=10.0.2.99, len 100, forward",
        "IP: s=10.0.1.1 (Ethernet0/0), d=10.0.2.99 (Ethernet0/1), len 100, encapsulation failed",
        "IP: s=10.0.1.1 (Ethernet0/0), d=10.0.2.2, len 100, dispose ip.hopcount",
    ]


def test_what_finds_no_route_is_unroutable():
    _, router = lone()
    router.flags["ip packet"] = PacketCondition()
    router.ping("99.0.0.1", source=ip("10.0.0.1"))
    hear(router, to_router(udp("99.0.0.1"), 17, "99.0.0.1"))
    said = [line for line in router.said if "unroutable" in line]
    assert said == [
        "IP: s=10.0.0.1 (local), d=99.0.0.1, len 100, unroutable",
        "IP: s=10.0.0.2 (Ethernet0/0), d=99.0.0.1, len 33, unroutable",
    ]
