"""Datagrams to and from this router: sockets, errors, groups, hosts, sub-interfaces, traces."""

from __future__ import annotations

import pickle

import pytest

from iosemu.address import IPv4Prefix
from iosemu.proto.base import (
    Close,
    Datagram,
    IcmpError,
    IpProtocol,
    Join,
    Leave,
    Open,
    Send,
    SendUdp,
    Udp,
)
from iosemu.stack import close_all, send, start_trace, stop_trace
from iosemu.stack.state import Reason, Role
from iosemu.wire.ethernet import Ethernet, EtherType
from iosemu.wire.ipv4 import IPv4
from iosemu.wire.tcp import Flag, Tcp

from .net import Net, Router, chain, ip


def pair() -> tuple[Net, Router, Router]:
    """Two neighbors that know each other."""
    net = chain(2)
    r1, r2 = net.routers["R1"], net.routers["R2"]
    r1.ping("10.0.1.2")
    net.wait(2)
    return net, r1, r2


def act(router: Router, *actions, owner: str = "engine") -> None:
    for action in actions:
        send(router.stack, router, owner, action)
    router.net.run()


def test_a_udp_datagram_reaches_the_owner_of_its_port():
    _, r1, r2 = pair()
    act(r2, Open(Udp(520)), owner="rip")
    act(r1, SendUdp(ip("10.0.1.2"), 49152, 520, b"hello"))
    assert r2.inputs == [
        (
            "rip",
            Datagram(
                Udp(520),
                "default",
                "Ethernet0/0",
                ip("10.0.1.1"),
                ip("10.0.1.2"),
                255,
                b"hello",
                49152,
                520,
            ),
        )
    ]


def test_a_closed_port_is_reported_to_the_socket_that_sent():
    _, r1, r2 = pair()
    act(r1, Open(Udp(49152)), owner="trace")
    act(r1, SendUdp(ip("10.0.1.2"), 49152, 33434, b"", ttl=1), owner="trace")
    ((owner, error),) = r1.inputs
    assert owner == "trace"
    assert isinstance(error, IcmpError)
    assert (error.socket, error.reporter, error.target) == (
        Udp(49152),
        ip("10.0.1.2"),
        ip("10.0.1.2"),
    )
    assert (error.type, error.code) == (3, 3)
    assert r2.stack.drops == {Reason.NO_PORT: 1}


def test_the_second_of_two_port_unreachables_is_suppressed_and_the_third_comes():
    net, r1, _ = pair()
    act(r1, Open(Udp(49152)))
    for _ in range(2):
        act(r1, SendUdp(ip("10.0.1.2"), 49152, 33434, b""))
    assert len(r1.got()) == 1
    net.wait(3)
    act(r1, SendUdp(ip("10.0.1.2"), 49152, 33434, b""))
    assert len(r1.got()) == 1


def test_an_unknown_protocol_is_reported_to_its_sender():
    _, r1, _ = pair()
    act(r1, Open(IpProtocol(200)), Send(ip("10.0.1.2"), 200, b"12345678"))
    (error,) = r1.got()
    assert (error.socket, error.type, error.code) == (IpProtocol(200), 3, 2)


def test_a_closed_tcp_port_answers_with_a_reset():
    _, r1, r2 = pair()
    syn = Tcp(11003, 23, 1000, 0, Flag.SYN, 4128, 0, b"\x02\x04\x05\xb4", b"")
    r1.sent.clear()
    act(r1, Send(ip("10.0.1.2"), 6, syn.emit(ip("10.0.1.1"), ip("10.0.1.2"))))
    (_, frame) = r2.sent[-1]
    answer = IPv4.parse(Ethernet.parse(frame).payload)
    reset = Tcp.parse(answer.payload, answer.source, answer.target)
    assert reset == Tcp(23, 11003, 0, 1001, Flag.RST | Flag.ACK, 0, 0, b"", b"")
    assert answer.ttl == 255


