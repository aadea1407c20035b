"""Ping between stacks: ARP, forwarding, ICMP."""

from __future__ import annotations

from iosemu.proto.base import Datagram

from .net import chain, ip


def test_the_first_ping_to_a_neighbor_is_lost_to_arp_and_the_second_answered():
    net = chain(2)
    r1 = net.routers["R1"]
    r1.ping("10.0.1.2")
    assert r1.got() == []
    r1.ping("10.0.1.2", sequence=1)
    (reply,) = r1.got()
    assert isinstance(reply, Datagram)
    assert (reply.source, reply.target, reply.ttl) == (ip("10.0.1.2"), ip("10.0.1.1"), 255)


def test_a_ping_through_four_routers_comes_back_with_the_ttl_of_its_way():
    net = chain(4)
    r1 = net.routers["R1"]
    for sequence in range(5):
        r1.ping("10.0.3.2", sequence)
        net.wait(2)
    replies = r1.got()
    assert [r.ttl for r in replies if isinstance(r, Datagram)] == [253, 253]
    assert net.routers["R2"].stack.ip.forwarded > 0