def test_only_the_owner_can_close_and_an_owner_that_ends_leaves_nothing():
    _, r1, _ = pair()
    sockets = r1.stack.vrf("default").sockets
    sockets.clear()
    act(r1, Open(Udp(1)), Join("Ethernet0/1", ip("224.0.0.9")), owner="a")
    act(r1, Close(Udp(1)), owner="b")
    assert sockets == {Udp(1): "a"}
    close_all(r1.stack, r1, "a")
    assert (sockets, r1.stack.interfaces["Ethernet0/1"].groups) == ({}, {})


def test_a_group_is_received_while_somebody_is_in_it():
    _, r1, r2 = pair()
    hello = Send(ip("224.0.0.10"), 88, b"hi", interface="Ethernet0/1", ttl=1)
    act(r2, Open(IpProtocol(88)))
    act(r1, hello)
    assert r2.got() == []
    join = Join("Ethernet0/0", ip("224.0.0.10"))
    act(r2, join, owner="a")
    act(r2, join, owner="b")
    act(r2, Leave("Ethernet0/0", ip("224.0.0.10")), owner="a")
    act(r1, hello)
    (received,) = r2.got()
    assert (received.interface, received.ttl, received.source) == (
        "Ethernet0/0",
        1,
        ip("10.0.1.1"),
    )
    (frame,) = [f for name, f in r1.sent[-1:]]
    assert str(Ethernet.parse(frame).target) == "0100.5e00.000a"
    act(r2, Leave("Ethernet0/0", ip("224.0.0.10")), owner="b")
    act(r1, hello)
    assert r2.got() == []


def test_pinging_an_own_address_never_leaves_the_router():
    _, r1, _ = pair()
    r1.port("Loopback0", "1.1.1.1/32")
    r1.sent.clear()
    for target in ("1.1.1.1", "10.0.1.1"):
        r1.ping(target)
        (reply,) = r1.got()
        assert (reply.source, reply.target) == (ip(target), ip(target))
    assert r1.sent == []


def test_a_closed_port_of_the_router_itself_is_reported_too():
    _, r1, _ = pair()
    act(r1, Open(Udp(49152)), SendUdp(ip("10.0.1.1"), 49152, 33434, b"", ttl=1))
    (error,) = r1.got()
    assert (error.reporter, error.type, error.code) == (ip("10.0.1.1"), 3, 3)


@pytest.mark.parametrize("target", ["255.255.255.255", "10.0.1.255", "224.0.0.1"])
def test_a_broadcast_is_answered_from_the_address_of_the_link(target):
    net, r1, _ = pair()
    r1.ping(target)
    net.wait(2)
    replies = [r for r in r1.got() if r.source != ip("10.0.1.1")]
    assert [r.source for r in replies] == [ip("10.0.1.2")]


def test_the_given_source_is_used_and_routed_back():
    _, r1, r2 = pair()
    r1.port("Loopback0", "1.1.1.1/32")
    r2.static("1.1.1.1/32", "10.0.1.1")
    r1.ping("10.0.1.2", source=ip("1.1.1.1"))
    (reply,) = r1.got()
    assert reply.target == ip("1.1.1.1")


def test_without_a_route_nothing_is_sent_and_nothing_comes_back():
    _, r1, _ = pair()
    r1.sent.clear()
    r1.ping("99.0.0.1")
    assert (r1.got(), r1.sent) == ([], [])
    assert r1.stack.drops[Reason.NO_ROUTE] == 1


def test_identification_counts_up_for_the_whole_router_unless_given():
    _, r1, _ = pair()
    r1.sent.clear()
    for number in (None, None, 0):
        act(r1, Send(ip("10.0.1.2"), 200, b"", identification=number))
    numbers = [IPv4.parse(Ethernet.parse(frame).payload).identification for _, frame in r1.sent]
    assert numbers[1] == numbers[0] + 1
    assert numbers[2] == 0


def test_a_large_ping_over_one_link_comes_back_whole():
    _, r1, r2 = pair()
    r1.ping("10.0.1.2", size=5000)
    (reply,) = r1.got()
    assert len(reply.payload) == 4980
    assert (r1.stack.ip.fragmented, r2.stack.ip.reassembled) == (1, 1)


def test_a_datagram_that_never_completes_is_given_up_and_its_source_told():
    net, r1, r2 = pair()
    act(r1, Open(IpProtocol(200)))
    r1.sent.clear()
    act(r1, Send(ip("10.0.1.2"), 200, bytes(2000)))
    assert r2.stack.drops == {Reason.NO_PROTOCOL: 1}
    r1.got()
    first = r1.sent[0][1]
    net.wait(1)
    net.queue.append(("R2", "Ethernet0/0", first))
    net.run()
    assert len(r2.stack.reassembly) == 1
    net.wait(31)
    assert r2.stack.reassembly == {}
    assert r2.stack.ip.reassembly_timeouts == 1
    (error,) = r1.got()
    assert (error.type, error.code) == (11, 1)


def test_a_host_without_routing_uses_its_default_gateway():
    net = chain(3)
    host = net.routers["R1"]
    host.stack.is_routing = False
    host.stack.default_gateway = ip("10.0.1.2")
    host.ping("10.0.2.2")
    net.wait(2)
    for sequence in range(3):
        host.ping("10.0.2.2", sequence)
        net.wait(2)
    assert host.got()
    assert list(host.stack.interfaces["Ethernet0/1"].arp) == [ip("10.0.1.2")]


def test_a_host_without_gateway_lives_by_proxy_arp():
    net = chain(3)
    host = net.routers["R1"]
    host.stack.is_routing = False
    for sequence in range(4):
        host.ping("10.0.2.2", sequence)
        net.wait(2)
    assert host.got()
    entry = host.stack.interfaces["Ethernet0/1"].arp[ip("10.0.2.2")]
    assert entry.mac == net.routers["R2"].stack.interfaces["Ethernet0/0"].mac


def test_sub_interfaces_tag_what_they_send_and_route_between_their_vlans():
    net = Net()
    router, a, b = (net.router(name) for name in ("R1", "A", "B"))
    router.port("Ethernet0/0")
    router.port("Ethernet0/0.12", "10.12.0.1/24", vlan=12)
    router.port("Ethernet0/0.13", "10.13.0.1/24", vlan=13)
    for host, number in ((a, 12), (b, 13)):
        host.port("Ethernet0/0")
        host.port(f"Ethernet0/0.{number}", f"10.{number}.0.2/24", vlan=number)
        host.static("0.0.0.0/0", f"10.{number}.0.1")
        net.wire("R1:Ethernet0/0", f"{host.name}:Ethernet0/0")
    # Both hosts are on one segment: what R1 sends goes to both.
    net.segment["R1", "Ethernet0/0"] = [("A", "Ethernet0/0"), ("B", "Ethernet0/0")]
    for sequence in range(5):
        a.ping("10.13.0.2", sequence)
        net.wait(2)
    assert len(a.got()) >= 3
    tags = {Ethernet.parse(frame).tags[0].vlan for _, frame in router.sent}
    assert tags == {12, 13}
    hardware = router.stack.interfaces["Ethernet0/0"]
    subs = [router.stack.interfaces[f"Ethernet0/0.{n}"] for n in (12, 13)]
    assert hardware.sent.packets == sum(sub.sent.packets for sub in subs)


def test_untagged_frames_belong_to_the_native_vlan():
    net = Net()
    router, host = net.router("R1"), net.router("H")
    router.port("Ethernet0/0")
    router.port("Ethernet0/0.1", "10.0.0.1/24", vlan=1, is_native=True)
    host.port("Ethernet0/0", "10.0.0.2/24")
    net.wire("R1:Ethernet0/0", "H:Ethernet0/0")
    for sequence in range(3):
        host.ping("10.0.0.1", sequence)
        net.wait(2)
    assert host.got()
    assert all(Ethernet.parse(frame).tags == () for _, frame in router.sent)


def test_rates_follow_the_traffic_and_fade():
    net, r1, _ = pair()
    interface = r1.stack.interfaces["Ethernet0/1"]
    for sequence in range(600):
        r1.ping("10.0.1.2", sequence)
        net.wait(1)
    bits, packets = interface.sent.rates(net.now)
    # 114 bytes a second, seen by an average that has reached 1 - 1/e^2.
    assert packets == 1
    assert bits == int(114 * 8 * (1 - 2.718281828**-2)) // 1000 * 1000
    assert 0.85 < interface.sent.packets_per_s < 0.9
    before = pickle.dumps(interface.sent)
    net.wait(300)
    assert interface.sent.rates(net.now) == (0, 0)
    assert pickle.dumps(interface.sent) == before, "looking changes nothing"
    interface.sent.sample(net.now)
    assert 0.31 < interface.sent.packets_per_s < 0.33


def test_a_followed_packet_leaves_a_line_at_every_stage():
    net = chain(3)
    r1, r2 = net.routers["R1"], net.routers["R2"]
    for sequence in range(4):
        r1.ping("10.0.2.2", sequence)
        net.wait(2)
    assert r2.stack.interfaces["Ethernet0/0"].flows
    start_trace(r2.stack, ip("10.0.1.1"), ip("10.0.2.2"))
    r1.ping("10.0.2.2")
    r1.ping("10.0.2.2", ttl=1)
    first, second, error = stop_trace(r2.stack)
    assert [(line.stage, line.verdict) for line in first.lines] == [
        ("source", "pass"),
        ("access-list in", "pass"),
        ("options", "pass"),
        ("local", "pass"),
        ("ttl", "pass"),
        ("policy", "pass"),
        ("route", "pass"),
        ("access-list out", "pass"),
        ("mss", "pass"),
        ("forward", "pass"),
        ("interface", "pass"),
        ("mtu", "pass"),
        ("encapsulation", "sent"),
    ]
    prefix = IPv4Prefix.parse("10.0.2.0/24")
    assert first.lines[6].because == ("route", "default", prefix, "Ethernet0/1", None)
    assert (first.role, second.role, error.role) == (Role.PACKET, Role.PACKET, Role.ERROR)
    last = second.lines[-1]
    assert (last.stage, last.verdict, last.reason) == ("ttl", "drop: bad hop count", Reason.TTL)
    r1.ping("10.0.2.2")
    r1.ping("10.0.2.2")
    assert r2.stack.following is None
    assert r2.stack.interfaces["Ethernet0/0"].flows


def test_equal_paths_are_shared_by_flow_or_by_packet():
    net = Net()
    r1 = net.router("R1")
    for n in (0, 1):
        r1.port(f"Ethernet0/{n}", f"10.0.{n}.1/24")
    r1.static("20.0.0.0/8", "10.0.0.2", "10.0.1.2")

    def out(count: int, target: str) -> list[str]:
        used = []
        for _ in range(count):
            r1.stack.drops.clear()
            before = {n: set(r1.stack.interfaces[n].arp) for n in ("Ethernet0/0", "Ethernet0/1")}
            for name in before:
                r1.stack.interfaces[name].arp.clear()
            r1.ping(target, source=ip("10.0.0.1"))
            used += [name for name in before if r1.stack.interfaces[name].arp]
        return used

    assert len(set(out(6, "20.0.0.1"))) == 1
    assert len({out(1, f"20.0.0.{n}")[0] for n in range(1, 30)}) == 2
    for n in (0, 1):
        r1.port(f"Ethernet0/{n}", f"10.0.{n}.1/24", is_per_packet=True)
    assert out(4, "20.0.0.1") in (
        ["Ethernet0/0", "Ethernet0/1"] * 2,
        ["Ethernet0/1", "Ethernet0/0"] * 2,
    )


def test_a_stack_survives_pickling_and_goes_on():
    net = chain(3)
    for sequence in range(4):
        net.routers["R1"].ping("10.0.2.2", sequence)
        net.wait(2)
    for router in net.routers.values():
        router.stack = pickle.loads(pickle.dumps(router.stack, 5))
        assert all(not i.flows for i in router.stack.interfaces.values())
    r1 = net.routers["R1"]
    r1.got()
    r1.ping("10.0.2.2")
    assert len(r1.got()) == 1
    assert {EtherType.IPV4} <= {Ethernet.parse(f).type for _, f in r1.sent[-1:]}
